//! `why`: whether this person may run a probe here, by which rule, and who could. Nothing is run.

use super::held::refusal_message;
use super::probe::{named, no_such_probe};
use crate::logic::catalogue::show;
use crate::logic::effect::Effect;
use crate::logic::message::{Message, Part, Tone};
use crate::logic::policy::{Ask, Verdict};
use crate::logic::request::Request;
use crate::logic::target::ProbeId;
use crate::logic::turn::Turn;

/// Says whether a probe may be run.
#[must_use]
pub fn answer(turn: Turn<'_>, id: Option<&str>, values: &[String]) -> Vec<Effect> {
    let facts = turn.facts;
    let (id, values) = match (id, &facts.memory.check) {
        (Some(id), _) => (id, values),
        (None, Some(Request::Probe { id, values })) => (id.as_str(), values.as_slice()),
        (None, _) => return vec![turn.reply(nothing())],
    };
    let is_known = ProbeId::new(id).is_ok_and(|id| facts.catalogue.get(&id).is_some());
    if !is_known && facts.catalogue.nearest(id).is_none() {
        // "why 502" is a question, and no probe has such a name.
        let text = std::iter::once("why")
            .chain([id])
            .chain(values.iter().map(String::as_str));
        let text = text.collect::<Vec<_>>().join(" ");
        return super::ask::reply(turn, &text);
    }
    if !is_known {
        return vec![turn.reply(no_such_probe(turn, id))];
    }
    vec![turn.reply(verdict(turn, id, values))]
}

fn verdict(turn: Turn<'_>, id: &str, values: &[String]) -> Message {
    let facts = turn.facts;
    let target = match turn.target() {
        Ok(target) => target,
        Err(refusal) => return refusal_message(&refusal),
    };
    let ask = Ask {
        asker: turn.asked.asker.clone(),
        channel: turn.channel().cloned(),
        probe: id.to_owned(),
        target: target.clone(),
        values: values.iter().map(|value| named(value)).collect(),
    };
    let run = Request::Probe {
        id: id.to_owned(),
        values: values.to_vec(),
    };
    match facts.policy.judge(facts.catalogue, &ask, facts.now) {
        Verdict::Refused(refusal) => refusal_message(&refusal),
        Verdict::Permitted(permit) => Message::new(
            Tone::Good,
            format!(
                "You may run `{id}` on {target}, by rule `{}`",
                permit.rule()
            ),
        )
        .part(Part::Command {
            text: show(permit.argv()),
            remark: Some("what would run, word for word".to_owned()),
        })
        .button("Run it", run),
        Verdict::NeedsApproval(proposal) => Message::new(
            Tone::Plain,
            format!(
                "You may ask for `{id}` on {target}, by rule `{}`",
                proposal.rule
            ),
        )
        .sentence(proposal.who_may.clone())
        .part(Part::Command {
            text: show(proposal.action.argv()),
            remark: Some("what would run, word for word".to_owned()),
        })
        .button("Ask for it", run),
    }
}

fn nothing() -> Message {
    Message::new(
        Tone::Warning,
        "`why` takes the name of a check; for example `why app-log`",
    )
    .button("The checks", Request::Probes)
}
