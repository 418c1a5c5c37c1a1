//! The server: what it is made of, how it starts and how it stops.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::point::Points;
use super::post::Rates;
use super::prober::Prober;
use super::rooms::Rooms;
use super::snapshot::Live;
use super::take::{Intake, Waiting};
use crate::logic::approval::RunId;
use crate::logic::hint::Hint;
use crate::logic::place::Place;
use crate::logic::redact::Redactor;
use crate::store::audit::AuditLog;
use crate::store::{Row, Store};

/// How long things may take, and how fast they may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one answer to be worded.
    pub answer_within: Duration,
    /// For one delivery to be answered by the platform.
    pub deliver_within: Duration,
    /// For a letter to arrive at all, counted from the decision.
    pub deliver_for: Duration,
    /// Messages a second in one channel, at least 1.
    pub channel_per_second: u32,
    /// Messages at once in one channel, at least 1.
    pub channel_at_once: u32,
    /// The first wait before something is tried again.
    pub first_wait: Duration,
    /// The longest wait before something is tried again.
    pub longest_wait: Duration,
    /// For work under way to end when the program is stopped.
    pub stop_within: Duration,
    /// Between two words about a run that goes on; zero for none.
    pub progress_every: Duration,
    /// For how long what is over is kept.
    pub keep: Duration,
}

/// What a server is made of.
pub struct Parts {
    /// What survives a restart.
    pub store: Store,
    /// The audit.
    pub audit: Arc<AuditLog>,
    /// What answers come from.
    pub live: Arc<Live>,
    /// What runs probes.
    pub prober: Arc<dyn Prober>,
    /// Hides secrets, those of the program itself above all.
    pub redactor: Arc<Redactor>,
    /// How long, how fast.
    pub limits: Limits,
    /// What is done at the moments that matter.
    pub points: Points,
}

/// The server.
pub struct Server {
    pub(super) parts: Parts,
    pub(super) rooms: Rooms,
    pub(super) intake: Arc<Intake>,
    pub(super) rates: Rates,
    running: Mutex<HashMap<RunId, CancellationToken>>,
    /// Something is to be delivered.
    pub(super) post: Notify,
    /// A run waits for consent: its expiry may be the next.
    pub(super) clock: Notify,
    /// Everything ends now.
    pub(super) ending: CancellationToken,
    /// Events, runs and deliveries under way.
    pub(super) work: TaskTracker,
    /// What goes on until the end.
    tasks: TaskTracker,
    pub(super) started: Instant,
}

impl Server {
    /// Starts the server: takes up what was left, and then answers what comes in.
    #[must_use]
    pub fn start(
        parts: Parts,
        rooms: Rooms,
        (intake, waiting): (Arc<Intake>, Waiting),
    ) -> Arc<Self> {
        let server = Arc::new(Self {
            rates: Rates::new(&parts.limits),
            parts,
            rooms,
            intake,
            running: Mutex::default(),
            post: Notify::new(),
            clock: Notify::new(),
            ending: CancellationToken::new(),
            work: TaskTracker::new(),
            tasks: TaskTracker::new(),
            started: Instant::now(),
        });
        for lane in waiting.lanes {
            server.go_on(Self::lane, lane);
        }
        server.go_on(Self::deliver, ());
        server.go_on(Self::keep_time, ());
        server.go_on(Self::keep_house, ());
        let begun = Arc::clone(&server);
        server
            .work
            .spawn(async move { begun.take_up(waiting.left).await });
        server
    }

    /// Gives the way in.
    #[must_use]
    pub fn intake(&self) -> &Arc<Intake> {
        &self.intake
    }

    /// Tells whether events can be taken and answered.
    #[must_use]
    pub fn is_able(&self) -> bool {
        self.parts.store.trouble().is_none() && !self.intake.stopping.is_cancelled()
    }

