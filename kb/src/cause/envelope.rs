//! JSON lines: the texts that a structured log carries, and its level.
//! A line that is not JSON after all is left as it is.

use serde_json::Value;

use super::clean::Level;

/// Longest line that is read as JSON; longer ones are read as they are.
const LONGEST: usize = 256 * 1024;
/// Most texts taken from one line.
const MOST_TEXTS: usize = 24;
/// Fields that hold a message, an error or a stack, whatever the library calls them.
const TEXTS: &[&str] = &[
    "message",
    "msg",
    "error",
    "err",
    "exception",
    "exc_info",
    "stack",
    "stacktrace",
    "stack_trace",
    "stackTrace",
    "log",
    "detail",
    "details",
    "reason",
    "body",
    "textPayload",
    "jsonPayload",
    "cause",
    "code",
    "event",
    "@message",
    "short_message",
    "full_message",
    "error_message",
    "errorMessage",
    "errorType",
    "trace",
    "line",
    "text",
    "title",
    "description",
    "name",
    "type",
    "errors",
    "status_text",
    "MESSAGE",
    "payload",
    "data",
    "sqlMessage",
    "attr",
];
const LEVELS: &[&str] = &[
    "level",
    "severity",
    "levelname",
    "log.level",
    "lvl",
    "loglevel",
    "@l",
    "Level",
    "level_name",
];

/// What a JSON line carries.
pub(super) struct Envelope {
    pub(super) texts: Vec<String>,
    pub(super) level: Option<Level>,
}

/// Reads a line as JSON; `None` where it is not an object with a text in it.
pub(super) fn open(line: &str) -> Option<Envelope> {
    if line.len() > LONGEST || !line.trim_end().ends_with('}') {
        return None;
    }
    let value: Value = serde_json::from_str(line).ok()?;
    let mut envelope = Envelope {
        texts: Vec::new(),
        level: None,
    };
    take(&value, &mut envelope);
    tell_status(&value, &mut envelope.texts);
    (!envelope.texts.is_empty()).then_some(envelope)
}

/// Adds the status that a proxy gave to what it says of the failure: "connection refused" of a
/// proxy that answered 502 is about the app, the same words of an app are about a service.
fn tell_status(value: &Value, texts: &mut [String]) {
    let status = value.get("status").and_then(Value::as_u64);
    let told = status.filter(|status| (500..=599).contains(status));
    if let (Some(status), Some(text)) = (told, texts.first_mut()) {
        text.push_str(&format!(" (status {status})"));
    }
}

fn take(value: &Value, envelope: &mut Envelope) {
    let Value::Object(fields) = value else { return };
    for name in LEVELS {
        if let Some(level) = fields.get(*name).and_then(level_of) {
            envelope.level = envelope.level.max(Some(level));
        }
    }
    for name in TEXTS {
        match fields.get(*name) {
            Some(value @ Value::Object(_)) => take(value, envelope),
            Some(Value::Array(values)) => values.iter().for_each(|value| push(value, envelope)),
            Some(value) => push(value, envelope),
            None => {}
        }
    }
}

fn push(value: &Value, envelope: &mut Envelope) {
    match value {
        Value::String(text) if envelope.texts.len() < MOST_TEXTS => {
            envelope.texts.push(text.clone());
        }
        Value::Object(_) => take(value, envelope),
        _ => {}
    }
}

/// Reads a level written as a word, or as pino and bunyan number it.
fn level_of(value: &Value) -> Option<Level> {
    match value {
        Value::String(word) => Level::from_word(word),
        Value::Number(number) => Some(match number.as_u64()? {
            10..=29 => Level::Debug,
            30..=39 => Level::Info,
            40..=49 => Level::Warning,
            50..=70 => Level::Error,
            _ => return None,
        }),
        _ => None,
    }
}
