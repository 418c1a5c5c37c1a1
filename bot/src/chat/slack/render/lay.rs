//! From pieces to Slack's rich text blocks.

use serde_json::{Value, json};

use super::limits::BLOCK_TEXT;
use super::piece::{Piece, Run, StandsFor};

/// Puts pieces into rich text blocks, none longer than one may be.
#[must_use]
pub fn blocks(pieces: &[Piece]) -> Vec<Value> {
    let mut blocks = Vec::new();
    let mut elements: Vec<Value> = Vec::new();
    let mut used = 0;
    let mut before: Option<&Piece> = None;
    for piece in pieces {
        if used + piece.units() > BLOCK_TEXT && !elements.is_empty() {
            blocks.push(block(std::mem::take(&mut elements)));
            (used, before) = (0, None);
        }
        used += piece.units();
        lay(piece, before, &mut elements);
        before = Some(piece);
    }
    if !elements.is_empty() {
        blocks.push(block(elements));
    }
    blocks
}

fn block(elements: Vec<Value>) -> Value {
    json!({ "type": "rich_text", "elements": elements })
}

fn lay(piece: &Piece, before: Option<&Piece>, elements: &mut Vec<Value>) {
    match piece {
        Piece::Section(runs) => {
            let mut parts: Vec<Value> = runs.iter().filter_map(element).collect();
            // Sections stand close: a line between two of them makes them paragraphs.
            if matches!(before, Some(Piece::Section(_))) {
                parts.insert(0, json!({ "type": "text", "text": "\n" }));
            }
            elements.push(json!({ "type": "rich_text_section", "elements": parts }));
        }
        Piece::Code(text) => elements.push(json!({
            "type": "rich_text_preformatted",
            "elements": [{ "type": "text", "text": text }],
        })),
        Piece::Quote(runs) => elements.push(json!({
            "type": "rich_text_quote",
            "elements": runs.iter().filter_map(element).collect::<Vec<_>>(),
        })),
        Piece::Item {
            number,
            depth,
            runs,
        } => lay_item(*number, *depth, runs, elements),
    }
}

fn lay_item(number: Option<u64>, depth: u64, runs: &[Run], elements: &mut Vec<Value>) {
    let style = if number.is_some() {
        "ordered"
    } else {
        "bullet"
    };
    let goes_on = elements.last().is_some_and(|last| {
        last["type"] == "rich_text_list" && last["style"] == style && last["indent"] == depth
    });
    // A list that goes on after a command would begin at 1 again: its numbers are written out, since not
    // every reader of Slack's blocks knows an offset.
    if let Some(number) = number.filter(|number| *number != 1 && !goes_on) {
        let mut line = vec![Run::plain(&format!("{number}. "))];
        line.extend(runs.iter().cloned());
        lay(&Piece::Section(line), None, elements);
        return;
    }
    let section = json!({
        "type": "rich_text_section",
        "elements": runs.iter().filter_map(element).collect::<Vec<_>>(),
    });
    if goes_on
        && let Some(items) = elements
            .last_mut()
            .and_then(|list| list["elements"].as_array_mut())
    {
        items.push(section);
        return;
    }
    elements.push(json!({
        "type": "rich_text_list",
        "style": style,
        "indent": depth,
        "elements": [section],
    }));
}

/// One run; Slack refuses an empty one.
fn element(run: &Run) -> Option<Value> {
    if run.text.is_empty() {
        return None;
    }
    match &run.stands_for {
        Some(StandsFor::Person(id)) => return Some(json!({ "type": "user", "user_id": id })),
        Some(StandsFor::Moment(seconds)) => {
            return Some(json!({
                "type": "date",
                "timestamp": seconds,
                "format": "{date_short_pretty} {time}",
                "fallback": run.text,
            }));
        }
        None => {}
    }
    let mut element = match &run.url {
        Some(url) => json!({ "type": "link", "url": url, "text": run.text }),
        None => json!({ "type": "text", "text": run.text }),
    };
    let styles = [
        ("bold", run.bold),
        ("italic", run.italic),
        ("code", run.code),
    ];
    for (name, _) in styles.iter().filter(|(_, is_on)| *is_on) {
        element["style"][*name] = json!(true);
    }
    Some(element)
}
