//! What a log wraps around a message: colours, times, levels, containers, JSON. Taken off here.
//! What the message means is left to the matcher.

use regex::bytes::Captures;
use std::borrow::Cow;

use super::envelope;
use super::pattern::{part, patterns};

/// How much a line says it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Trace and debug.
    Debug,
    /// Info and notice.
    Info,
    /// Warning.
    Warning,
    /// Error and everything above.
    Error,
}

impl Level {
    /// Reads the word that a log writes for a level.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        let word = word
            .trim_matches(|c: char| !c.is_ascii_alphanumeric())
            .to_ascii_lowercase();
        Some(match word.as_str() {
            "trace" | "debug" | "dbug" | "verbose" | "silly" | "fine" | "log" => Self::Debug,
            "info" | "notice" | "information" | "inf" | "normal" => Self::Info,
            "warn" | "warning" | "wrn" => Self::Warning,
            "error" | "err" | "fatal" | "critical" | "crit" | "emerg" | "alert" | "severe"
            | "panic" | "fail" | "eror" | "emergency" => Self::Error,
            _ => return None,
        })
    }
}

/// A message without its wrapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cleaned<'a> {
    /// The message.
    pub text: Cow<'a, str>,
    /// The level that its wrapping gave it.
    pub level: Option<Level>,
    /// Whether a logger put anything around it: a time, a process, an envelope.
    pub is_wrapped: bool,
}

/// Cleans a line that has lost its line break, and gives its message or, from a JSON line, the
/// lines of each of its text fields.
pub(super) fn clean(line: &str, mut each: impl FnMut(Cleaned<'_>)) {
    let (message, level) = peel(line);
    if message.starts_with('{')
        && let Some(envelope) = envelope::open(message)
    {
        let level = envelope.level.or(level);
        for text in &envelope.texts {
            for line in text.lines() {
                let (message, inner) = peel(line);
                each(Cleaned {
                    text: mask(message),
                    level: inner.or(level),
                    is_wrapped: true,
                });
            }
        }
        return;
    }
    each(Cleaned {
        text: mask(message),
        level,
        is_wrapped: message.len() < line.trim().len(),
    });
}

/// Decodes a line: bytes that are not UTF-8 become replacement characters, colours and control
/// characters go, typographic quotes and spaces become plain ones.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, str> {
    let is_plain = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
    if raw.iter().all(is_plain) {
        return String::from_utf8_lossy(raw);
    }
    let text = String::from_utf8_lossy(raw);
    let plain = |c: char| !c.is_control() && !matches!(c, '\u{2018}'..='\u{201f}' | '\u{a0}');
    if text.chars().all(|c| c == '\t' || plain(c)) {
        return text;
    }
    let colourless = COLOURS.replace_all(text.as_bytes(), &b""[..]);
    let colourless = String::from_utf8_lossy(&colourless);
    let kept = colourless.chars().filter_map(|c| match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' => Some('\''),
        '\u{201c}'..='\u{201f}' => Some('"'),
        '\u{a0}' => Some(' '),
        '\t' => Some('\t'),
        c if c.is_control() => None,
        c => Some(c),
    });
    Cow::Owned(kept.collect())
}

/// Most layers of wrapping that are taken off one line; real ones have up to five.
const MOST_LAYERS: usize = 10;

/// Takes the wrapping off the start of a line.
fn peel(line: &str) -> (&str, Option<Level>) {
    let mut rest = line.trim();
    let mut level = None;
    for _ in 0..MOST_LAYERS {
        let Some(layer) = WRAPPING.find(rest.as_bytes()) else {
            break;
        };
        // A pattern over bytes could end within a character, though none of these does.
        let Some((layer, after)) = rest.split_at_checked(layer.end()) else {
            break;
        };
        let found = level_of_layer(layer);
        if after.is_empty() && found.is_none() {
            break;
        }
        level = level.max(found);
        rest = after.trim_start();
    }
    if level.is_none() {
        let found = LEVEL_FIELD.captures(rest.as_bytes());
        level = found.and_then(|found| {
            Level::from_word(part(&found, "level").or_else(|| part(&found, "bad"))?)
        });
    }
    if rest.starts_with("npm ERR!") || rest.starts_with("npm error") {
        level = Some(Level::Error);
    }
    (rest, level)
}

/// Reads the level of a layer: `[error]`, Ruby's `E, [..]`, klog's `E1122`.
fn level_of_layer(layer: &str) -> Option<Level> {
    let mut letters = layer.chars();
    let first = letters.next()?;
    match (first, letters.next()?) {
        ('[', _) => Level::from_word(layer),
        (first, ',' | '0'..='9') => match first {
            'D' | 'T' => Some(Level::Debug),
            'I' => Some(Level::Info),
            'W' => Some(Level::Warning),
            'E' | 'F' | 'C' => Some(Level::Error),
            _ => None,
        },
        _ => None,
    }
}

/// Blanks what a visitor typed: addresses and referrers in access lines and in router errors.
fn mask(message: &str) -> Cow<'_, str> {
    let may = message.contains(" HTTP/") || FIELDS.iter().any(|field| message.contains(field));
    if !may {
        return Cow::Borrowed(message);
    }
    let masked = VISITOR.replace_all(message.as_bytes(), |found: &Captures<'_>| {
        let part = |name| part(found, name).unwrap_or_default();
        match part("method") {
            "" => format!("{}\"-\"", part("field")),
            method => format!("\"{method} / {}\" {}", part("version"), part("status")),
        }
    });
    match masked {
        Cow::Borrowed(_) => Cow::Borrowed(message),
        Cow::Owned(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
    }
}

