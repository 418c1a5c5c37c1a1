//! `status`: how the bot itself is.

use crate::logic::message::{Message, Tone, list};
use crate::logic::outcome::duration_in_words;
use crate::logic::run::Stage;
use crate::logic::turn::Turn;

/// Says how the bot itself is.
#[must_use]
pub fn answer(turn: Turn<'_>) -> Message {
    let facts = turn.facts;
    let figures = facts.figures;
    let running = facts.runs.iter();
    let running = running.filter(|run| run.stage == Stage::Running).count();
    let (tone, title) = match (facts.pause, figures.troubles.is_empty()) {
        (Some(_), _) => (Tone::Warning, "I am here, and running is paused"),
        (None, false) => (Tone::Warning, "I am here, and something wants a look"),
        (None, true) => (Tone::Good, "I am here, and all is well"),
    };
    let guides = facts.knowledge.guides().len();
    let mut message = Message::new(tone, title)
        .field("Version", figures.version.as_str())
        .field("Up for", duration_in_words(figures.up))
        .field("Guides", guides.to_string())
        .field("Causes", facts.causes.causes().len().to_string())
        .field("Checks", facts.catalogue.probes().count().to_string())
        .field("Running", running.to_string())
        .field("Waiting for consent", facts.holds.len().to_string())
        .field("Not answered yet", figures.unanswered.to_string())
        .field("Not delivered yet", figures.undelivered.to_string())
        .field("Could not be delivered", figures.lost.to_string());
    if let Some(pause) = facts.pause {
        message = message
            .field("Paused by", &pause.by)
            .field("Since", pause.at);
        if let Some(why) = &pause.why {
            message = message.field("Why", why.as_str());
        }
    }
    match figures.troubles.is_empty() {
        true => message,
        false => message.part(list(&figures.troubles)),
    }
}
