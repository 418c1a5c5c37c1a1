//! What runs probes, as the loop sees it: a permit goes in, what came of it comes out.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::chat::Later;
use crate::logic::outcome::Outcome;
use crate::logic::policy::Permit;
use crate::probe::Runner;

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

    /// Runs it until it is over or cancelled. Dropped, it is stopped.
    fn run<'a>(&'a self, permit: &'a Permit, cancel: CancellationToken) -> Later<'a, Ran>;
}

impl Prober for Runner {
    fn program(&self) -> String {
        match Runner::program(self) {
            Ok(program) => format!("{} sha256:{}", program.path().display(), program.digest()),
            Err(why) => format!("none: {why}"),
        }
    }

    fn run<'a>(&'a self, permit: &'a Permit, cancel: CancellationToken) -> Later<'a, Ran> {
        Box::pin(async move {
            let mut ride = self.start(permit, Timestamp::now());
            let shared = ride.is_shared();
            let outcome = tokio::select! {
                outcome = ride.outcome() => Some(outcome),
                () = cancel.cancelled() => None,
            };
            let outcome = match outcome {
                Some(outcome) => outcome,
                None => ride.cancel().await,
            };
            Ran { outcome, shared }
        })
    }
}
