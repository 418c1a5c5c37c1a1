//! The Events API: mentions, messages, the bot's own page.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::mark;
use super::said::Said;
use super::shape::{Read, Us, Waiting, home, person, place, time};
use crate::logic::heard::{Heard, Way, What};
use crate::logic::person::Standing;
use crate::logic::place::{Kind, MessageId};
use crate::logic::request::Request;

/// Subtypes of messages that are still a person saying something.
const SAID: [&str; 4] = [
    "file_share",
    "thread_broadcast",
    "me_message",
    "bot_message",
];

/// What stands around each event.
#[derive(Deserialize)]
struct Callback {
    #[serde(default)]
    team_id: Option<String>,
    #[serde(default)]
    event_id: Option<String>,
    #[serde(default)]
    event_time: Option<i64>,
    event: Value,
}

/// A message, or a mention in one.
#[derive(Deserialize)]
struct Message {
    channel: String,
    ts: String,
    #[serde(default)]
    subtype: Option<String>,
    #[serde(default)]
    channel_type: Option<String>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    bot_id: Option<String>,
    #[serde(default)]
    user_team: Option<String>,
    #[serde(default)]
    source_team: Option<String>,
    #[serde(default)]
    hidden: Option<bool>,
    /// What the person looks at beside the conversation: Slack says so in the agent's view alone.
    #[serde(default)]
    app_context: Option<Value>,
}

/// The bot's own page was opened, or the direct messages beside it.
#[derive(Deserialize)]
struct HomeOpened {
    user: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    tab: Option<String>,
}

/// The assistant's panel was opened.
#[derive(Deserialize)]
struct PanelOpened {
    assistant_thread: Panel,
}

#[derive(Deserialize)]
struct Panel {
    user_id: String,
    channel_id: String,
    thread_ts: String,
}

/// Reads the payload of an event; `now` is the time where it does not say one.
#[must_use]
pub fn read(us: &Us, payload: &Value, now: Timestamp) -> Read {
    let Ok(callback) = Callback::deserialize(payload) else {
        return Read::Failed {
            kind: "event",
            waiting: Waiting::default(),
        };
    };
    let event = &callback.event;
    let (kind, read) = match event["type"].as_str() {
        Some("app_mention") => ("app_mention", message(us, &callback, true)),
        Some("message") => ("message", message(us, &callback, false)),
        Some("app_home_opened") => ("app_home_opened", opened(us, &callback, now)),
        Some("assistant_thread_started") => ("assistant_thread_started", panel(us, &callback, now)),
        // Which channel stands beside the panel changes nothing: what may be run is told by where it is
        // asked, and a person's target by what they say.
        Some("assistant_thread_context_changed" | "app_context_changed") => {
            return Read::Nothing("another channel beside the panel");
        }
        _ => return Read::Nothing("another event"),
    };
    read.unwrap_or_else(|| Read::Failed {
        kind,
        waiting: waiting(event),
    })
}

/// Where a person waits, as far as it can be told of an event that could not be read.
fn waiting(event: &Value) -> Waiting {
    let text = |key: &str| event[key].as_str().map(str::to_owned);
    // Of messages only those to the bot wait: the others speak to each other.
    let is_ours = event["type"] == "app_mention" || event["channel_type"] == "im";
    if !is_ours || event["bot_id"].is_string() || event["subtype"].is_string() {
        return Waiting::default();
    }
    Waiting {
        response_url: None,
        channel: text("channel"),
        thread: text("thread_ts").or_else(|| text("ts")),
        user: text("user"),
    }
}

