//! From a message to blocks, within all limits together: parts are laid down in their order until one
//! does not fit; that one is cut, the rest is dropped, and the message says so.

use serde_json::{Value, json};

use super::limits::{
    BLOCK_TEXT, BUTTON_TEXT, BUTTON_VALUE, FALLBACK_TEXT, MESSAGE_BUTTONS, ROW_BUTTONS, fit,
    fit_lines, length,
};
use super::piece::{Piece, Run, StandsFor};
use super::words::{escaped, visible};
use super::{cards, lay, rich};
use crate::logic::message::{self, Button, Message, Part, Source, Tone, Weight};
use crate::logic::request::Request;

/// Said where parts were left out.
const LEFT_OUT: &str = "This is cut to what Slack shows in one message.";

/// Less room than this is not worth a cut part.
const WORTH_CUTTING: usize = 80;

/// How much fits where a message goes.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Blocks.
    pub blocks: usize,
    /// Characters of all blocks together.
    pub text: usize,
    /// Whether Slack's newer blocks may stand there.
    pub newer: bool,
}

/// Renders a message as blocks.
#[must_use]
pub fn blocks(message: &Message, room: Room) -> Vec<Value> {
    let (buttons, button_units) = buttons(&message.buttons, room.newer);
    // They say again what stands beneath them, so that they can be left out.
    let cards = match room.newer {
        true => cards::blocks(&message.tasks),
        false => Vec::new(),
    };
    let card_units: usize = cards.iter().map(cards::units).sum();
    let taken = button_units + card_units + length(LEFT_OUT);
    let mut page = Page {
        left_blocks: room.blocks.saturating_sub(cards.len() + buttons.len() + 1),
        left_text: room.text.saturating_sub(taken),
        blocks: cards,
        pieces: Vec::new(),
        begun: 0,
        last_units: 0,
        is_cut: false,
    };
    page.title(message);
    for part in &message.parts {
        if page.is_cut {
            break;
        }
        page.part(part);
    }
    page.finish(buttons)
}

/// Gives the message as one text, for notifications and screen readers.
#[must_use]
pub fn fallback(message: &Message) -> String {
    let mut lines = Vec::new();
    lines.extend(
        message
            .title
            .as_deref()
            .map(|title| format!("{}{title}", mark(message.tone))),
    );
    lines.extend(message.parts.iter().map(plain_part));
    let text = visible(&lines.join("\n"));
    let text = if text.trim().is_empty() {
        "bot502".to_owned()
    } else {
        text
    };
    // Escaping makes text longer: what is cut is cut before, by as much as it can grow.
    let mut most = FALLBACK_TEXT;
    loop {
        let cut = escaped(&fit_lines(&text, most));
        let over = length(&cut).saturating_sub(FALLBACK_TEXT);
        if over == 0 {
            return cut;
        }
        most = most.saturating_sub(over.max(1));
    }
}

fn plain_part(part: &Part) -> String {
    match part {
        Part::Text(blocks) => kb::text::plain(blocks),
        Part::Command { text, .. } | Part::Evidence { text, .. } | Part::Remark(text) => {
            text.clone()
        }
        Part::Fields(fields) => {
            let lines: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", said(value)))
                .collect();
            lines.join("\n")
        }
        Part::Source(source) => format!("source: {} ({})", source.name, source.place),
    }
}

/// What stands before the first line: how it is meant, at a glance.
fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "✅ ",
        Tone::Warning => "⚠️ ",
        Tone::Bad => "⛔ ",
    }
}

/// The blocks that were laid down so far, and the room that is left.
struct Page {
    blocks: Vec<Value>,
    /// Rich text that is not yet in a block.
    pieces: Vec<Piece>,
    /// How many blocks those will take, and how full the last of these will be.
    begun: usize,
    last_units: usize,
    left_blocks: usize,
    left_text: usize,
    is_cut: bool,
}

impl Page {
    fn title(&mut self, message: &Message) {
        if let Some(title) = &message.title {
            let mut runs = vec![Run {
                text: mark(message.tone).to_owned(),
                ..Run::default()
            }];
            runs.extend(
                rich::sentence(title)
                    .into_iter()
                    .map(|run| Run { bold: true, ..run }),
            );
            self.lay(Piece::Section(runs).parted());
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text(blocks) => self.lay(rich::pieces_of(blocks)),
            Part::Command { text, remark } => {
                self.lay(rich::code(text));
                if let Some(remark) = remark {
                    self.small(remark);
                }
            }
            Part::Fields(fields) => self.lay(self::fields(fields)),
            Part::Evidence { text, line } => {
                let number = line.map(|line| {
                    Piece::Section(vec![Run {
                        italic: true,
                        ..Run::plain(&format!("line {line}"))
                    }])
                });
                self.lay(number.into_iter().chain(rich::code(text)).collect());
            }
            Part::Source(source) => self.lay(Piece::Section(self::source(source)).parted()),
            Part::Remark(text) => self.small(text),
        }
    }

