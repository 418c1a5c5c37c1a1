//! How soon a platform can be told that an event was taken, with the inbox on disk and all that follows
//! under way: `take` at 50 events a second, and then as fast as it goes. Not divan's kind of figure: what
//! matters is the slowest of a hundred, under a steady stream.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bot::chat::{Chat, Delivered, Later, Parcel, Take, To, Undelivered};
use bot::logic::catalogue::Catalogue;
use bot::logic::heard::{File, Heard, Way, What};
use bot::logic::outgoing::{Address, Body};
use bot::logic::person::{Asker, ChannelId, Person, Platform, Standing, UserId, WorkspaceId};
use bot::logic::place::{Kind, Place};
use bot::logic::policy::{Permit, Policy};
use bot::logic::redact::{Redactor, Secrets};
use bot::serve::{Intake, Limits, Live, Parts, Prober, Ran, Rooms, Server, Snapshot, pass};
use bot::store::Store;
use bot::store::audit::{AuditLog, Paths};
use indexer::Options;
use jiff::Timestamp;
use kb::{Knowledge, Lore};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Events a second of the steady stream.
const A_SECOND: u32 = 50;

/// How long it goes on.
const STEADY: Duration = Duration::from_secs(20);

/// Events of the crowd.
const CROWD: usize = 5_000;

/// A platform that answers at once.
struct Quiet;

impl Chat for Quiet {
    fn render(&self, _to: &Address, _body: &Body) -> Vec<Parcel> {
        vec![Parcel {
            kind: "message".to_owned(),
            body: serde_json::Value::Null,
        }]
    }

    fn deliver<'a>(
        &'a self,
        _to: &'a To,
        _parcel: &'a Parcel,
        _mark: &'a str,
    ) -> Later<'a, Result<Delivered, Undelivered>> {
        Box::pin(async { Ok(Delivered { at: None }) })
    }

    fn find<'a>(
        &'a self,
        _to: &'a To,
        _mark: &'a str,
    ) -> Later<'a, Result<Option<Delivered>, String>> {
        Box::pin(async { Ok(None) })
    }

    fn asker<'a>(
        &'a self,
        person: &'a Person,
        _known: Option<Standing>,
    ) -> Later<'a, Result<Asker, String>> {
        Box::pin(async {
            Ok(Asker {
                person: person.clone(),
                groups: Default::default(),
                standing: Standing::Member,
            })
        })
    }

    fn read<'a>(&'a self, _file: &'a File, _limit: usize) -> Later<'a, Result<String, String>> {
        Box::pin(async { Err("there are no files here".to_owned()) })
    }
}

impl Prober for Quiet {
    fn program(&self) -> String {
        "none".to_owned()
    }

    fn run<'a>(
        &'a self,
        _permit: &'a Permit,
        _cancel: CancellationToken,
        _printed: &'a watch::Sender<u64>,
    ) -> Later<'a, Ran> {
        Box::pin(std::future::pending())
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    report("the disk alone, a sync at a time", syncs(folder.path()));
    runtime.block_on(measure(folder.path()));
}

/// Times what an acknowledgement cannot be faster than: a page written and synced.
fn syncs(folder: &Path) -> Vec<Duration> {
    let mut file = std::fs::File::create(folder.join("sync")).expect("a file");
    let mut sync = || {
        let begun = Instant::now();
        file.write_all(&[0; 4096]).expect("a page is written");
        file.sync_data().expect("it is synced");
        begun.elapsed()
    };
    (0..1_000).map(|_| sync()).collect()
}

