//! What runs probes, as the loop sees it: a permit goes in, what came of it comes out.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::chat::Later;
use crate::logic::outcome::Outcome;
use crate::logic::policy::Permit;
use crate::probe::{Runner, Stage};

/// How often it is looked how much a run has printed.
const LOOK: Duration = Duration::from_secs(1);

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended, and what it printed.
    pub outcome: Arc<Outcome>,
    /// Whether somebody else had started the very same thing.
    pub shared: bool,
}

/// Runs what was permitted.
pub trait Prober: Send + Sync {
    /// Names the program that runs, for the audit.
    fn program(&self) -> String;

    /// Runs it until it is over or cancelled, and tells how many bytes it has printed. Dropped, it is
    /// stopped.
    fn run<'a>(
        &'a self,
        permit: &'a Permit,
        cancel: CancellationToken,
        printed: &'a watch::Sender<u64>,
    ) -> Later<'a, Ran>;
}

impl Prober for Runner {
    fn program(&self) -> String {
        self.program_in_words()
    }

    fn run<'a>(
        &'a self,
        permit: &'a Permit,
        cancel: CancellationToken,
        printed: &'a watch::Sender<u64>,
    ) -> Later<'a, Ran> {
        Box::pin(async move {
            let mut ride = self.start(permit, Timestamp::now());
            let shared = ride.is_shared();
            let mut look = tokio::time::interval(LOOK);
            let outcome = loop {
                tokio::select! {
                    outcome = ride.outcome() => break outcome,
                    () = cancel.cancelled() => break ride.cancel().await,
                    _ = look.tick() => {
                        if let Stage::Running(bytes) = ride.stage() {
                            printed.send_replace(bytes);
                        }
                    }
                }
            };
            Ran { outcome, shared }
        })
    }
}
