//! Words by which a line of a big log deserves a look even where no signature's key stands in it,
//! and the structural signs that a line reports an error. Which error it is, is left to others.

use std::sync::LazyLock;

use regex::Regex;

use super::clean::{Cleaned, Level};

/// Keys, in lower case, beside those of the signatures.
pub(super) const WORDS: &[&str] = &[
    // An error of whatever kind.
    "error",
    "exception",
    "fatal",
    "panic",
    "failed",
    "failure",
    "traceback",
    "unable to",
    "cannot",
    "could not",
    "refused",
    "denied",
    "crash",
    "abort",
    "emerg]",
    "crit]",
    "critical",
    "killed",
    "exit code",
    "exited with",
    "exit status",
    // Where something listens, and where it is expected.
    "listen",
    "running on",
    "running at",
    "bound to",
    "serving on",
    "upstream",
    "proxy_pass",
    "fastcgi_pass",
    "port=",
    "$port",
    "[exit ",
    // Things that went well after all.
    "connected",
    "recovered",
    "reconnect",
    "attempt",
    "retry",
];

/// Whether a cleaned line reports an error, by its level or by how it is built.
pub(super) fn reports_error(line: &Cleaned<'_>) -> bool {
    if line.level.is_some_and(|level| level < Level::Warning) {
        return false;
    }
    let text = &*line.text;
    if HARMLESS.is_match(text) {
        return false;
    }
    line.level == Some(Level::Error) || ERROR.is_match(text)
}

/// Whether a line says that something works again.
pub(super) fn tells_of_recovery(text: &str) -> bool {
    RECOVERY.is_match(text)
}

/// Whether a line says that what failed will be tried again.
pub(super) fn tries_again(text: &str) -> bool {
    AGAIN.is_match(text)
}

/// Whether a line of a trace goes on to what caused the error above it.
pub(super) fn names_a_deeper_cause(text: &str) -> bool {
    let text = text.trim_start();
    [
        "Caused by",
        "caused by",
        "---> ",
        "[cause]:",
        "[previous exception]",
        "Previous exception",
    ]
    .iter()
    .any(|start| text.starts_with(start))
}

/// Whether a line belongs to the trace of the line above it: a frame, or "... 12 more".
pub(super) fn continues_a_trace(text: &str) -> bool {
    let text = text.trim_start();
    [
        "at ",
        "... ",
        "File ",
        "from ",
        "#",
        "^",
        "- ",
        "Suppressed:",
        "--- End of",
    ]
    .iter()
    .any(|start| text.starts_with(start))
}

static RECOVERY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?xi)(?-u:\b)(?:
        (?:re-?)?connected\ (?:to|successfully|after|again) | successfully\ (?:re-?)?connected
        | connection\ (?:to\ \S+\ )?(?:has\ been\ |was\ )?(?:re-?)?(?:established|restored|recovered|is\ up|ok|succeeded)
        | reconnected | recovered | back\ (?:online|up|to\ normal)
        | succeeded\ (?:after|on|at) | (?:is|are)\ (?:now\ )?(?:healthy|reachable|up\ again)
        | (?:database|db|redis|postgres\w*|mysql|mongo\w*|service|broker|host)\ (?:is\ )?(?:now\ )?(?:ready|available|up|started)
        | (?:retry|attempt)\ (?:\#?\d+\ )?succe
        )",
    )
});

static AGAIN: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(?-u:\b)(?:retry|retrying|retries|re-?trying|attempt|attempts|try(?:ing)? again|waiting for|will reconnect|reconnecting|backing off)(?-u:\b)",
    )
});

/// An error's name with a colon, a verb of failing, or an errno.
static ERROR: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x)
        (?-u:\b)(?:[A-Za-z][\w.]*)?(?:Error|Exception|ERROR|Fault)(?-u:\b)\s*[:(\[]
        | (?-u:\b)(?:[A-Z]\w+)(?:Error|Exception)(?-u:\b)
        | ^(?i:error|fatal|panic|fatal\ error|uncaught|unhandled|exception|failed|failure)(?-u:\b)
        | (?-u:\b)(?i:fatal|panic|critical|emerg|alert)\s*[:\]]
        | (?-u:\b)(?i:failed|unable)\ to(?-u:\b)
        | (?-u:\b)(?i:could\ not|cannot|can't|couldn't|did\ not|does\ not\ exist|not\ found|no\ such)(?-u:\b)
        | (?-u:\b)(?i:refused|denied|timed\ out|crashed|aborted|killed|unreachable|rejected)(?-u:\b)
        | (?-u:\b)E[A-Z]{4,}(?-u:\b)
        | ^curl:\ \(\d+\)
        | (?i:exit(?:ed)?\ (?:with\ )?(?:code|status)):?\ [1-9]
        | (?-u:\b)(?i:no\ \w+(?:\ \w+)?\ (?:found|defined|available|configured))(?-u:\b)
        ",
    )
});

/// Counts of nothing, and errors that are only spoken of.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?xi)
        (?-u:\b)(?:0|no|zero|without)\ (?:\w+\ )?(?:errors?|failures?|failed|exceptions?|problems?|issues?)(?-u:\b)
        | (?-u:\b)(?:errors?|failures?|failed|error_count)\s*[=:]\s*(?:0|none|null|false|nil|\[\]|\{\})(?-u:\b|$)
        | (?-u:\b)deprecat
        ",
    )
});

fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant that the tests run")
}
