//! `cancel`: take back a run that waits, stop one that is under way.

use super::approve::settle;
use crate::logic::approval::{Decision, Press};
use crate::logic::effect::Effect;
use crate::logic::message::{Message, Tone};
use crate::logic::policy::Ask;
use crate::logic::request::{Request, Which};
use crate::logic::run::{Run, Stage};
use crate::logic::turn::Turn;

/// Takes back or stops a run.
#[must_use]
pub fn answer(turn: Turn<'_>, run: &Which) -> Vec<Effect> {
    if let Some(run) = turn.run(run)
        && run.stage != Stage::Waiting
    {
        return stop(turn, run);
    }
    let Some(held) = turn.held(run) else {
        return turn.unknown(run);
    };
    let (asker, around) = (&turn.asked.asker, turn.around(held));
    match held
        .hold
        .press(Press::Cancel, asker, turn.channel(), around)
    {
        Decision::Change(change) => settle(turn, &held.hold, change),
        Decision::Refused(refusal, change) => turn.refused(&held.hold, &refusal, change),
    }
}

fn stop(turn: Turn<'_>, run: &Run) -> Vec<Effect> {
    if run.stage.is_over() {
        let title = format!("`{}` is over: it {}", run.probe, run.stage);
        let message = Message::new(Tone::Plain, title).button("The runs", Request::Runs);
        return vec![turn.reply_alone(message)];
    }
    if !may_stop(turn, run) {
        let message = Message::new(Tone::Bad, "You may not stop this").sentence(
            "The one who asked can, those who may run it here, and those who run the bot.",
        );
        return vec![turn.reply_alone(message)];
    }
    let message = Message::new(Tone::Plain, format!("Stopping `{}`", run.probe))
        .sentence("What it has shown until then comes in its thread.");
    vec![Effect::Cancel(run.id), turn.reply(message)]
}

/// Tells whether a person may stop a run: their own, one that they could have started themselves
/// there, or any for those who run the bot.
fn may_stop(turn: Turn<'_>, run: &Run) -> bool {
    let asker = &turn.asked.asker;
    let policy = turn.facts.policy;
    if run.who == asker.person || policy.operates(asker) {
        return true;
    }
    let ask = Ask {
        asker: asker.clone(),
        channel: turn.channel().cloned(),
        probe: run.probe.to_string(),
        target: run.target.clone(),
        values: std::collections::BTreeMap::new(),
    };
    let is_here = run.place.channel == turn.asked.heard.place.channel;
    let probe = turn.facts.catalogue.get(&run.probe);
    is_here && probe.is_some_and(|probe| policy.may_run(probe, &ask).is_ok())
}
