//! The catalogue: every probe that there is, and the digest that a permit is bound to.

use std::collections::BTreeMap;

use kb::diagnostic::{Diagnostic, Severity};

use super::probe::Probe;
use super::read::Reader;
use super::shipped;
use crate::logic::digest::{Digest, Fields};
use crate::logic::target::ProbeId;

/// Every probe that there is, by name. Nothing outside it can run.
#[derive(Clone, Debug)]
pub struct Catalogue {
    probes: BTreeMap<ProbeId, Probe>,
    order: Vec<ProbeId>,
    digest: Digest,
}

impl Catalogue {
    /// Reads the shipped catalogue alone.
    ///
    /// # Panics
    /// Never: the files are compiled in, and a test reads them.
    #[must_use]
    pub fn shipped() -> Self {
        let (catalogue, complaints) = Self::read(&[]);
        debug_assert!(complaints.is_empty(), "{complaints:#?}");
        catalogue
    }

    /// Reads the shipped catalogue and then the operator's files, each a path and a text.
    ///
    /// A probe with an error in it is left out, with the complaint. A caller that reloads keeps the
    /// catalogue that it had when any complaint [`is an error`](Severity::Error).
    #[must_use]
    pub fn read(files: &[(String, String)]) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader::default();
        for (path, text) in shipped::FILES {
            reader.read(path, text);
        }
        for (path, text) in files {
            reader.read(path, text);
        }
        let (probes, complaints) = reader.end();
        (Self::of(probes), complaints)
    }

    fn of(probes: Vec<Probe>) -> Self {
        let order: Vec<ProbeId> = probes.iter().map(|probe| probe.id.clone()).collect();
        let mut fields = Fields::of("bot502 catalogue 1");
        for probe in &probes {
            fields.value(probe);
        }
        Self {
            probes: probes
                .into_iter()
                .map(|probe| (probe.id.clone(), probe))
                .collect(),
            order,
            digest: fields.end(),
        }
    }

    /// Gives the probe of this name.
    #[must_use]
    pub fn get(&self, id: &ProbeId) -> Option<&Probe> {
        self.probes.get(id)
    }

    /// Gives all probes, in the order of their files.
    pub fn probes(&self) -> impl Iterator<Item = &Probe> {
        self.order.iter().filter_map(|id| self.probes.get(id))
    }

    /// Gives the name nearest to a mistyped one.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        crate::logic::nearest::nearest(name, self.order.iter().map(ProbeId::as_str))
    }

    /// Gives the digest of every probe, with its scripts.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// Tells whether any complaint is an error.
#[must_use]
pub fn has_error(complaints: &[Diagnostic]) -> bool {
    complaints
        .iter()
        .any(|complaint| complaint.severity == Severity::Error)
}
