//! `audit`: what was recorded of late. Those who run the bot see all of it; others what they asked
//! for themselves.

use std::collections::BTreeSet;

use kb::text::{Block, Span};

use crate::logic::approval::RunId;
use crate::logic::audit::{Entry, Event};
use crate::logic::message::{Message, Part, Tone};
use crate::logic::person::Person;
use crate::logic::turn::Turn;

/// Entries that are shown at most.
const MOST: usize = 15;

/// Shows the last entries.
#[must_use]
pub fn answer(turn: Turn<'_>) -> Message {
    let entries = turn.facts.audit;
    let all = turn.facts.policy.operates(&turn.asked.asker);
    let me = &turn.asked.heard.who;
    let mine = runs_of(me, entries);
    let is_mine = |entry: &&Entry| all || is_about(&entry.event, me, &mine);
    let shown: Vec<&Entry> = entries.iter().rev().filter(is_mine).take(MOST).collect();
    let title = match all {
        true => "What was recorded of late",
        false => "What was recorded of late of what you asked for",
    };
    if shown.is_empty() {
        return Message::new(
            Tone::Plain,
            "Nothing was recorded of late that is yours to see",
        );
    }
    let items = shown.iter().map(|entry| vec![line(entry)]).collect();
    Message::new(Tone::Plain, title)
        .part(Part::Text(vec![Block::List { first: None, items }]))
        .part(Part::Remark(
            "`bot502 audit verify` on the machine proves that nothing was changed.".to_owned(),
        ))
}

fn runs_of(who: &Person, entries: &[Entry]) -> BTreeSet<RunId> {
    let asked = |entry: &Entry| match &entry.event {
        Event::Held { run, who: by, .. } | Event::Intent { run, who: by, .. } if by == who => {
            Some(*run)
        }
        _ => None,
    };
    entries.iter().filter_map(asked).collect()
}

fn is_about(event: &Event, who: &Person, runs: &BTreeSet<RunId>) -> bool {
    match event {
        Event::Refused { who: by, .. } => by == who,
        other => other.run().is_some_and(|run| runs.contains(&run)),
    }
}

fn line(entry: &Entry) -> Block {
    let mut spans = vec![Span::Text(format!(
        "{} {} ",
        entry.seq,
        entry.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    ))];
    if let Some(run) = entry.event.run() {
        spans.push(Span::Code(run.short()));
        spans.push(Span::Text(" ".to_owned()));
    }
    spans.push(Span::Text(entry.event.in_words()));
    Block::Paragraph(spans)
}
