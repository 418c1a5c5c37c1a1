//! Whether a text tells what happened or speaks about it: comments, usage, names of passed tests,
//! prose. An error that a manual describes did not happen. What did is left to the signatures.

use super::clean::Cleaned;
use super::clue;
use super::pattern::patterns;

/// Lines of usage by which a text is a manual; an error may quote one or two.
const USAGE: u64 = 4;
/// Lines of running prose by which a text is a document; an error's advice is shorter.
const PROSE: u64 = 8;
/// Words of a line of prose at least, and of an item of a list.
const FEWEST_WORDS: (usize, usize) = (6, 4);

/// What a line is, by its build alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something that a program reports.
    Message,
    /// A comment of a configuration or of source code.
    Comment,
    /// An option with what it does, as in `--help`.
    Usage,
    /// The name of a test that passed.
    Passed,
    /// A warning of what a later version will do.
    Foretold,
}

/// Tells what a cleaned line is.
pub(super) fn kind(text: &str) -> Kind {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'#' | b'/' | b';' | b'<') if COMMENT.is_match(bytes) => Kind::Comment,
        Some(b'-') if OPTION.is_match(bytes) => Kind::Usage,
        _ if PASSED.is_match(bytes) => Kind::Passed,
        _ if FORETOLD.is_match(bytes) => Kind::Foretold,
        _ => Kind::Message,
    }
}

/// What was seen of the manner in which a text speaks.
#[derive(Debug, Default)]
pub(super) struct Manner {
    lines: u64,
    usage: u64,
    prose: u64,
    /// Whether the last line could be one of prose.
    was_prose: bool,
}

impl Manner {
    /// Takes in a cleaned line.
    pub(super) fn take(&mut self, line: &Cleaned<'_>, kind: Kind) {
        if line.text.is_empty() {
            return;
        }
        self.lines += 1;
        self.usage += u64::from(kind == Kind::Usage);
        // Prose is told by its lines' company: a message stands alone.
        let is_prose = kind == Kind::Message && !line.is_wrapped && is_prose(&line.text);
        self.prose += u64::from(is_prose && self.was_prose);
        self.was_prose = is_prose;
    }

    /// Whether the text is a manual or a document, in which only what is built like an error is one.
    pub(super) fn is_about(&self) -> bool {
        self.usage >= USAGE || (self.prose >= PROSE && self.prose * 4 >= self.lines)
    }
}

/// Whether a line is built like an error: its level says so, or it begins as programs begin errors.
pub(super) fn is_built_like_an_error(line: &Cleaned<'_>) -> bool {
    clue::has_level_of_an_error(line) || (line.is_wrapped && clue::reports_error(line)) || {
        HEAD.is_match(line.text.as_bytes())
    }
}

/// Whether a line reads like running text: enough words, nearly all of them plain; in an item of a
/// list, most of them.
fn is_prose(text: &str) -> bool {
    let is_item = ["* ", "- ", "+ ", "\u{2022} "]
        .iter()
        .any(|bullet| text.starts_with(bullet));
    let (mut words, mut plain) = (0, 0);
    for word in text.split_ascii_whitespace() {
        let core = word.trim_matches(|c: char| c.is_ascii_punctuation());
        words += 1;
        plain += usize::from(
            !core.is_empty()
                && core
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || byte == b'\''),
        );
    }
    let (fewest, enough) = match is_item {
        false => (FEWEST_WORDS.0, 4),
        true => (FEWEST_WORDS.1, 3),
    };
    words >= fewest && plain * 5 >= words * enough && !HEAD.is_match(text.as_bytes())
}

patterns! {
    /// `# words`, `// words`, `; words`, `<!-- words`; not Ruby's `#<Error>`, not a frame `#0 /app`.
    COMMENT = r"^(?:#+(?:\s|$)|#[A-Za-z]|//|;|<!--)";
}

patterns! {
    /// `-p, --port <port>   The port`, `--retry-connrefused   Retry`, `--name=VALUE`, `-x`.
    OPTION = r"^(?:-\w,?\s+(?:\S+\s+)?--?\w|--[a-zA-Z][\w-]*(?:[ =\[]?[<\[A-Z{][^ ]*)?(?:[,|]|\s\s|\t|$)|--?[a-zA-Z][\w-]*(?:[ =]\S+)?\s\s+\S|-\w$)";
}

patterns! {
    /// `✓ name`, `ok 1 - name`, `test name ... ok`, `test_name PASSED`, `--- PASS: name`, `# Subtest: name`.
    PASSED = r"^(?:\xe2\x9c\x93|\xe2\x9c\x94|\xe2\x88\x9a|ok \d+\b|--- PASS\b|PASS(?:ED)?\b|\[ +OK \])|^test \S+ \.\.\. ok\b|\S (?:PASSED|\.\.\. ok)(?:\s|$)";
}

patterns! {
    /// `This will stop working in the next major version.`
    FORETOLD = r"(?i)\bwill (?:stop working|be (?:removed|dropped|deprecated|an error)|no longer be)\b.{0,40}\b(?:version|release|future|major|soon)\b|^\S{0,40}deprecat(?:ed|ion)";
}

patterns! {
    /// How programs begin an error: names or files with colons before it, then a word for failing,
    /// the name of an exception, an errno, a call that failed.
    HEAD = r"(?x)^(?:[\w./@\[\]()-]{1,80}:\s+|\[[^\]]{1,60}\]\s+){0,4}
        (?: (?:[A-Za-z][\w.:\\]*)?(?:Error|Exception|Fault|Warning)\b
        | (?i:error|fatal|panic|critical|crit|emerg|alert|err!|failure|uncaught|unhandled|traceback|aborted)\b\s*[:\[(!-]
        | (?i:fatal\ error|uncaught|unhandled|caused\ by)\b
        | (?i:[\w./-]+:\s+(?:line\ )?(?:\d+:\s+)?(?:\S+:\s+)?(?:invalid|unknown|illegal|unrecogni[sz]ed|unexpected|missing|cannot|can't|could\ not|unable|failed|no\ such|not\ found|permission\ denied|command\ not\ found|error))
        | (?i:connect|listen|bind|open|read|write|getaddrinfo|spawn)\b[^.]{0,20}\ E[A-Z]{4,}
        | \w+\(\)\ (?:\S+\ ){0,3}failed
        )";
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind};

    #[test]
    fn lines_that_only_speak_of_errors_are_told_by_their_build() {
        for (text, expected) in [
            ("# FATAL is written when no slot is left", Kind::Comment),
            ("#log_min_messages = warning  # error, fatal", Kind::Comment),
            ("// connection refused: the peer is down", Kind::Comment),
            ("; Note: cannot bind to an address", Kind::Comment),
            ("--retry-refused      Try again when refused", Kind::Usage),
            ("-e, --echo           show what is killed", Kind::Usage),
            ("--abort-on-uncaught-exception", Kind::Usage),
            ("\u{2713} answers 502 when refused (4 ms)", Kind::Passed),
            ("ok 3 - times out", Kind::Passed),
            ("test refused::is_told ... ok", Kind::Passed),
            ("#<Errno::ECONNREFUSED: Connection refused>", Kind::Message),
            ("#0 /app/index.php(3): connect()", Kind::Message),
            ("-bash: gunicorn: command not found", Kind::Message),
            ("--> failed to start", Kind::Message),
            ("Error: listen EADDRINUSE", Kind::Message),
            ("not ok 3 - times out", Kind::Message),
            (
                "Unknown option \"x\". It will be removed in the next release.",
                Kind::Foretold,
            ),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