    /// Lays down pieces as far as they fit.
    fn lay(&mut self, pieces: Vec<Piece>) {
        for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
            if self.is_cut {
                return;
            }
            let units = piece.units();
            // Each piece may need a block of its own.
            let has_block = self.left_blocks > self.begun + 1;
            if units <= self.left_text && has_block {
                self.take(piece, units);
                continue;
            }
            self.is_cut = true;
            if self.left_text >= WORTH_CUTTING
                && has_block
                && let Some(cut) = piece.cut(self.left_text)
            {
                let units = cut.units();
                self.take(cut, units);
            }
            self.left_text = 0;
        }
    }

    /// Small print.
    fn small(&mut self, text: &str) {
        let text = visible(text);
        if self.is_cut || text.trim().is_empty() {
            return;
        }
        self.flush();
        let most = self.left_text.min(BLOCK_TEXT);
        if self.left_blocks < 2 || (length(&text) > most && most < WORTH_CUTTING) {
            self.is_cut = true;
            return;
        }
        self.is_cut = length(&text) > most;
        let text = fit(&text, most);
        self.left_text = self.left_text.saturating_sub(length(&text));
        self.push(small_print(&text));
    }

    fn finish(mut self, buttons: Vec<Value>) -> Vec<Value> {
        self.flush();
        if self.is_cut {
            self.blocks.push(small_print(LEFT_OUT));
        }
        self.blocks.extend(buttons);
        if self.blocks.is_empty() {
            self.blocks.push(small_print("bot502"));
        }
        self.blocks
    }

    fn take(&mut self, piece: Piece, units: usize) {
        if self.begun == 0 || self.last_units + units > BLOCK_TEXT {
            self.begun += 1;
            self.last_units = 0;
        }
        self.last_units += units;
        self.left_text = self.left_text.saturating_sub(units);
        self.pieces.push(piece);
    }

    fn flush(&mut self) {
        (self.begun, self.last_units) = (0, 0);
        for block in lay::blocks(&std::mem::take(&mut self.pieces)) {
            self.push(block);
        }
    }

    fn push(&mut self, block: Value) {
        self.left_blocks = self.left_blocks.saturating_sub(1);
        self.blocks.push(block);
    }
}

/// Says a value in plain words.
fn said(value: &message::Value) -> String {
    match value {
        message::Value::Text(text) | message::Value::Code(text) => text.clone(),
        message::Value::Person(person) => person.user.to_string(),
        message::Value::Time(moment) => moment.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

fn fields(fields: &[(String, message::Value)]) -> Vec<Piece> {
    let lines: Vec<Vec<Run>> = fields
        .iter()
        .map(|(name, value)| field(name, value))
        .collect();
    let whole: Vec<Run> = lines.join(&Run {
        text: "\n".to_owned(),
        ..Run::default()
    });
    // Many long values are more than one section holds: one each then.
    match Piece::Section(whole) {
        whole if whole.units() <= BLOCK_TEXT => vec![whole],
        _ => lines.into_iter().map(Piece::Section).collect(),
    }
}

fn field(name: &str, value: &message::Value) -> Vec<Run> {
    let name = Run {
        bold: true,
        ..Run::plain(&format!("{}: ", fit(name, 200)))
    };
    let shown = Run::plain(&fit(&said(value), BLOCK_TEXT / 2));
    let value = match value {
        message::Value::Text(_) => shown,
        message::Value::Code(_) => Run {
            code: true,
            ..shown
        },
        message::Value::Person(person) => Run::person(person),
        message::Value::Time(moment) => Run {
            stands_for: Some(StandsFor::Moment(moment.as_second())),
            ..shown
        },
    };
    vec![name, value]
}

fn source(source: &Source) -> Vec<Run> {
    let mut runs = vec![Run {
        italic: true,
        ..Run::plain("Source: ")
    }];
    runs.push(match &source.url {
        Some(url) => rich::link(&source.name, url),
        None => Run::plain(&source.name),
    });
    runs.push(Run {
        italic: true,
        ..Run::plain(&format!(" ({})", source.place))
    });
    runs
}

fn small_print(text: &str) -> Value {
    json!({ "type": "context", "elements": [plain_text(text)] })
}

/// Text in which Slack reads nothing: no marks, no emoji names.
#[must_use]
pub fn plain_text(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text, "emoji": false })
}

/// Lays buttons into rows, and counts their characters. One whose request is too long to be carried is
/// left out: what it asks for can be typed.
fn buttons(buttons: &[Button], may_be_newer: bool) -> (Vec<Value>, usize) {
    let mut units = 0;
    let mut elements = Vec::new();
    let mut verdicts = Vec::new();
    for (index, button) in buttons.iter().enumerate() {
        let Some(element) = self::button(button, index) else {
            continue;
        };
        units += length(element["text"]["text"].as_str().unwrap_or_default());
        match &button.request {
            Request::Feedback { .. } if may_be_newer => verdicts.push(element),
            _ => elements.push(element),
        }
    }
    elements.truncate(MESSAGE_BUTTONS);
    // A pair is a verdict; anything else is buttons like others.
    let verdict = match <[Value; 2]>::try_from(verdicts) {
        Ok(pair) => Some(feedback(pair)),
        Err(others) => {
            elements.extend(others);
            None
        }
    };
    let rows = elements
        .chunks(ROW_BUTTONS)
        .map(|row| json!({ "type": "actions", "elements": row }));
    (rows.chain(verdict).collect(), units)
}

fn button(button: &Button, index: usize) -> Option<Value> {
    let label = fit(visible(&button.label).trim(), BUTTON_TEXT);
    let value = serde_json::to_string(&button.request).ok()?;
    if label.is_empty() || length(&value) > BUTTON_VALUE {
        return None;
    }
    let mut element = json!({
        "type": "button",
        "action_id": format!("request-{index}"),
        "text": plain_text(&label),
        "value": value,
    });
    match button.weight {
        Weight::Plain => {}
        Weight::Main => element["style"] = json!("primary"),
        Weight::Grave => element["style"] = json!("danger"),
    }
    Some(element)
}

/// Slack's own pair of buttons for whether an answer helped.
fn feedback([helped, not]: [Value; 2]) -> Value {
    let side = |button: &Value| json!({ "text": button["text"], "value": button["value"] });
    json!({
        "type": "context_actions",
        "elements": [{
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": side(&helped),
            "negative_button": side(&not),
        }],
    })
}
