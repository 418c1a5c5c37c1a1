//! What a log wraps around a message: colours, times, levels, containers, JSON. Taken off here.
//! What the message means is left to the matcher.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::envelope;

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
                });
            }
        }
        return;
    }
    each(Cleaned {
        text: mask(message),
        level,
    });
}

/// Decodes a line: bytes that are not UTF-8 become replacement characters, colours and control
/// characters go, typographic quotes and spaces become plain ones.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(raw);
    let plain = |c: char| !c.is_control() && !matches!(c, '\u{2018}'..='\u{201f}' | '\u{a0}');
    if text.chars().all(|c| c == '\t' || plain(c)) {
        return text;
    }
    let without_colours = COLOURS.replace_all(&text, "");
    let kept = without_colours.chars().filter_map(|c| match c {
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
        let Some(layer) = WRAPPING.captures(rest) else {
            break;
        };
        if let Some(found) = layer
            .name("level")
            .and_then(|word| Level::from_word(word.as_str()))
        {
            level = level.max(Some(found));
        } else if let Some(letter) = layer.name("letter") {
            level = level.max(level_of_letter(letter.as_str()));
        }
        let end = layer.get_match().end();
        if end == rest.len() && layer.name("level").is_none() {
            break;
        }
        rest = rest[end..].trim_start();
    }
    if level.is_none() {
        level = LEVEL_FIELD
            .captures(rest)
            .and_then(|found| Level::from_word(found.get(1).map_or("", |word| word.as_str())));
    }
    if rest.starts_with("npm ERR!") || rest.starts_with("npm error") {
        level = Some(Level::Error);
    }
    (rest, level)
}

fn level_of_letter(letter: &str) -> Option<Level> {
    Some(match letter {
        "D" | "T" => Level::Debug,
        "I" => Level::Info,
        "W" => Level::Warning,
        "E" | "F" | "C" => Level::Error,
        _ => return None,
    })
}

/// Blanks what a visitor typed: addresses and referrers in access lines and in router errors.
fn mask(message: &str) -> Cow<'_, str> {
    if !message.contains('"') {
        return Cow::Borrowed(message);
    }
    VISITOR.replace_all(message, |found: &Captures<'_>| match found.name("method") {
        Some(method) => {
            let status = found.name("status").map_or("", |status| status.as_str());
            format!("\"{} / {}\" {status}", method.as_str(), &found["version"])
        }
        None => format!("{}\"-\"", &found["field"]),
    })
}

/// One layer of wrapping at the start of a line.
static WRAPPING: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r#"(?x)^(?:
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
        | (?P<letter>[DIWEFAT]),\ \[[^\]]{1,60}\]\s+[A-Z]+\s+--\s+[^:]{0,60}:\s*
        | [DIWEFAT]\d{4}\ \d\d:\d\d:\d\d(?:\.\d+)?\s+\d+\s+[\w.-]+:\d+\]\s*
        # 42#42: *7 of nginx, (pid), [12], [main], [app-1] but not []
        | \d+\#\d+:(?:\s+\*\d+)?\s+
        | \(\w+:\d+\)\s+
        | \[(?P<level>(?i:trace|debug|verbose|info|notice|warn|warning|error|err|fatal|critical|crit|emerg|alert))\]:?\s*
        | \[[A-Za-z0-9_.:@/\#-]{1,48}\]:?\s+
        | \[pid\ \d+\]\s*
        )"#,
    )
});

/// `ERROR`, `level=error`, `INFO:` at the start of what is left.
static LEVEL_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x)^(?:.{0,80}?\blevel=|\[|\()?[\x22']?
        (TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|PANIC|LOG
        |trace|debug|info|notice|warn|warning|error|fatal|critical|Info|Warning|Error|Normal|inf|wrn|err)
        [\x22']?(?:\]|\)|:|\s|\||$)",
    )
});

static VISITOR: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r#"(?x)
        "(?P<method>[A-Z]{3,10})\ [^"]{0,8000}?\ (?P<version>HTTP/[0-9.]+)"
          (?:\ (?P<status>\d{3}\ (?:\d+|-))(?:\ "[^"]*"){0,2})?
        | (?P<field>(?-u:\b)(?:request:\ |referrer:\ |referer:\ |path=|user_agent=|uri=|url_path=))"[^"]*"
        "#,
    )
});

static COLOURS: LazyLock<Regex> = LazyLock::new(|| {
    // CSI, OSC up to its end, and the two-byte escapes.
    fixed(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)|[@-Z\\-_()#][0-9A-B]?)")
});

fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant that the tests run")
}
