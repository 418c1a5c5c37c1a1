//! What an edge reports of one thing that a person did: who, where, by which way in, and what. It is
//! what the inbox keeps, so that a restart can take it up again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::person::{Person, Standing};
use super::place::{MessageId, Place};
use super::request::Request;

/// One thing that a person did and that wants exactly one reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// The platform's own id of it, the same in each of its retries: the key of the inbox.
    pub key: String,
    /// Who.
    pub who: Person,
    /// How the person belongs here, where the event itself proves it (a bot, somebody of another
    /// workspace); `None` where the platform is to be asked.
    pub standing: Option<Standing>,
    /// Where.
    pub place: Place,
    /// By which way it came in.
    pub way: Way,
    /// Whether nobody but the person sees it: a slash command, a shortcut, a button or form on an
    /// answer that was for them alone. Then the reply is for them alone too.
    pub alone: bool,
    /// The message that it is about: what was said, or what the pressed button stands on, where
    /// others see it too.
    pub message: Option<MessageId>,
    /// What.
    pub what: What,
    /// When the platform says that it was.
    pub at: Timestamp,
    /// Leave to answer once, soon: Slack's `response_url` or `trigger_id`, a Discord interaction's
    /// token. A secret: the store keeps it no longer than the reply takes.
    pub handle: Option<Handle>,
}

/// The ways in. Each goes through the same policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// `/502 ...`: the answer is for the asker alone unless they ask to share it.
    Slash,
    /// The bot was named in a message.
    Mention,
    /// A direct message.
    Direct,
    /// A message in a thread in which the bot spoke, without naming it.
    FollowUp,
    /// "What does this error mean?" on a message.
    Shortcut,
    /// A button.
    Button,
    /// A form that was sent.
    Form,
    /// The bot's own page was opened.
    Home,
}

/// What a person did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Typed or pointed at a text.
    Said {
        /// The text as it was typed, the platform's own marks turned back into what people see.
        text: String,
        /// Text files that hang on it, read when the reply is made.
        files: Vec<File>,
    },
    /// Pressed a button or sent a form.
    Pressed {
        /// What it asks for.
        request: Request,
    },
    /// Opened the bot's own page.
    Opened,
}

/// A file that hangs on a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name, as the person gave it.
    pub name: String,
    /// Where the platform keeps it.
    pub url: String,
    /// Its size.
    pub size_bytes: u64,
}

/// Leave to answer, as the platform gives it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Handle {
    /// Where or with what the reply is given (`response_url`, an interaction's token).
    pub reply: Option<String>,
    /// What a form is opened with (`trigger_id`), for some seconds.
    pub form: Option<String>,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handle(..)")
    }
}
