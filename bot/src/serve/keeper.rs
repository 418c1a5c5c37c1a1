//! What the passing of time brings: approvals that expire, rows that are old enough to go, a database
//! that works again, figures.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::timeout;
use uuid::Uuid;

use super::answer::About;
use super::core::Server;
use super::point::Point;
use crate::logic::event::Event;

/// The longest that the clock sleeps, so that a step of the machine's clock is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The shortest: where expiry cannot be kept, it is not tried without end.
const SHORTEST_SLEEP: Duration = Duration::from_millis(200);

/// How often the house is looked after.
const HOUSE: Duration = Duration::from_secs(5);

/// How often old rows are taken away, in rounds of the house.
const PRUNE_ROUNDS: u32 = 720;

impl Server {
    /// Lets approvals expire.
    pub(super) async fn keep_time(self: Arc<Self>, (): ()) {
        loop {
            let next = self.parts.store.next_expiry().await.ok().flatten();
            let now = Timestamp::now();
            let wait = match next {
                None => LONGEST_SLEEP,
                Some(next) if next > now => {
                    Duration::try_from(next.duration_since(now)).unwrap_or(LONGEST_SLEEP)
                }
                Some(_) => {
                    self.tick().await;
                    SHORTEST_SLEEP
                }
            };
            // Who waits for consent anew may be the next to expire.
            let _ = timeout(wait.min(LONGEST_SLEEP), self.clock.notified()).await;
        }
    }

    async fn tick(self: &Arc<Self>) {
        (self.parts.points)(Point::Expiring);
        let about = About {
            correlation: Uuid::now_v7(),
            answers: None,
            platform: None,
            person: None,
        };
        self.decide(Event::Tick, &about).await;
    }

    /// Looks after the house.
    pub(super) async fn keep_house(self: Arc<Self>, (): ()) {
        let mut round: u32 = 0;
        loop {
            if self.parts.store.trouble().is_some() && self.parts.store.try_out().await.is_ok() {
                tracing::info!("the store can be written again");
                self.post.notify_one();
            }
            if round.is_multiple_of(PRUNE_ROUNDS) {
                self.prune().await;
            }
            self.gauges().await;
            round = round.wrapping_add(1);
            tokio::time::sleep(HOUSE).await;
        }
    }

    async fn prune(&self) {
        self.rates.forget();
        let now = Timestamp::now();
        let before = now
            .checked_sub(self.parts.limits.keep)
            .unwrap_or(Timestamp::MIN);
        if let Err(error) = self.parts.store.prune(before).await {
            tracing::warn!(error = %error, "old rows could not be taken away");
        }
    }

    async fn gauges(&self) {
        let Ok(backlog) = self.parts.store.backlog(Timestamp::now()).await else {
            return;
        };
        for (queue, length) in [
            ("inbox", backlog.unanswered),
            ("outbox", backlog.undelivered),
            ("approvals", backlog.held),
            ("runs", backlog.running),
        ] {
            // Exact up to 2^53, which no queue reaches.
            metrics::gauge!("bot502_queue_length", "queue" => queue).set(length as f64);
        }
    }
}
