//! A run as the conversation speaks of it: who asked for what, where, and how far it is. What is
//! needed to consent to it stands in `approval`.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::approval::{RunId, State};
use super::outgoing::Slot;
use super::person::Person;
use super::place::Place;
use super::request::Request;
use super::target::{ProbeId, Target};

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Who asked for it.
    pub who: Person,
    /// Where. Where it was asked outside of any thread, the store names here, once it stands, the
    /// message of the run's slot as the thread: the result hangs there.
    pub place: Place,
    /// The probe.
    pub probe: ProbeId,
    /// Its parameters, each `name=value`.
    pub values: Vec<String>,
    /// Against what.
    pub target: Target,
    /// How far it is.
    pub stage: Stage,
    /// When it was asked for.
    pub at: Timestamp,
    /// By whose leave it runs, where it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<Leave>,
}

/// By whose leave a run that was held runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leave {
    /// Somebody who may consented.
    Consent {
        /// Who.
        by: Person,
    },
    /// The one who asked went without the second person.
    BrokenGlass {
        /// Who.
        by: Person,
    },
}

impl Leave {
    /// Gives the leave that the state of a held run stands for.
    #[must_use]
    pub fn of(state: &State) -> Option<Self> {
        match state {
            State::Consented { by, .. } => Some(Self::Consent { by: by.clone() }),
            State::BrokenGlass { by, .. } => Some(Self::BrokenGlass { by: by.clone() }),
            State::Waiting
            | State::Denied { .. }
            | State::Cancelled { .. }
            | State::Expired { .. }
            | State::Void { .. }
            | State::Started { .. } => None,
        }
    }
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It waits for consent.
    Waiting,
    /// It is under way.
    Running,
    /// It is over, and could be read.
    Done {
        /// What it shows, in a sentence; redacted.
        says: String,
    },
    /// It is over, and could not be read.
    Failed {
        /// Why, in a sentence; redacted.
        says: String,
    },
    /// Somebody who may consent said no.
    Denied,
    /// Somebody took it back, or stopped it.
    Cancelled,
    /// Nobody consented in time.
    Expired,
    /// What would have run had changed, or may no longer be run.
    Void,
    /// The program was restarted while it was under way.
    Interrupted,
}

impl Stage {
    /// Gives the stage that the state of a held run stands for.
    #[must_use]
    pub fn of(state: &State) -> Self {
        match state {
            State::Waiting => Self::Waiting,
            State::Consented { .. } | State::BrokenGlass { .. } | State::Started { .. } => {
                Self::Running
            }
            State::Denied { .. } => Self::Denied,
            State::Cancelled { .. } => Self::Cancelled,
            State::Expired { .. } => Self::Expired,
            State::Void { .. } => Self::Void,
        }
    }

    /// Tells whether nothing more will happen.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("waits for consent"),
            Self::Running => f.write_str("is running"),
            Self::Done { says } | Self::Failed { says } => f.write_str(says),
            Self::Denied => f.write_str("was denied"),
            Self::Cancelled => f.write_str("was cancelled"),
            Self::Expired => f.write_str("expired: nobody consented in time"),
            Self::Void => f.write_str("is void: what would run had changed"),
            Self::Interrupted => f.write_str("was interrupted by a restart"),
        }
    }
}

impl Run {
    /// Gives the request that asks for the same again.
    #[must_use]
    pub fn again(&self) -> Request {
        Request::Probe {
            id: self.probe.to_string(),
            values: self.values.clone(),
        }
    }

    /// Gives the probe and its parameters as they are typed.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = vec![self.probe.to_string()];
        words.extend(self.values.iter().cloned());
        words.join(" ")
    }
}

impl RunId {
    /// Gives the short name that people type: the end of the id, which is by chance.
    #[must_use]
    pub fn short(self) -> String {
        let text = self.0.simple().to_string();
        text[text.len() - 6..].to_owned()
    }

    /// Gives the slot of the message that says how far the run is.
    #[must_use]
    pub fn slot(self) -> Slot {
        Slot(format!("run-{}", self.0.simple()))
    }
}
