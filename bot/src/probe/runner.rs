//! Takes a permit, and nothing else, and runs what it permits: shares, queues, builds the order, and
//! gives back what came of it. What the outcome means is left to `logic::finding`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::flight::{Departure, Flights, Ride, Stage, nothing};
use super::home::Home;
use super::look::{LOOK_LIMITS, Look};
use super::native::{self, Check, Checker};
use super::order::{Limits, Order};
use super::process::{self, OutputLimits, Progress};
use super::program::Program;
use super::queue::{self, Place, Queue, Ticket};
use super::{hosts, reach, spool};
use crate::logic::catalogue::{self, Action, Hosts};
use crate::logic::digest::{Digest, Fields};
use crate::logic::outcome::{Ending, Outcome};
use crate::logic::policy::Permit;
use crate::logic::redact::{Redactor, Secrets};

/// A run is stopped when it prints this many times what is kept of it: a log is long, a flood longer.
const FLOOD_FACTOR: u64 = 16;

/// What the catalogue calls the one program that probes run.
const CLI: &str = "upsun";

/// What a runner works with. It can be shown to nobody: it holds tokens.
pub struct Settings {
    /// The Upsun CLI: a path, or a name to be found in `search`.
    pub cli: String,
    /// The bot's own `PATH`.
    pub search: String,
    /// A folder of the bot's own for the CLI's session, cache and scratch.
    pub folder: PathBuf,
    /// Variables that a permit may name, with their values.
    pub variables: Vec<(String, String)>,
    /// The program to start as helper: bot502 itself.
    pub helper: PathBuf,
    /// Whether a probe is refused where a layer of the sandbox does not hold.
    pub strict: bool,
    /// Between being asked to end and being killed.
    pub grace: Duration,
    /// How many at once.
    pub limits: queue::Limits,
    /// How much disk they may take.
    pub disk: spool::Limits,
    /// What this process holds that nobody may read: the tokens of the chat platforms, the database's
    /// password, all that it was given. Whatever a run prints is redacted with these.
    pub secrets: Secrets,
}

/// Runs what was permitted.
pub struct Runner {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    program: Result<Program, String>,
    home: Result<Home, String>,
    checker: Checker,
    queue: Queue,
    flights: Flights,
    redactor: Arc<Redactor>,
}

impl Runner {
    /// Makes a runner. A CLI that is missing fails the probes that need it, not this.
    #[must_use]
    pub fn new(settings: Settings, checks: native::Settings) -> Self {
        let program = Program::find(&settings.cli, &settings.search);
        let home = Home::open(&settings.folder).map_err(|error| error.to_string());
        Self {
            inner: Arc::new(Inner {
                program,
                home,
                checker: Checker::new(checks),
                queue: Queue::new(settings.limits),
                flights: Flights::default(),
                redactor: Arc::new(Redactor::new(&settings.secrets)),
                settings,
            }),
        }
    }

    /// Gives the program that probes run.
    ///
    /// # Errors
    /// Why there is none.
    pub fn program(&self) -> Result<&Program, &str> {
        self.inner.program.as_ref().map_err(String::as_str)
    }

    /// Names the program for the audit: its path and digest, or why there is none.
    #[must_use]
    pub fn program_in_words(&self) -> String {
        match self.program() {
            Ok(program) => format!("{} sha256:{}", program.path().display(), program.digest()),
            Err(why) => format!("none: {why}"),
        }
    }

    /// Gives what redacts whatever a run printed, before anybody sees it: it knows what this process
    /// holds.
    #[must_use]
    pub fn redactor(&self) -> &Arc<Redactor> {
        &self.inner.redactor
    }

    /// Starts what the permit permits, or joins the same thing where it is under way. Must be called
    /// within a Tokio runtime. To stop, cancel or drop the ride.
    #[must_use]
    pub fn start(&self, permit: &Permit, now: Timestamp) -> Ride {
        let (ride, departure) = self.inner.flights.board(share_key(permit));
        if let Some(departure) = departure {
            let inner = Arc::clone(&self.inner);
            let permit = permit.clone();
            // In the line now, and not when the task comes to it: whoever asked first is served first.
            let place = self.inner.queue.place(Ticket {
                person: permit.requester().to_string(),
                target: permit.target().to_string(),
            });
            tokio::spawn(async move { inner.fly(permit, now, departure, place).await });
        }
        ride
    }
}

