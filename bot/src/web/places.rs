//! The places of the connections. Where all are taken, the one that has waited longest for its request
//! to arrive gives its place to the next: whoever sends nothing keeps nobody out who does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

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
    by_number: BTreeMap<u64, CancellationToken>,
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

    /// Takes a place for a connection that came just now. Waits only where every other has sent its
    /// whole request and is being answered.
    ///
    /// Gives nothing once the places are closed, which they never are.
    pub async fn take(&self) -> Option<Place> {
        let permit = match Arc::clone(&self.free).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let longest = lock(&self.unheard).by_number.pop_first();
                if let Some((_, wanted)) = longest {
                    metrics::counter!("bot502_web_displaced_total").increment(1);
                    wanted.cancel();
                }
                Arc::clone(&self.free).acquire_owned().await.ok()?
            }
        };
        let wanted = CancellationToken::new();
        let mut unheard = lock(&self.unheard);
        unheard.last += 1;
        let number = unheard.last;
        unheard.by_number.insert(number, wanted.clone());
        drop(unheard);
        Some(Place {
            number,
            unheard: Arc::clone(&self.unheard),
            wanted,
            _permit: permit,
        })
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
