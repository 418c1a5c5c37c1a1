//! Runs under way, by what they do: the same thing asked for twice at once runs once and answers both.
//! It is stopped when the last who asked for it no longer wants it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::logic::digest::Digest;
use crate::logic::outcome::{Capture, Ending, Outcome};

/// How far a run is.
#[derive(Clone, Debug)]
pub enum Stage {
    /// It waits for a place.
    Waiting,
    /// It runs; so many bytes were printed.
    Running(u64),
    /// It is over.
    Over(Arc<Outcome>),
}

/// The runs under way.
#[derive(Debug, Default)]
pub struct Flights {
    flying: Arc<Mutex<BTreeMap<Digest, Flight>>>,
}

#[derive(Debug)]
struct Flight {
    stage: watch::Receiver<Stage>,
    cancel: CancellationToken,
    riders: usize,
}

/// One asker's share of a run.
#[derive(Debug)]
pub struct Ride {
    key: Digest,
    flying: Arc<Mutex<BTreeMap<Digest, Flight>>>,
    stage: watch::Receiver<Stage>,
    cancel: CancellationToken,
    /// Whether the run was under way already.
    joined: bool,
    left: bool,
}

/// What a run needs that nobody has begun yet.
pub struct Departure {
    /// Where it tells how far it is.
    pub stage: watch::Sender<Stage>,
    /// When to stop.
    pub cancel: CancellationToken,
}

impl Flights {
    /// Boards the run for `key`; the second value is there for whoever has to begin it.
    pub fn board(&self, key: Digest) -> (Ride, Option<Departure>) {
        let mut flying = lock(&self.flying);
        let under_way = flying.get_mut(&key).filter(|flight| {
            let over = matches!(*flight.stage.borrow(), Stage::Over(_));
            // A run whose task is gone without a word is none to join.
            !over && flight.stage.has_changed().is_ok() && !flight.cancel.is_cancelled()
        });
        let (stage, cancel, departure) = if let Some(flight) = under_way {
            flight.riders += 1;
            (flight.stage.clone(), flight.cancel.clone(), None)
        } else {
            let (sender, stage) = watch::channel(Stage::Waiting);
            let cancel = CancellationToken::new();
            let flight = Flight {
                stage: stage.clone(),
                cancel: cancel.clone(),
                riders: 1,
            };
            flying.insert(key, flight);
            let departure = Departure {
                stage: sender,
                cancel: cancel.clone(),
            };
            (stage, cancel, Some(departure))
        };
        let ride = Ride {
            key,
            flying: Arc::clone(&self.flying),
            stage,
            cancel,
            joined: departure.is_none(),
            left: false,
        };
        (ride, departure)
    }
}

impl Ride {
    /// Tells whether the run was under way already when this was asked.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.joined
    }

    /// Gives how far the run is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage.borrow().clone()
    }

    /// Waits for the run's end.
    pub async fn outcome(&mut self) -> Arc<Outcome> {
        loop {
            if let Stage::Over(outcome) = &*self.stage.borrow_and_update() {
                return Arc::clone(outcome);
            }
            if self.stage.changed().await.is_err() {
                // The task may have said its last between the look and the wait.
                if let Stage::Over(outcome) = self.stage() {
                    return outcome;
                }
                let reason = "the task that ran it is gone".to_owned();
                return Arc::new(nothing(Ending::Lost { reason }));
            }
        }
    }

    /// Gives up this asker's share. A run that nobody else waits for is stopped, and its outcome says
    /// what it printed until then.
    pub async fn cancel(mut self) -> Arc<Outcome> {
        if self.leave() {
            return self.outcome().await;
        }
        Arc::new(nothing(Ending::Cancelled))
    }

    /// Leaves the run; tells whether this was the last, so that the run stops.
    fn leave(&mut self) -> bool {
        if std::mem::replace(&mut self.left, true) {
            return false;
        }
        let mut flying = lock(&self.flying);
        let Some(flight) = flying.get_mut(&self.key) else {
            return false;
        };
        // Another run for the same key may have taken the place of one that is over.
        if !flight.stage.same_channel(&self.stage) {
            return false;
        }
        flight.riders -= 1;
        if flight.riders > 0 {
            return false;
        }
        self.cancel.cancel();
        flying.remove(&self.key);
        true
    }
}

impl Drop for Ride {
    fn drop(&mut self) {
        self.leave();
    }
}

/// An outcome without output.
#[must_use]
pub fn nothing(ending: Ending) -> Outcome {
    Outcome {
        ending,
        stdout: Capture::default(),
        stderr: Capture::default(),
        took: std::time::Duration::ZERO,
        layers: Vec::new(),
        swept: 0,
    }
}

fn lock(flying: &Mutex<BTreeMap<Digest, Flight>>) -> MutexGuard<'_, BTreeMap<Digest, Flight>> {
    // Every change is one whole step; a panic elsewhere leaves nothing half done.
    flying.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    #[tokio::test]
    async fn what_is_asked_twice_at_once_runs_once_and_answers_both() {
        let flights = Flights::default();
        let (mut first, departure) = flights.board(key("a"));
        let departure = departure.expect("the first begins it");
        let (mut second, none) = flights.board(key("a"));
        assert!(none.is_none() && second.is_shared() && !first.is_shared());
        let (_other, other) = flights.board(key("b"));
        assert!(other.is_some());
        let end = Arc::new(nothing(Ending::Exited { status: 0 }));
        departure.stage.send_replace(Stage::Over(Arc::clone(&end)));
        assert_eq!(first.outcome().await, end);
        assert_eq!(second.outcome().await, end);
        assert!(
            flights.board(key("a")).1.is_some(),
            "what is over is run anew"
        );
    }

    #[tokio::test]
    async fn it_is_stopped_when_the_last_who_wants_it_leaves() {
        let flights = Flights::default();
        let (first, departure) = flights.board(key("a"));
        let departure = departure.expect("the first begins it");
        let (second, _) = flights.board(key("a"));
        assert_eq!(first.cancel().await.ending, Ending::Cancelled);
        assert!(!departure.cancel.is_cancelled());
        drop(second);
        assert!(departure.cancel.is_cancelled());
    }

    #[tokio::test]
    async fn a_task_that_vanishes_leaves_a_run_that_is_lost_and_not_a_wait_without_end() {
        let flights = Flights::default();
        let (mut ride, departure) = flights.board(key("a"));
        drop(departure);
        assert!(matches!(ride.outcome().await.ending, Ending::Lost { .. }));
        assert!(flights.board(key("a")).1.is_some());
    }
}
