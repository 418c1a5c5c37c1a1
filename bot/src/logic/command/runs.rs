//! `runs`: what was asked for and run of late, in this channel.

use kb::text::{Block, Span};

use crate::logic::message::{Message, Part, Tone};
use crate::logic::request::{Request, Which};
use crate::logic::run::{Run, Stage};
use crate::logic::turn::Turn;

/// Runs that are listed at most: more is a list to read, not a help.
const MOST: usize = 10;

/// Lists the runs of this channel, the newest first.
#[must_use]
pub fn list(turn: Turn<'_>) -> Message {
    let here: Vec<&Run> = of_channel(turn).take(MOST).collect();
    if here.is_empty() {
        return Message::new(Tone::Plain, "Nothing was run here of late")
            .sentence("`probes` lists what could be.")
            .button("The checks", Request::Probes);
    }
    let items = here.iter().map(|run| vec![entry(run)]).collect();
    let message = Message::new(Tone::Plain, "Runs here, the newest first")
        .part(Part::Text(vec![Block::List { first: None, items }]));
    let running = here.iter().filter(|run| run.stage == Stage::Running);
    running.take(2).fold(message, |message, run| {
        message.button(
            format!("Stop {}", run.id.short()),
            Request::Cancel {
                run: Which::This(run.id),
            },
        )
    })
}

/// Gives the runs of this channel, the newest first.
pub fn of_channel<'a>(turn: Turn<'a>) -> impl Iterator<Item = &'a Run> {
    let here = &turn.asked.heard.place;
    turn.facts.runs.iter().filter(move |run| {
        run.place.platform == here.platform
            && run.place.workspace == here.workspace
            && run.place.channel == here.channel
    })
}

/// Says a run in a line.
#[must_use]
pub fn entry(run: &Run) -> Block {
    Block::Paragraph(vec![
        Span::Code(run.id.short()),
        Span::Text(" ".to_owned()),
        Span::Code(run.words()),
        Span::Text(format!(
            " on {}, {}: {}",
            run.target,
            run.at.strftime("%Y-%m-%d %H:%M UTC"),
            run.stage
        )),
    ])
}
