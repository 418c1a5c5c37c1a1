//! The places of the connections. Where all are taken, the one that has waited longest for its request
//! to arrive gives its place to the next: whoever sends nothing keeps nobody out who does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// How long a connection keeps its place whoever waits: enough for the honest ones of a burst, whose
/// requests are under way, and so little that a thousand which send nothing are through in a second.
const GRACE: Duration = Duration::from_millis(200);

/// The places.
#[derive(Clone)]
pub struct Places {
    free: Arc<Semaphore>,
    /// Connections whose request has not arrived whole, in the order in which they came.
    unheard: Arc<Mutex<Unheard>>,
}

#[derive(Default)]
struct Unheard {
    last: u64,
    by_number: BTreeMap<u64, (Instant, CancellationToken)>,
}

/// One place, given back when dropped.
pub struct Place {
    number: u64,
    unheard: Arc<Mutex<Unheard>>,
    /// Somebody else needs it: the connection is to end.
    pub wanted: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    /// Makes so many.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(count)),
            unheard: Arc::default(),
        }
    }

    /// Takes a place for a connection that came just now, as soon as there is one: given back, or taken
    /// from who has sent no whole request in its time.
    ///
    /// Gives nothing once the places are closed, which they never are.
    pub async fn take(&self) -> Option<Place> {
        let permit = self.permit().await?;
        let wanted = CancellationToken::new();
        let mut unheard = lock(&self.unheard);
        unheard.last += 1;
        let number = unheard.last;
        unheard
            .by_number
            .insert(number, (Instant::now(), wanted.clone()));
        drop(unheard);
        Some(Place {
            number,
            unheard: Arc::clone(&self.unheard),
            wanted,
            _permit: permit,
        })
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            let free = Arc::clone(&self.free).acquire_owned();
            let Some(since) = self.longest() else {
                return free.await.ok();
            };
            match timeout_at(since + GRACE, free).await {
                Ok(permit) => return permit.ok(),
                // The one that gives way frees a place.
                Err(_) if self.displace() => {
                    return Arc::clone(&self.free).acquire_owned().await.ok();
                }
                Err(_) => {}
            }
        }
    }

    /// Gives since when the one waits that has waited longest.
    fn longest(&self) -> Option<Instant> {
        let unheard = lock(&self.unheard);
        let first = unheard.by_number.first_key_value();
        first.map(|(_, (since, _))| *since)
    }

    /// Ends the one that has waited longest, where it has had its time; tells whether there is one.
    fn displace(&self) -> bool {
        let mut unheard = lock(&self.unheard);
        let Some(first) = unheard.by_number.first_entry() else {
            return false;
        };
        if first.get().0.elapsed() < GRACE {
            return false;
        }
        let (_, wanted) = first.remove();
        metrics::counter!("bot502_web_displaced_total").increment(1);
        wanted.cancel();
        true
    }
}

impl Place {
    /// Keeps the place until the answer is sent: the whole request has arrived.
    pub fn keep(&self) {
        lock(&self.unheard).by_number.remove(&self.number);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.keep();
    }
}

fn lock(unheard: &Mutex<Unheard>) -> MutexGuard<'_, Unheard> {
    // Each change is one step; a panic elsewhere leaves nothing half done.
    unheard.lock().unwrap_or_else(PoisonError::into_inner)
}
