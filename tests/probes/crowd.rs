//! Many at once: nobody waits for another's queue, limits hold while real programs run, and nothing of
//! any of them stays.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bot::logic::catalogue::Catalogue;
use bot::logic::outcome::Ending;
use bot::logic::person::Asker;
use bot::logic::policy::{Ask, Permit, Policy, Verdict};
use bot::logic::redact::Secrets;
use bot::logic::target::{AppName, EnvironmentName, ProjectId, Target};
use bot::probe::{Runner, Settings, native, queue, spool};
use jiff::Timestamp;

use super::victim::{OVERRUN, Victim};
use crate::harness::tries;

/// Writes down that it was started, and with which number of lines, then waits for a file that opens
/// its gate or everyone's.
const CLI: &str = "#!/bin/sh\n\
    for word; do last=$word; done\n\
    echo \"$last\" >> \"$HOME/log\"\n\
    while [ ! -e \"$HOME/gate\" ] && [ ! -e \"$HOME/gate-$last\" ]; do sleep 0.01; done\n";

fn runner(folder: &Path, limits: queue::Limits) -> Runner {
    let cli = folder.join("upsun");
    fs::write(&cli, CLI).expect("a script");
    fs::set_permissions(&cli, fs::Permissions::from_mode(0o755)).expect("a mode");
    let settings = Settings {
        cli: cli.to_string_lossy().into_owned(),
        search: String::new(),
        folder: folder.join("probes"),
        variables: Vec::new(),
        helper: env!("CARGO_BIN_EXE_bot502").into(),
        strict: true,
        grace: Duration::from_millis(100),
        limits,
        disk: spool::Limits {
            quota_bytes: 1 << 30,
            free_bytes: 0,
        },
        secrets: Secrets::none(),
    };
    let checks = native::Settings {
        resolver: Arc::new(native::SystemResolver),
        detours: std::collections::BTreeMap::new(),
        roots: Arc::new(rustls::RootCertStore::empty()),
        more_ports: Vec::new(),
    };
    Runner::new(settings, checks)
}

/// A permit of a person of their own for a number of lines of the log.
fn permit(uid: u32, lines: usize) -> Permit {
    let catalogue = Catalogue::shipped();
    let policy = Policy::shipped(&catalogue);
    let ask = Ask {
        asker: Asker::at_terminal(uid),
        channel: None,
        probe: "app-log".to_owned(),
        target: Target {
            project: ProjectId::new("abcdefghijklm").expect("an id"),
            environment: EnvironmentName::new("main").expect("a name"),
            app: AppName::new("app").expect("a name"),
        },
        values: std::collections::BTreeMap::from([("lines".to_owned(), lines.to_string())]),
    };
    match policy.judge(&catalogue, &ask, Timestamp::now()) {
        Verdict::Permitted(permit) => *permit,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_person_waits_for_one_place_whoever_queued_before() {
    let crowd = tries(40, 500);
    let folder = tempfile::tempdir().expect("a folder");
    let limits = queue::Limits {
        total: 2,
        per_person: 2,
        per_target: 2,
        waiting_per_person: 500,
    };
    let runner = runner(folder.path(), limits);
    let now = Timestamp::now();
    let mut rides: Vec<_> = (1..=crowd)
        .map(|lines| runner.start(&permit(1_000, lines), now))
        .collect();
    let home = folder.path().join("probes/home");
    let lines = || {
        let text = fs::read_to_string(home.join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let started = async |count: usize| {
        let all = async {
            while lines().len() < count {
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(OVERRUN * 10, all).await;
        assert!(in_time.is_ok(), "{count} run, of {:?}", lines());
        assert_eq!(lines().len(), count, "no more run than may");
    };
    // Two of hers run and wait at their gates; all others of hers are in the line when he asks.
    started(2).await;
    rides.push(runner.start(&permit(2_000, 2_000), now));
    // One of hers may take the first place that is given back; the second is his.
    for (gate, running) in lines().into_iter().zip(3..) {
        fs::write(home.join(format!("gate-{gate}")), "").expect("a gate");
        started(running).await;
    }
    assert!(lines().iter().any(|line| line == "2000"), "{:?}", lines());
    fs::write(home.join("gate"), "").expect("the gate");
    for mut ride in rides {
        let outcome = ride.outcome().await;
        assert_eq!(outcome.ending, Ending::Exited { status: 0 });
    }
    assert_eq!(lines().len(), crowd + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn run_after_run_leaves_no_zombie_and_no_file() {
    for round in 0..tries(100, 10_000) {
        let victim = Victim::new("/bin/true", &[]);
        let outcome = victim.run().await;
        assert_eq!(outcome.ending, Ending::Exited { status: 0 }, "{round}");
    }
    // Helpers of other tests end at this moment as well; one that nobody waits for stays.
    let gone = async {
        while zombies() > 0 {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(OVERRUN * 10, gone).await.is_ok());
}

/// Children of this process that ended and that nobody has waited for.
fn zombies() -> usize {
    let me = std::process::id().to_string();
    let entries = fs::read_dir("/proc").expect("a process list");
    entries
        .flatten()
        .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
        .filter(|stat| {
            // After the name, which may hold blanks: the state, then the parent.
            let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            let mut fields = rest.split(' ');
            fields.next() == Some("Z") && fields.next() == Some(me.as_str())
        })
        .count()
}
