//! What a chat platform gives to `serve` and gets from it. `serve` writes down what is taken before
//! the platform is told so, and delivers what was decided until it arrives.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::logic::heard::{File, Heard};
use crate::logic::hint::Hint;
use crate::logic::outgoing::{Address, Body};
use crate::logic::person::{Asker, Person, Standing};
use crate::logic::place::{MessageId, Place};

/// A boxed future, so that a platform can stand behind one type.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Takes what a platform reports and writes it down; when it returns well the platform may be told
/// that it was heard. It waits for the disk and for nothing else.
pub type Take = Arc<dyn Fn(Heard) -> Later<'static, Result<Taken, NotTaken>> + Send + Sync>;

/// What became of what was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is new and written down.
    New,
    /// It was written down before: a retry.
    Again,
    /// It was said in a thread in which the bot has no part: nobody waits for a reply, and nothing is
    /// written down.
    NotForUs,
}

/// Why what was reported was not written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// The program is stopping; the next life takes what is brought again.
    Stopping,
    /// The store could not be written, and why.
    Unwritten(String),
}

/// A body in a platform's own words, within its limits, ready to be sent: what the outbox keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// What to do with it, in the platform's own words: `message`, `file`, `form`, `home`.
    pub kind: String,
    /// What to send.
    pub body: Value,
}

/// Where a parcel goes, slots looked up.
#[derive(Clone, Debug, PartialEq)]
pub enum To {
    /// An address that needs no looking up.
    Address(Address),
    /// A thread or a channel.
    Place(Place),
    /// In the place of this message of ours.
    Instead(Place, MessageId),
}

/// What was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Where it stands, thread included; `None` where a platform does not say (to the asker alone).
    pub at: Option<(Place, MessageId)>,
}

/// Why something was not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It did not arrive; try again, not before the wait is over where one is named.
    Later {
        /// How long to wait.
        wait: Option<Duration>,
        /// Why: constant words, nothing of what was sent.
        why: String,
    },
    /// It may have arrived: the answer was not seen. [`Chat::find`] can tell.
    Unknown {
        /// Why.
        why: String,
    },
    /// It will never arrive: the channel is gone, the token is revoked, it is refused for good.
    Never {
        /// Why.
        why: String,
    },
}

/// A chat platform, as `serve` uses it.
pub trait Chat: Send + Sync {
    /// Puts a body into the platform's words, cut to its limits. Pure.
    fn render(&self, to: &Address, body: &Body) -> Vec<Parcel>;

    /// Sends a parcel. `mark` is our own id of it, put where [`Chat::find`] finds it again.
    fn deliver<'a>(
        &'a self,
        to: &'a To,
        parcel: &'a Parcel,
        mark: &'a str,
    ) -> Later<'a, Result<Delivered, Undelivered>>;

    /// Looks whether a parcel whose answer was not seen has arrived.
    fn find<'a>(
        &'a self,
        to: &'a To,
        mark: &'a str,
    ) -> Later<'a, Result<Option<Delivered>, String>>;

    /// Shows a hint at a place, as well as the platform can; where it cannot, nobody is told. In which
    /// order hints were given is known once this returns, whenever what it gives is waited for.
    fn hint(self: Arc<Self>, place: &Place, hint: Hint) -> Later<'static, ()> {
        let _ = (place, hint);
        Box::pin(std::future::ready(()))
    }

    /// Asks for the groups and the standing of a person, as they are now. `known` is what the event
    /// itself proved. What cannot be learnt makes an outsider without groups, and says why.
    fn asker<'a>(
        &'a self,
        person: &'a Person,
        known: Option<Standing>,
    ) -> Later<'a, Result<Asker, String>>;

    /// Reads the text of a file that hangs on a message, at most `limit` bytes of it.
    fn read<'a>(&'a self, file: &'a File, limit: usize) -> Later<'a, Result<String, String>>;
}
