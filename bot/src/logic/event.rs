//! What happened, as the edges report it.

use super::audit::Ran;
use super::finding::Report;
use super::heard::{Heard, Way, What};
use super::person::Asker;
use super::request;
use super::run::Run;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A person did something; it wants exactly one reply.
    Heard(Box<Asked>),
    /// A run is over.
    Ended(Box<Ended>),
    /// A run was to be started and was not: nothing ran.
    NotStarted {
        /// The run.
        run: Box<Run>,
        /// Why: a fragment without a full stop, nothing of what was typed or printed.
        why: String,
    },
    /// The program was restarted while a run was under way. It was not started again.
    Interrupted {
        /// The run.
        run: Box<Run>,
    },
    /// Time passed: what waits for consent may have expired.
    Tick,
}

impl Event {
    /// Takes secrets out of what a person typed to be kept and shown: a reason, what was missing. What
    /// is only answered stays as it was typed.
    pub fn redact(&mut self, redact: impl Fn(&str) -> String) {
        let Self::Heard(asked) = self else {
            return;
        };
        let what = &mut asked.heard.what;
        let mut request = match what {
            What::Pressed { request } => request.clone(),
            What::Said { text, .. } => request::parse(text),
            What::Opened => return,
        };
        let Some(typed) = request.typed_mut() else {
            return;
        };
        let redacted = redact(typed);
        // A shortcut's text is never obeyed, so it stays what was said.
        if redacted != *typed && asked.heard.way != Way::Shortcut {
            *typed = redacted;
            *what = What::Pressed { request };
        }
    }
}

/// What a person did, with what is known of them now.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What was reported.
    pub heard: Heard,
    /// The person, with groups and standing of now.
    pub asker: Asker,
    /// The text files that hang on it, in their order.
    pub files: Vec<Attached>,
}

/// A text file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its name, as the person gave it.
    pub name: String,
    /// Its text, or why it could not be read: a fragment without a full stop.
    pub text: Result<String, String>,
}

/// A run that is over.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The run, as it was started.
    pub run: Run,
    /// What it shows; redacted.
    pub report: Report,
    /// What the audit keeps of it.
    pub ran: Ran,
}
