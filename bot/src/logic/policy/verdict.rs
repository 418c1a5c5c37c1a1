//! What the policy answers: a refusal with its reason and who could, a question for consent, or a
//! permit.

use std::fmt;

use jiff::Timestamp;

use super::judge::Ask;
use super::permit::Permit;
use crate::logic::catalogue::{Action, Approval};
use crate::logic::digest::Digest;
use crate::logic::target::{Target, shown};

/// What the policy answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may not be run.
    Refused(Refusal),
    /// It may be run once somebody consents.
    NeedsApproval(Box<Proposal>),
    /// It may be run.
    Permitted(Box<Permit>),
}

/// Why something may not be run, and who could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// Who may do it, or who could grant it: a sentence.
    pub who_may: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.reason, self.who_may)
    }
}

/// Why something may not be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no such probe.
    UnknownProbe {
        /// What was asked for.
        asked: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// A parameter is missing, unknown, or not what it may be.
    BadParameter(String),
    /// No target was named, and none is bound to the place.
    NoTarget(String),
    /// The target is no target: a name that is not known, or not within its alphabet.
    BadTarget(String),
    /// The place is bound to another target.
    OtherTarget {
        /// The one that it is bound to.
        bound: Box<Target>,
        /// The one that was asked for.
        asked: Box<Target>,
    },
    /// The person is of another workspace, a bot, or of unknown standing.
    Outsider,
    /// No rule is about the place.
    Place,
    /// No rule is about the person here.
    Person,
    /// Rules about the person here do not name the probe.
    Probe,
    /// Rules about the person here name the probe, but not on this target.
    Target(Box<Target>),
    /// It asks for a second person, and there is none at a terminal.
    NoSecondPerson,
    /// What would run is too long to be shown whole to the one who must consent.
    TooLong {
        /// Its length.
        characters: usize,
    },
    /// Too many approvals are waiting.
    TooManyPending {
        /// How many are.
        waiting: usize,
        /// Whether it is the asker's own that are too many.
        own: bool,
    },
    /// The approval has expired.
    Expired,
    /// What would run now is not what was approved.
    Changed {
        /// The digest that was approved.
        approved: Digest,
        /// The digest of what would run.
        now: Digest,
    },
    /// The approval is not in the state for it: it was used, denied or cancelled.
    Settled(String),
    /// The one who pressed is the one who asked, and a second person is needed.
    SelfApproval,
    /// The one who pressed may not consent to it.
    NotApprover,
    /// The one who pressed may not go without the second person.
    NoGlass,
    /// All running is paused.
    Paused(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownProbe { asked, nearest } => {
                write!(f, "There is no probe `{}`", shown(asked))?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => f.write_str("."),
                }
            }
            Self::BadParameter(why) | Self::NoTarget(why) | Self::BadTarget(why) => {
                let end = if why.ends_with('?') { "" } else { "." };
                write!(f, "{why}{end}")
            }
            Self::OtherTarget { bound, asked } => write!(
                f,
                "This channel is about `{bound}`, so `{asked}` cannot be asked about here."
            ),
            Self::Outsider => f.write_str(
                "You are not a member of the workspace that this bot serves, or it cannot tell.",
            ),
            Self::Place => f.write_str("No rule lets anybody run probes here."),
            Self::Person => f.write_str("No rule lets you run probes here."),
            Self::Probe => f.write_str("Your rules here do not name this probe."),
            Self::Target(target) => {
                write!(
                    f,
                    "Your rules here do not give you this probe on `{target}`."
                )
            }
            Self::NoSecondPerson => {
                f.write_str("A second person must consent, and there is none at a terminal.")
            }
            Self::TooLong { characters } => write!(
                f,
                "What would run has {characters} characters, too many to be shown whole to the one who must consent."
            ),
            Self::TooManyPending { waiting, own: true } => {
                write!(f, "You have {waiting} approvals waiting already.")
            }
            Self::TooManyPending {
                waiting,
                own: false,
            } => {
                write!(f, "{waiting} approvals are waiting already.")
            }
            Self::Expired => f.write_str("The time to consent has run out."),
            Self::Changed { approved, now } => {
                write!(
                    f,
                    "What would run now ({}) is not what was shown ({}), so the consent is void.",
                    now.short(),
                    approved.short()
                )
            }
            Self::Settled(how) => write!(f, "It is settled already: {how}."),
            Self::SelfApproval => {
                f.write_str("You asked for it, and a second person must consent.")
            }
            Self::NotApprover => f.write_str("You may not consent to this."),
            Self::NoGlass => {
                f.write_str("The policy does not let you start this without the second person.")
            }
            Self::Paused(why) => write!(f, "{why}"),
        }
    }
}

/// What would run, for the one who must consent: shown whole, bound by its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What was asked.
    pub ask: Ask,
    /// Who must consent: the asker or a second person.
    pub approval: Approval,
    /// The rule that would permit it.
    pub rule: String,
    /// What would run, every parameter filled in.
    pub action: Action,
    /// Digest of the permit that consent would give.
    pub digest: Digest,
    /// The moment after which neither consent nor start is possible.
    pub expires_at: Timestamp,
    /// Who may consent: a sentence.
    pub who_may: String,
}
