//! From a form to a modal. It carries unseen what sending it asks for and where, since Slack says of a
//! sent form neither the channel nor the thread.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::limits::{
    CHOICE_TEXT, CHOICES, FIELD_LABEL, FIELD_LINES, MESSAGE_TEXT, VIEW_BLOCKS, VIEW_METADATA,
    VIEW_TITLE, fit, length,
};
use super::message::{self, Room, plain_text};
use super::words::visible;
use crate::logic::form::{Check, Field, Form, Input};
use crate::logic::place::Place;
use crate::logic::request::Request;

/// The name of each input; the block that it stands in bears the field's.
pub const INPUT: &str = "value";

/// What a form carries unseen and brings back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Where it was asked for.
    pub place: Place,
    /// What sending it asks for.
    pub request: Request,
    /// Whether it was asked for alone.
    pub alone: bool,
    /// What each field must pass for it to be taken.
    #[serde(default)]
    pub checks: BTreeMap<String, Check>,
}

/// Renders a form, or gives nothing where it cannot be one within the limits: its plain words are said
/// then.
#[must_use]
pub fn view(form: &Form, place: &Place) -> Option<Value> {
    let kept = Kept {
        place: place.clone(),
        request: form.request.clone(),
        alone: form.alone,
        checks: form
            .fields
            .iter()
            .filter_map(|field| Some((field.name.clone(), field.check()?)))
            .collect(),
    };
    let metadata = serde_json::to_string(&kept).ok()?;
    let fields: Vec<Value> = form.fields.iter().map(field).collect::<Option<_>>()?;
    if length(&metadata) > VIEW_METADATA || fields.is_empty() || fields.len() > VIEW_BLOCKS / 2 {
        return None;
    }
    let intro = message::blocks(
        &form.intro,
        Room {
            blocks: VIEW_BLOCKS - fields.len() - 1,
            text: MESSAGE_TEXT / 2,
            newer: false,
        },
    );
    Some(json!({
        "type": "modal",
        "callback_id": "form",
        "title": heading(&form.title),
        "submit": heading(&form.send),
        "close": heading("Cancel"),
        "private_metadata": metadata,
        "blocks": intro.into_iter().filter(|block| block["type"] != "actions").chain(fields).collect::<Vec<_>>(),
    }))
}

fn heading(text: &str) -> Value {
    let text = fit(visible(text).trim(), VIEW_TITLE);
    plain_text(if text.is_empty() { "bot502" } else { &text })
}

fn field(field: &Field) -> Option<Value> {
    let mut block = json!({
        "type": "input",
        "block_id": field.name,
        "label": plain_text(&fit(&visible(&field.label), FIELD_LABEL)),
        "element": element(field)?,
        "optional": field.optional,
    });
    if let Some(hint) = &field.hint {
        block["hint"] = plain_text(&fit(&visible(hint), FIELD_LABEL));
    }
    (!field.name.is_empty() && length(&field.name) <= 255 && !field.label.is_empty())
        .then_some(block)
}

fn element(field: &Field) -> Option<Value> {
    match &field.input {
        Input::Line { longest, .. } => Some(text_input(field, *longest, false)),
        Input::Lines { longest } => Some(text_input(field, *longest, true)),
        Input::Choice(choices) => menu(field, choices),
    }
}

fn text_input(field: &Field, longest: usize, multiline: bool) -> Value {
    let most = longest.clamp(1, FIELD_LINES);
    let mut element = json!({
        "type": "plain_text_input",
        "action_id": INPUT,
        "multiline": multiline,
        "max_length": most,
    });
    if let Some(initial) = field
        .initial
        .as_deref()
        .filter(|text| !text.is_empty() && length(text) <= most)
    {
        element["initial_value"] = json!(initial);
    }
    element
}

/// A menu of at most 100 choices, or of as many groups of them; a choice that does not fit would come
/// back cut, so it makes the form none.
fn menu(field: &Field, choices: &[String]) -> Option<Value> {
    let fits =
        |choice: &String| (1..=CHOICE_TEXT).contains(&length(choice)) && visible(choice) == *choice;
    if choices.is_empty() || choices.len() > CHOICES * CHOICES || !choices.iter().all(fits) {
        return None;
    }
    let option = |choice: &String| json!({ "text": plain_text(choice), "value": choice });
    let mut element = json!({ "type": "static_select", "action_id": INPUT });
    if choices.len() <= CHOICES {
        element["options"] = choices.iter().map(option).collect();
    } else {
        element["option_groups"] = choices
            .chunks(CHOICES)
            .map(|group| {
                json!({
                    "label": plain_text(&fit(&format!("from {}", group[0]), CHOICE_TEXT)),
                    "options": group.iter().map(option).collect::<Vec<_>>(),
                })
            })
            .collect();
    }
    if let Some(initial) = field
        .initial
        .as_ref()
        .filter(|initial| choices.contains(initial))
    {
        element["initial_option"] = option(initial);
    }
    Some(element)
}
