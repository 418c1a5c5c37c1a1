//! What a panel shows beside an answer: what could be asked, once it is opened, and what its thread is
//! about, from the first thing asked there.

use super::probes::may;
use super::{help, probe};
use crate::logic::effect::Effect;
use crate::logic::heard::{Way, What};
use crate::logic::hint::{Hint, Prompt, is_panel};
use crate::logic::message::{Message, Part};
use crate::logic::outgoing::Body;
use crate::logic::request::{Request, Word, find};
use crate::logic::turn::Turn;

/// Words whose examples are prompts, the likeliest first; those that are of no use to a person here are
/// left out, and a panel shows four.
const PROMPTS: [&str; 7] = [
    "probe", "ask", "runs", "steps", "causes", "guides", "probes",
];

/// Prompts that a panel shows.
const SHOWN: usize = 4;

/// Characters of what was typed that can name a thread: beyond any title.
const LONGEST: usize = 1_000;

/// Says what could be asked to somebody who opened the bot's own page, or the messages beside it.
#[must_use]
pub fn opened(turn: Turn<'_>) -> Effect {
    Effect::Hint {
        place: turn.asked.heard.place.clone(),
        hint: Hint::Prompts(prompts(turn)),
    }
}

/// Gives what to show beside the answer to a request.
#[must_use]
pub fn hint(turn: Turn<'_>, request: &Request, answer: &[Effect]) -> Option<Effect> {
    let heard = &turn.asked.heard;
    if !is_panel(&heard.place) {
        return None;
    }
    let hint = match (&heard.what, heard.way, request) {
        (What::Pressed { .. }, Way::Direct, Request::Help { topic: None }) => {
            Hint::Prompts(prompts(turn))
        }
        _ if !is_first(turn) => return None,
        (What::Said { text, .. }, _, Request::Ask { .. }) => Hint::Title(asked(answer, text)?),
        (_, _, Request::Probe { .. }) => Hint::Title(run(answer)?),
        _ => return None,
    };
    let place = heard.place.clone();
    Some(Effect::Hint { place, hint })
}

fn prompts(turn: Turn<'_>) -> Vec<Prompt> {
    let words = PROMPTS.into_iter().filter_map(find);
    let words = words.filter(|word| help::concerns(turn, word.audience));
    words
        .filter_map(|word| prompt(turn, word))
        .take(SHOWN)
        .collect()
}

fn prompt(turn: Turn<'_>, word: &Word) -> Option<Prompt> {
    if word.word != "probe" {
        return Some(Prompt {
            title: help::sentence_case(word.about),
            text: word.example.to_owned(),
        });
    }
    // The first that needs to be told nothing more.
    let may = may(turn);
    let probes = may.iter().flat_map(|may| &may.probes);
    let (check, _) = probes
        .into_iter()
        .find(|(check, _)| !probe::is_missing(check, &std::collections::BTreeMap::new()))?;
    Some(Prompt {
        title: format!("{} ({})", help::sentence_case(&check.title), check.id),
        text: format!("probe {}", check.id),
    })
}

/// Tells whether nothing was asked in this thread before that it could be named by.
fn is_first(turn: Turn<'_>) -> bool {
    let place = turn.open_place();
    turn.facts.memory.last.is_none() && !turn.facts.runs.iter().any(|run| run.place == place)
}

/// Names a question by what it turned out to mean, else by its own first line.
fn asked(answer: &[Effect], text: &str) -> Option<String> {
    let cause = answer.iter().find_map(reply).and_then(|message| {
        // An answer that begins with the line that shows it names the cause in its title.
        let shows = matches!(message.parts.first(), Some(Part::Evidence { .. }));
        message.title.clone().filter(|_| shows)
    });
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty());
    cause.or_else(|| Some(first?.chars().take(LONGEST).collect()))
}

fn run(answer: &[Effect]) -> Option<String> {
    answer.iter().find_map(|effect| match effect {
        Effect::Start { run, .. } | Effect::Hold { run, .. } => {
            Some(format!("{} on {}", run.words(), run.target))
        }
        _ => None,
    })
}

fn reply(effect: &Effect) -> Option<&Message> {
    match effect {
        Effect::Send(outgoing) if outgoing.is_reply => match &outgoing.body {
            Body::Message(message) => Some(message),
            Body::File { .. } | Body::Form(_) => None,
        },
        _ => None,
    }
}
