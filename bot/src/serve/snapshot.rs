//! What answers come from, as it stands at one moment: read together, swapped together.

use std::sync::Arc;

use arc_swap::ArcSwap;
use kb::{Knowledge, cause};

use crate::logic::catalogue::Catalogue;
use crate::logic::policy::Policy;

/// What answers come from.
pub struct Snapshot {
    /// The guides.
    pub knowledge: Knowledge,
    /// The causes.
    pub causes: Arc<cause::Catalogue>,
    /// The probes.
    pub catalogue: Catalogue,
    /// Who may run which.
    pub policy: Policy,
}

/// What answers come from now, and why a newer one was refused.
pub struct Live {
    now: ArcSwap<Snapshot>,
    refused: ArcSwap<Option<String>>,
}

impl Live {
    /// Begins with a snapshot.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            now: ArcSwap::from_pointee(snapshot),
            refused: ArcSwap::from_pointee(None),
        }
    }

    /// Gives the snapshot in force. Who holds it keeps it for as long as it takes.
    #[must_use]
    pub fn get(&self) -> Arc<Snapshot> {
        self.now.load_full()
    }

    /// Puts a newer one in force.
    pub fn put(&self, snapshot: Snapshot) {
        self.now.store(Arc::new(snapshot));
        self.refused.store(Arc::new(None));
    }

    /// Keeps why a newer one was refused; the old stays in force.
    pub fn refuse(&self, why: String) {
        self.refused.store(Arc::new(Some(why)));
    }

    /// Gives why a newer one was refused, where the last one was.
    #[must_use]
    pub fn refused(&self) -> Option<String> {
        self.refused.load().as_ref().clone()
    }
}
