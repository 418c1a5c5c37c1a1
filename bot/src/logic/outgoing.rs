//! What is to be delivered, and where: a decision's words with their address. Rendering and sending
//! are the platform's.

use serde::{Deserialize, Serialize};

use super::form::Form;
use super::heard::Handle;
use super::message::Message;
use super::person::Person;
use super::place::Place;

/// One thing to deliver.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Where it goes.
    pub to: Address,
    /// The name under which later ones find this message: to change it, or to stand beneath it.
    pub slot: Option<Slot>,
    /// Whether this is the one reply to what was heard; what else goes out is news.
    pub is_reply: bool,
    /// What is delivered.
    pub body: Body,
}

/// Where something goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Address {
    /// To the asker alone, where they asked.
    Asker {
        /// Where they asked.
        place: Place,
        /// Who they are.
        person: Person,
        /// Leave to answer, where the way in gave one.
        handle: Option<Handle>,
    },
    /// For all who are there: in the thread, or the channel where the place names none.
    Here(Place),
    /// In the thread beneath the message of this slot, or in the thread that it stands in itself.
    Beneath(Slot),
    /// In the place of the message of this slot.
    Instead(Slot),
    /// The person's own page of the bot.
    Home(Person),
}

/// The name of a message of ours that later ones refer to, for example a run's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub String);

/// What is delivered.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A message.
    Message(Message),
    /// A text as a file.
    File {
        /// Its name.
        name: String,
        /// What it is, in a few words.
        title: String,
        /// The text, redacted.
        text: String,
    },
    /// A form to fill in; where it can no longer be opened, its message says how to type it.
    Form(Box<Form>),
}
