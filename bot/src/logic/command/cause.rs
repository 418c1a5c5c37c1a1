//! What an error means, said before the section of the guide that it belongs to: the cause, the line
//! that shows it, the fix, what to check next. Reading the error is left to `kb::cause`.

use kb::answer::Answer;
use kb::cause::{Certainty, Finding};
use kb::text::{Block, Span};

use super::ask::run_check;
use crate::logic::message::{Message, Part, Tone};
use crate::logic::request::Request;

/// Causes that are named beside the first: more is a list to read, not a help.
const OTHERS_NAMED: usize = 2;

/// Says what an error means, then what the guide says.
pub(super) fn before(
    best: &Finding,
    others: &[Finding],
    answer: &Answer,
    reply: Message,
) -> Message {
    let mut message = Message::new(
        Tone::Plain,
        format!("{}: {}", lead(best.strength), best.title),
    )
    .part(evidence(best.line, &best.evidence));
    if let Some(beside) = &best.beside {
        message = message.part(evidence(beside.line, &beside.text));
    }
    if let Some(because) = &best.because {
        message = message.sentence(because.clone());
    }
    message = message.part(Part::Text(vec![Block::Paragraph(vec![
        Span::Strong(vec![Span::Text("Fix: ".to_owned())]),
        Span::Text(best.fix.clone()),
    ])]));
    if best.strength == Certainty::Symptom {
        message = message.sentence(
            "This is a symptom: the reason stands elsewhere. The app log of the same second, the \
             value of $PORT and the listening sockets would tell.",
        );
    }
    message = message.sentence(format!(
        "Step {} of the 502 guide; the probe to run next is `{}`.",
        best.step, best.next_probe
    ));
    for other in others.iter().take(OTHERS_NAMED) {
        let what = format!("Also in this text, line {}: {}.", other.line, other.title);
        message = message.part(Part::Remark(what));
    }
    message = run_check(message, &best.next_probe);
    if !is_same_step(best, answer) {
        message = message.button(
            format!("Step {}", best.step),
            Request::Step { number: best.step },
        );
    }
    join(message, reply, is_same_step(best, answer))
}

/// Whether the guide's first section is the step that the cause belongs to: only then it follows.
fn is_same_step(best: &Finding, answer: &Answer) -> bool {
    answer
        .sections
        .first()
        .is_some_and(|hit| hit.section.step == Some(best.step))
}

/// Puts the guide's section under the cause; where it is about something else, its buttons alone.
fn join(mut message: Message, reply: Message, with_section: bool) -> Message {
    if with_section {
        message.parts.extend(reply.parts);
    }
    message.buttons.extend(reply.buttons);
    message
}

fn evidence(line: u64, text: &str) -> Part {
    Part::Evidence {
        text: text.to_owned(),
        line: Some(line),
    }
}

fn lead(strength: Certainty) -> &'static str {
    match strength {
        Certainty::Decisive => "Cause",
        Certainty::Supporting => "Probably",
        Certainty::Symptom => "Symptom",
        Certainty::LooksLike => "Looks like",
    }
}
