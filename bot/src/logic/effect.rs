//! What is to be done, for the edges to do. The effects of one step are one transaction: all of them
//! hold or none does.

use super::approval::{Change, Hold, RunId};
use super::audit;
use super::conversation::{Conversation, Memory};
use super::facts::Pause;
use super::hint::Hint;
use super::outgoing::Outgoing;
use super::place::Place;
use super::policy::{Permit, Wish};
use super::run::{Run, Stage};

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Deliver this.
    Send(Box<Outgoing>),
    /// Keep a run that waits for consent.
    Hold {
        /// What was asked and shown.
        hold: Box<Hold>,
        /// The run, with the place where it was asked.
        run: Box<Run>,
    },
    /// Change a held run, if it is still as it was read. Where it is not, nothing of this step
    /// holds: the facts are read again and the decision is made again.
    Change(Change),
    /// Append this to the audit. Where that fails, nothing of this step holds.
    Record(audit::Event),
    /// Start a run: append its intent to the audit, then run it; its end comes back as an event.
    Start {
        /// The run, with the place where it was asked.
        run: Box<Run>,
        /// The leave to run it.
        permit: Box<Permit>,
    },
    /// Stop a run that is under way; its end comes back as an event.
    Cancel(RunId),
    /// Note how far a run is.
    Close {
        /// The run.
        run: RunId,
        /// How it ended.
        stage: Stage,
    },
    /// Keep what this conversation remembers, in the place of what it did.
    Remember {
        /// Which conversation.
        conversation: Conversation,
        /// What it remembers now.
        memory: Memory,
    },
    /// Keep what probes run on in a channel; `None` to forget it.
    Bind {
        /// The channel; its thread does not matter.
        place: Place,
        /// The target.
        target: Option<Wish>,
    },
    /// Let nothing be started from now on.
    Pause(Pause),
    /// Let runs be started again.
    Resume,
    /// Keep what a person thought of an answer.
    Feedback(Feedback),
    /// Show this there, as well as the platform can; it is no reply, and is not missed.
    Hint {
        /// Where.
        place: Place,
        /// What.
        hint: Hint,
    },
}

/// What a person thought of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// The answer: the place of its source, or the id of its cause. Nothing that a person typed.
    pub about: String,
    /// Whether it helped.
    pub helpful: bool,
    /// What was missing, as it was typed; redacted as every event is.
    pub missing: Option<String>,
}
