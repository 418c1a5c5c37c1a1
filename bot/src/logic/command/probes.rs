//! `probes`: the checks that there are, and which of them this person may run here.

use std::collections::BTreeMap;

use crate::logic::catalogue::{Approval, Probe};
use crate::logic::message::{Message, Part, Tone, list as bullets};
use crate::logic::policy::{Ask, Reason};
use crate::logic::request::Request;
use crate::logic::target::Target;
use crate::logic::turn::Turn;

/// What a person may run here on one target.
pub struct May<'a> {
    /// The target.
    pub target: Target,
    /// Its name in the policy, where it has one.
    pub name: Option<String>,
    /// The probes, with who must consent.
    pub probes: Vec<(&'a Probe, Approval)>,
}

/// Lists the probes.
#[must_use]
pub fn list(turn: Turn<'_>) -> Message {
    let may = may(turn);
    let here: BTreeMap<&str, Approval> = may
        .iter()
        .flat_map(|may| &may.probes)
        .map(|(probe, approval)| (probe.id.as_str(), *approval))
        .collect();
    let (policy, asker) = (turn.facts.policy, &turn.asked.asker);
    let items = turn.facts.catalogue.probes().map(|probe| {
        let mark = match here.get(probe.id.as_str()) {
            Some(Approval::Nobody) => "",
            Some(Approval::Asker) => " (asks for a second click)",
            Some(Approval::SecondPerson) => " (a second person must consent)",
            // On another target than that of the conversation, or once one is set.
            None if policy.offers(Some(&probe.id), asker, turn.channel()) => "",
            None => " (not for you here)",
        };
        format!("`{}`: {}{mark}", probe.id, probe.title)
    });
    let message = Message::new(Tone::Plain, "Read-only checks").part(bullets(items));
    let message = match may.as_slice() {
        [] => message.sentence(none_here(turn)),
        several => message.sentence(format!("They run on {}.", targets(several))),
    };
    let message = message.part(Part::Remark(
        "`probe ID` runs one on the target of the conversation; `target` sets that.".into(),
    ));
    match here.contains_key("app-log") {
        true => message.button(
            "Run `app-log`",
            Request::Probe {
                id: "app-log".to_owned(),
                values: Vec::new(),
            },
        ),
        false => message,
    }
}

/// Gives what a person may run here: on the target of the conversation, else on each named one.
#[must_use]
pub fn may<'a>(turn: Turn<'a>) -> Vec<May<'a>> {
    let facts = turn.facts;
    let named = facts.policy.targets();
    let targets: Vec<Target> = match turn.target() {
        Ok(target) => vec![target],
        Err(_) => named.iter().map(|named| named.target.clone()).collect(),
    };
    targets
        .into_iter()
        .map(|target| May {
            name: named
                .iter()
                .find(|named| named.target == target)
                .map(|named| named.name.clone()),
            probes: on(turn, &target),
            target,
        })
        .filter(|may| !may.probes.is_empty())
        .collect()
}

fn on<'a>(turn: Turn<'a>, target: &Target) -> Vec<(&'a Probe, Approval)> {
    let facts = turn.facts;
    let may = |probe: &'a Probe| {
        let ask = ask(turn, probe, target);
        let approval = facts.policy.may_run(probe, &ask).ok()?;
        Some((probe, approval))
    };
    facts.catalogue.probes().filter_map(may).collect()
}

fn ask(turn: Turn<'_>, probe: &Probe, target: &Target) -> Ask {
    Ask {
        asker: turn.asked.asker.clone(),
        channel: turn.channel().cloned(),
        probe: probe.id.to_string(),
        target: target.clone(),
        values: BTreeMap::new(),
    }
}

/// Names targets.
#[must_use]
pub fn targets(may: &[May<'_>]) -> String {
    let names: Vec<String> = may
        .iter()
        .map(|may| match &may.name {
            Some(name) => format!("`{name}`"),
            None => format!("`{}`", may.target),
        })
        .collect();
    names.join(", ")
}

/// Says why a person may run nothing here.
#[must_use]
pub fn none_here(turn: Turn<'_>) -> String {
    let facts = turn.facts;
    let target = turn.target().ok().or_else(|| {
        let first = facts.policy.targets().first()?;
        Some(first.target.clone())
    });
    let reason = target.and_then(|target| {
        let mut probes = facts.catalogue.probes();
        probes.find_map(|probe| {
            let refused = facts.policy.may_run(probe, &ask(turn, probe, &target));
            refused.err()
        })
    });
    if facts.policy.offers(None, &turn.asked.asker, turn.channel()) {
        return "Nothing is set for them to run on; `target` says how.".to_owned();
    }
    match reason {
        Some(Reason::Outsider) => Reason::Outsider.to_string(),
        Some(reason @ (Reason::Place | Reason::Person)) => {
            format!("{reason} `why app-log` says who may.")
        }
        _ => "You may run none of them here; `why` with the name of one says who may.".to_owned(),
    }
}
