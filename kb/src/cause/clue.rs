//! Words by which a line of a big log deserves a look even where no signature's key stands in it,
//! and the structural signs that a line reports an error. Which error it is, is left to others.

use super::clean::{Cleaned, Level};
use super::pattern::patterns;

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
    let text = line.text.as_bytes();
    if HARMLESS.is_match(text) {
        return false;
    }
    line.level == Some(Level::Error) || ERROR.is_match(text)
}

/// Whether the level of a line is that of an error.
pub(super) fn has_level_of_an_error(line: &Cleaned<'_>) -> bool {
    line.level == Some(Level::Error)
}

/// Whether a line says that something works again.
pub(super) fn tells_of_recovery(text: &str) -> bool {
    RECOVERY.is_match(text.as_bytes())
}

/// Whether two lines name the same service or host: `database:5432` and `host "database"`.
pub(super) fn names_the_same(one: &str, other: &str) -> bool {
    let names = |text| {
        NAME.find_iter(str::as_bytes(text))
            .map(|name| name.as_bytes())
    };
    let others: Vec<&[u8]> = names(other).collect();
    names(one).any(|name| others.iter().any(|other| other.eq_ignore_ascii_case(name)))
}

/// Whether a line says that what failed will be tried again.
pub(super) fn tries_again(text: &str) -> bool {
    AGAIN.is_match(text.as_bytes())
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

/// Whether a line is a frame of a Python trace under which the program's own text stands: code
/// that was not read from a file has none.
pub(super) fn quotes_its_line(text: &str) -> bool {
    text.starts_with("File \"") && !text.starts_with("File \"<")
}

/// Whether a line is the name of an exception, with or without what it says: the end of a trace,
/// also where its last frame could not quote its line.
pub(super) fn is_raised(text: &str) -> bool {
    let name = text.split([':', ' ']).next().unwrap_or_default();
    ["Error", "Exception", "Interrupt", "Exit", "Timeout"]
        .iter()
        .any(|end| name.ends_with(end))
}

patterns! {
    RECOVERY = r"(?xi)\b(?:
        (?:re-?)?connected\ (?:to|successfully|after|again) | successfully\ (?:re-?)?connected
        | connection\ (?:to\ \S+\ )?(?:has\ been\ |was\ )?(?:re-?)?(?:established|restored|recovered|is\ up|ok|succeeded)
        | ^ready$ | \b(?:session\ |cache\ |data)?(?:store|pool|client|database|db|redis)\ (?:is\ )?connected
        | \S+:\d+\ is\ (?:now\ )?(?:available|up|ready|reachable)
        | reconnected | recovered | back\ (?:online|up|to\ normal)
        | succeeded\ (?:after|on|at) | (?:is|are)\ (?:now\ )?(?:healthy|reachable|up\ again)
        | (?:database|db|redis|postgres\w*|mysql|mongo\w*|service|broker|host)\ (?:is\ )?(?:now\ )?(?:ready|available|up|started)
        | (?:retry|attempt)\ (?:\#?\d+\ )?succe
        )";
}

patterns! {
    /// What can be reached: services by their names, hosts of a private network, addresses.
    NAME = r"(?i)\b(?:database|db|postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|valkey|rabbitmq|kafka|elasticsearch|opensearch|memcached|solr|broker|\d{1,3}(?:\.\d{1,3}){3}|[a-z][\w-]*(?:\.internal|\.local))\b";
}

patterns! {
    AGAIN = r"(?i)\b(?:retry|retrying|retries|re-?trying|attempt|attempts|try(?:ing)? again|waiting for|will reconnect|reconnecting|backing off)\b";
}

patterns! {
    /// An error's name with a colon, a verb of failing, or an errno.
    ERROR = r"(?x)
        \b(?:[A-Za-z][\w.]*)?(?:Error|Exception|ERROR|Fault)\b\s*[:(\[]
        | \b(?:[A-Z]\w+)(?:Error|Exception)\b
        | ^(?i:error|fatal|panic|fatal\ error|uncaught|unhandled|exception|failed|failure)\b
        | \b(?i:fatal|panic|critical|emerg|alert)\s*[:\]]
        | \b(?i:failed|unable)\ to\b
        | \b(?i:could\ not|cannot|can't|couldn't|did\ not|does\ not\ exist|not\ found|no\ such)\b
        | \b(?i:refused|denied|timed\ out|crashed|aborted|killed|unreachable|rejected)\b
        | \bE[A-Z]{4,}\b
        | ^curl:\ \(\d+\)
        | (?i:exit(?:ed)?\ (?:with\ )?(?:code|status)):?\ [1-9]
        | \b(?i:no\ \w+(?:\ \w+)?\ (?:found|defined|available|configured))\b
        ";
}

patterns! {
    /// Counts of nothing, and errors that are only spoken of.
    HARMLESS = r"(?xi)
        \b(?:0|no|zero|without)\ (?:\w+\ )?(?:errors?|failures?|failed|exceptions?|problems?|issues?)\b
        | \b(?:errors?|failures?|failed|error_count)\s*[=:]\s*(?:0|none|null|false|nil|\[\]|\{\})(?-u:\b|$)
        | \bdeprecat
        ";
}
