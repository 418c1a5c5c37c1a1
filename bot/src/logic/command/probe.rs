//! `probes`, `probe` and `target`: the checks that there are, asking for one, and what it runs on.
//! Whether it may run is the policy's to say, where it is run.

use kb::text::{Block, Span};

use crate::logic::catalogue::Probe;
use crate::logic::effect::Effect;
use crate::logic::facts::Facts;
use crate::logic::message::{Message, Part, Tone};
use crate::logic::policy::Wish;
use crate::logic::request::Request;

/// Lists the probes.
#[must_use]
pub fn list(facts: &Facts<'_>) -> Message {
    let items = facts
        .catalogue
        .probes()
        .map(|probe| vec![entry(probe)])
        .collect();
    Message::new(Tone::Plain, "Read-only checks")
        .part(Part::Text(vec![Block::List { first: None, items }]))
        .part(Part::Remark(
            "`probe ID` runs one on the target of the conversation; `target` sets that.".into(),
        ))
}

/// Asks for a run; what is no probe is said at once, with the nearest one.
#[must_use]
pub fn run(facts: &Facts<'_>, id: &str, values: &[String]) -> Effect {
    let known = facts
        .catalogue
        .probes()
        .any(|probe| probe.id.as_str() == id);
    if !known {
        return Effect::Say(no_such_probe(facts, id));
    }
    // Without a target of the conversation the policy may know one, or says what is missing.
    let on = facts.target.cloned().unwrap_or_default();
    Effect::Run {
        probe: id.to_owned(),
        values: values.to_vec(),
        on,
    }
}

/// Shows the target of the conversation, or sets it.
#[must_use]
pub fn target(facts: &Facts<'_>, words: &[String]) -> Vec<Effect> {
    let wish = match words {
        [] => return vec![Effect::Say(shown(facts))],
        [project, environment, app] => Wish {
            name: None,
            project: Some(project.clone()),
            environment: Some(environment.clone()),
            app: Some(app.clone()),
        },
        _ => Wish {
            name: Some(words.join(" ")),
            project: None,
            environment: None,
            app: None,
        },
    };
    let message = Message::new(Tone::Good, format!("Checks now run on {}", in_words(&wish)))
        .sentence("Whether each may, the policy says when it is asked for.")
        .button("The checks", Request::Probes);
    vec![Effect::Remember(wish), Effect::Say(message)]
}

fn shown(facts: &Facts<'_>) -> Message {
    match facts.target {
        Some(wish) => Message::new(Tone::Plain, format!("Checks run on {}", in_words(wish))),
        None => Message::new(Tone::Plain, "Nothing is set for checks to run on").sentence(HOW),
    }
}

const HOW: &str =
    "Set it with `target PROJECT ENVIRONMENT APP`, or `target NAME` with a name of the policy.";

fn no_such_probe(facts: &Facts<'_>, id: &str) -> Message {
    let message = Message::new(Tone::Warning, format!("There is no probe `{id}`"));
    let message = match facts.catalogue.nearest(id) {
        Some(near) => message.sentence(format!("Did you mean `{near}`?")),
        None => message,
    };
    message.button("The checks", Request::Probes)
}

fn entry(probe: &Probe) -> Block {
    Block::Paragraph(vec![
        Span::Code(probe.id.as_str().to_owned()),
        Span::Text(format!(": {}", probe.title)),
    ])
}

fn in_words(wish: &Wish) -> String {
    let parts: Vec<&str> = [&wish.name, &wish.project, &wish.environment, &wish.app]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    parts.join(" / ")
}
