//! A server in a process of its own, to be killed: this very test program, told to serve. It hears what
//! stands on its standard input, and says on its standard output what it took.

use std::fs::OpenOptions;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bot::chat::{Chat, Taken};
use bot::logic::heard::Heard;
use bot::logic::person::Platform;
use bot::logic::redact::{Redactor, Secrets};
use bot::serve::{Intake, Limits, Live, Parts, Point, Points, Rooms, Server, pass};
use bot::store::Store;
use bot::store::audit::{AuditLog, Paths};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::far::Far;
use super::scene;

/// What a child is told, in a variable.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Orders {
    /// Where everything stands.
    pub folder: PathBuf,
    /// Channels in which a probe runs at once.
    pub free: Vec<String>,
    /// Channels in which a second person must consent.
    pub held: Vec<String>,
    /// How long they may.
    pub window: String,
    /// Whether the platform can look for what arrived.
    pub finds: bool,
    /// When to die.
    pub dies: Dies,
    /// Whether to log everything.
    pub logs: bool,
}

impl Orders {
    /// Orders to serve a folder for as long as it is asked to.
    pub fn plain(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            free: Vec::new(),
            held: Vec::new(),
            window: "1h".to_owned(),
            finds: true,
            dies: Dies::Never,
            logs: false,
        }
    }
}

/// When a child dies, as by `kill -9`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dies {
    /// Not.
    Never,
    /// The nth time that it passes a point, of those numbered as in [`Point::ALL`].
    At(usize, u32),
    /// After so many microseconds of hearing.
    After(u64),
}

/// The variable with the orders.
pub const ORDERS: &str = "BOT502_TEST_ORDERS";

/// Gives limits under which nothing waits for long.
pub fn limits() -> Limits {
    Limits {
        answer_within: Duration::from_secs(30),
        deliver_within: Duration::from_secs(30),
        deliver_for: Duration::from_secs(3600),
        channel_per_second: 100_000,
        channel_at_once: 100_000,
        first_wait: Duration::from_millis(10),
        longest_wait: Duration::from_millis(100),
        stop_within: Duration::from_secs(60),
        progress_every: Duration::ZERO,
        keep: Duration::from_secs(3600),
    }
}

/// Opens the audit of a folder.
pub fn audit(folder: &Path) -> AuditLog {
    let log = folder.join("audit.jsonl");
    let key = folder.join("audit.key");
    AuditLog::open(Paths { log, key }).expect("the audit opens")
}

/// Serves where the orders say so; otherwise it is no test.
#[test]
fn a_child_serves() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    let orders: Orders = serde_json::from_str(&orders).expect("orders");
    let level = match orders.logs {
        true => tracing::Level::TRACE,
        false => tracing::Level::WARN,
    };
    let log = OpenOptions::new()
        .append(true)
        .create(true)
        .open(orders.folder.join("log"));
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::sync::Mutex::new(log.expect("a log")))
        .with_ansi(false)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(serve(orders));
    std::process::exit(0);
}

async fn serve(orders: Orders) {
    let points = points(orders.dies);
    let server = start(&orders, points).await;
    say(&json!({ "is": "ready" }));
    if let Dies::After(micros) = orders.dies {
        // The moment of a crash is by chance; waiting for it is what this thread is for.
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_micros(micros));
            die();
        });
    }
    let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let _ = heard.send(line);
        }
    });
    while let Some(line) = hears.recv().await {
        if line == "settle" {
            server.settled().await;
            say(&json!({ "is": "settled" }));
            continue;
        }
        let heard: Heard = serde_json::from_str(&line).expect("something heard");
        let (take, key) = (server.intake().take(), heard.key.clone());
        tokio::spawn(async move {
            if let Ok(taken) = take(heard).await {
                let again = taken == Taken::Again;
                say(&json!({ "is": "taken", "key": key, "again": again }));
            }
        });
    }
    server.stop().await;
}

/// Starts a server on a folder, with the far side beside it.
pub async fn start(orders: &Orders, points: Points) -> Arc<Server> {
    let far = Far::new(&orders.folder, orders.finds);
    start_with(orders, (far, limits()), points).await
}

/// Starts a server with a far side and limits of one's own.
pub async fn start_with(
    orders: &Orders,
    (far, limits): (Far, Limits),
    points: Points,
) -> Arc<Server> {
    let (folder, far) = (&orders.folder, Arc::new(far));
    let store = Store::open(&folder.join("bot502.db"))
        .await
        .expect("the database opens");
    let intake = Intake::open(store.clone(), Arc::clone(&points))
        .await
        .expect("the way in opens");
    let parts = Parts {
        store,
        audit: Arc::new(audit(folder)),
        live: Arc::new(Live::new(scene::snapshot(
            &orders.free,
            &orders.held,
            &orders.window,
        ))),
        prober: far.clone(),
        redactor: Arc::new(Redactor::new(&Secrets::none())),
        limits,
        points,
    };
    let chat: Arc<dyn Chat> = far;
    Server::start(parts, Rooms::new([(Platform::Slack, chat)]), intake)
}

fn points(dies: Dies) -> Points {
    let Dies::At(number, nth) = dies else {
        return pass();
    };
    let (point, passed) = (Point::ALL[number], AtomicU32::new(0));
    Arc::new(move |at| {
        if at == point && passed.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            die();
        }
    })
}

fn die() {
    // SIGKILL to ourselves: nothing of ours runs after it.
    let own = rustix::process::getpid();
    let _ = rustix::process::kill_process(own, rustix::process::Signal::KILL);
}

fn say(what: &serde_json::Value) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "\n@{what}");
    let _ = stdout.flush();
}
