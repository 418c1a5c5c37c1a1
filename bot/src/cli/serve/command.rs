//! `bot502 serve`: opens what survives a restart, connects, answers, and stops in order.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::SignedDuration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::front::Front;
use super::load;
use super::platforms::Platforms;
use crate::cli::{Context, Exit, Failure, rules, runner};
use crate::config::Serve;
use crate::serve::{Intake, Limits, Live, Parts, Server, pass};
use crate::store::{Store, StoreError};

/// Nothing to choose: `config/bot.toml` has the settings.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Serves the platforms whose tokens are there: SLACK_BOT_TOKEN and SLACK_APP_TOKEN for Slack.
SIGTERM or Ctrl-C stops it in order; SIGHUP reads guides, causes, probes and the policy again.")]
pub struct Args {}

/// Threads for what waits: most of the work is waiting for the disk and for platforms.
const THREADS: usize = 2;

/// Serves until it is told to stop.
///
/// # Errors
/// When a setting cannot be what it says, the database or the audit cannot be used, or no platform
/// can be served.
pub fn run(_args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    // Every connection of ours uses the one provider that is compiled in. A second start within one
    // process finds it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    say_nothing_of_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .context("start the runtime")?;
    let outcome = runtime.block_on(serve(ctx));
    // What still runs is a probe that does not end, or a text that takes too long.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

async fn serve(ctx: &Context) -> anyhow::Result<Exit> {
    let signals = Signals::listen()?;
    let settings = &ctx.config.serve;
    let limits = limits(settings)?;
    let (snapshot, sources) = load::load(ctx)?;
    let audit = Arc::new(rules::audit(ctx)?);
    load::record(&audit, &sources)?;
    let live = Arc::new(Live::new(snapshot));
    let store = open(settings).await?;
    let (intake, waiting) = Intake::open(store.clone(), pass()).await.map_err(broken)?;
    let (stopping, again) = (CancellationToken::new(), Arc::new(Notify::new()));
    // Before a platform is reached, which may take a while: who watches us sees that we live.
    let front = Front::open(settings, &stopping).await?;
    let told = signals.told_to_stop(&again);
    tokio::pin!(told);
    let take = intake.take();
    let platforms = tokio::select! {
        platforms = Platforms::connect(&ctx.config, &take) => platforms?,
        () = &mut told => return Ok(Exit::Done),
    };
    let prober = Arc::new(runner::runner(&ctx.config, platforms.secrets().collect())?);
    let parts = Parts {
        store,
        audit: Arc::clone(&audit),
        live: Arc::clone(&live),
        redactor: Arc::clone(prober.redactor()),
        prober,
        limits,
        points: pass(),
    };
    let server = Server::start(parts, platforms.rooms(), (Arc::clone(&intake), waiting));
    let every = duration(settings.reload_every, "reload_every")?;
    let reload = load::reload(ctx, every, (audit, sources));
    tokio::spawn(reload.go_on(live, Arc::clone(&again), stopping.clone()));
    front.show(&server, &platforms);
    platforms.open(&take).await?;
    tracing::info!("serving");
    told.await;
    tracing::info!("stopping: nothing more is taken");
    // First the platforms: an event that is refused while they are still connected is lost to some.
    platforms.close().await;
    let all_done = server.stop().await;
    stopping.cancel();
    front.close().await;
    match all_done {
        true => tracing::info!("stopped"),
        false => tracing::warn!("stopped; the rest is taken up at the next start"),
    }
    Ok(Exit::Done)
}

/// The signals that are listened to, from the moment at which this is made: one that comes earlier than
/// somebody waits for it ends nothing in the middle.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("listen for signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Waits for a signal to stop; passes on the one to read again.
    async fn told_to_stop(mut self, again: &Notify) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => again.notify_one(),
            }
        }
    }
}

async fn open(settings: &Serve) -> anyhow::Result<Store> {
    let path = match settings.database.as_os_str().is_empty() {
        false => settings.database.clone(),
        true => rules::state()
            .context("find a place for the database")?
            .join("bot502.db"),
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::world(format!("make `{}`: {error}", folder.display())))?;
    }
    let shown = path.display().to_string();
    Store::open(&path).await.map_err(|error| {
        let hint = match &error {
            StoreError::Newer { .. } => {
                "start the newer bot502, or give `serve.database` another file"
            }
            StoreError::Full(_) => "make room on its disk",
            StoreError::Locked(_) => "another bot502 may serve it; one database has one server",
            _ => "`serve.database` in the settings names it",
        };
        Failure::world(format!("open the database `{shown}`: {error}"))
            .hint(hint)
            .into()
    })
}

fn broken(error: StoreError) -> anyhow::Error {
    Failure::world(format!("read the database: {error}")).into()
}

fn limits(settings: &Serve) -> Result<Limits, Failure> {
    Ok(Limits {
        answer_within: duration(settings.answer_within, "answer_within")?,
        deliver_within: duration(settings.deliver_within, "deliver_within")?,
        deliver_for: duration(settings.deliver_for, "deliver_for")?,
        channel_per_second: settings.channel_per_second,
        channel_at_once: settings.channel_at_once,
        first_wait: duration(settings.first_wait, "first_wait")?,
        longest_wait: duration(settings.longest_wait, "longest_wait")?,
        stop_within: duration(settings.stop_within, "stop_within")?,
        progress_every: duration(settings.progress_every, "progress_every")?,
        keep: duration(settings.keep, "keep")?,
    })
}

fn duration(given: SignedDuration, key: &str) -> Result<Duration, Failure> {
    given
        .try_into()
        .map_err(|_| Failure::operator(format!("`serve.{key}` is less than nothing")))
}

/// A panic's words may hold what somebody typed: only its place is logged. The event that it belongs
/// to is answered with a failure.
fn say_nothing_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(
            place = place.as_deref().unwrap_or("unknown"),
            "a mistake of ours"
        );
    }));
}
