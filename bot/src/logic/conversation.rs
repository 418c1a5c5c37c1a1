//! Which conversation a word belongs to, and what it remembers.

use serde::{Deserialize, Serialize};

use super::heard::{Heard, Way};
use super::person::Person;
use super::place::{Kind, Place};
use super::policy::Wish;
use super::request::Request;

/// A conversation: a thread with everybody in it, or one person outside of any.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// Where.
    pub place: Place,
    /// With whom alone; `None` in a thread.
    pub with: Option<Person>,
}

impl Conversation {
    /// Gives the conversation that something belongs to. A mention outside of any thread begins one
    /// in the thread beneath it, where its answer stands.
    #[must_use]
    pub fn of(heard: &Heard) -> Self {
        let place = answers_in(heard);
        let with = place.thread.is_none().then(|| heard.who.clone());
        Self { place, with }
    }
}

/// Gives the place where an answer for all to see stands.
#[must_use]
pub fn answers_in(heard: &Heard) -> Place {
    let place = &heard.place;
    let has_threads = matches!(place.kind, Kind::Channel | Kind::Group);
    let is_on_message = matches!(
        heard.way,
        Way::Mention | Way::FollowUp | Way::Shortcut | Way::Button | Way::Form
    );
    match &heard.message {
        Some(message) if place.thread.is_none() && has_threads && is_on_message && !heard.alone => {
            place.under(message.clone())
        }
        _ => place.clone(),
    }
}

/// What a conversation remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// What probes run on, where that was said.
    pub target: Option<Wish>,
    /// What was answered last and can be answered again: for `share`.
    pub last: Option<Request>,
    /// The check that was asked for last: for `why`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Request>,
}

impl Memory {
    /// Nothing.
    pub const NONE: Self = Self {
        target: None,
        last: None,
        check: None,
    };
}
