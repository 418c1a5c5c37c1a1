//! What is said where no answer can be given: that it failed, what holds, and the id by which the
//! operator finds it in the log.

use super::tasks;
use crate::logic::conversation::answers_in;
use crate::logic::effect::Effect;
use crate::logic::event::Event;
use crate::logic::heard::Heard;
use crate::logic::message::{Message, Part, Progress, Tone};
use crate::logic::outgoing::{Address, Body, Outgoing};
use crate::logic::place::Kind;
use crate::logic::run::{Run, Stage};

/// The failure of an audit that cannot be written: nothing that it would record may be done.
pub const AUDIT: &str = "audit";

/// Gives the effects of an event that could not be decided on. Something heard gets one reply; a run
/// is closed, and its thread is told. `id` is the correlation id, `what` the kind of failure.
#[must_use]
pub fn effects(event: &Event, id: &str, what: &str) -> Vec<Effect> {
    match event {
        Event::Heard(asked) => vec![reply(&asked.heard, message(id, what))],
        Event::Ended(ended) => closed(&ended.run, "is over, and its result could not be kept", id),
        Event::NotStarted { run, .. } => closed(run, "was not started", id),
        Event::Interrupted { run } => closed(run, "was interrupted by a restart", id),
        Event::Tick => Vec::new(),
    }
}

fn message(id: &str, what: &str) -> Message {
    let message = match what {
        AUDIT => Message::new(Tone::Bad, "I cannot do that: the audit cannot be written").sentence(
            "What is not recorded is not done, so nothing of it holds. Answers from the guides still work.",
        ),
        _ => Message::new(Tone::Bad, "I failed at that")
            .sentence("It is a fault of mine and not of what you asked; nothing was run or changed."),
    };
    message.part(for_operator(id))
}

fn for_operator(id: &str) -> Part {
    Part::Remark(format!("For the operator: `{id}` in the log."))
}

fn closed(run: &Run, how: &str, id: &str) -> Vec<Effect> {
    let says = format!("`{}` {how}", run.words());
    let message = Message::new(Tone::Bad, says.clone())
        .tasks(tasks::of_run(run, Progress::Failed, Some(&says)))
        .part(for_operator(id));
    let slot = run.id.slot();
    let news = |to| {
        Effect::Send(Box::new(Outgoing {
            to,
            slot: None,
            is_reply: false,
            body: Body::Message(message.clone()),
        }))
    };
    vec![
        Effect::Close {
            run: run.id,
            stage: Stage::Failed { says },
        },
        news(Address::Instead(slot.clone())),
        news(Address::Beneath(slot)),
    ]
}

fn reply(heard: &Heard, message: Message) -> Effect {
    let place = answers_in(heard);
    let to = match heard.alone || place.kind == Kind::Home {
        true => Address::Asker {
            place,
            person: heard.who.clone(),
            handle: heard.handle.clone(),
        },
        false => Address::Here(place),
    };
    Effect::Send(Box::new(Outgoing {
        to,
        slot: None,
        is_reply: true,
        body: Body::Message(message),
    }))
}
