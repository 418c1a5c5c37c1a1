//! One request through the core and onto the terminal: what `ask`, `step`, `guides` and `chat` share.

use kb::Knowledge;

use super::{Context, rules};
use crate::chat::terminal::{Paint, Terminal};
use crate::logic::catalogue::Catalogue;
use crate::logic::effect::Effect;
use crate::logic::event::Event;
use crate::logic::facts::Facts;
use crate::logic::request::Request;
use crate::logic::step;

/// Gives what the core may know, outside a conversation.
#[must_use]
pub fn facts<'a>(knowledge: &'a Knowledge, catalogue: &'a Catalogue) -> Facts<'a> {
    Facts {
        knowledge,
        catalogue,
        target: None,
    }
}

/// Asks the core and prints what it says, without what only a conversation can press.
///
/// # Errors
/// When standard output cannot be written.
pub fn say(ctx: &Context, knowledge: &Knowledge, request: Request) -> anyhow::Result<()> {
    let catalogue = rules::probes(&ctx.config)?;
    for effect in step(&facts(knowledge, &catalogue), Event::Pressed { request }) {
        if let Effect::Say(mut message) = effect {
            message.buttons.clear();
            ctx.out.text(&terminal(ctx).message(&message))?;
        }
    }
    Ok(())
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
