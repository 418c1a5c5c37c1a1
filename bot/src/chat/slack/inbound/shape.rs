//! What reading gives, and the small shapes that several payloads share.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::logic::heard::Heard;
use crate::logic::person::{ChannelId, Person, Platform, Standing, UserId, WorkspaceId};
use crate::logic::place::{Kind, MessageId, Place};

/// Who the bot is in the workspace, so that it does not listen to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Us {
    /// The workspace.
    pub team: WorkspaceId,
    /// The bot's user.
    pub user: String,
    /// The bot, as messages name their sender.
    pub bot: String,
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// A person did something.
    Heard(Box<Heard>),
    /// It is nothing for us, by this constant word.
    Nothing(&'static str),
    /// A menu asks what may be chosen.
    Options,
    /// A form was filled in with what it does not take: a sentence for each such field.
    Wrong(BTreeMap<String, String>),
    /// It is of a kind that is for us and could not be read.
    Failed {
        /// What it was, by a constant word.
        kind: &'static str,
        /// Where a person waits, as far as that could be read.
        waiting: Waiting,
    },
}

/// Where a person waits for a reply.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Leave to answer.
    pub response_url: Option<String>,
    /// The channel.
    pub channel: Option<String>,
    /// The thread in it.
    pub thread: Option<String>,
    /// The person.
    pub user: Option<String>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting(..)")
    }
}

/// An object of which only the id matters.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Named {
    /// Its id.
    #[serde(default)]
    pub id: Option<String>,
    /// The workspace of a user.
    #[serde(default)]
    pub team_id: Option<String>,
    /// The name of a channel, which tells direct messages apart.
    #[serde(default)]
    pub name: Option<String>,
}

/// Makes the person, and says where the payload itself proves that they are of another workspace.
pub fn person(us: &Us, user: &str, team: Option<&str>) -> Option<(Person, Option<Standing>)> {
    let workspace = match team {
        Some(team) => WorkspaceId::new(team).ok()?,
        None => us.team.clone(),
    };
    let standing = (workspace != us.team).then_some(Standing::Outsider);
    let user = UserId::new(user).ok()?;
    Some((
        Person {
            platform: Platform::Slack,
            workspace,
            user,
        },
        standing,
    ))
}

/// Makes the place. `kind` is what the payload says of the channel, in whichever of Slack's words.
pub fn place(us: &Us, channel: &str, kind: Option<&str>, thread: Option<&str>) -> Option<Place> {
    let kind = match kind {
        Some("im" | "directmessage" | "app_home") => Kind::Direct,
        Some("mpim") => Kind::Group,
        Some(name) if name.starts_with("mpdm-") => Kind::Group,
        _ if channel.starts_with('D') => Kind::Direct,
        _ => Kind::Channel,
    };
    Some(Place {
        platform: Platform::Slack,
        workspace: us.team.clone(),
        channel: ChannelId::new(channel).ok()?,
        kind,
        thread: match thread {
            Some(thread) => Some(MessageId::new(thread).ok()?),
            None => None,
        },
    })
}

/// The bot's own page, as a place: what is said there goes to the person's direct messages, `channel`,
/// for which the person's own id stands as well.
pub fn home(us: &Us, channel: &str) -> Option<Place> {
    Some(Place {
        kind: Kind::Home,
        ..place(us, channel, None, None)?
    })
}

/// Reads a Slack timestamp's seconds.
pub fn time(ts: &str) -> Option<Timestamp> {
    let seconds = ts.split('.').next()?.parse().ok()?;
    Timestamp::from_second(seconds).ok()
}
