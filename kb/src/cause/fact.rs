//! Typed facts of a text: where something listens, where it is expected, what $PORT holds.
//! What two facts mean together is left to `rule`.

use regex::bytes::Captures;
use std::fmt;

use super::finding::Evidence;
use super::pattern::{part, patterns};
use super::tally::evidence;

/// Facts that are kept: a text that repeats itself says nothing new.
const MOST_FACTS: usize = 64;

/// Where something listens or is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A TCP port, on a host where one is named.
    Tcp {
        /// The host as written, without brackets.
        host: Option<String>,
        /// The port.
        port: u16,
    },
    /// A unix socket's path.
    Unix(String),
}

impl Place {
    /// Whether only the same machine, or the same container, reaches it.
    pub(super) fn is_loopback(&self) -> bool {
        match self {
            Self::Tcp {
                host: Some(host), ..
            } => host == "localhost" || host == "::1" || host.starts_with("127."),
            _ => false,
        }
    }

    /// The port, where it has one.
    pub(super) fn port(&self) -> Option<u16> {
        match self {
            Self::Tcp { port, .. } => Some(*port),
            Self::Unix(_) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp {
                host: Some(host),
                port,
            } if host.contains(':') => {
                write!(f, "[{host}]:{port}")
            }
            Self::Tcp {
                host: Some(host),
                port,
            } => write!(f, "{host}:{port}"),
            Self::Tcp { host: None, port } => write!(f, "port {port}"),
            Self::Unix(path) => write!(f, "the socket {path}"),
        }
    }
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Something listens there.
    Listens(Place),
    /// The router, or who asked for it, goes there.
    Expects(Place),
    /// What $PORT holds; `None` where it is empty.
    Port(Option<u16>),
}

/// A fact with the line that says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) says: Says,
    pub(super) evidence: Evidence,
}

/// Takes the facts of a cleaned line.
pub(super) fn take(facts: &mut Vec<Fact>, number: u64, text: &str) {
    if facts.len() >= MOST_FACTS || !WORTH.is_match(text.as_bytes()) {
        return;
    }
    let mut push = |says: Says| {
        if !facts.iter().any(|fact| fact.says == says) {
            facts.push(Fact {
                says,
                evidence: evidence(number, text),
            });
        }
    };
    if let Some(place) = socket_table(text) {
        push(Says::Listens(place));
        return;
    }
    for found in EXPECTED.captures_iter(text.as_bytes()) {
        if let Some(place) = place_of(&found) {
            push(Says::Expects(place));
        }
    }
    if let Some(found) = PORT_VALUE.captures(text.as_bytes()) {
        push(Says::Port(
            part(&found, "port").and_then(|port| port.parse().ok()),
        ));
    }
    if let Some(place) = announced(text) {
        push(Says::Listens(place));
    }
}

/// Reads a line of `ss`, `netstat` or `lsof` that shows a listening socket.
fn socket_table(text: &str) -> Option<Place> {
    let found = SOCKET_TABLE.captures(text.as_bytes())?;
    if let Some(path) = part(&found, "path") {
        return Some(Place::Unix(path.to_owned()));
    }
    place_of(&found)
}

/// Reads what a server says of itself: "Listening at: http://127.0.0.1:8000".
fn announced(text: &str) -> Option<Place> {
    let verb = LISTENS.find(text.as_bytes())?;
    if FAILS.is_match(text.as_bytes()) {
        return None;
    }
    ADDRESS
        .captures(&text.as_bytes()[verb.end()..])
        .and_then(|found| place_of(&found))
}

pub(super) fn place_of(found: &Captures<'_>) -> Option<Place> {
    if let Some(path) = part(found, "unix") {
        return Some(Place::Unix(
            path.trim_end_matches([':', ';', ',', '.']).to_owned(),
        ));
    }
    // One name a branch of the pattern: the crate wants group names to be unique.
    let named = |names: [&str; 3]| names.into_iter().find_map(|name| part(found, name));
    let port = named(["port", "port2", "port3"])?
        .parse()
        .ok()
        .filter(|&port| port != 0)?;
    let host = named(["host", "host2", "host3"])
        .map(|host| host.trim_matches(['[', ']']).to_owned())
        .filter(|host| !host.is_empty());
    Some(Place::Tcp { host, port })
}

