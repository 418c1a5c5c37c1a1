//! Where something was said, by ids that a platform never gives to another place.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::person::{ChannelId, Platform, WorkspaceId};
use super::target::{NotAName, name, shown};

name!(
    /// The id of a message on its platform: a Slack timestamp, a Discord number.
    MessageId,
    "message id",
    "it is 1 to 40 digits and dots",
    |text| (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
);

/// Where something was said, or is to be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The platform.
    pub platform: Platform,
    /// The workspace that the bot serves there.
    pub workspace: WorkspaceId,
    /// The channel or the direct message.
    pub channel: ChannelId,
    /// What kind of channel it is.
    pub kind: Kind,
    /// The message that the thread hangs on; `None` outside of any thread.
    pub thread: Option<MessageId>,
}

/// What kind of channel a place is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A channel that several people are in.
    Channel,
    /// A direct message between one person and the bot.
    Direct,
    /// A direct message of several people.
    Group,
    /// The bot's own page.
    Home,
}

impl Place {
    /// Gives the same channel, in the thread beneath a message.
    #[must_use]
    pub fn under(&self, message: MessageId) -> Self {
        Self {
            thread: Some(message),
            ..self.clone()
        }
    }
}
