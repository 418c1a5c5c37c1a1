//! `target`: what checks run on, shown or set; in a thread for the thread, elsewhere for the channel.

use super::held::refusal_message;
use crate::logic::conversation::Memory;
use crate::logic::effect::Effect;
use crate::logic::message::{Message, Tone};
use crate::logic::policy::{Ask, Wish};
use crate::logic::request::Request;
use crate::logic::target::Target;
use crate::logic::turn::Turn;

/// Shows or sets what checks run on.
#[must_use]
pub fn answer(turn: Turn<'_>, words: &[String]) -> Vec<Effect> {
    let wish = match words {
        [] => return vec![turn.reply(shown(turn))],
        [project, environment, app] => Wish {
            name: None,
            project: Some(project.clone()),
            environment: Some(environment.clone()),
            app: Some(app.clone()),
        },
        _ => Wish {
            name: Some(words.join(" ")),
            ..Wish::default()
        },
    };
    set(turn, wish)
}

fn set(turn: Turn<'_>, wish: Wish) -> Vec<Effect> {
    let facts = turn.facts;
    let settled = facts
        .policy
        .settle(&turn.asked.asker, turn.channel(), &wish);
    let target = match settled {
        Ok(target) => target,
        Err(refusal) => return vec![turn.reply(refusal_message(&refusal))],
    };
    let in_thread = turn.open_place().thread.is_some();
    if !may_set(turn, &target) {
        let message = Message::new(Tone::Bad, "You may not set what checks run on here")
            .sentence(format!("No rule lets you run a check on `{target}` here, so setting it would help nobody. `why` with the name of a check says who may."));
        return vec![turn.reply(message)];
    }
    let scope = match in_thread {
        true => "in this thread",
        false => "in this channel",
    };
    let message = Message::new(Tone::Good, format!("Checks {scope} now run on {target}"))
        .sentence("Whether each may, the policy says when it is asked for.")
        .button("The checks", Request::Probes);
    let keep = match in_thread {
        true => turn.remember(Memory {
            target: Some(wish),
            ..facts.memory.clone()
        }),
        false => Effect::Bind {
            place: turn.open_place(),
            target: Some(wish),
        },
    };
    vec![keep, turn.reply(message)]
}

/// Tells whether a person may run anything here on a target: who may not has no business to say
/// what others' checks run on.
fn may_set(turn: Turn<'_>, target: &Target) -> bool {
    let facts = turn.facts;
    facts.catalogue.probes().any(|probe| {
        let ask = Ask {
            asker: turn.asked.asker.clone(),
            channel: turn.channel().cloned(),
            probe: probe.id.to_string(),
            target: target.clone(),
            values: std::collections::BTreeMap::new(),
        };
        facts.policy.may_run(probe, &ask).is_ok()
    })
}

fn shown(turn: Turn<'_>) -> Message {
    match turn.target() {
        Ok(target) => Message::new(Tone::Plain, format!("Checks here run on {target}"))
            .sentence("`target NAME` sets another one, where the policy lets you."),
        Err(refusal) if turn.wish().is_empty() => {
            Message::new(Tone::Plain, "Nothing is set for checks to run on")
                .sentence("Set it with `target NAME` and a name of the policy, or `target PROJECT ENVIRONMENT APP`.")
                .sentence(refusal.who_may)
        }
        Err(refusal) => refusal_message(&refusal),
    }
}
