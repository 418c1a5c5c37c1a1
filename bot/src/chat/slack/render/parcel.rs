//! From a body and its address to what is sent: which of Slack's surfaces it takes.

use serde_json::json;

use super::form;
use super::limits::{FILE_NAME, MESSAGE_BLOCKS, MESSAGE_TEXT, VIEW_BLOCKS, fit};
use super::message::{self, Room};
use super::words::visible;
use crate::chat::Parcel;
use crate::logic::form::Form;
use crate::logic::message::Message;
use crate::logic::outgoing::{Address, Body};

/// The kind of a message: `text` and `blocks`.
pub const MESSAGE: &str = "message";
/// The kind of a file: `name`, `title` and `text`.
pub const FILE: &str = "file";
/// The kind of a form: `view`, and `plain` for where it cannot be opened any more.
pub const FORM: &str = "form";
/// The kind of the bot's own page: `view`.
pub const HOME: &str = "home";

/// Puts a body into Slack's words.
#[must_use]
pub fn parcels(to: &Address, body: &Body) -> Vec<Parcel> {
    let parcel = match (to, body) {
        (Address::Home(_), Body::Message(message)) => home(message),
        (_, Body::Message(message)) => self::message(message),
        (_, Body::File { name, title, text }) => file(name, title, text),
        (Address::Asker { place, handle, .. }, Body::Form(form))
            if handle.as_ref().is_some_and(|handle| handle.form.is_some()) =>
        {
            match form::view(form, place) {
                Some(view) => self::form(form, view),
                None => self::message(&form.plain),
            }
        }
        // Nothing gave leave to open a form there.
        (_, Body::Form(form)) => self::message(&form.plain),
    };
    vec![parcel]
}

fn message(message: &Message) -> Parcel {
    let room = Room {
        blocks: MESSAGE_BLOCKS,
        text: MESSAGE_TEXT,
        newer: true,
    };
    Parcel {
        kind: MESSAGE.to_owned(),
        body: json!({ "text": message::fallback(message), "blocks": message::blocks(message, room) }),
    }
}

fn form(form: &Form, view: serde_json::Value) -> Parcel {
    let plain = message(&form.plain).body;
    Parcel {
        kind: FORM.to_owned(),
        body: json!({ "view": view, "plain": plain }),
    }
}

fn home(message: &Message) -> Parcel {
    let room = Room {
        blocks: VIEW_BLOCKS,
        text: 2 * MESSAGE_TEXT,
        newer: false,
    };
    let view = json!({ "type": "home", "blocks": message::blocks(message, room) });
    Parcel {
        kind: HOME.to_owned(),
        body: json!({ "view": view }),
    }
}

fn file(name: &str, title: &str, text: &str) -> Parcel {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let name = fit(&name, FILE_NAME);
    let title = fit(&visible(title), FILE_NAME);
    Parcel {
        kind: FILE.to_owned(),
        body: json!({ "name": name, "title": title, "text": text }),
    }
}
