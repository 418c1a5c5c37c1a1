//! The slash command.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::mark;
use super::shape::{Read, Us, Waiting, person, place};
use crate::logic::heard::{Handle, Heard, Way, What};

#[derive(Deserialize)]
struct Command {
    channel_id: String,
    user_id: String,
    trigger_id: String,
    #[serde(default)]
    team_id: Option<String>,
    #[serde(default)]
    channel_name: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    response_url: Option<String>,
}

/// Reads a slash command, whose payload says no time.
#[must_use]
pub fn read(us: &Us, payload: &Value, now: Timestamp) -> Read {
    heard(us, payload, now).map_or_else(
        || Read::Failed {
            kind: "slash_command",
            waiting: waiting(payload),
        },
        |heard| Read::Heard(Box::new(heard)),
    )
}

fn waiting(payload: &Value) -> Waiting {
    let text = |key: &str| payload[key].as_str().map(str::to_owned);
    Waiting {
        response_url: text("response_url"),
        channel: text("channel_id"),
        thread: None,
        user: text("user_id"),
    }
}

fn heard(us: &Us, payload: &Value, now: Timestamp) -> Option<Heard> {
    let command = Command::deserialize(payload).ok()?;
    let (who, standing) = person(us, &command.user_id, command.team_id.as_deref())?;
    Some(Heard {
        key: format!("slack:{}:{}", us.team, command.trigger_id),
        who,
        standing,
        place: place(
            us,
            &command.channel_id,
            command.channel_name.as_deref(),
            None,
        )?,
        way: Way::Slash,
        alone: true,
        message: None,
        what: What::Said {
            text: mark::plain(command.text.as_deref().unwrap_or_default(), &us.user),
            files: Vec::new(),
        },
        at: now,
        handle: Some(Handle {
            reply: command.response_url,
            form: Some(command.trigger_id),
        }),
    })
}
