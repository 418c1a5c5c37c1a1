//! `approve` and `deny`: what a press on a held run does. Who may is decided in `approval`.

use super::held::over;
use crate::logic::approval::{Change, Decision, Hold, Press, Start, State};
use crate::logic::audit;
use crate::logic::effect::Effect;
use crate::logic::facts::Held;
use crate::logic::form::{Field, Form, Input};
use crate::logic::message::{Message, Tone};
use crate::logic::outgoing::Address;
use crate::logic::request::{Request, Which};
use crate::logic::run::Stage;
use crate::logic::turn::{Turn, news};

/// Characters of a reason at most.
const LONGEST_REASON: usize = 300;

/// Consents, and starts what was consented to.
#[must_use]
pub fn approve(turn: Turn<'_>, run: &Which) -> Vec<Effect> {
    let Some(held) = turn.held(run) else {
        return turn.unknown(run);
    };
    if let Some(paused) = super::pause::refusal(turn.facts) {
        return turn.refused(&held.hold, &paused, None);
    }
    let (asker, around) = (&turn.asked.asker, turn.around(held));
    let hold = &held.hold;
    match hold.press(Press::Approve, asker, turn.channel(), around) {
        Decision::Change(change) => start(turn, held, change),
        Decision::Refused(refusal, change) => turn.refused(hold, &refusal, change),
    }
}

/// Starts what somebody consented to: the consent and its use are one transaction.
pub(super) fn start(turn: Turn<'_>, held: &Held, change: Change) -> Vec<Effect> {
    let mut hold: Hold = held.hold.clone();
    let consent = change.to.clone();
    if hold.apply(&change, turn.facts.now).is_err() {
        return vec![turn.reply_alone(over(&held.hold, &held.hold.state))];
    }
    let mut effects: Vec<Effect> = audit::Event::settled(&change)
        .map(Effect::Record)
        .into_iter()
        .collect();
    effects.push(Effect::Change(change));
    match hold.start(&turn.asked.asker, turn.around(held)) {
        Start::Run(permit, started) => {
            effects.push(Effect::Change(started));
            let run = turn.run_of(&hold, Stage::Running);
            effects.extend(run.map(|run| Effect::Start {
                run: Box::new(run),
                permit,
            }));
            let message = over(&hold, &consent).button(
                "Stop it",
                Request::Cancel {
                    run: Which::This(hold.run),
                },
            );
            effects.extend(turn.settled(hold.run, message));
        }
        Start::Refused(refusal, change) => effects.extend(turn.refused(&hold, &refusal, change)),
    }
    effects
}

/// Says no, with a reason; the one who asked takes it back by it.
#[must_use]
pub fn deny(turn: Turn<'_>, run: &Which, reason: Option<&str>) -> Vec<Effect> {
    let Some(held) = turn.held(run) else {
        return turn.unknown(run);
    };
    let hold = &held.hold;
    let mut change = match hold.press(
        Press::Deny,
        &turn.asked.asker,
        turn.channel(),
        turn.around(held),
    ) {
        Decision::Change(change) => change,
        Decision::Refused(refusal, change) => return turn.refused(hold, &refusal, change),
    };
    if let State::Denied { reason: kept, .. } = &mut change.to {
        let Some(reason) = reason else {
            return vec![turn.reply_form(why_not(hold))];
        };
        *kept = Some(short(reason));
    }
    settle(turn, hold, change)
}

/// Settles a held run without a start.
pub(super) fn settle(turn: Turn<'_>, hold: &Hold, change: Change) -> Vec<Effect> {
    let message = over(hold, &change.to);
    let mut effects: Vec<Effect> = audit::Event::settled(&change)
        .map(Effect::Record)
        .into_iter()
        .collect();
    // What is put in a message's place calls nobody: the one who asked reads it in the thread.
    let is_told = !turn.asked.heard.alone;
    if matches!(change.to, State::Denied { .. }) && !is_told {
        effects.push(news(Address::Beneath(hold.run.slot()), message.clone()));
    }
    effects.push(Effect::Change(change));
    effects.extend(turn.settled(hold.run, message));
    effects
}

/// Cuts a reason to what can be shown everywhere.
pub(super) fn short(reason: &str) -> String {
    reason.trim().chars().take(LONGEST_REASON).collect()
}

/// Makes the field for a reason.
pub(super) fn reason_field(label: &str, hint: &str) -> Field {
    Field {
        name: "reason".to_owned(),
        label: label.to_owned(),
        hint: Some(hint.to_owned()),
        input: Input::Lines {
            longest: LONGEST_REASON,
        },
        initial: None,
        optional: false,
    }
}

fn why_not(hold: &Hold) -> Form {
    let name = hold.run.short();
    Form {
        title: "Say no".to_owned(),
        send: "Deny".to_owned(),
        intro: Message::new(Tone::Plain, format!("`{}`", hold.ask.probe))
            .field("Target", hold.ask.target.to_string())
            .field("Asked by", &hold.ask.asker.person),
        fields: vec![reason_field("Why not?", "The one who asked is told.")],
        request: Request::Deny {
            run: Which::This(hold.run),
            reason: None,
        },
        alone: false,
        plain: Message::new(Tone::Warning, "Say why not")
            .sentence(format!("Type `deny {name}` and the reason after it.")),
    }
}
