//! Taking what a platform reports: written down and handed to a worker, and nothing else, so that the
//! platform can be told at once.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::figures;
use super::point::{Point, Points};
use crate::chat::{NotTaken, Take, Taken};
use crate::logic::heard::{Heard, Way};
use crate::store::{Row, Store, StoreError};

/// Lanes in which events are answered: what one person asks at one place is answered in its order,
/// and a slow one holds up the others of its lane alone.
const LANES: usize = 16;

/// Where events come in.
pub struct Intake {
    store: Store,
    lanes: Vec<mpsc::UnboundedSender<Row>>,
    points: Points,
    /// Nothing more is taken.
    pub(super) stopping: CancellationToken,
}

/// What waits to be answered: what an earlier life left, and then what comes in.
pub struct Waiting {
    /// What was written down before, by a life that did not answer it.
    pub(super) left: Vec<Row>,
    pub(super) lanes: Vec<mpsc::UnboundedReceiver<Row>>,
}

impl Intake {
    /// Opens the way in, after looking at what was left.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn open(store: Store, points: Points) -> Result<(Arc<Self>, Waiting), StoreError> {
        // Before anything new can be written down: what is new would be taken up twice.
        let left = store.left_unanswered().await?;
        let (senders, receivers) = (0..LANES).map(|_| mpsc::unbounded_channel()).unzip();
        let intake = Self {
            store,
            lanes: senders,
            points,
            stopping: CancellationToken::new(),
        };
        let waiting = Waiting {
            left,
            lanes: receivers,
        };
        Ok((Arc::new(intake), waiting))
    }

    /// Gives the way in for a platform.
    #[must_use]
    pub fn take(self: &Arc<Self>) -> Take {
        let intake = Arc::clone(self);
        Arc::new(move |heard| {
            let intake = Arc::clone(&intake);
            Box::pin(async move { intake.write_down(heard).await })
        })
    }

    async fn write_down(&self, heard: Heard) -> Result<Taken, NotTaken> {
        if self.stopping.is_cancelled() {
            return Err(NotTaken::Stopping);
        }
        (self.points)(Point::Heard);
        let (platform, way) = (heard.place.platform, figures::way(heard.way));
        if heard.way == Way::FollowUp && !self.is_ours(&heard).await? {
            return Ok(Taken::NotForUs);
        }
        let key = heard.key.clone();
        let taken = self.store.take(heard, Timestamp::now()).await;
        let count = |outcome: &'static str| {
            metrics::counter!(
                "bot502_events_total",
                "platform" => platform.to_string(), "way" => way, "outcome" => outcome
            )
            .increment(1);
        };
        match taken {
            Ok(Some(row)) => {
                (self.points)(Point::Written);
                count("taken");
                self.hand_over(row);
                Ok(Taken::New)
            }
            Ok(None) => {
                count("repeated");
                Ok(Taken::Again)
            }
            Err(error) => {
                count("refused");
                // Logged where the writer failed; each event of a full disk would be a line.
                tracing::debug!(event.key = %key, error = %error, "an event was not taken");
                Err(NotTaken::Unwritten(error.to_string()))
            }
        }
    }

    /// A word in a thread that was not said to the bot is its business only where it spoke before.
    async fn is_ours(&self, heard: &Heard) -> Result<bool, NotTaken> {
        let spoke = self.store.spoke_in(&heard.place).await;
        spoke.map_err(|error| NotTaken::Unwritten(error.to_string()))
    }

    /// Hands a row to the lane of its person and place.
    pub(super) fn hand_over(&self, row: Row) {
        let mut hasher = DefaultHasher::new();
        (&row.heard.who, &row.heard.place.channel).hash(&mut hasher);
        let lane = hasher.finish() % LANES as u64;
        // A lane that is gone is one of a program that ends; the row waits for the next life.
        let _ = self.lanes[lane as usize].send(row);
    }
}
