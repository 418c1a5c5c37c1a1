//! The double: starts and ends, its clock, and how it brings to the bot what happened: each once at
//! least, until it is acknowledged.

use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::emulate::Emulate;
use super::judges::Judges;
use super::sockets::Sockets;
use super::world::{Fault, Posted, World};
use super::{calls, sockets, web};

/// How long a test waits at most. Nothing waits this long unless something hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// How Slack reaches the bot.
#[derive(Clone, Debug)]
pub enum Line {
    /// Over the bot's own sockets.
    Socket,
    /// At this address, signed with this secret.
    Http(SocketAddr, String),
}

/// What the bot said to having been called.
#[derive(Clone, Debug, PartialEq)]
pub struct Acked {
    /// What came with it.
    pub payload: Option<Value>,
}

/// What is under way to the bot.
pub(super) struct Pending {
    pub id: String,
    pub kind: &'static str,
    pub payload: Value,
    pub accepts_payload: bool,
    pub sent_at: i64,
    pub tries: u64,
    pub acked: Option<Acked>,
    /// It was given up after the last try.
    pub is_over: bool,
}

/// What the double's parts share.
pub(super) struct Shared {
    pub world: Mutex<World>,
    pub changed: Condvar,
    pub sockets: Mutex<Sockets>,
    pub pending: Mutex<Vec<Pending>>,
    pub line: Mutex<Line>,
    pub base: Mutex<String>,
    pub socket_base: Mutex<String>,
    /// A Slack written by others, asked first.
    pub behind: OnceLock<Emulate>,
    /// Held while it is asked.
    pub turn: tokio::sync::Mutex<()>,
}

