//! One request through the core and onto the terminal: what `ask`, `step`, `guides` and `chat` share.

use kb::Knowledge;

use super::Context;
use crate::chat::terminal::{Paint, Terminal};
use crate::logic::effect::Effect;
use crate::logic::event::Event;
use crate::logic::facts::Facts;
use crate::logic::message::Message;
use crate::logic::request::Request;
use crate::logic::step;

/// Asks the core and prints what it says, without what only a conversation can press.
///
/// # Errors
/// When standard output cannot be written.
pub fn say(ctx: &Context, knowledge: &Knowledge, request: Request) -> anyhow::Result<()> {
    for mut message in messages(knowledge, Event::Pressed { request }) {
        message.buttons.clear();
        ctx.out.text(&terminal(ctx).message(&message))?;
    }
    Ok(())
}

/// Gives the messages that an event ends in.
#[must_use]
pub fn messages(knowledge: &Knowledge, event: Event) -> Vec<Message> {
    let effects = step(&Facts { knowledge }, event);
    effects
        .into_iter()
        .map(|Effect::Say(message)| message)
        .collect()
}

/// The terminal that standard output is.
#[must_use]
pub fn terminal(ctx: &Context) -> Terminal {
    Terminal {
        width: ctx.out.width,
        paint: Paint {
            colour: ctx.out.colour,
        },
    }
}
