//! What the person at the terminal did, as every platform reports it.

use jiff::Timestamp;

use crate::logic::heard::{Heard, Way, What};
use crate::logic::person::{Asker, ChannelId, Platform, WorkspaceId};
use crate::logic::place::{Kind, Place};

/// Gives the place of the terminal: a conversation of one with the bot.
///
/// # Panics
/// Never: its name is an id.
#[must_use]
pub fn place() -> Place {
    Place {
        platform: Platform::Terminal,
        workspace: WorkspaceId::local(),
        channel: ChannelId::new("terminal").expect("letters make an id"),
        kind: Kind::Direct,
        thread: None,
    }
}

/// Reports what the person at the terminal did.
#[must_use]
pub fn heard(key: String, asker: &Asker, what: What, at: Timestamp) -> Heard {
    let way = match &what {
        What::Said { .. } => Way::Direct,
        What::Pressed { .. } => Way::Button,
        What::Opened => Way::Home,
    };
    Heard {
        key,
        who: asker.person.clone(),
        standing: Some(asker.standing),
        place: place(),
        way,
        alone: false,
        message: None,
        what,
        at,
        handle: None,
    }
}
