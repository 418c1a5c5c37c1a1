//! `share`: an answer for all who are there; and how an answer is said at first, to the asker alone
//! where they asked alone.

use crate::logic::conversation::Memory;
use crate::logic::effect::Effect;
use crate::logic::message::{Message, Tone};
use crate::logic::request::Request;
use crate::logic::step::decide;
use crate::logic::turn::Turn;

/// Bytes of a pasted text that a button still carries; a longer one is remembered.
const LONGEST_CARRIED: usize = 600;

/// Bytes of a pasted text that are remembered.
const LONGEST_KEPT: usize = 16 << 10;

/// Says an answer, and remembers what it answered.
#[must_use]
pub fn say(turn: Turn<'_>, request: &Request, mut message: Message) -> Vec<Effect> {
    let can_share = turn.asked.heard.alone && !turn.is_shared;
    let is_answer = !matches!(
        request,
        Request::Help { .. } | Request::Unclear { .. } | Request::Status | Request::Runs
    );
    if !is_answer {
        return vec![turn.reply(message)];
    }
    if can_share {
        let of = carried(request).map(Box::new);
        message = message.button("Show it to all here", Request::Share { of });
    }
    let is_small = !matches!(request, Request::Ask { text } if text.len() > LONGEST_KEPT);
    let memory = Memory {
        last: is_small.then(|| request.clone()),
        ..turn.facts.memory.clone()
    };
    let mut effects = Vec::new();
    if memory != *turn.facts.memory {
        effects.push(turn.remember(memory));
    }
    effects.push(turn.reply(message));
    effects
}

/// Shows an answer to all.
#[must_use]
pub fn answer(turn: Turn<'_>, of: Option<&Request>) -> Vec<Effect> {
    let asked = of.or(turn.facts.memory.last.as_ref());
    let open = Turn {
        is_shared: true,
        ..turn
    };
    match asked {
        // A share of a share is a share.
        Some(Request::Share { of: Some(inner) }) => match inner.as_ref() {
            Request::Share { .. } => vec![turn.reply_alone(nothing())],
            inner => decide(open, inner),
        },
        None | Some(Request::Share { of: None }) => vec![turn.reply_alone(nothing())],
        Some(request) => decide(open, request),
    }
}

fn carried(request: &Request) -> Option<Request> {
    match request {
        Request::Ask { text } if text.len() > LONGEST_CARRIED => None,
        request => Some(request.clone()),
    }
}

fn nothing() -> Message {
    Message::new(Tone::Warning, "There is nothing to share yet")
        .sentence("Ask first, or put the question behind it: `share step 2`.")
}
