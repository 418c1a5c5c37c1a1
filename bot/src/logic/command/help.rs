//! `help`: what can be asked, from the one table of words; what a person may not do here is left out.

use kb::text::{Block, Span};

use super::probes::{May, may, none_here, targets};
use crate::logic::message::{Message, Part, Tone};
use crate::logic::nearest::nearest;
use crate::logic::request::{Audience, Request, WORDS, Word, find};
use crate::logic::turn::Turn;

/// Probes that are named at most.
const PROBES_NAMED: usize = 8;

/// Shows what can be asked, or more on one word.
#[must_use]
pub fn answer(turn: Turn<'_>, topic: Option<&str>) -> Message {
    match topic.map(|topic| (topic, find(topic))) {
        None => overview(turn),
        Some((_, Some(word))) => one(word),
        Some((topic, None)) => match nearest(topic, WORDS.iter().map(|word| word.word))
            .and_then(find)
        {
            Some(word) => one(word).sentence(format!("(`{topic}` was read as `{}`.)", word.word)),
            None => unclear(turn, &format!("there is no help on `{topic}`")),
        },
    }
}

/// Says that a request cannot be meant, and shows what can.
#[must_use]
pub fn unclear(turn: Turn<'_>, what: &str) -> Message {
    let mut message = overview(turn);
    message.tone = Tone::Warning;
    message.title = Some(sentence_case(what));
    message
}

fn overview(turn: Turn<'_>) -> Message {
    let may = may(turn);
    let items = WORDS
        .iter()
        .filter(|word| concerns(turn, word.audience))
        .map(|word| vec![usage(word)])
        .collect();
    Message::new(
        Tone::Plain,
        "Ask about a 502 in your own words, or paste an error or a log.",
    )
    .part(Part::Text(vec![Block::List { first: None, items }]))
    .sentence(running(turn, &may))
    .part(Part::Remark(
        "Answers come from the guides, each with its source. `help WORD` says more on a word."
            .into(),
    ))
    .button("The steps of the guide", Request::Steps)
    .button("The checks", Request::Probes)
}

/// Tells whether a word is of use to a person here.
pub(super) fn concerns(turn: Turn<'_>, audience: Audience) -> bool {
    let policy = turn.facts.policy;
    let asker = &turn.asked.asker;
    match audience {
        Audience::Everyone => true,
        Audience::Runners => policy.offers(None, asker, turn.channel()),
        Audience::Lone => policy.lets_alone(asker, turn.channel()),
        Audience::Approvers => policy.approves(asker, turn.channel()),
        Audience::Operators => policy.operates(asker),
    }
}

/// Says what a person may run here.
fn running(turn: Turn<'_>, may: &[May<'_>]) -> String {
    let Some(first) = may.first() else {
        return format!("Checks: {}", none_here(turn));
    };
    let named: Vec<String> = first
        .probes
        .iter()
        .take(PROBES_NAMED)
        .map(|(probe, _)| format!("`{}`", probe.id))
        .collect();
    let more = match first.probes.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "Checks that you may run here, on {}: {}{more}.",
        targets(may),
        named.join(", ")
    )
}

fn one(word: &Word) -> Message {
    Message::new(Tone::Plain, format!("{}: {}", word.usage, word.about))
        .sentence(word.more)
        .part(Part::Command {
            text: word.example.into(),
            remark: Some("an example".into()),
        })
}

fn usage(word: &Word) -> Block {
    let mut spans = vec![
        Span::Code(word.usage.into()),
        Span::Text(format!(": {}", word.about)),
    ];
    if word.example != word.usage {
        spans.push(Span::Text("; for example ".to_owned()));
        spans.push(Span::Code(word.example.into()));
    }
    Block::Paragraph(spans)
}

/// Begins a fragment as a sentence does.
pub(super) fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