async fn measure(folder: &Path) {
    let server = start(folder).await;
    let take = server.intake().take();
    println!("idle: {} of memory", memory());
    let mut tick = tokio::time::interval(Duration::from_secs(1) / A_SECOND);
    let (begun, mut n, mut waits) = (Instant::now(), 0, tokio::task::JoinSet::new());
    while begun.elapsed() < STEADY {
        tick.tick().await;
        waits.spawn(timed(take.clone(), n));
        n += 1;
    }
    report("steady, acknowledged", waits.join_all().await);
    server.settled().await;
    println!("under {A_SECOND} a second: {} of memory", memory());
    let (begun, mut waits) = (Instant::now(), tokio::task::JoinSet::new());
    for crowd in n..n + CROWD {
        waits.spawn(timed(take.clone(), crowd));
    }
    report("crowd, acknowledged", waits.join_all().await);
    server.settled().await;
    let rate = CROWD as f64 / begun.elapsed().as_secs_f64();
    println!(
        "crowd: {rate:.0} events a second answered and delivered; {} of memory",
        memory()
    );
    server.stop().await;
}

async fn timed(take: Take, n: usize) -> Duration {
    let heard = heard(n);
    let begun = Instant::now();
    take(heard).await.expect("it is taken");
    begun.elapsed()
}

fn report(name: &str, mut waits: Vec<Duration>) {
    waits.sort();
    let at = |part: f64| waits[((waits.len() - 1) as f64 * part) as usize];
    println!(
        "{name}: {} of them; p50 {:.2?}, p99 {:.2?}, the slowest {:.2?}",
        waits.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// Gives the resident memory of this process.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.map_or_else(String::new, |line| {
        line.trim_start_matches("VmRSS:").trim().to_owned()
    })
}

fn heard(n: usize) -> Heard {
    let workspace = WorkspaceId::new("T01").expect("an id");
    Heard {
        key: format!("event-{n}"),
        who: Person {
            platform: Platform::Slack,
            workspace: workspace.clone(),
            user: UserId::new(&format!("U{n}")).expect("an id"),
        },
        standing: None,
        place: Place {
            platform: Platform::Slack,
            workspace,
            channel: ChannelId::new(&format!("C{}", n % 500)).expect("an id"),
            kind: Kind::Channel,
            thread: None,
        },
        way: Way::Slash,
        alone: true,
        message: None,
        what: What::Said {
            text: "help".to_owned(),
            files: Vec::new(),
        },
        at: Timestamp::UNIX_EPOCH,
        handle: None,
    }
}

async fn start(folder: &Path) -> Arc<Server> {
    let store = Store::open(&folder.join("bot502.db"))
        .await
        .expect("a database");
    let intake = Intake::open(store.clone(), pass()).await.expect("a way in");
    let (log, key) = (folder.join("audit.jsonl"), folder.join("audit.key"));
    let guides: Vec<_> = kb::shipped::GUIDES
        .iter()
        .map(|(path, text)| indexer::read_page(path, text.as_bytes(), &Options::default()).0)
        .collect();
    let lore = Lore::shipped(&guides);
    let (catalogue, _) = Catalogue::read(&[]);
    let parts = Parts {
        store,
        audit: Arc::new(AuditLog::open(Paths { log, key }).expect("an audit")),
        live: Arc::new(Live::new(Snapshot {
            causes: Arc::clone(&lore.causes),
            knowledge: Knowledge::build(&guides, &lore).expect("an index"),
            policy: Policy::shipped(&catalogue),
            catalogue,
        })),
        prober: Arc::new(Quiet),
        redactor: Arc::new(Redactor::new(&Secrets::none())),
        limits: Limits {
            answer_within: Duration::from_secs(10),
            deliver_within: Duration::from_secs(10),
            deliver_for: Duration::from_secs(3600),
            channel_per_second: 1_000_000,
            channel_at_once: 1_000_000,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            stop_within: Duration::from_secs(60),
            progress_every: Duration::ZERO,
            keep: Duration::from_secs(3600),
        },
        points: pass(),
    };
    let chat: Arc<dyn Chat> = Arc::new(Quiet);
    Server::start(parts, Rooms::new([(Platform::Slack, chat)]), intake)
}