patterns! {
    /// Words without which no line holds a fact: most lines are done with one look.
    WORTH = r"(?i)listen|running|serving|start|bound|available|accepting|ready|upstream|pass|dial tcp|connect to|curl |port";
}

patterns! {
    /// `LISTEN 0 511 127.0.0.1:3000 0.0.0.0:*`, `tcp 0 0 :::80 :::* LISTEN`, `TCP *:3000 (LISTEN)`,
    /// `u_str LISTEN 0 128 /run/app.sock 123 * 0`.
    SOCKET_TABLE = r"(?x)
        ^(?:tcp6?\s+|u_str\s+|u_seq\s+)?LISTEN\s+(?:\d+\s+\d+\s+)?(?:(?P<path>/\S+)|(?P<host>\S*?):(?P<port>\d+)(?:\s|$))
        | ^tcp6?\s+\d+\s+\d+\s+(?P<host2>\S*?):(?P<port2>\d+)\s+\S+\s+LISTEN
        | \bTCP\s+(?P<host3>\S*?):(?P<port3>\d+)\s+\(LISTEN\)
        ";
}

patterns! {
    /// Where the router or a client goes, or was told to.
    EXPECTED = r#"(?x)
        (?: (?:upstream:\s*"?|proxy_pass\s+|_pass\s+|ProxyPass\s+\S+\s+|reverse_proxy\s+(?:\S+\s+)?|dial\ tcp\s+
            |attempt\ to\ connect\ to\s+|curl\ [^|]{0,80}?(?:https?://))
            (?:[a-z]+://)? (?: unix:(?://)?(?P<unix>/[^\s:;",|]+) | (?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.-]*):(?P<port>\d{1,5})\b ) )
        | [Ff]ailed\ to\ connect\ to\ (?P<host2>\S+)\ port\ (?P<port2>\d+)
        | (?i:listen(?:ing)?\ on\ the\ port\ defined\ by|expected?\ (?:to\ listen\ )?(?:on\ )?port|health\ ?checks?\ on\ port|should\ (?:listen|be\ listening)\ on(?:\ port)?).{0,40}?(?P<port3>\d{2,5})\b
        "#;
}

patterns! {
    /// `PORT=8080`, `-e PORT=8080`, `PORT: 8080`.
    PORT_VALUE = r#"(?:^|[\s'"({])(?:export )?\$?PORT(?:=|: |'?\] => )["']?(?P<port>\d{1,5})?(?:["'\s;,)}]|$)"#;
}

patterns! {
    /// What a server says when it is up.
    LISTENS = r"(?xi)\b(?:listen(?:ing|s|er\ started)?|running|serving|started|starting|bound|available|accepting|ready)\b";
}

patterns! {
    /// The address after it, not far away.
    ADDRESS = r#"(?x)^.{0,70}?
        (?: (?:https?|tcp|fcgi|fastcgi)://(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.*-]*):(?P<port>\d{2,5})\b
        | unix:(?://)?(?P<unix>/[^\s)]+)
        | (?:^|[\s='"(])(?P<host2>(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-fA-F:]+\]|::|\*|localhost)?:(?P<port2>\d{2,5})\b
        | (?i:port(?:\(s\)|s)?)\s*[:=]?\s*["'(]?(?P<port3>\d{2,5})\b )"#;
}

patterns! {
    /// A line that speaks of listening because it did not work, or of what ought to be.
    FAILS = r"(?i)\b(?:error|e[a-z]*inuse|eacces|fail(?:ed|ure|s)?|cannot|can't|could not|couldn't|unable|denied|in use|refused|not listening|timed out|should|must|expected|waiting|is the server|please)\b";
}
