//! Interactions: buttons, forms, shortcuts, menus.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::said::Said;
use super::shape::{Named, Read, Us, Waiting, home, person, place, time};
use crate::chat::slack::render::Kept;
use crate::logic::form::Check;
use crate::logic::heard::{Handle, Heard, Way, What};
use crate::logic::place::{MessageId, Place};
use crate::logic::request::Request;

/// Longest request that a button of ours can carry, and so the longest that is read.
const LONGEST_REQUEST: usize = 8_000;

#[derive(Deserialize)]
struct Interaction {
    user: Named,
    #[serde(default)]
    team: Option<Named>,
    #[serde(default)]
    channel: Option<Named>,
    #[serde(default)]
    container: Option<Container>,
    #[serde(default)]
    message: Option<Said>,
    #[serde(default)]
    view: Option<View>,
    #[serde(default)]
    trigger_id: Option<String>,
    #[serde(default)]
    response_url: Option<String>,
    #[serde(default)]
    actions: Option<Vec<Action>>,
}

#[derive(Default, Deserialize)]
struct Container {
    #[serde(default)]
    message_ts: Option<String>,
    #[serde(default)]
    channel_id: Option<String>,
    #[serde(default)]
    thread_ts: Option<String>,
    #[serde(default)]
    is_ephemeral: bool,
}

#[derive(Deserialize)]
struct Action {
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    selected_option: Option<Chosen>,
    #[serde(default)]
    action_ts: Option<String>,
}

#[derive(Deserialize)]
struct Chosen {
    value: String,
}

#[derive(Deserialize)]
struct View {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    hash: Option<String>,
    #[serde(default)]
    private_metadata: Option<String>,
    #[serde(default)]
    state: Option<Value>,
}

/// Reads an interaction; `now` is the time where it does not say one.
#[must_use]
pub fn read(us: &Us, payload: &Value, now: Timestamp) -> Read {
    let (kind, heard) = match payload["type"].as_str() {
        Some("block_actions") => ("block_actions", read_as(payload, |it| pressed(us, it, now))),
        Some("view_submission") => match wrong(payload) {
            Some(wrong) => return Read::Wrong(wrong),
            None => ("view_submission", read_as(payload, |it| sent(us, it, now))),
        },
        Some("message_action") => (
            "message_action",
            read_as(payload, |it| pointed(us, it, now)),
        ),
        Some("shortcut") => ("shortcut", read_as(payload, |it| called(us, it, now))),
        Some("block_suggestion") => return Read::Options,
        Some("view_closed") => return Read::Nothing("a form was closed"),
        _ => ("interaction", None),
    };
    heard.map_or_else(
        || Read::Failed {
            kind,
            waiting: waiting(payload),
        },
        |heard| Read::Heard(Box::new(heard)),
    )
}

fn read_as(payload: &Value, heard: impl FnOnce(Interaction) -> Option<Heard>) -> Option<Heard> {
    Interaction::deserialize(payload).ok().and_then(heard)
}

fn waiting(payload: &Value) -> Waiting {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Waiting {
        response_url: text(&payload["response_url"]),
        channel: text(&payload["channel"]["id"]),
        thread: text(&payload["message"]["thread_ts"]),
        user: text(&payload["user"]["id"]),
    }
}

/// A button. What it carries and cannot be read came from another version: that is said in its place.
fn pressed(us: &Us, it: Interaction, now: Timestamp) -> Option<Heard> {
    let action = it.actions.as_ref()?.first()?;
    let chosen = action.selected_option.as_ref().map(|chosen| &chosen.value);
    let request = action
        .value
        .as_ref()
        .or(chosen)
        .map_or_else(unreadable, |value| request(value));
    let at = action.action_ts.as_deref().and_then(time).unwrap_or(now);
    let container = it.container.as_ref();
    let message = container.and_then(|container| container.message_ts.clone());
    let thread = it
        .message
        .as_ref()
        .and_then(|message| message.thread_ts.clone());
    let thread = thread.or_else(|| container.and_then(|container| container.thread_ts.clone()));
    // A thread's own first message names itself as its thread once it has replies.
    let thread = thread.filter(|thread| Some(thread) != message.as_ref());
    let channel = it.channel.as_ref().and_then(|channel| channel.id.clone());
    let channel = channel.or_else(|| container.and_then(|container| container.channel_id.clone()));
    let at_place = match channel {
        Some(channel) => {
            let name = it
                .channel
                .as_ref()
                .and_then(|channel| channel.name.as_deref());
            place(us, &channel, name, thread.as_deref())?
        }
        None => home(us, it.user.id.as_deref()?)?,
    };
    let alone = container.is_some_and(|container| container.is_ephemeral);
    // What only the asker sees is no message that anything could stand beneath.
    let message = match message.filter(|_| !alone) {
        Some(ts) => Some(MessageId::new(&ts).ok()?),
        None => None,
    };
    let heard = heard(us, it, at_place, (Way::Button, at))?;
    Some(Heard {
        alone,
        message,
        what: What::Pressed { request },
        ..heard
    })
}

