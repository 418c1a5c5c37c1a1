//! `step`, `steps`, `section` and `guides`: the guides themselves, to read.

use kb::Knowledge;
use kb::answer::Located;
use kb::guide::{Command, Section};
use kb::index::GuideEntry;
use kb::text::{Block, Span};

use super::ask::{place_in_words, source};
use crate::logic::facts::Facts;
use crate::logic::message::{Message, Part, Tone};
use crate::logic::nearest::nearest;
use crate::logic::request::Request;

/// Shows one step, whole: as the page has it, under its own subheadings too.
#[must_use]
pub fn step(facts: &Facts<'_>, number: u32) -> Message {
    let Some(guide) = with_steps(facts.knowledge) else {
        return no_steps();
    };
    let sections = facts.knowledge.sections(&guide);
    let Some(at) = sections
        .iter()
        .position(|(_, section)| section.step == Some(number))
    else {
        return no_such_step(&guide, number);
    };
    let level = sections[at].1.level;
    let below = sections[at + 1..]
        .iter()
        .take_while(|(_, section)| section.level > level);
    let mut message = whole(&sections[at].0, &sections[at].1);
    for (_, section) in below {
        message = message.part(Part::Text(titled(section)));
    }
    if number > 1 && guide.steps.iter().any(|(other, _)| *other == number - 1) {
        message = message.button(
            format!("Step {}", number - 1),
            Request::Step { number: number - 1 },
        );
    }
    if guide.steps.iter().any(|(other, _)| *other == number + 1) {
        message = message.button(
            format!("Step {}", number + 1),
            Request::Step { number: number + 1 },
        );
    }
    message
}

/// Lists the steps.
#[must_use]
pub fn steps(facts: &Facts<'_>) -> Message {
    let Some(guide) = with_steps(facts.knowledge) else {
        return no_steps();
    };
    let items = guide
        .steps
        .iter()
        .map(|(_, heading)| vec![words(heading)])
        .collect();
    let mut message = Message::new(Tone::Plain, guide.title.clone());
    if let Some(description) = &guide.description {
        message = message.sentence(description.clone());
    }
    message = message.part(Part::Text(vec![Block::List { first: None, items }]));
    for (number, _) in &guide.steps {
        message = message.button(format!("Step {number}"), Request::Step { number: *number });
    }
    message
}

/// Shows the section that covers a line of a page.
#[must_use]
pub fn section(facts: &Facts<'_>, path: &str, line: u32) -> Message {
    let guides = facts.knowledge.guides();
    let Some(guide) = guides.iter().find(|guide| guide.path == path) else {
        let near = nearest(path, guides.iter().map(|guide| guide.path.as_str()));
        let message = Message::new(Tone::Warning, format!("There is no page `{path}`"));
        return match near {
            Some(near) => message.sentence(format!("Did you mean `{near}`?")),
            None => message
                .sentence("`guides` lists the pages.")
                .button("The guides", Request::Guides),
        };
    };
    let sections = facts.knowledge.sections(guide);
    let covers = |located: &Located| located.lines.first <= line && line <= located.lines.last;
    match sections.iter().rfind(|(located, _)| covers(located)) {
        Some((located, section)) => whole(located, section),
        None => Message::new(
            Tone::Warning,
            format!("`{path}` has no section at line {line}"),
        )
        .sentence(format!(
            "It has {} sections; an answer names page and line as its source.",
            sections.len()
        )),
    }
}

/// Lists the pages that answers come from.
#[must_use]
pub fn guides(facts: &Facts<'_>) -> Message {
    let guides = facts.knowledge.guides();
    if guides.is_empty() {
        return Message::new(Tone::Warning, "There are no guides").sentence(
            "None are configured: set `guides.embedded` or `guides.folders`, or give `--guides`.",
        );
    }
    let title = if guides.len() == 1 {
        "1 guide".to_owned()
    } else {
        format!("{} guides", guides.len())
    };
    let items = guides.iter().map(|guide| vec![entry(guide)]).collect();
    Message::new(Tone::Plain, title).part(Part::Text(vec![Block::List { first: None, items }]))
}

/// Gives the guide whose steps are meant: the one on 502 errors where there are several.
#[must_use]
pub fn with_steps(knowledge: &Knowledge) -> Option<GuideEntry> {
    let mut with_steps: Vec<GuideEntry> = knowledge
        .guides()
        .into_iter()
        .filter(|guide| !guide.steps.is_empty())
        .collect();
    let at = with_steps.iter().position(is_on_502).unwrap_or(0);
    (!with_steps.is_empty()).then(|| with_steps.swap_remove(at))
}

/// Tells whether a guide is the one on 502 errors.
pub fn is_on_502(guide: &GuideEntry) -> bool {
    guide.title.contains("502")
}

fn whole(located: &Located, section: &Section) -> Message {
    let mut message =
        Message::new(Tone::Plain, section.heading.clone()).part(Part::Text(section.blocks.clone()));
    if section.commands.len() > 1 {
        let items = section
            .commands
            .iter()
            .map(|command| vec![command_in_words(command)])
            .collect();
        message = message.part(Part::Text(vec![
            words("Its commands, and where to run each:"),
            Block::List { first: None, items },
        ]));
    } else if let [command] = section.commands.as_slice() {
        message = message.part(Part::Remark(format!(
            "Run `{}` {}.",
            command.text,
            place_in_words(command.place)
        )));
    }
    message.part(Part::Source(source(located)))
}

fn titled(section: &Section) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(vec![Span::Strong(vec![Span::Text(
        section.heading.clone(),
    )])])];
    blocks.extend(section.blocks.iter().cloned());
    blocks
}

fn command_in_words(command: &Command) -> Block {
    Block::Paragraph(vec![
        Span::Code(command.text.clone()),
        Span::Text(format!(", {}", place_in_words(command.place))),
    ])
}

fn entry(guide: &GuideEntry) -> Block {
    let mut spans = vec![Span::Strong(vec![Span::Text(guide.title.clone())])];
    let steps = guide.steps.len();
    let count = match (steps, guide.sections) {
        (0, 1) => "1 section".to_owned(),
        (0, sections) => format!("{sections} sections"),
        (1, _) => "1 step".to_owned(),
        (steps, _) => format!("{steps} steps"),
    };
    spans.push(Span::Text(format!(" ({}, {count})", guide.path)));
    if let Some(url) = &guide.url {
        spans.push(Span::Text(format!(" {url}")));
    }
    Block::Paragraph(spans)
}

fn words(text: &str) -> Block {
    Block::Paragraph(vec![Span::Text(text.to_owned())])
}

fn no_steps() -> Message {
    Message::new(Tone::Warning, "None of the guides has numbered steps")
        .sentence("A step is a heading such as `## Step 1: Read the logs`.")
        .button("The guides", Request::Guides)
}

fn no_such_step(guide: &GuideEntry, number: u32) -> Message {
    let numbers: Vec<String> = guide
        .steps
        .iter()
        .map(|(number, _)| number.to_string())
        .collect();
    Message::new(Tone::Warning, format!("There is no step {number}"))
        .sentence(format!(
            "\"{}\" has the steps {}.",
            guide.title,
            numbers.join(", ")
        ))
        .button("The steps of the guide", Request::Steps)
}
