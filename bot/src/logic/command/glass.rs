//! `break-glass`: a lone person starts their own run without the second one, where the policy has
//! it: with a reason, in front of everybody, and recorded.

use super::approve::{reason_field, short, start};
use crate::logic::approval::{Decision, Hold};
use crate::logic::effect::Effect;
use crate::logic::form::Form;
use crate::logic::message::{Message, Tone};
use crate::logic::outgoing::Address;
use crate::logic::place::Place;
use crate::logic::request::{Request, Which};
use crate::logic::turn::{Turn, news};

/// Starts a run without the second person.
#[must_use]
pub fn answer(turn: Turn<'_>, run: &Which, reason: Option<&str>) -> Vec<Effect> {
    let Some(held) = turn.held(run) else {
        return turn.unknown(run);
    };
    let hold = &held.hold;
    if let Some(paused) = super::pause::refusal(turn.facts) {
        return turn.refused(hold, &paused, None);
    }
    let given = reason.map(short).filter(|reason| !reason.is_empty());
    let text = given.as_deref().unwrap_or_default();
    let (asker, around) = (&turn.asked.asker, turn.around(held));
    let change = match hold.break_glass(text, asker, turn.channel(), around) {
        Decision::Change(change) => change,
        Decision::Refused(refusal, change) => return turn.refused(hold, &refusal, change),
    };
    let Some(reason) = given else {
        return vec![turn.reply_form(form(hold))];
    };
    let mut effects = start(turn, held, change);
    effects.push(news(announced_in(turn, hold), announcement(hold, &reason)));
    effects
}

/// Gives the channel itself: in a thread it would be read by those alone who know already.
fn announced_in(turn: Turn<'_>, hold: &Hold) -> Address {
    let run = turn.facts.runs.iter().find(|run| run.id == hold.run);
    let place = run.map_or_else(|| turn.open_place(), |run| run.place.clone());
    Address::Here(Place {
        thread: None,
        ..place
    })
}

fn announcement(hold: &Hold, reason: &str) -> Message {
    let title = format!(
        "Glass broken: `{}` runs without a second person",
        hold.ask.probe
    );
    Message::new(Tone::Warning, title)
        .field("By", &hold.ask.asker.person)
        .field("Target", hold.ask.target.to_string())
        .field("Why", reason)
}

fn form(hold: &Hold) -> Form {
    let name = hold.run.short();
    Form {
        title: "Break glass".to_owned(),
        send: "Run it now".to_owned(),
        intro: Message::new(Tone::Warning, format!("`{}`", hold.ask.probe))
            .field("Target", hold.ask.target.to_string())
            .sentence("It runs without a second person. The channel is told, with your reason."),
        fields: vec![reason_field(
            "Why can it not wait?",
            "Everybody here reads it, and it is recorded.",
        )],
        request: Request::BreakGlass {
            run: Which::This(hold.run),
            reason: None,
        },
        alone: false,
        plain: Message::new(Tone::Warning, "Say why it cannot wait").sentence(format!(
            "Type `break-glass {name}` and the reason after it."
        )),
    }
}
