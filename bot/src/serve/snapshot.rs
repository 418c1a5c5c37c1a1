//! What answers come from, as it stands at one moment: read together, swapped together.

use std::sync::Arc;

use arc_swap::ArcSwap;
use kb::{Knowledge, cause};

use crate::logic::audit::{self, Occasion};
use crate::logic::catalogue::Catalogue;
use crate::logic::digest::Digest;
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

/// One of the things that a snapshot is made of, as the audit names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What: `catalogue`, `policy`, `causes`, `guides`.
    pub what: &'static str,
    /// Its digest.
    pub digest: Digest,
    /// How many probes, rules, causes or pages it has.
    pub count: usize,
}

impl Source {
    /// Makes the entry of the audit that it is in force from now on.
    #[must_use]
    pub fn loaded(&self, occasion: Occasion) -> audit::Event {
        audit::Event::Loaded {
            what: self.what.to_owned(),
            digest: self.digest,
            count: Some(self.count as u64),
            by: Some(PROGRAM.to_owned()),
            occasion: Some(occasion),
        }
    }
}

/// Who reads, as the audit names it.
pub(super) const PROGRAM: &str = concat!("bot502 ", env!("CARGO_PKG_VERSION"));

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