fn message(us: &Us, callback: &Callback, is_mention: bool) -> Option<Read> {
    let subtype = callback.event["subtype"].as_str();
    if subtype.is_some_and(|subtype| !SAID.contains(&subtype)) {
        return Some(Read::Nothing("no saying"));
    }
    let message = Message::deserialize(&callback.event).ok()?;
    let said = Said::deserialize(&callback.event).ok()?;
    if message.user.as_deref() == Some(&us.user) || message.bot_id.as_deref() == Some(&us.bot) {
        return Some(Read::Nothing("ours"));
    }
    if message.hidden == Some(true) {
        return Some(Read::Nothing("hidden"));
    }
    let is_mention = is_mention || mark::names(said.text.as_deref().unwrap_or_default(), &us.user);
    let is_bot = message.bot_id.is_some() || message.subtype.as_deref() == Some("bot_message");
    let thread = said
        .thread_ts
        .as_deref()
        .filter(|thread| *thread != message.ts);
    let at = place(
        us,
        &message.channel,
        message.channel_type.as_deref(),
        thread,
    )?;
    // In the agent's view each word to the bot begins a thread, in which it is answered.
    let at = match (&at.kind, &message.app_context) {
        (Kind::Direct, Some(_)) if thread.is_none() => at.under(MessageId::new(&message.ts).ok()?),
        _ => at,
    };
    let way = match at.kind {
        // Other programs talk to each other all day: only one that names us is answered.
        _ if is_bot && !is_mention => return Some(Read::Nothing("another program's")),
        Kind::Direct => Way::Direct,
        _ if is_mention => Way::Mention,
        _ if thread.is_some() => Way::FollowUp,
        _ => return Some(Read::Nothing("not for us")),
    };
    let user = message.user.or(message.bot_id)?;
    let team = message
        .user_team
        .or(message.source_team)
        .or_else(|| callback.team_id.clone());
    let (who, standing) = person(us, &user, team.as_deref())?;
    Some(Read::Heard(Box::new(Heard {
        // A mention arrives twice, as a mention and as a message: the message is what it is.
        key: format!("slack:{}:{}:{}", us.team, message.channel, message.ts),
        who,
        standing: if is_bot {
            Some(Standing::Outsider)
        } else {
            standing
        },
        place: at,
        way,
        alone: false,
        message: Some(MessageId::new(&message.ts).ok()?),
        what: What::Said {
            text: said.words(&us.user),
            files: said.files(),
        },
        at: time(&message.ts)?,
        handle: None,
    })))
}

fn opened(us: &Us, callback: &Callback, now: Timestamp) -> Option<Read> {
    let event = HomeOpened::deserialize(&callback.event).ok()?;
    // Who opens the direct messages finds the page fresh, and what could be asked beside them.
    if !matches!(event.tab.as_deref(), None | Some("home" | "messages")) {
        return Some(Read::Nothing("another tab"));
    }
    let (who, standing) = person(us, &event.user, callback.team_id.as_deref())?;
    Some(Read::Heard(Box::new(Heard {
        key: format!("slack:{}:{}", us.team, callback.event_id.as_deref()?),
        who,
        standing,
        place: home(us, event.channel.as_deref().unwrap_or(&event.user))?,
        way: Way::Home,
        alone: false,
        message: None,
        what: What::Opened,
        at: happened(callback, now),
        handle: None,
    })))
}

/// Whoever opens the panel is greeted with what can be asked.
fn panel(us: &Us, callback: &Callback, now: Timestamp) -> Option<Read> {
    let panel = PanelOpened::deserialize(&callback.event)
        .ok()?
        .assistant_thread;
    let (who, standing) = person(us, &panel.user_id, callback.team_id.as_deref())?;
    Some(Read::Heard(Box::new(Heard {
        key: format!("slack:{}:{}", us.team, callback.event_id.as_deref()?),
        who,
        standing,
        place: place(us, &panel.channel_id, Some("im"), Some(&panel.thread_ts))?,
        way: Way::Direct,
        alone: false,
        message: None,
        what: What::Pressed {
            request: Request::Help { topic: None },
        },
        at: happened(callback, now),
        handle: None,
    })))
}

fn happened(callback: &Callback, now: Timestamp) -> Timestamp {
    callback
        .event_time
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(now)
}
