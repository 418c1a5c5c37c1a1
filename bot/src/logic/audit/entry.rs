//! What is recorded. Never a text that was printed, only its size and digest; never a secret, since
//! the words of a probe are typed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::line::Mac;
use crate::logic::approval::{Change, Hold, RunId, State};
use crate::logic::catalogue::Approval;
use crate::logic::digest::Digest;
use crate::logic::finding::Report;
use crate::logic::outcome::{LayerState, Outcome};
use crate::logic::person::{ChannelId, Person};
use crate::logic::policy::{Ask, Permit};
use crate::logic::target::{Target, escaped, shown};

/// One entry of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number, counted from 1 without a gap.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// The code of the entry before; zeros before the first.
    pub prev: Mac,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// Somebody asked for a probe and was refused.
    Refused {
        /// Who.
        who: Person,
        /// Where.
        channel: Option<ChannelId>,
        /// The probe as it was named, shown safely.
        probe: String,
        /// Against what.
        target: Option<Target>,
        /// Why.
        reason: String,
    },
    /// A run waits for consent.
    Held {
        /// The run.
        run: RunId,
        /// Who asked.
        who: Person,
        /// Where.
        channel: Option<ChannelId>,
        /// The probe.
        probe: String,
        /// Against what.
        target: Target,
        /// Who must consent.
        approval: Approval,
        /// Digest of the permit that was shown.
        permit: Digest,
        /// Until when.
        expires_at: Timestamp,
    },
    /// Somebody consented.
    Consented {
        /// The run.
        run: RunId,
        /// Who.
        by: Person,
        /// Digest of the permit that was shown.
        permit: Digest,
    },
    /// A held run ended without a start.
    Ended {
        /// The run.
        run: RunId,
        /// Who ended it; `None` for the passing of time.
        by: Option<Person>,
        /// How: `denied`, `cancelled`, `expired`, `void`.
        how: String,
        /// Why, as they said it, shown safely; of a denial.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The asker went without the second person.
    BrokenGlass {
        /// The run.
        run: RunId,
        /// Who.
        by: Person,
        /// Digest of the permit that was shown.
        permit: Digest,
        /// Why, as they said it, shown safely.
        reason: String,
    },
    /// All running was stopped.
    Paused {
        /// Who.
        by: Person,
        /// Why, as they said it, shown safely.
        reason: Option<String>,
    },
    /// Runs may be started again.
    Resumed {
        /// Who.
        by: Person,
    },
    /// A run is about to start. Written and synced before anything runs.
    Intent {
        /// The run.
        run: RunId,
        /// Who asked.
        who: Person,
        /// Where.
        channel: Option<ChannelId>,
        /// The rule that permits it.
        rule: String,
        /// The probe.
        probe: String,
        /// Against what.
        target: Target,
        /// What runs.
        argv: Vec<String>,
        /// Names of the variables that it may see.
        environment: Vec<String>,
        /// Path and digest of the program.
        program: String,
        /// Digest of the permit.
        permit: Digest,
    },
    /// A run is over.
    Ran(Ran),
    /// The program died while the run was under way; it was not started again.
    Interrupted {
        /// The run.
        run: RunId,
    },
    /// Something that was to be said could not be delivered.
    Undelivered {
        /// What it came of.
        correlation: Uuid,
        /// Who waited for it, where somebody did.
        who: Option<Person>,
        /// Whether it was the reply to what they asked.
        is_reply: bool,
        /// Whether it was sent to them directly instead.
        tried_directly: bool,
        /// Why: the platform's word for it.
        why: String,
    },
    /// Something that decides or answers was read, and is in force from here on.
    Loaded {
        /// What: `catalogue`, `policy`, `causes`, `guides`.
        what: String,
        /// Its digest; a policy's is that of its file, byte for byte.
        digest: Digest,
        /// How many probes, rules, causes or pages it has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        count: Option<u64>,
        /// Who read it: the program, with its version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// What made it read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        occasion: Option<Occasion>,
    },
    /// What changed on disk was refused for its mistakes; the old stays in force.
    NotLoaded {
        /// How many mistakes were found. Their text may hold what stands in a file, and is the log's.
        mistakes: u64,
        /// Who read it: the program, with its version.
        by: String,
        /// What made it read.
        occasion: Occasion,
    },
    /// An entry that was cut off in the middle, by a crash while it was written, was taken away. Its
    /// run never started.
    Mended {
        /// How many bytes.
        bytes: u64,
        /// Their digest.
        digest: Digest,
    },
    /// The entries up to `through` were taken away; it stands in their place, at the head of the file.
    Pruned {
        /// Number of the last one that was taken away.
        through: u64,
        /// Its code.
        head: Mac,
        /// When they were taken away.
        pruned_at: Timestamp,
    },
}

