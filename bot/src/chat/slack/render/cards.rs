//! From steps to Slack's task cards. A plan around them would fold up at each change of the message, so
//! that they stand for themselves.

use serde_json::{Value, json};

use super::lay;
use super::limits::{BLOCK_TEXT, CARD_TEXT, CARD_TITLE, CARDS, fit, length};
use super::panel::line;
use super::piece::{Piece, Run};
use super::rich;
use crate::logic::message::{Progress, Task};

/// Renders the steps, a card each.
#[must_use]
pub fn blocks(tasks: &[Task]) -> Vec<Value> {
    tasks.iter().take(CARDS).filter_map(card).collect()
}

/// Counts the characters of a card.
#[must_use]
pub fn units(card: &Value) -> usize {
    match card {
        Value::String(text) => length(text),
        Value::Array(items) => items.iter().map(units).sum(),
        Value::Object(object) => object.values().map(units).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn card(task: &Task) -> Option<Value> {
    let title = line(&task.title, CARD_TITLE);
    if title.is_empty() || task.id.is_empty() {
        return None;
    }
    let mut card = json!({
        "type": "task_card",
        "task_id": task.id,
        "title": title,
        "status": match task.progress {
            Progress::Waiting => "pending",
            Progress::UnderWay => "in_progress",
            Progress::Done => "complete",
            Progress::Failed => "error",
        },
    });
    if let Some(by) = &task.by {
        card["details"] = text(vec![Run::plain("by "), Run::person(by)])?;
    }
    if let Some(outcome) = task.outcome.as_deref().and_then(outcome) {
        card["output"] = outcome;
    }
    Some(card)
}

fn outcome(text: &str) -> Option<Value> {
    self::text(rich::sentence(&fit(text.trim(), CARD_TEXT)))
}

/// One rich text block of one section, as a card takes it.
fn text(runs: Vec<Run>) -> Option<Value> {
    let piece = Piece::Section(runs);
    if piece.is_empty() {
        return None;
    }
    lay::blocks(&[piece.cut(BLOCK_TEXT)?]).pop()
}
