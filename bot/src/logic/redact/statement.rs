//! SQL that sets a password, and the arguments of calls that stack traces print.

use std::ops::Range;

use super::kind::Kind;
use super::quote::Quote;
use super::scan::{
    LOOK_BACK, is_blank, is_name, line_end, line_end_within, line_start, skip, slice, stands_at,
};
use super::span::Span;
use super::value::is_placeholder;

const SQL: Kind = Kind::new("sql-password");
const CALL: Kind = Kind::new("call-password");

/// Words of SQL after which a quoted password stands.
pub(super) const CLAUSES: &[&str] = &["identified", "requirepass", "masterauth", "primaryauth"];

/// Hides the password of `IDENTIFIED [WITH plugin] BY|AS '...'`, or the word after a directive.
pub(super) fn clause(text: &str, word: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let end = line_end_within(bytes, word.end, LOOK_BACK);
    let is_sql = stands_at(bytes, word.start, b"identified");
    let mut at = skip(&bytes[..end], word.end, is_blank);
    for _ in 0..4 {
        let next = skip(&bytes[..end], at, is_name);
        let is_word = is_sql
            && ["by", "as", "with", "values", "password"]
                .iter()
                .any(|known| slice(text, at..next).eq_ignore_ascii_case(known));
        let is_plugin = is_sql && slice(text, at..next).contains('_');
        if !is_word && !is_plugin {
            break;
        }
        at = skip(&bytes[..end], next, is_blank);
    }
    if let Some(range) = quoted(bytes, at) {
        push(text, range, SQL, spans);
    } else if !is_sql && at > word.end {
        push(
            text,
            at..skip(bytes, at, |byte| !byte.is_ascii_whitespace()),
            SQL,
            spans,
        );
    }
}

/// Functions whose arguments hold a password, and which argument it is, from 0.
pub(super) const CALLS: &[(&str, usize)] = &[
    ("pdo->__construct", 2),
    ("pdo::__construct", 2),
    ("new pdo", 2),
    ("pdo::connect", 2),
    ("pdoconnection->__construct", 2),
    ("createpdoconnection", 2),
    ("mysqli->__construct", 2),
    ("mysqli::__construct", 2),
    ("mysqli->real_connect", 2),
    ("mysqli::real_connect", 2),
    ("mysqli_real_connect", 3),
    ("mysqli_connect", 2),
    ("mysql_connect", 2),
    ("new mysqli", 2),
    ("drivermanager.getconnection", 2),
    ("redis->auth", 0),
    ("redis::auth", 0),
    ("redis.auth", 0),
    ("ldap_bind", 2),
    ("ftp_login", 2),
    ("imap_open", 2),
    ("ssh2_auth_password", 2),
    ("password_verify", 0),
    ("password_hash", 0),
    ("hashpw", 0),
    ("checkpw", 0),
    ("->login", 1),
    ("->authenticate", 1),
    ("->attempt", 1),
    (".login", 1),
    (".authenticate", 1),
    ("httpbasicauth", 1),
    ("passwordauthentication", 1),
    ("usernamepasswordcredential", 1),
    ("->setpassword", 0),
    (".setpassword", 0),
    (".set_password", 0),
    ("->checkpassword", 0),
    ("->verifypassword", 0),
];

/// Hides the argument that holds the password of the call found at a range.
pub(super) fn call(text: &str, name: Range<usize>, argument: usize, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    if bytes.get(name.end) != Some(&b'(') {
        return;
    }
    let mut at = name.end + 1;
    for place in 0..=argument {
        at = skip(bytes, at, |byte| is_blank(byte) || byte == b'\n');
        let (value, next) = argument_at(bytes, at);
        if place == argument {
            if let Some(range) = value {
                push(text, range, CALL, spans);
            }
            return;
        }
        if bytes.get(next) != Some(&b',') {
            return;
        }
        at = next + 1;
    }
}

/// Reads one argument: where its text stands if it is quoted, and where what follows it begins.
fn argument_at(bytes: &[u8], at: usize) -> (Option<Range<usize>>, usize) {
    if let Some(range) = quoted(bytes, at) {
        let quote = range.start - at;
        let end = (range.end + quote).min(bytes.len());
        return (Some(range), skip(bytes, end, is_blank));
    }
    let end = line_end_within(bytes, at, LOOK_BACK);
    let named = skip(&bytes[..end], at, |byte| is_name(byte) || byte == b'=');
    if named > at
        && bytes[named - 1] == b'='
        && let Some(range) = quoted(bytes, named)
    {
        let end = (range.end + range.start - named).min(bytes.len());
        return (Some(range), skip(bytes, end, is_blank));
    }
    let mut depth = 0_usize;
    for (offset, byte) in bytes[at..end].iter().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' if depth == 0 => return (None, at + offset),
            b')' | b']' => depth -= 1,
            b',' if depth == 0 => return (None, at + offset),
            _ => {}
        }
    }
    (None, end)
}

/// Reads the quoted text at `at`.
fn quoted(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let quote = Quote::at(bytes, at)?;
    let from = at + quote.len();
    let end = quote
        .close(bytes, from)
        .unwrap_or_else(|| line_end(bytes, from));
    Some(from..end)
}

fn push(text: &str, range: Range<usize>, kind: Kind, spans: &mut Vec<Span>) {
    let written = slice(text, range.clone());
    let cut = written.strip_suffix("...").unwrap_or(written);
    if !is_placeholder(cut) && cut.len() > 1 {
        spans.push(Span::new(range.start..range.start + cut.len(), kind));
    }
}

/// Looks at the line round a port of PostgreSQL: `host:port:database:user:password`, as in
/// `.pgpass`.
pub(super) fn pgpass(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let start = line_start(bytes, clue.start);
    let end = line_end_within(bytes, clue.end, LOOK_BACK);
    let line = &bytes[start..end];
    if line.iter().any(u8::is_ascii_whitespace) || line.len() > 1024 {
        return;
    }
    let colons: Vec<usize> = line
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b':')
        .map(|(at, _)| at)
        .take(5)
        .collect();
    let is_entry =
        colons.len() >= 4 && clue.start == start + colons[0] && clue.end == start + colons[1] + 1;
    if is_entry {
        push(
            text,
            start + colons[3] + 1..end,
            Kind::new("postgres-password"),
            spans,
        );
    }
}
