//! All that a decision may know. Whoever gathers the facts gives them as they are at that moment;
//! where a decision is made again, they are gathered again.

use std::time::Duration;

use jiff::Timestamp;
use kb::Knowledge;
use kb::cause;
use serde::{Deserialize, Serialize};

use super::approval::{Hold, RunId};
use super::audit::Entry;
use super::catalogue::Catalogue;
use super::conversation::Memory;
use super::person::{Asker, Person};
use super::policy::{Policy, Wish};
use super::run::Run;

/// What is true at the moment of the decision.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The guides, as they stand now.
    pub knowledge: &'a Knowledge,
    /// The causes that errors are read against.
    pub causes: &'a cause::Catalogue,
    /// The probes that there are.
    pub catalogue: &'a Catalogue,
    /// Who may run which.
    pub policy: &'a Policy,
    /// The time.
    pub now: Timestamp,
    /// An id that no run has yet, for the one that this event may begin.
    pub fresh: RunId,
    /// What this conversation remembers.
    pub memory: &'a Memory,
    /// What probes run on in this channel, where that was said in it.
    pub channel_target: Option<&'a Wish>,
    /// The held run that the event names ([`super::named_run`] tells which), whatever its state.
    pub hold: Option<&'a Held>,
    /// All runs that wait for consent, those of other channels too.
    pub holds: &'a [Hold],
    /// Recent runs, the newest first; all that are under way are among them.
    pub runs: &'a [Run],
    /// Who stopped all running, where somebody did.
    pub pause: Option<&'a Pause>,
    /// Figures for `status`.
    pub figures: &'a Figures,
    /// The audit's last entries, the oldest first.
    pub audit: &'a [Entry],
}

/// A held run with what must be known anew to decide on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The run.
    pub hold: Hold,
    /// The one who asked for it, with groups and standing of now.
    pub requester: Asker,
}

/// That nothing may be started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Who said so.
    pub by: Person,
    /// Why.
    pub why: Option<String>,
    /// Since when.
    pub at: Timestamp,
}

/// How the program itself is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The program's version.
    pub version: String,
    /// How long it has been up.
    pub up: Duration,
    /// Events that are written down and not answered yet.
    pub unanswered: u64,
    /// Messages that are decided and not delivered yet.
    pub undelivered: u64,
    /// Messages that could not be delivered in the last hour.
    pub lost: u64,
    /// What an operator should look at: whole sentences, such as that a file of the policy was
    /// refused.
    pub troubles: Vec<String>,
}

static NO_MEMORY: Memory = Memory::NONE;
static NO_FIGURES: Figures = Figures {
    version: String::new(),
    up: Duration::ZERO,
    unanswered: 0,
    undelivered: 0,
    lost: 0,
    troubles: Vec::new(),
};

impl<'a> Facts<'a> {
    /// Gives the facts of a place where nothing has happened yet.
    #[must_use]
    pub fn new(knowledge: &'a Knowledge, catalogue: &'a Catalogue, policy: &'a Policy) -> Self {
        Self {
            knowledge,
            causes: cause::Catalogue::shipped(),
            catalogue,
            policy,
            now: Timestamp::UNIX_EPOCH,
            fresh: RunId(uuid::Uuid::nil()),
            memory: &NO_MEMORY,
            channel_target: None,
            hold: None,
            holds: &[],
            runs: &[],
            pause: None,
            figures: &NO_FIGURES,
            audit: &[],
        }
    }
}
