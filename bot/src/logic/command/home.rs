//! The bot's own page: targets that one may use, what waits, what ran of late, how to ask.

use kb::text::{Block, Span};

use super::runs::entry;
use crate::logic::message::{Message, Part, Tone, list};
use crate::logic::request::Request;
use crate::logic::run::{Run, Stage};
use crate::logic::turn::Turn;

/// Runs that are listed at most.
const MOST: usize = 5;

/// Makes the page.
#[must_use]
pub fn page(turn: Turn<'_>) -> Message {
    let mut message = Message::new(Tone::Plain, "Questions about HTTP 502, answered from the guides")
        .sentence("Ask in your own words or paste an error: in a direct message, by naming me in a channel, or with the slash command.")
        .part(list([
            "`502 after a deploy, the log says EADDRINUSE`",
            "`step 2`",
            "`help` in a channel: what you may run there",
        ]));
    let targets = usable(turn);
    message = message.part(heading("Targets you may run checks on"));
    message = match targets.is_empty() {
        true => message.sentence("None: no rule of the policy names you."),
        false => message.part(list(targets)),
    };
    let me = &turn.asked.heard.who;
    let waiting = |run: &&Run| run.stage == Stage::Waiting && (run.who == *me || seen(turn, run));
    message = section(
        message,
        "Waiting for consent",
        turn.facts.runs.iter().filter(waiting),
    );
    let mine = |run: &&Run| run.stage != Stage::Waiting && run.who == *me;
    message = section(
        message,
        "Your runs of late",
        turn.facts.runs.iter().filter(mine),
    );
    message
        .button("The steps of the guide", Request::Steps)
        .button("The causes", Request::Causes)
        .button("The guides", Request::Guides)
        .button("How I am", Request::Status)
}

/// Gives the targets that some rule gives this person, with the channels where it does.
fn usable(turn: Turn<'_>) -> Vec<String> {
    let policy = turn.facts.policy;
    let asker = &turn.asked.asker;
    let mut lines = Vec::new();
    for named in policy.targets() {
        let count = policy
            .rules()
            .iter()
            .filter(|rule| rule.gives(asker, &named.name))
            .count();
        if count > 0 {
            lines.push(format!("`{}`: {}", named.name, named.target));
        }
    }
    lines
}

/// Whether the person may consent there, so that it concerns them.
fn seen(turn: Turn<'_>, run: &Run) -> bool {
    let policy = turn.facts.policy;
    policy.approves(&turn.asked.asker, Some(&run.place.channel))
}

fn section<'a>(message: Message, title: &str, runs: impl Iterator<Item = &'a Run>) -> Message {
    let items: Vec<Vec<Block>> = runs.take(MOST).map(|run| vec![entry(run)]).collect();
    match items.is_empty() {
        true => message,
        false => message
            .part(heading(title))
            .part(Part::Text(vec![Block::List { first: None, items }])),
    }
}

fn heading(text: &str) -> Part {
    Part::Text(vec![Block::Paragraph(vec![Span::Strong(vec![
        Span::Text(text.to_owned()),
    ])])])
}
