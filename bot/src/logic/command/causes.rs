//! `causes` and `cause`: the named reasons for a 502, and one of them with what fixes it.

use std::collections::BTreeMap;

use kb::cause::Cause;
use kb::text::{Block, Span};

use crate::logic::facts::Facts;
use crate::logic::message::{Message, Part, Tone, list as bullets};
use crate::logic::nearest::nearest;
use crate::logic::request::Request;
use crate::logic::target::shown;

/// Lists the causes, by the step of the guide that they belong to.
#[must_use]
pub fn list(facts: &Facts<'_>) -> Message {
    let mut steps: BTreeMap<u32, Vec<&Cause>> = BTreeMap::new();
    for cause in facts.causes.causes() {
        steps.entry(cause.step()).or_default().push(cause);
    }
    let mut message = Message::new(
        Tone::Plain,
        format!("{} causes are known", facts.causes.causes().len()),
    )
    .sentence("`cause ID` says more on one. By the step of the guide that they belong to:");
    for (step, causes) in steps {
        let ids: Vec<String> = causes
            .iter()
            .map(|cause| format!("`{}`", cause.id))
            .collect();
        let mut spans = vec![Span::Strong(vec![Span::Text(format!("Step {step}: "))])];
        spans.extend(crate::logic::message::spans(&ids.join(", ")));
        message = message.part(Part::Text(vec![Block::Paragraph(spans)]));
    }
    message.button("The steps of the guide", Request::Steps)
}

/// Says what one cause is.
#[must_use]
pub fn one(facts: &Facts<'_>, id: &str) -> Message {
    match facts.causes.find(id) {
        Some(cause) => whole(facts, cause),
        None => unknown(facts, id),
    }
}

fn whole(facts: &Facts<'_>, cause: &Cause) -> Message {
    let fix = vec![
        Span::Strong(vec![Span::Text("Fix: ".to_owned())]),
        Span::Text(cause.fix.clone()),
    ];
    let mut message = Message::new(Tone::Plain, cause.title.clone())
        .sentence(cause.what.clone())
        .part(Part::Text(vec![Block::Paragraph(fix)]));
    if let Some(signature) = cause.signatures.first() {
        message = message.part(Part::Evidence {
            text: signature.example.clone(),
            line: None,
        });
    }
    if !cause.confused_with.is_empty() {
        let others = cause.confused_with.iter();
        let others = others.map(|other| format!("Not `{}`: {}", other.id, other.tell));
        message = message.part(bullets(others));
    }
    if !cause.synonyms.is_empty() {
        let names = cause.synonyms.join(", ");
        message = message.part(Part::Remark(format!("Also called: {names}.")));
    }
    let is_probe = facts
        .catalogue
        .probes()
        .any(|probe| probe.id.as_str() == cause.probe);
    if is_probe {
        message = message.button(
            format!("Run the check `{}`", cause.probe),
            Request::Probe {
                id: cause.probe.clone(),
                values: Vec::new(),
            },
        );
    }
    message.button(
        format!("Step {}", cause.step()),
        Request::Step {
            number: cause.step(),
        },
    )
}

fn unknown(facts: &Facts<'_>, id: &str) -> Message {
    let message = Message::new(Tone::Warning, format!("There is no cause `{}`", shown(id)));
    let ids = facts.causes.causes().iter().map(|cause| cause.id.as_str());
    let message = match nearest(id, ids) {
        Some(near) => message.sentence(format!("Did you mean `{near}`?")).button(
            format!("Cause `{near}`"),
            Request::Cause {
                id: near.to_owned(),
            },
        ),
        None => message,
    };
    message.button("The causes", Request::Causes)
}
