//! `pause` and `resume`: the switch that lets nothing be started.

use super::approve::short;
use crate::logic::audit;
use crate::logic::effect::Effect;
use crate::logic::facts::{Facts, Pause};
use crate::logic::message::{Message, Tone};
use crate::logic::policy::{Reason, Refusal};
use crate::logic::request::Request;
use crate::logic::target::escaped;
use crate::logic::turn::Turn;

/// Lets nothing be started.
#[must_use]
pub fn pause(turn: Turn<'_>, why: Option<&str>) -> Vec<Effect> {
    if !turn.facts.policy.operates(&turn.asked.asker) {
        return vec![turn.reply_alone(not_yours())];
    }
    if let Some(pause) = turn.facts.pause {
        let message = shown(
            Message::new(Tone::Warning, "Running is paused already"),
            pause,
        );
        return vec![turn.reply(message)];
    }
    let by = turn.asked.heard.who.clone();
    let why = why.map(short).filter(|why| !why.is_empty());
    let pause = Pause {
        by: by.clone(),
        why: why.clone(),
        at: turn.facts.now,
    };
    let message = shown(Message::new(Tone::Warning, "Running is paused"), &pause)
        .sentence("Nothing is started until somebody says `resume`. What runs already goes on.")
        .button("Resume", Request::Resume);
    let reason = why.as_deref().map(escaped);
    vec![
        Effect::Record(audit::Event::Paused { by, reason }),
        Effect::Pause(pause),
        turn.reply(message),
    ]
}

/// Lets runs be started again.
#[must_use]
pub fn resume(turn: Turn<'_>) -> Vec<Effect> {
    if !turn.facts.policy.operates(&turn.asked.asker) {
        return vec![turn.reply_alone(not_yours())];
    }
    if turn.facts.pause.is_none() {
        let message = Message::new(Tone::Plain, "Running is not paused");
        return vec![turn.reply(message)];
    }
    let by = turn.asked.heard.who.clone();
    let message = Message::new(Tone::Good, "Checks can be started again").field("Resumed by", &by);
    vec![
        Effect::Record(audit::Event::Resumed { by }),
        Effect::Resume,
        turn.reply(message),
    ]
}

/// Gives the refusal while running is paused.
#[must_use]
pub fn refusal(facts: &Facts<'_>) -> Option<Refusal> {
    let pause = facts.pause?;
    let why = pause.why.as_ref();
    let why = why.map_or_else(String::new, |why| format!(": {}", escaped(why)));
    Some(Refusal {
        reason: Reason::Paused(format!("All running is paused{why}.")),
        who_may: "Those who run the bot can `resume`. Questions are answered as always.".to_owned(),
    })
}

/// Adds to the refusal while running is paused who did it, and when; its title says why.
#[must_use]
pub fn told(message: Message, facts: &Facts<'_>) -> Message {
    match facts.pause {
        Some(pause) => by_whom(message, pause),
        None => message,
    }
}

fn shown(message: Message, pause: &Pause) -> Message {
    let message = by_whom(message, pause);
    match &pause.why {
        Some(why) => message.field("Why", why.as_str()),
        None => message,
    }
}

fn by_whom(message: Message, pause: &Pause) -> Message {
    message.field("By", &pause.by).field("Since", pause.at)
}

fn not_yours() -> Message {
    Message::new(Tone::Bad, "Only those who run the bot may pause and resume")
        .sentence("The policy names them, under `[[operators]]`.")
}
