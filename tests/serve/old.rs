//! Databases of earlier versions are opened and what stands in them is done; one of a newer version is left
//! alone.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use bot::store::{Store, StoreError};
use rustix::process::Signal;

use super::database;
use super::writes::is_there;
use crate::harness::real::{Home, Real};
use crate::harness::slack::Double;
use crate::harness::slack::world::{CHANNEL, Posted};
use crate::harness::{Program, tries};

/// What the first version made, byte for byte: a released step is never changed.
const FIRST: &str = include_str!("../../bot/src/store/migrations/0001_first.sql");

#[test]
fn a_released_step_is_not_changed() {
    let digest = bot::logic::digest::Digest::of(FIRST.as_bytes());
    expect_test::expect![[r#"2a67242fea344a26d137aff6668e73e005994fec29103d8e3c85d1d2c7910322"#]]
        .assert_eq(&digest.to_string());
}

#[tokio::test]
async fn a_database_is_opened_again_and_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bot502.db");
    for _ in 0..3 {
        let store = Store::open(&path).await.expect("it opens");
        store.try_out().await.expect("it is written");
    }
    let file = std::fs::write(
        folder.path().join("no.db"),
        "this is no database, whatever its name says it is",
    );
    file.expect("a file");
    let refused = Store::open(&folder.path().join("no.db")).await;
    assert!(matches!(refused, Err(StoreError::Unusable(_))));
}

/// How long a life may say nothing at its start.
const QUIET: Duration = Duration::from_secs(60);

/// A database as the first version left it; see its first line. Never changed.
const LEFT: &str = include_str!("first.sql");

/// What people wrote then, in the order in which the double gave its ids.
const WRITTEN: [(&str, u64); 5] = [
    ("step 1", 2),
    ("probe app-log lines=1", 8),
    ("probe error-log lines=2", 17),
    ("step 2", 23),
    ("step 3", 28),
];

/// Gives a home with that database, and the Slack in which it was written.
fn left_behind() -> (Double, Home) {
    let (double, home) = (Double::start(), Home::new());
    std::fs::create_dir_all(home.state("")).expect("a folder");
    database::execute(&home.state("bot502.db"), LEFT);
    for (text, number) in WRITTEN {
        let ts = format!("1790000000.{number:06}");
        double.world().given = Some(ts.clone());
        assert_eq!(double.write("U0ANN", CHANNEL, None, text), ts);
    }
    (double, home)
}

fn server(double: &Double, home: &Home) -> Program {
    // However old it is by now: what was decided then is still to arrive.
    home.server(double)
        .env("BOT502__SERVE__DELIVER_FOR", "876000h")
}

/// Holds that all which was left is done: each question answered once, nothing run.
fn done(double: &Double, home: &Home) {
    for (text, number) in [WRITTEN[3], WRITTEN[4]] {
        let thread = format!("1790000000.{number:06}");
        double.wait_for(text, |world| {
            let mut messages = world.messages.iter();
            messages
                .any(|message| message.thread.as_deref() == Some(&thread))
                .then_some(())
        });
    }
    // The message of the check that waited is not in this Slack any more: a new one takes its place.
    double.wait_for("the end of what waited", |world| {
        let mut messages = world.messages.iter();
        let is_it = |message: &Posted| message.body["text"].to_string().contains("expired");
        messages.any(is_it).then_some(())
    });
    assert_eq!(home.started(), Vec::<String>::new());
}

fn replies(double: &Double) -> Vec<usize> {
    let world = double.world();
    let count = |number: u64| {
        let thread = format!("1790000000.{number:06}");
        let messages = world.messages.iter();
        messages
            .filter(|message| message.thread.as_deref() == Some(&thread))
            .count()
    };
    [23, 28].map(count).to_vec()
}

#[test]
fn what_an_earlier_version_left_is_done() {
    let (double, home) = left_behind();
    let real = Real::start(server(&double, &home));
    real.says("serving");
    done(&double, &home);
    real.stop();
    assert_eq!(replies(&double), [1, 1]);
}

#[test]
fn a_newer_database_is_left_alone() {
    let (double, home) = left_behind();
    let path = home.state("bot502.db");
    database::execute(
        &path,
        "INSERT INTO _sqlx_migrations VALUES (999, 'newer', '2030-01-01', 1, x'00', 0)",
    );
    let rows = "SELECT event_key || state FROM inbox ORDER BY event_key";
    let before = database::ask(&path, rows);
    let (status, log) = Real::start(server(&double, &home)).ended();
    assert!(!status.success());
    let log = log.join("\n");
    assert!(log.contains("newer bot502 wrote the database"), "{log}");
    assert!(log.contains("start the newer bot502"), "{log}");
    assert_eq!(database::ask(&path, rows), before);
    assert_eq!(double.count("chat.postMessage"), 0);
}

/// Brings an earlier version up to date again and again, killed at one write more each time.
#[test]
fn killed_while_it_is_brought_up_to_date_it_is_brought_up_to_date_the_next_time() {
    if !is_there() {
        return;
    }
    let mut killed = 0;
    for call in ["pwrite64", "fdatasync"] {
        for nth in 1..=tries(3, 25) {
            let (double, home) = left_behind();
            let write = format!("inject={call}:signal=KILL:when={nth}");
            let trace = home.path("trace").display().to_string();
            let words = [
                "-D",
                "-f",
                "-qq",
                "-o",
                &trace,
                "-e",
                &format!("trace={call}"),
                "-e",
                &write,
            ];
            let real = Real::start(server(&double, &home).under("strace", &words));
            // It serves all, or it is killed before: its log ends with it.
            while real.line(QUIET).is_ok_and(|line| !line.contains("serving")) {}
            real.signal(Signal::TERM);
            killed += usize::from(real.ended().0.signal() == Some(9));
            let real = Real::start(server(&double, &home));
            real.says("serving");
            done(&double, &home);
            real.stop();
            assert_eq!(replies(&double), [1, 1], "{write}");
        }
    }
    assert!(killed > 0, "no life was ended");
    eprintln!("killed {killed} times at a write from the start on");
}
