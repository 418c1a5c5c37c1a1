//! `probe`: asks the policy for one run, and starts it, holds it for consent, or says why not.

use std::collections::BTreeMap;
use std::time::Duration;

use super::held::{refusal_message, waiting};
use super::tasks;
use crate::logic::approval::Hold;
use crate::logic::audit;
use crate::logic::catalogue::{Need, Parameter, ParameterType, Probe, show};
use crate::logic::conversation::Memory;
use crate::logic::effect::Effect;
use crate::logic::form::{Field, Form, Input};
use crate::logic::message::{Message, Part, Progress, Tone};
use crate::logic::outcome::duration_in_words;
use crate::logic::outgoing::Address;
use crate::logic::policy::{Ask, Permit, Proposal, Reason, Refusal, Verdict};
use crate::logic::request::{Request, Which};
use crate::logic::run::{Run, Stage};
use crate::logic::target::{ProbeId, Target, shown};
use crate::logic::turn::{Turn, news};

/// Characters of a parameter's value at most: a host's name is the longest.
const LONGEST_VALUE: usize = 253;

/// Asks for a run.
#[must_use]
pub fn run(turn: Turn<'_>, id: &str, values: &[String]) -> Vec<Effect> {
    let known = ProbeId::new(id).ok();
    let Some(probe) = known.and_then(|id| turn.facts.catalogue.get(&id)) else {
        return vec![turn.reply(no_such_probe(turn, id))];
    };
    let mut effects = match turn.target() {
        Ok(target) => {
            let ask = Ask {
                asker: turn.asked.asker.clone(),
                channel: turn.channel().cloned(),
                probe: id.to_owned(),
                target,
                values: values.iter().map(|value| named(value)).collect(),
            };
            judge(turn, probe, &ask, values)
        }
        Err(refusal) => refuse(turn, probe, None, &refusal),
    };
    effects.extend(remember(turn, id, values));
    effects
}

/// Remembers the check that was asked for, for `why`.
fn remember(turn: Turn<'_>, id: &str, values: &[String]) -> Option<Effect> {
    let check = Some(Request::Probe {
        id: id.to_owned(),
        values: values.to_vec(),
    });
    let memory = turn.facts.memory;
    (memory.check != check).then(|| {
        turn.remember(Memory {
            check,
            ..memory.clone()
        })
    })
}

/// Opens the form of a probe's parameters, for those who may run it.
#[must_use]
pub fn fill(turn: Turn<'_>, id: &str, values: &[String]) -> Vec<Effect> {
    let known = ProbeId::new(id).ok();
    let Some(probe) = known.and_then(|id| turn.facts.catalogue.get(&id)) else {
        return vec![turn.reply(no_such_probe(turn, id))];
    };
    let (policy, asker) = (turn.facts.policy, &turn.asked.asker);
    let may = policy.offers(Some(&probe.id), asker, turn.channel());
    match turn.target() {
        Ok(target) if may && !probe.parameters.is_empty() && turn.facts.pause.is_none() => {
            vec![turn.reply_form(form(probe, values, &target))]
        }
        _ => run(turn, id, values),
    }
}

fn judge(turn: Turn<'_>, probe: &Probe, ask: &Ask, values: &[String]) -> Vec<Effect> {
    let facts = turn.facts;
    // A form is for those alone who may run what it asks about, and when it could be run.
    if is_missing(probe, &ask.values) && facts.policy.may_run(probe, ask).is_ok() {
        return match super::pause::refusal(facts) {
            Some(paused) => refuse(turn, probe, Some(&ask.target), &paused),
            None => vec![turn.reply_form(form(probe, values, &ask.target))],
        };
    }
    let run = |stage| Run {
        id: facts.fresh,
        who: ask.asker.person.clone(),
        place: turn.open_place(),
        probe: probe.id.clone(),
        values: values.to_vec(),
        target: ask.target.clone(),
        stage,
        at: facts.now,
        leave: None,
    };
    let refused = |refusal: &Refusal| refuse(turn, probe, Some(&ask.target), refusal);
    match facts.policy.judge(facts.catalogue, ask, facts.now) {
        Verdict::Refused(refusal) => refused(&refusal),
        Verdict::Permitted(_) | Verdict::NeedsApproval(_) if facts.pause.is_some() => {
            super::pause::refusal(facts).map_or_else(Vec::new, |refusal| refused(&refusal))
        }
        Verdict::Permitted(permit) => start(turn, run(Stage::Running), permit),
        Verdict::NeedsApproval(proposal) => {
            match Hold::new(facts.fresh, &proposal, facts.policy, facts.holds.iter()) {
                Ok(held) => hold(turn, run(Stage::Waiting), held, &proposal),
                Err(refusal) => refused(&refusal),
            }
        }
    }
}

fn start(turn: Turn<'_>, run: Run, permit: Box<Permit>) -> Vec<Effect> {
    let slot = run.id.slot();
    let message = running(&run, &permit);
    vec![
        Effect::Start {
            run: Box::new(run),
            permit,
        },
        turn.reply_openly(message, Some(slot)),
    ]
}

fn hold(turn: Turn<'_>, run: Run, held: Hold, proposal: &Proposal) -> Vec<Effect> {
    let message = waiting(&held, proposal, turn.facts.policy);
    vec![
        Effect::Record(audit::Event::held(&held)),
        Effect::Hold {
            hold: Box::new(held),
            run: Box::new(run.clone()),
        },
        turn.reply_openly(message, Some(run.id.slot())),
    ]
}

