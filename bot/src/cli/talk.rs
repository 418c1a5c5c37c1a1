//! One request through the core and onto the terminal: what `ask`, `step`, `guides` and `chat` share.

use jiff::Timestamp;
use kb::Knowledge;
use uuid::Uuid;

use super::{Context, rules};
use crate::chat::terminal::{Paint, Terminal, heard};
use crate::logic::approval::RunId;
use crate::logic::catalogue::Catalogue;
use crate::logic::effect::Effect;
use crate::logic::event::{Asked, Event};
use crate::logic::facts::Facts;
use crate::logic::heard::What;
use crate::logic::outgoing::Body;
use crate::logic::person::Asker;
use crate::logic::policy::Policy;
use crate::logic::request::Request;
use crate::logic::step;

/// Gives what the core may know, outside a conversation.
#[must_use]
pub fn facts<'a>(
    knowledge: &'a Knowledge,
    catalogue: &'a Catalogue,
    policy: &'a Policy,
) -> Facts<'a> {
    Facts {
        now: Timestamp::now(),
        fresh: RunId(Uuid::now_v7()),
        ..Facts::new(knowledge, catalogue, policy)
    }
}

/// Makes the event of something that the person at the terminal did.
#[must_use]
pub fn event(what: What) -> Event {
    let asker = Asker::at_terminal(rustix::process::getuid().as_raw());
    let key = Uuid::now_v7().to_string();
    Event::Heard(Box::new(Asked {
        heard: heard(key, &asker, what, Timestamp::now()),
        asker,
        files: Vec::new(),
    }))
}

/// Asks the core and prints what it says, without what only a conversation can press.
///
/// # Errors
/// When standard output cannot be written.
pub fn say(ctx: &Context, knowledge: &Knowledge, request: Request) -> anyhow::Result<()> {
    let catalogue = rules::probes(&ctx.config)?;
    let policy = Policy::shipped(&catalogue);
    let facts = facts(knowledge, &catalogue, &policy);
    for effect in step(&facts, event(What::Pressed { request })) {
        if let Effect::Send(outgoing) = effect
            && let Body::Message(mut message) = outgoing.body
        {
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