impl Shared {
    pub fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    pub fn notify(&self) {
        // Waiters hold the world's lock while they look: taking it here leaves none asleep.
        drop(self.world());
        self.changed.notify_all();
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A Slack.
pub struct Double {
    pub(super) shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

impl Double {
    /// Starts one on loopback.
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new()),
            changed: Condvar::new(),
            sockets: Mutex::default(),
            pending: Mutex::default(),
            line: Mutex::new(Line::Socket),
            base: Mutex::default(),
            socket_base: Mutex::default(),
            behind: OnceLock::new(),
            turn: tokio::sync::Mutex::default(),
        });
        let (api, socket) = runtime.block_on(async {
            (
                web::start(shared.clone()).await,
                sockets::start(shared.clone()).await,
            )
        });
        *lock(&shared.base) = format!("http://{api}");
        *lock(&shared.socket_base) = format!("ws://{socket}");
        Self {
            shared,
            runtime: Some(runtime),
        }
    }

    /// Starts one before a Slack written by others; nothing where that is not installed.
    pub fn before_emulate() -> Option<Self> {
        let mut emulate = Emulate::start()?;
        let double = Self::start();
        double.block_on(emulate.learn());
        assert!(double.shared.behind.set(emulate).is_ok(), "set once");
        Some(double)
    }

    /// Asks the Slack behind it.
    #[track_caller]
    pub fn ask_behind(&self, method: &str, args: &Value) -> Value {
        let behind = self.shared.behind.get().expect("there is one behind");
        self.block_on(behind.ask(method, args))
    }

    /// Tells whether there is a Slack behind it.
    pub(super) fn has_behind(&self) -> bool {
        self.shared.behind.get().is_some()
    }

    /// Gives the address of its methods.
    pub fn api_url(&self) -> String {
        format!("{}/api", lock(&self.shared.base))
    }

    /// Calls the bot over this line from now on.
    pub fn use_line(&self, line: Line) {
        *lock(&self.shared.line) = line;
    }

    /// Runs something on its runtime.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime
            .as_ref()
            .expect("it runs until it is dropped")
            .block_on(future)
    }

    /// Gives the world, to look at and to change.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world()
    }

    /// Lets something go wrong at the next call of a method.
    pub fn fail(&self, method: &str, fault: Fault) {
        self.world()
            .faults
            .entry(method.to_owned())
            .or_default()
            .push_back(fault);
    }

    /// Counts the calls of a method.
    pub fn count(&self, method: &str) -> usize {
        self.world()
            .calls
            .iter()
            .filter(|(called, _)| called == method)
            .count()
    }

    /// Lets time pass on the double's clock: what was not acknowledged within three seconds comes again,
    /// three times at most.
    pub fn pass(&self, seconds: i64) {
        self.world().now += seconds;
        let now = self.world().now;
        let mut again = Vec::new();
        for pending in lock(&self.shared.pending).iter_mut() {
            if pending.acked.is_some() || pending.is_over || now - pending.sent_at < 3 {
                continue;
            }
            // Only events come again: a person sees that a command or a press failed.
            if pending.kind != "events_api" || pending.tries >= 3 {
                pending.is_over = true;
                continue;
            }
            pending.tries += 1;
            pending.sent_at = now;
            again.push(pending.id.clone());
        }
        for id in again {
            self.bring(&id);
        }
        self.shared.notify();
    }

    /// Waits until something can be seen.
    #[track_caller]
    pub fn wait_for<T>(&self, what: &str, mut seen: impl FnMut(&mut World) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut world = self.world();
        loop {
            if let Some(found) = seen(&mut world) {
                return found;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "never seen: {what}; there is {:#?}",
                summary(&world)
            );
            world = self
                .shared
                .changed
                .wait_timeout(world, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until the bot has so many sockets open.
    #[track_caller]
    pub fn wait_for_sockets(&self, count: usize) {
        let sockets = &self.shared.sockets;
        self.wait_for("open sockets", |_| {
            (lock(sockets).count() >= count).then_some(())
        });
    }

    /// Waits until the bot has closed its sockets.
    #[track_caller]
    pub fn wait_for_no_sockets(&self) {
        let sockets = &self.shared.sockets;
        self.wait_for("closed sockets", |_| {
            (lock(sockets).count() == 0).then_some(())
        });
    }

    /// Closes the bot's sockets, with Slack's word before it or without.
    pub fn disconnect(&self, with_warning: bool) {
        lock(&self.shared.sockets).close(with_warning);
    }

    /// Calls the bot; gives the id under which [`Double::acked`] waits.
    pub(super) fn call_bot(
        &self,
        kind: &'static str,
        payload: Value,
        accepts_payload: bool,
    ) -> String {
        let id = {
            let mut world = self.world();
            let n = world.next();
            let id = format!("envelope-{n}");
            lock(&self.shared.pending).push(Pending {
                id: id.clone(),
                kind,
                payload,
                accepts_payload,
                sent_at: world.now,
                tries: 0,
                acked: None,
                is_over: false,
            });
            id
        };
        self.bring(&id);
        id
    }

    /// Brings the same again, as Slack does when it is not sure.
    pub fn repeat(&self, id: &str) {
        if let Some(pending) = lock(&self.shared.pending)
            .iter_mut()
            .find(|pending| pending.id == id)
        {
            pending.tries += 1;
        }
        self.bring(id);
    }

    fn bring(&self, id: &str) {
        let line = lock(&self.shared.line).clone();
        match line {
            Line::Socket => sockets::bring(&self.shared, id),
            Line::Http(address, secret) => {
                let (shared, id) = (self.shared.clone(), id.to_owned());
                let runtime = self.runtime.as_ref().expect("it runs until it is dropped");
                runtime.spawn(async move { calls::bring(&shared, &id, address, &secret).await });
            }
        }
    }

    /// Waits until the bot acknowledged a call.
    #[track_caller]
    pub fn acked(&self, id: &str) -> Acked {
        let pending = &self.shared.pending;
        self.wait_for("an acknowledgement", |_| {
            lock(pending)
                .iter()
                .find(|pending| pending.id == id)
                .and_then(|pending| pending.acked.clone())
        })
    }

    /// Counts the calls that the bot has not acknowledged.
    pub fn unacked(&self) -> usize {
        let pending = lock(&self.shared.pending);
        pending.iter().filter(|call| call.acked.is_none()).count()
    }

    /// Tells whether the bot acknowledged a call.
    pub fn is_acked(&self, id: &str) -> bool {
        lock(&self.shared.pending)
            .iter()
            .any(|pending| pending.id == id && pending.acked.is_some())
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        if std::thread::panicking() {
            return;
        }
        let world = self.world();
        assert_eq!(
            world.broken_rules,
            Vec::<String>::new(),
            "a rule of Slack's was broken"
        );
        Judges::judge(&sent(&world));
    }
}

/// Gives all blocks that were sent, wherever to.
fn sent(world: &World) -> Vec<Value> {
    let bodies = world
        .messages
        .iter()
        .flat_map(|message| message.was.iter().chain([&message.body]));
    let messages = bodies.filter(|body| body["blocks"].is_array());
    let messages = messages.map(|body| json!({ "surface": "message", "blocks": body["blocks"] }));
    let views = world
        .homes
        .values()
        .chain(world.forms.iter().map(|(_, _, view)| view));
    let views =
        views.map(|view| json!({ "surface": "view", "blocks": view["blocks"], "view": view }));
    messages.chain(views).collect()
}

/// The last messages and calls, each in a line.
fn summary(world: &World) -> Vec<String> {
    let of = |message: &Posted| {
        let text: String = message.body["text"]
            .as_str()
            .unwrap_or_default()
            .chars()
            .take(120)
            .collect();
        format!(
            "{} {:?} alone {:?}: {text}",
            message.channel, message.thread, message.alone
        )
    };
    let skip = world.messages.len().saturating_sub(12);
    let calls = world
        .calls
        .iter()
        .rev()
        .take(8)
        .map(|(method, _)| format!("called {method}"));
    world
        .messages
        .iter()
        .skip(skip)
        .map(of)
        .chain(calls)
        .collect()
}