/// What made the program read what decides and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// It started.
    Start,
    /// A file changed.
    Change,
    /// It was told to, by a signal.
    Told,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ran {
    /// The run.
    pub run: RunId,
    /// How it ended, in words.
    pub ending: String,
    /// How long it took.
    pub took_ms: u64,
    /// Bytes that it printed in all.
    pub output_bytes: u64,
    /// Digest of what was kept of them, after redaction.
    pub output: Digest,
    /// How many secrets were hidden in it.
    pub hidden: u64,
    /// Layers of the sandbox that did not hold.
    pub lacking: Vec<String>,
}

impl Ran {
    /// Makes it of a run that is over: sizes and digests, never what was printed.
    #[must_use]
    pub fn of(run: RunId, outcome: &Outcome, report: &Report) -> Self {
        let lacking = outcome
            .layers
            .iter()
            .filter(|layer| layer.state != LayerState::Full);
        Self {
            run,
            ending: outcome.ending.in_words(),
            took_ms: report.took_ms,
            output_bytes: outcome.stdout.total_bytes + outcome.stderr.total_bytes,
            output: Digest::of(report.output.as_bytes()),
            hidden: report.hidden as u64,
            lacking: lacking.map(|layer| layer.name.clone()).collect(),
        }
    }
}

impl Event {
    /// Makes the entry of a refusal.
    #[must_use]
    pub fn refused(ask: &Ask, reason: &str) -> Self {
        Self::Refused {
            who: ask.asker.person.clone(),
            channel: ask.channel.clone(),
            probe: shown(&ask.probe),
            target: Some(ask.target.clone()),
            reason: reason.to_owned(),
        }
    }

    /// Makes the entry of a run that waits for consent.
    #[must_use]
    pub fn held(hold: &Hold) -> Self {
        Self::Held {
            run: hold.run,
            who: hold.ask.asker.person.clone(),
            channel: hold.ask.channel.clone(),
            probe: shown(&hold.ask.probe),
            target: hold.ask.target.clone(),
            approval: hold.approval,
            permit: hold.digest,
            expires_at: hold.expires_at,
        }
    }

    /// Makes the entry of a change of a held run; `None` for one that has its own: a start is an
    /// [`Event::Intent`].
    #[must_use]
    pub fn settled(change: &Change) -> Option<Self> {
        let run = change.run;
        let ended = |by: Option<&Person>, how: &str| {
            Some(Self::Ended {
                run,
                by: by.cloned(),
                how: how.to_owned(),
                reason: None,
            })
        };
        match &change.to {
            State::Waiting | State::Started { .. } => None,
            State::Consented { by, .. } => Some(Self::Consented {
                run,
                by: by.clone(),
                permit: change.digest,
            }),
            State::BrokenGlass { by, reason, .. } => Some(Self::BrokenGlass {
                run,
                by: by.clone(),
                permit: change.digest,
                reason: escaped(reason),
            }),
            State::Denied { by, reason, .. } => Some(Self::Ended {
                run,
                by: Some(by.clone()),
                how: "denied".to_owned(),
                reason: reason.as_deref().map(escaped),
            }),
            State::Cancelled { by, .. } => ended(Some(by), "cancelled"),
            State::Expired { .. } => ended(None, "expired"),
            State::Void { .. } => ended(None, "void"),
        }
    }

    /// Makes the entry that is written before a run starts.
    #[must_use]
    pub fn intent(run: RunId, permit: &Permit, program: &str) -> Self {
        Self::Intent {
            run,
            who: permit.requester().clone(),
            channel: permit.channel().cloned(),
            rule: permit.rule().to_owned(),
            probe: permit.probe().to_string(),
            target: permit.target().clone(),
            argv: permit.argv().to_vec(),
            environment: permit.environment().to_vec(),
            program: program.to_owned(),
            permit: permit.digest(),
        }
    }
}