    /// Begins something that goes on until the server ends.
    fn go_on<T, F>(self: &Arc<Self>, what: fn(Arc<Self>, T) -> F, with: T)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let ending = self.ending.clone();
        let task = what(Arc::clone(self), with);
        self.tasks
            .spawn(async move { ending.run_until_cancelled(task).await });
    }

    /// Shows a hint beside everything else: nothing waits for it, and it ends with the server.
    pub(super) fn hint(&self, place: &Place, hint: Hint) {
        let Some(chat) = self.rooms.of(place.platform) else {
            return;
        };
        let shown = tokio::time::timeout(HINT_WITHIN, Arc::clone(chat).hint(place, hint));
        let ending = self.ending.clone();
        self.tasks
            .spawn(async move { ending.run_until_cancelled(shown).await });
    }

    /// Answers what comes in on a lane, one after the other.
    async fn lane(self: Arc<Self>, mut rows: mpsc::UnboundedReceiver<Row>) {
        while let Some(row) = rows.recv().await {
            let span = super::answer::span(&row);
            let server = Arc::clone(&self);
            // As a task of its own: what is under way when the server is asked to stop is finished.
            let answered = self
                .work
                .spawn(async move { server.answer(row).await }.instrument(span));
            let _ = answered.await;
        }
    }

    /// Takes up what an earlier life left: runs that were under way are reported, what was heard is
    /// answered. What is to be delivered is taken up by the delivery itself.
    async fn take_up(self: Arc<Self>, left: Vec<Row>) {
        self.report_interrupted().await;
        self.post.notify_one();
        self.clock.notify_one();
        if !left.is_empty() {
            tracing::info!(
                count = left.len(),
                "events of an earlier start are taken up"
            );
        }
        let (fresh, mut suspects): (Vec<Row>, Vec<Row>) =
            left.into_iter().partition(|row| row.attempts == Some(0));
        for row in fresh {
            self.intake.hand_over(row);
        }
        // One of these may be what ended the lives before: one at a time, the likeliest last, so that
        // it is counted against it alone and holds up no other.
        suspects.sort_by_key(|row| row.attempts);
        for row in suspects {
            let span = super::answer::span(&row);
            Arc::clone(&self).answer(row).instrument(span).await;
        }
    }

    /// Stops: takes no more, lets what is under way end, delivers, within the limit. What is not done
    /// by then is taken up by the next start. Gives whether all was done.
    pub async fn stop(&self) -> bool {
        self.intake.stopping.cancel();
        let all_done = tokio::time::timeout(self.parts.limits.stop_within, self.settled()).await;
        self.ending.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.parts.store.close().await;
        all_done.is_ok()
    }

    /// Waits until all that was heard is answered, all that runs is over, and all is delivered.
    pub async fn settled(&self) {
        loop {
            let backlog = self.parts.store.backlog(Timestamp::now()).await;
            let is_empty = backlog.is_ok_and(|backlog| {
                backlog.unanswered == 0 && backlog.undelivered == 0 && backlog.running == 0
            });
            if is_empty && self.work.is_empty() {
                return;
            }
            self.post.notify_one();
            tokio::time::sleep(DRAIN_LOOK).await;
        }
    }

    /// Waits before the `tries`th repetition of something, or until the server ends: true for go on.
    pub(super) async fn wait(&self, tries: u32) -> bool {
        let wait = super::post::backoff(&self.parts.limits, tries);
        let waited = self.ending.run_until_cancelled(tokio::time::sleep(wait));
        waited.await.is_some()
    }

    /// Gives the token that stops a run; made where it is not there yet, so that a run can be stopped
    /// before it starts.
    pub(super) fn token(&self, run: RunId) -> CancellationToken {
        self.running().entry(run).or_default().clone()
    }

    /// Forgets the token of a run that is over.
    pub(super) fn forget(&self, run: RunId) {
        self.running().remove(&run);
    }

    fn running(&self) -> MutexGuard<'_, HashMap<RunId, CancellationToken>> {
        // Each change is one step; a panic elsewhere leaves nothing half done.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For a hint to be shown: later it would be of no use.
const HINT_WITHIN: Duration = Duration::from_secs(30);

/// How often it is looked whether all is done, while stopping.
const DRAIN_LOOK: Duration = Duration::from_millis(20);
