//! Whether an answer helped, and what was missing.

use super::approve::short;
use crate::logic::effect::{Effect, Feedback};
use crate::logic::form::{Field, Form, Input};
use crate::logic::message::{Message, Tone};
use crate::logic::request::Request;
use crate::logic::turn::Turn;

/// Characters of what was missing at most.
const LONGEST: usize = 300;

/// Keeps what a person thought; asks what was missing.
#[must_use]
pub fn answer(turn: Turn<'_>, about: &str, helpful: bool, missing: Option<&str>) -> Vec<Effect> {
    if !helpful && missing.is_none() {
        return vec![turn.reply_form(form(about))];
    }
    let missing = missing.map(short).filter(|text| !text.is_empty());
    let feedback = Feedback {
        about: about.to_owned(),
        helpful,
        missing,
    };
    let message = match helpful {
        true => Message::new(Tone::Good, "Good to know, thank you"),
        false => Message::new(Tone::Plain, "Thank you, that is noted")
            .sentence("Those who write the guides read it."),
    };
    vec![Effect::Feedback(feedback), turn.reply_alone(message)]
}

/// Adds the two buttons under an answer.
#[must_use]
pub fn buttons(message: Message, about: &str) -> Message {
    let request = |helpful| Request::Feedback {
        about: about.to_owned(),
        helpful,
        missing: None,
    };
    message
        .button("Helpful", request(true))
        .button("Not helpful", request(false))
}

fn form(about: &str) -> Form {
    let request = Request::Feedback {
        about: about.to_owned(),
        helpful: false,
        missing: None,
    };
    Form {
        title: "What was missing?".to_owned(),
        send: "Send".to_owned(),
        intro: Message::new(
            Tone::Plain,
            "What did you look for, and what would have helped?",
        ),
        fields: vec![Field {
            name: "missing".to_owned(),
            label: "What was missing?".to_owned(),
            hint: Some("Leave out secrets; it is kept for those who write the guides.".to_owned()),
            input: Input::Lines { longest: LONGEST },
            initial: None,
            optional: true,
        }],
        request: request.clone(),
        alone: false,
        plain: Message::new(Tone::Plain, "What was missing?")
            .sentence("Press the button to say so.")
            .button("Say what was missing", request),
    }
}