/// Fields of routers and access logs that hold what a visitor typed.
const FIELDS: [&str; 6] = [
    "request: \"",
    "referrer: \"",
    "referer: \"",
    "path=\"",
    "user_agent=\"",
    "uri=\"",
];

patterns! {
    /// One layer of wrapping at the start of a line.
    WRAPPING = r#"(?x)^(?:
        # 2026-11-22T16:10:13.123Z, [2026-11-22 16:10:13 +0000], 2026/11/22 16:10:13 UTC,
        \[?\d{4}[-/]\d\d[-/]\d\d[T\ ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\ ?(?:Z|UTC|GMT|[A-Z]{3,4}\b|[+-]\d\d:?\d\d))?\]?(?:[,:]|\s+-)?(?:\s+|$|,)
        # [22/Nov/2026:16:11:05 +0000], [22-Nov-2026 16:10:57 Europe/Paris]
        | \[\d{1,2}[-/][A-Z][a-z]{2}[-/]\d{4}[:\ ]\d\d:\d\d:\d\d(?:[\ .][\w/+:-]+)*\]\s*
        # [Mon Oct 17 08:35:30.123 2016]
        | \[?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\ +(?:[A-Z][a-z]{2}\ +\d+|\d+\ [A-Z][a-z]{2})\ +(?:\d{4}\ )?\d\d:\d\d:\d\d(?:\.\d+)?(?:\ [A-Z]{3,4})?(?:\ \d{4})?\]?\s*
        # Nov 22 16:10:13 host unit[12]:
        | (?:<\d+>)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\ +\d+\ +(?:\d{4}\ )?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:\ [AP]M)?\s+(?:[\w.-]+\ [\w./@-]+(?:\[\d+\])?:\s+)?
        # 16:10:13.123, 081122 16:10:13 12, [ 12.345678]
        | \[?\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?:\ [AP]M)?\]?:?(?:\s+|$)
        | \d{1,2}:\d\d:\d\d\ [AP]M:\s+
        | \d{6}\ \d{6}\ \d+\s+
        | (?:kernel:\s+)?\[\s*\d+\.\d+\]\s*
        | \#\d+\ \d+\.\d+\s+ | \d+\.\d{3}\s\s+
        # web_1  |, web.1 |, 0|app |, app[web.1]:, heroku[router]:, app.0:
        | \d+\|[\w.-]+\s*\|\s+
        | [A-Za-z][\w./-]{0,60}\s*\|\s+
        | (?:app|heroku|remote)\[[\w./-]+\]:\s*
        | [A-Za-z][\w-]{0,30}\.\d+:\s+
        | std(?:out|err)[\ ,][FP]?[\ ,]*
        | (?:ERR|OUT)/\w+\s+
        | (?:-->|==>|=>)\s+
        # I, [2026-11-22T16:10:13.123 #12]  INFO -- : and I1122 16:10:13.123 12 file.go:1]
        | [DIWEFAT],\ \[[^\]]{1,60}\]\s+[A-Z]+\s+--\s+[^:]{0,60}:\s*
        | [DIWEFAT]\d{4}\ \d\d:\d\d:\d\d(?:\.\d+)?\s+\d+\s+[\w.-]+:\d+\]\s*
        # 42#42: *7 of nginx, (pid), [12], [main], [app-1] but not []
        | \d+\#\d+:(?:\s+\*\d+)?\s+
        | \(\w+:\d+\)\s+
        | \[(?i:trace|debug|verbose|info|notice|warn|warning|error|err|fatal|critical|crit|emerg|alert)\]:?\s*
        | \[[A-Za-z0-9_.:@/\#-]{1,48}\]:?\s+
        | \[pid\ \d+\]\s*
        )"#;
}

patterns! {
    /// `ERROR`, `level=error`, `INFO:` at the start of what is left.
    LEVEL_FIELD = r"(?x)^(?:.{0,80}?\blevel=|\[|\()?[\x22']?
        (?:(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|PANIC|LOG
        |trace|debug|info|notice|warn|warning|Info|Warning|Error|Normal|inf|wrn)
        [\x22']?(?:\]|\)|:|\s|\||$)
        # A sentence may begin with these, too.
        |(?P<bad>error|fatal|critical|err)[\x22']?(?:\]|\)|:|\||\s+[^a-z\s]|\s*$))";
}

patterns! {
    VISITOR = r#"(?x)
        "(?P<method>[A-Z]{3,10})\ [^"]*?\ (?P<version>HTTP/[0-9.]+)"
          (?:\ (?P<status>\d{3}\ (?:\d+|-))(?:\ "[^"]*"){0,2})?
        | (?P<field>\b(?:request:\ |referrer:\ |referer:\ |path=|user_agent=|uri=|url_path=))"[^"]*"
        "#;
}

patterns! {
    /// CSI, OSC up to its end, and the two-byte escapes.
    COLOURS = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_()#][0-9A-B]?)";
}