impl Runner {
    /// Looks at what probes need: fixed, read-only calls of the CLI that no person's words reach.
    pub async fn look(&self, look: &Look) -> Outcome {
        let (stage, _) = watch::channel(Stage::Running(0));
        let names: Vec<String> = self
            .inner
            .settings
            .variables
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        let touches = look.touches();
        let run = Run {
            inner: &self.inner,
            terms: Terms {
                limits: LOOK_LIMITS,
                environment: &names,
                touches: &touches,
            },
            stage: &stage,
            cancel: &CancellationToken::new(),
            started: Instant::now(),
        };
        run.command(&look.argv()).await
    }
}

/// Digests what a run does, whoever asks for it.
fn share_key(permit: &Permit) -> Digest {
    let mut fields = Fields::of("bot502 run 1");
    fields.value(permit.action());
    fields.value(permit.target());
    fields.value(&permit.limits());
    fields.list(permit.environment().iter());
    fields.end()
}

impl Inner {
    async fn fly(
        &self,
        permit: Permit,
        asked_at: Timestamp,
        departure: Departure,
        place: impl Future<Output = Result<Place, usize>>,
    ) {
        let Departure { stage, cancel } = departure;
        let outcome = tokio::select! {
            outcome = self.wait_and_run(&permit, asked_at, place, (&stage, &cancel)) => outcome,
            // Waiting for a place ends at once; what runs hears of it by itself and ends in order.
            () = cancel_while_waiting(&stage, &cancel) => nothing(Ending::Cancelled),
        };
        stage.send_replace(Stage::Over(Arc::new(outcome)));
    }

    async fn wait_and_run(
        &self,
        permit: &Permit,
        asked_at: Timestamp,
        place: impl Future<Output = Result<Place, usize>>,
        (stage, cancel): (&watch::Sender<Stage>, &CancellationToken),
    ) -> Outcome {
        let asked = Instant::now();
        let _place = match place.await {
            Ok(place) => place,
            Err(waiting) => {
                return not_started(format!("you have {waiting} probes waiting already"));
            }
        };
        // The wall clock is asked once, by the caller; what passed since is counted here.
        let now = asked_at
            .checked_add(asked.elapsed())
            .unwrap_or(Timestamp::MAX);
        if permit.time_left(now).is_none() {
            return not_started("its permit had expired before it could start".to_owned());
        }
        if let Err(reason) = self.settings.disk.check(&self.settings.folder) {
            return not_started(reason);
        }
        stage.send_replace(Stage::Running(0));
        let run = Run {
            inner: self,
            terms: Terms {
                limits: permit.limits(),
                environment: permit.environment(),
                touches: permit.touches(),
            },
            stage,
            cancel,
            started: Instant::now(),
        };
        run.act(permit.action()).await
    }
}

async fn cancel_while_waiting(stage: &watch::Sender<Stage>, cancel: &CancellationToken) {
    cancel.cancelled().await;
    if !matches!(*stage.borrow(), Stage::Waiting) {
        std::future::pending::<()>().await;
    }
}

fn not_started(reason: String) -> Outcome {
    nothing(Ending::NotStarted { reason })
}

/// One run that has its place.
struct Run<'a> {
    inner: &'a Inner,
    terms: Terms<'a>,
    stage: &'a watch::Sender<Stage>,
    cancel: &'a CancellationToken,
    started: Instant,
}

/// What a run may use.
struct Terms<'a> {
    limits: catalogue::Limits,
    environment: &'a [String],
    touches: &'a [catalogue::Permission],
}

