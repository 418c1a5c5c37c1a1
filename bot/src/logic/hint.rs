//! What a platform may show beside the conversation while somebody waits: what the bot is at, what could
//! be asked, what a thread is about. None of it is a reply; a platform shows what it can and lets the
//! rest be.

use super::heard::{Heard, What};
use super::place::{Kind, Place};
use super::request::{self, Request};
use super::run::Run;

/// Something to show for a while. What is lost with a restart is not missed, so that nothing here is
/// written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// The bot is at something, until its next message there.
    Answering {
        /// What: a fragment that fits after the bot's name.
        doing: String,
    },
    /// A run is under way, until [`Hint::Over`]: messages come and go meanwhile.
    Running {
        /// What: a fragment that fits after the bot's name.
        doing: String,
    },
    /// No run is under way any more.
    Over,
    /// What could be asked here, the likeliest first.
    Prompts(Vec<Prompt>),
    /// What the thread is about; to be redacted before it is shown.
    Title(String),
}

/// Something that could be asked with one press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What it says.
    pub title: String,
    /// What pressing it types.
    pub text: String,
}

/// Tells whether a place is a panel beside the conversation: a thread with one person alone.
#[must_use]
pub fn is_panel(place: &Place) -> bool {
    place.kind == Kind::Direct && place.thread.is_some()
}

/// Says what the bot is at once it has heard something; nothing where the answer is only looked up.
#[must_use]
pub fn heard(heard: &Heard) -> Option<Hint> {
    let What::Said { text, files } = &heard.what else {
        return None;
    };
    if !is_panel(&heard.place) {
        return None;
    }
    let doing = match request::parse(text) {
        Request::Ask { .. } | Request::Help { .. } if !files.is_empty() => {
            "is reading what you sent..."
        }
        Request::Ask { .. } => "is reading the guide...",
        _ => return None,
    };
    Some(Hint::Answering {
        doing: doing.to_owned(),
    })
}

/// Says that a run is under way.
#[must_use]
pub fn running(run: &Run) -> Hint {
    Hint::Running {
        doing: format!("is running {}...", run.probe),
    }
}