/// What a form does not take of what was filled in; the form that carries no checks is an older one.
fn wrong(payload: &Value) -> Option<BTreeMap<String, String>> {
    let view = &payload["view"];
    let kept: Kept = serde_json::from_str(view["private_metadata"].as_str()?).ok()?;
    let fields = &view["state"]["values"];
    let wrong = |(field, check): (&String, &Check)| {
        let why = check.wrong(value(fields.get(field)?))?;
        Some((field.clone(), why))
    };
    let wrong: BTreeMap<String, String> = kept.checks.iter().filter_map(wrong).collect();
    (!wrong.is_empty()).then_some(wrong)
}

/// A form.
fn sent(us: &Us, it: Interaction, now: Timestamp) -> Option<Heard> {
    let view = it.view.as_ref()?;
    let kept: Kept = serde_json::from_str(view.private_metadata.as_deref()?).ok()?;
    let key = match (&it.trigger_id, &view.id, &view.hash) {
        (Some(trigger), ..) => trigger.clone(),
        (None, Some(id), Some(hash)) => format!("{id}:{hash}"),
        _ => return None,
    };
    let request = filled(kept.request, view.state.as_ref());
    let heard = heard(
        us,
        Interaction {
            trigger_id: Some(key),
            ..it
        },
        kept.place,
        (Way::Form, now),
    )?;
    Some(Heard {
        alone: kept.alone,
        what: What::Pressed { request },
        ..heard
    })
}

/// "What does this error mean?" on a message.
fn pointed(us: &Us, it: Interaction, now: Timestamp) -> Option<Heard> {
    let message = it.message.as_ref()?;
    let channel = it.channel.as_ref()?;
    let thread = message
        .thread_ts
        .as_deref()
        .filter(|thread| Some(*thread) != message.ts.as_deref());
    let at_place = place(us, channel.id.as_deref()?, channel.name.as_deref(), thread)?;
    let what = What::Said {
        text: message.words(&us.user),
        files: message.files(),
    };
    let id = MessageId::new(message.ts.as_deref()?).ok()?;
    let heard = heard(us, it, at_place, (Way::Shortcut, now))?;
    Some(Heard {
        message: Some(id),
        what,
        ..heard
    })
}

/// A shortcut on nothing: what can be asked.
fn called(us: &Us, it: Interaction, now: Timestamp) -> Option<Heard> {
    let at_place = home(us, it.user.id.as_deref()?)?;
    heard(us, it, at_place, (Way::Shortcut, now))
}

/// What all interactions share; it asks for help until something else is said.
fn heard(us: &Us, it: Interaction, at_place: Place, (way, at): (Way, Timestamp)) -> Option<Heard> {
    let team = it.user.team_id.or_else(|| it.team.and_then(|team| team.id));
    let (who, standing) = person(us, it.user.id.as_deref()?, team.as_deref())?;
    let trigger = it.trigger_id?;
    Some(Heard {
        key: format!("slack:{}:{trigger}", us.team),
        who,
        standing,
        place: at_place,
        way,
        alone: way == Way::Shortcut,
        message: None,
        what: What::Pressed {
            request: Request::Help { topic: None },
        },
        at,
        handle: Some(Handle {
            reply: it.response_url,
            form: Some(trigger),
        }),
    })
}

fn request(value: &str) -> Request {
    if value.len() > LONGEST_REQUEST {
        return unreadable();
    }
    serde_json::from_str(value).unwrap_or_else(|_| unreadable())
}

fn unreadable() -> Request {
    Request::Unclear {
        what: "that button is from another version of bot502 and does nothing any more; type what you want".to_owned(),
    }
}

/// Lays what was filled in into the request.
fn filled(request: Request, state: Option<&Value>) -> Request {
    let Some(fields) = state.and_then(|state| state["values"].as_object()) else {
        return request;
    };
    fields.iter().fold(request, |request, (field, inputs)| {
        request.with_field(field, value(inputs))
    })
}

/// Gives what stands in a field, without the spaces around it.
fn value(inputs: &Value) -> &str {
    let input = inputs.as_object().and_then(|inputs| inputs.values().next());
    let value = input.and_then(|input| {
        input["value"]
            .as_str()
            .or_else(|| input["selected_option"]["value"].as_str())
    });
    value.unwrap_or_default().trim()
}
