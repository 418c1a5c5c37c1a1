//! A run that is held until somebody consents: what was asked, what was shown, and how far it is.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::logic::catalogue::Approval;
use crate::logic::digest::Digest;
use crate::logic::person::Person;
use crate::logic::policy::{Ask, Policy, Proposal, Reason, Refusal};

/// The id of a run. Buttons carry it and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub Uuid);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A run that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// The run.
    pub run: RunId,
    /// What was asked.
    pub ask: Ask,
    /// Who must consent.
    pub approval: Approval,
    /// Digest of the permit that was shown.
    pub digest: Digest,
    /// The moment after which neither consent nor start is possible.
    pub expires_at: Timestamp,
    /// How far it is.
    pub state: State,
}

/// How far a held run is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody has pressed yet.
    Waiting,
    /// Somebody consented; it may be started, once.
    Consented {
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// The asker went without the second person, where the rule lets them; it may be started, once.
    BrokenGlass {
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
        /// Why, as they said it.
        reason: String,
    },
    /// Somebody who may consent said no.
    Denied {
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
        /// Why, as they said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Somebody took it back.
    Cancelled {
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// The time ran out.
    Expired {
        /// When that was seen.
        at: Timestamp,
    },
    /// What would run is no longer what was shown, or may no longer run.
    Void {
        /// When that was seen.
        at: Timestamp,
    },
    /// It was started. The consent is used.
    Started {
        /// When.
        at: Timestamp,
    },
}

/// A state without what belongs to it: what a database compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// [`State::Waiting`].
    Waiting,
    /// [`State::Consented`] and [`State::BrokenGlass`].
    Consented,
    /// [`State::Denied`].
    Denied,
    /// [`State::Cancelled`].
    Cancelled,
    /// [`State::Expired`].
    Expired,
    /// [`State::Void`].
    Void,
    /// [`State::Started`].
    Started,
}

impl State {
    /// Gives the step.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Waiting => Step::Waiting,
            Self::Consented { .. } | Self::BrokenGlass { .. } => Step::Consented,
            Self::Denied { .. } => Step::Denied,
            Self::Cancelled { .. } => Step::Cancelled,
            Self::Expired { .. } => Step::Expired,
            Self::Void { .. } => Step::Void,
            Self::Started { .. } => Step::Started,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("it waits for consent"),
            Self::Consented { by, .. } => write!(f, "{by} consented"),
            Self::BrokenGlass { by, .. } => write!(f, "{by} broke the glass"),
            Self::Denied { by, .. } => write!(f, "{by} said no"),
            Self::Cancelled { by, .. } => write!(f, "{by} cancelled it"),
            Self::Expired { .. } => f.write_str("the time to consent ran out"),
            Self::Void { .. } => f.write_str("what would run had changed"),
            Self::Started { .. } => f.write_str("it was started"),
        }
    }
}

impl Hold {
    /// Holds a run for consent, unless too many are held.
    ///
    /// # Errors
    /// A refusal when the asker, or all together, have as many waiting as the policy allows.
    pub fn new<'a>(
        run: RunId,
        proposal: &Proposal,
        policy: &Policy,
        waiting: impl Iterator<Item = &'a Self>,
    ) -> Result<Self, Refusal> {
        let asker = &proposal.ask.asker.person;
        let (mut own, mut all) = (0, 0);
        for hold in waiting.filter(|hold| hold.state.step() == Step::Waiting) {
            all += 1;
            own += usize::from(hold.ask.asker.person == *asker);
        }
        let refuse = |waiting, own| {
            Err(Refusal {
                reason: Reason::TooManyPending { waiting, own },
                who_may: "Cancel one, or wait until they expire.".to_owned(),
            })
        };
        if own >= policy.pending_each() {
            return refuse(own, true);
        }
        if all >= policy.pending_all() {
            return refuse(all, false);
        }
        Ok(Self {
            run,
            ask: proposal.ask.clone(),
            approval: proposal.approval,
            digest: proposal.digest,
            expires_at: proposal.expires_at,
            state: State::Waiting,
        })
    }
}