impl Run<'_> {
    async fn act(&self, action: &Action) -> Outcome {
        match action {
            Action::Command { argv } => self.command(argv).await,
            Action::Http { hosts, path } => {
                let made = |host: String, own: Vec<String>| Check::Http {
                    url: format!("https://{host}{path}"),
                    own,
                };
                self.check(hosts, made).await
            }
            Action::Tls { hosts, port } => {
                let made = |host, _| Check::Tls { host, port: *port };
                self.check(hosts, made).await
            }
            Action::Tcp { hosts, port } => {
                let made = |host, _| Check::Tcp { host, port: *port };
                self.check(hosts, made).await
            }
            Action::Dns { hosts } => self.check(hosts, |host, _| Check::Dns { host }).await,
        }
    }

    /// Makes a native check of one of the project's hosts; asks the CLI first which these are, where
    /// the operator has not written the wanted one down.
    async fn check(
        &self,
        hosts: &Hosts,
        made: impl FnOnce(String, Vec<String>) -> Check,
    ) -> Outcome {
        let (host, own) = match hosts::listed(hosts) {
            Some(found) => found,
            None => {
                let routes = self.command(&hosts.routes).await;
                if !routes.ending.is_success() {
                    return routes;
                }
                match hosts::routed(hosts, &routes.stdout.text()) {
                    Ok(found) => found,
                    Err(reason) => return not_started(reason),
                }
            }
        };
        let left = self.time_left();
        let check = made(host, own);
        tokio::select! {
            outcome = self.inner.checker.run(&check, left) => outcome,
            () = self.cancel.cancelled() => nothing(Ending::Cancelled),
        }
    }

    /// Gives what is left of the time limit.
    fn time_left(&self) -> Duration {
        let limit = self.terms.limits.time;
        limit.saturating_sub(self.started.elapsed())
    }

    async fn command(&self, argv: &[String]) -> Outcome {
        let settings = &self.inner.settings;
        let (order, scratch) = match self.order(argv) {
            Ok(both) => both,
            Err(reason) => return not_started(reason),
        };
        let kept_bytes = self.terms.limits.output_bytes;
        let limits = OutputLimits {
            kept_bytes: usize::try_from(kept_bytes).unwrap_or(usize::MAX),
            flood_bytes: kept_bytes.saturating_mul(FLOOD_FACTOR),
            disk: self.share(&scratch),
        };
        let (progress, mut said) = watch::channel(Progress::default());
        let run = process::run(&settings.helper, &order, limits, self.cancel, &progress);
        let pass_on = async {
            while said.changed().await.is_ok() {
                let bytes = said.borrow_and_update().bytes;
                self.stage.send_replace(Stage::Running(bytes));
            }
            std::future::pending::<Outcome>().await
        };
        tokio::select! {
            outcome = run => outcome,
            outcome = pass_on => outcome,
        }
    }

    /// Gives what one run may write, and where.
    fn share(&self, scratch: &super::home::Scratch) -> spool::Share {
        let mut folders = vec![scratch.path().to_owned()];
        if let Ok(home) = &self.inner.home {
            folders.extend(home.writable());
        }
        let settings = &self.inner.settings;
        settings.disk.share(folders, settings.limits.total)
    }

    /// Builds the order of one argv, and the scratch folder that goes with it.
    fn order(&self, argv: &[String]) -> Result<(Order, super::home::Scratch), String> {
        let inner = self.inner;
        let program = inner.program.as_ref().map_err(String::clone)?;
        let home = inner.home.as_ref().map_err(String::clone)?;
        let Some((CLI, args)) = argv.split_first().map(|(name, args)| (name.as_str(), args)) else {
            return Err(format!("only `{CLI}` is a program that probes run"));
        };
        program.check()?;
        let scratch = home
            .scratch()
            .map_err(|error| format!("make a scratch folder: {error}"))?;
        let named: Vec<(String, String)> = inner
            .settings
            .variables
            .iter()
            .filter(|(name, _)| self.terms.environment.contains(name))
            .cloned()
            .collect();
        let order = Order {
            program: program.path().to_owned(),
            args: args.to_vec(),
            environment: home.environment(&scratch, &named),
            folder: scratch.path().to_owned(),
            time_ms: millis(self.time_left()),
            grace_ms: millis(inner.settings.grace),
            limits: Limits::default(),
            access: reach::of(self.terms.touches, program, home, &scratch, &named),
            strict: inner.settings.strict,
        };
        Ok((order, scratch))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