fn refuse(
    turn: Turn<'_>,
    probe: &Probe,
    target: Option<&Target>,
    refusal: &Refusal,
) -> Vec<Effect> {
    let record = audit::Event::Refused {
        who: turn.asked.heard.who.clone(),
        channel: turn.channel().cloned(),
        probe: probe.id.to_string(),
        target: target.cloned(),
        reason: refusal.reason.to_string(),
    };
    let mut message = match refusal.reason {
        Reason::Paused(_) => super::pause::told(refusal_message(refusal), turn.facts),
        _ => refusal_message(refusal),
    };
    if matches!(refusal.reason, Reason::BadParameter(_)) && !probe.parameters.is_empty() {
        let request = Request::Fill {
            id: probe.id.to_string(),
            values: Vec::new(),
        };
        message = message.button("Fill in a form", request);
    }
    vec![Effect::Record(record), turn.reply(message)]
}

/// Says in the place of a run's message how far it is.
#[must_use]
pub fn progress(run: &Run, permit: &Permit, took: Duration, printed_bytes: u64) -> Effect {
    let took = duration_in_words(took);
    let so_far = match printed_bytes {
        0 => format!("For {took} so far."),
        bytes => format!("For {took} so far; {bytes} bytes printed."),
    };
    let message = running(run, permit).part(Part::Remark(so_far));
    news(Address::Instead(run.id.slot()), message)
}

/// Says that a run is under way.
fn running(run: &Run, permit: &Permit) -> Message {
    Message::new(Tone::Plain, format!("Running `{}`", run.words()))
        .tasks(tasks::of_run(run, Progress::UnderWay, None))
        .field("Target", run.target.to_string())
        .field("Asked by", &run.who)
        .part(Part::Command {
            text: show(permit.argv()),
            remark: None,
        })
        .part(Part::Remark(format!(
            "Run {}, rule {}.",
            run.id.short(),
            permit.rule()
        )))
        .button(
            "Stop it",
            Request::Cancel {
                run: Which::This(run.id),
            },
        )
}

/// Says that there is no such probe, with the nearest one.
#[must_use]
pub fn no_such_probe(turn: Turn<'_>, id: &str) -> Message {
    let message = Message::new(Tone::Warning, format!("There is no probe `{}`", shown(id)));
    let message = match turn.facts.catalogue.nearest(id) {
        Some(near) => message.sentence(format!("Did you mean `{near}`?")).button(
            format!("Run `{near}`"),
            Request::Probe {
                id: near.to_owned(),
                values: Vec::new(),
            },
        ),
        None => message,
    };
    message.button("The checks", Request::Probes)
}

/// Splits `name=value`; a word without `=` is a name that no probe has, and is refused as such.
pub(super) fn named(value: &str) -> (String, String) {
    let (name, value) = value.split_once('=').unwrap_or((value, ""));
    (name.to_owned(), value.to_owned())
}

/// Tells whether a probe needs to be told more.
pub(super) fn is_missing(probe: &Probe, given: &BTreeMap<String, String>) -> bool {
    let mut parameters = probe.parameters.iter();
    parameters
        .any(|parameter| parameter.need == Need::Required && !given.contains_key(&parameter.name))
}

fn form(probe: &Probe, values: &[String], target: &Target) -> Form {
    let given: BTreeMap<String, String> = values.iter().map(|value| named(value)).collect();
    let fields = probe.parameters.iter();
    let fields: Vec<Field> = fields.map(|parameter| field(parameter, &given)).collect();
    let mut typed = vec![probe.id.to_string()];
    typed.extend(fields.iter().filter_map(|field| match &field.initial {
        Some(value) => Some(format!("{}={value}", field.name)),
        None => (!field.optional).then(|| format!("{}=...", field.name)),
    }));
    let request = Request::Probe {
        id: probe.id.to_string(),
        values: values.to_vec(),
    };
    Form {
        title: probe.title.chars().take(24).collect(),
        send: "Run".to_owned(),
        intro: Message::new(Tone::Plain, probe.title.clone())
            .sentence(probe.tells.clone())
            .field("Target", target.to_string()),
        alone: false,
        plain: missing(probe, &typed.join(" "), values),
        fields,
        request,
    }
}

/// Says what a probe needs to be told, where no form can be shown.
fn missing(probe: &Probe, typed: &str, values: &[String]) -> Message {
    let again = Request::Fill {
        id: probe.id.to_string(),
        values: values.to_vec(),
    };
    let needs = probe.parameters.iter().map(|parameter| {
        let need = match &parameter.need {
            Need::Required => "needed".to_owned(),
            Need::Default(value) => format!("`{value}` where nothing is said"),
            Need::Optional => "may be left out".to_owned(),
        };
        format!(
            "`{}`: {} ({}; {need})",
            parameter.name, parameter.about, parameter.kind
        )
    });
    Message::new(
        Tone::Warning,
        format!("`{}` needs to be told more", probe.id),
    )
    .part(crate::logic::message::list(needs))
    .sentence(format!("Type it with your values, as in `probe {typed}`."))
    .button("Fill it in", again)
}

fn field(parameter: &Parameter, given: &BTreeMap<String, String>) -> Field {
    let input = match &parameter.kind {
        ParameterType::Enum(words) => Input::Choice(words.clone()),
        ParameterType::Integer { .. }
        | ParameterType::Activity
        | ParameterType::Service
        | ParameterType::Host => Input::Line {
            longest: LONGEST_VALUE,
            kind: Some(parameter.kind.clone()),
        },
    };
    let default = match &parameter.need {
        Need::Default(value) => Some(value.clone()),
        Need::Required | Need::Optional => None,
    };
    Field {
        name: parameter.name.clone(),
        label: parameter.name.clone(),
        hint: Some(format!("{} ({})", parameter.about, parameter.kind)),
        input,
        initial: given.get(&parameter.name).cloned().or(default),
        optional: parameter.need != Need::Required,
    }
}
