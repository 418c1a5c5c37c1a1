//! Who asks, and where: ids that a platform never gives to anybody else. Names, addresses and
//! handles can be changed by those who bear them, so nothing here holds one.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::target::{NotAName, name, shown};

/// Where a person speaks to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// The terminal of the machine that bot502 runs on.
    Terminal,
    /// Slack.
    Slack,
    /// Discord.
    Discord,
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Terminal => "terminal",
            Self::Slack => "Slack",
            Self::Discord => "Discord",
        })
    }
}

name!(
    /// A Slack workspace's or a Discord server's id; `local` for the terminal.
    WorkspaceId,
    "workspace id",
    "it is 1 to 40 letters, digits, `_` and `-`",
    is_id
);

name!(
    /// A person's id; the number of the Unix user for the terminal.
    UserId,
    "user id",
    "it is 1 to 40 letters, digits, `_` and `-`",
    is_id
);

name!(
    /// The id of a Slack user group or a Discord role.
    GroupId,
    "group id",
    "it is 1 to 40 letters, digits, `_` and `-`",
    is_id
);

name!(
    /// The id of a channel, a direct message or a group message.
    ChannelId,
    "channel id",
    "it is 1 to 40 letters, digits, `_` and `-`",
    is_id
);

impl WorkspaceId {
    /// Gives the workspace of the terminal.
    #[must_use]
    pub fn local() -> Self {
        Self("local".to_owned())
    }
}

fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// One person on one platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The platform.
    pub platform: Platform,
    /// The workspace that the person belongs to, which in a shared channel may not be ours.
    pub workspace: WorkspaceId,
    /// The person.
    pub user: UserId,
}

impl Person {
    /// Makes the person who sits at the terminal, from the number of the Unix user.
    #[must_use]
    pub fn at_terminal(uid: u32) -> Self {
        Self {
            platform: Platform::Terminal,
            workspace: WorkspaceId::local(),
            user: UserId(uid.to_string()),
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.platform, self.workspace, self.user)
    }
}

/// How a person belongs to the workspace that the bot serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A full member.
    Member,
    /// A guest: may only what a rule gives to this very person or to a group.
    Guest,
    /// Somebody of another workspace, a bot, or somebody whose standing is not known.
    Outsider,
}

/// A person with what the policy must know beyond the id. Read anew for each decision: groups and
/// standing change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// The person.
    pub person: Person,
    /// Groups or roles that the person is in now.
    pub groups: BTreeSet<GroupId>,
    /// How the person belongs here.
    pub standing: Standing,
}

impl Asker {
    /// Makes the person who sits at the terminal.
    #[must_use]
    pub fn at_terminal(uid: u32) -> Self {
        Self {
            person: Person::at_terminal(uid),
            groups: BTreeSet::new(),
            standing: Standing::Member,
        }
    }
}
