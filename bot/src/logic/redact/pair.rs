//! Names and values: `DB_PASSWORD=...`, `"token": "..."`, `[API_KEY] => ...`, `--password ...`.

use std::ops::Range;

use super::accept::accepts;
use super::kind::Kind;
use super::name::{self, Class, Names};
use super::quote::Quote;
use super::scan::{
    LOOK_BACK, is_blank, is_hex, is_name, line_end, line_end_within, line_start, skip, skip_back,
    slice, stands_at,
};
use super::separator::{self, Join};
use super::span::Span;
use super::value::{is_solid, is_uuid, looks_random};
use super::{block, header};

const PASSWORD: Kind = Kind::new("password");
const SECRET: Kind = Kind::new("secret");
const TOKEN: Kind = Kind::new("token");
const KEY: Kind = Kind::new("key");
const SESSION: Kind = Kind::new("session");

/// The longest name of the next pair in a list of pairs, in bytes.
const LONGEST_NAME: usize = 40;

/// The shortest value that a dash may join to its name, in bytes: a commit is cut shorter.
const SHORTEST_GLUED: usize = 24;

/// A value beside a name.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// Where it stands, without its quotes.
    pub range: Range<usize>,
    /// How it is joined to its name.
    pub join: Join,
    /// Whether quotes stood round it.
    pub is_quoted: bool,
    /// Whether it is a parameter of a query or a form.
    pub is_query: bool,
}

/// Looks at the name round a hit. Gives where the next name may begin.
pub(super) fn find<'t>(
    text: &'t str,
    hit: usize,
    names: &mut Names<'t>,
    spans: &mut Vec<Span>,
) -> usize {
    let bytes = text.as_bytes();
    let name = name_round(bytes, hit);
    let spelled = slice(text, name.clone());
    let judged = names.judge(spelled);
    let value = judged.and_then(|_| value_after(bytes, &name));
    let (Some(class), Some(value)) = (judged, value) else {
        if let Some(range) = glued(spelled, names) {
            let range = name.start + range.start..name.start + range.end;
            spans.push(Span::new(range, kind_of(Class::Secret, spelled)));
        }
        return name.end;
    };
    match class {
        Class::Authorization => header::authorization(text, &value, spans).max(name.end),
        Class::Cookie => header::cookie(text, &value, spans).max(name.end),
        _ => {
            let hidden = block::scalar(bytes, &name, &value)
                .or_else(|| accepts(class, spelled, text, &value).then_some(value.range.clone()));
            hidden.map_or(name.end, |range| {
                let end = range.end;
                spans.push(Span::new(range, kind_of(class, spelled)));
                end.max(name.end)
            })
        }
    }
}

/// Reads a value that only a dash joins to its name: `SECRET-9f8e7d...`. Names of files and of
/// containers end so as well, so the name must be shouted or several words in one.
fn glued<'t>(spelled: &'t str, names: &mut Names<'t>) -> Option<Range<usize>> {
    let dashes = spelled.match_indices('-').map(|(at, _)| at);
    dashes.take(LONGEST_NAME).find_map(|dash| {
        let (name, value) = (&spelled[..dash], &spelled[dash + 1..]);
        let is_token = is_solid(value) && value.len() >= SHORTEST_GLUED || is_uuid(value);
        let is_named = || name::is_shouted(name) || name::is_joined(name) || name::has_vendor(name);
        (is_token && is_named() && names.judge(name).is_some()).then_some(dash + 1..spelled.len())
    })
}

fn kind_of(class: Class, name: &str) -> Kind {
    let says = |word: &str| name.to_ascii_lowercase().contains(word);
    match class {
        Class::Password => PASSWORD,
        Class::Session | Class::Cookie => SESSION,
        _ if says("token") => TOKEN,
        _ if says("key") => KEY,
        _ => SECRET,
    }
}

fn name_round(bytes: &[u8], hit: usize) -> Range<usize> {
    let mut start = skip_back(bytes, hit, is_name);
    // An escape before the name is no part of it: `\npassword`, `%26token`.
    if start > 0 && bytes[start - 1] == b'\\' && matches!(bytes[start], b'n' | b't' | b'r') {
        start += 1;
    } else if start > 0
        && bytes[start - 1] == b'%'
        && bytes.len() > start + 2
        && is_hex(&bytes[start..start + 2])
    {
        start += 2;
    }
    let start = start.min(hit);
    start..skip(bytes, hit, is_name)
}

/// Reads the value that belongs to the name at `name`.
pub(super) fn value_after(bytes: &[u8], name: &Range<usize>) -> Option<Value> {
    let (join, start) = match separator::after(bytes, name) {
        Some((join, start)) if join != Join::Prose => (join, start),
        found => match bare_line(bytes, name) {
            Some(start) => (Join::Space, start),
            None => match compared(bytes, name) {
                Some(value) => return Some(value),
                None => found?,
            },
        },
    };
    let is_query = name.start > 0
        && (matches!(bytes[name.start - 1], b'?' | b'&' | b';')
            || name.start >= 3 && is_query_escape(&bytes[name.start - 3..name.start]));
    let value = read(bytes, start, join, is_query)?;
    // A type between the name and its value: `password: String = "..."`.
    if join == Join::Colon && !value.is_quoted {
        let after = skip(bytes, value.range.end, is_blank);
        if bytes.get(after) == Some(&b'=') && after > value.range.end {
            let start = skip(bytes, after + 1, is_blank);
            return read(bytes, start, Join::Equals, is_query).or(Some(value));
        }
    }
    Some(value)
}

fn is_query_escape(bytes: &[u8]) -> bool {
    bytes.eq_ignore_ascii_case(b"%26") || bytes.eq_ignore_ascii_case(b"%3F") || bytes == b"\\u0026"
}

/// A line of nothing but a name and a word, as `netrc` and Redis's configuration have: gives where
/// the word begins.
fn bare_line(bytes: &[u8], name: &Range<usize>) -> Option<usize> {
    let start = skip(bytes, name.end, is_blank);
    let end = line_end_within(bytes, start, LOOK_BACK);
    if start == name.end || start >= end {
        return None;
    }
    let is_alone = || {
        let line = line_start(bytes, name.start);
        !bytes[start..end].iter().any(|byte| is_blank(*byte))
            && bytes[line..name.start].iter().all(|byte| is_blank(*byte))
            && looks_random(&bytes[start..end])
    };
    (is_alone() || is_netrc(bytes, name)).then_some(start)
}

/// Reads a quoted value that a name is compared with and that stands before it: `"..." == token`.
fn compared(bytes: &[u8], name: &Range<usize>) -> Option<Value> {
    let signs_end = skip_back(bytes, name.start, is_blank);
    let signs = skip_back(bytes, signs_end, |byte| byte == b'=');
    let operator = match signs.checked_sub(1) {
        Some(before) if bytes[before] == b'!' && signs < signs_end => before,
        _ if (2..=3).contains(&(signs_end - signs)) => signs,
        _ => return None,
    };
    let close = skip_back(bytes, operator, is_blank).checked_sub(1)?;
    let mark = bytes[close];
    let line = line_start(bytes, close);
    let open = memchr::memrchr(mark, &bytes[line..close])? + line;
    matches!(mark, b'"' | b'\'' | b'`').then_some(Value {
        range: open + 1..close,
        join: Join::Equals,
        is_quoted: true,
        is_query: false,
    })
}

/// Tells whether a machine or a login stands before a name, as in `.netrc`.
fn is_netrc(bytes: &[u8], name: &Range<usize>) -> bool {
    let context = &bytes[line_start(bytes, name.start)..name.start];
    [b"login ".as_slice(), b"machine "]
        .iter()
        .any(|word| memchr::memmem::find(context, word).is_some())
}

fn read(bytes: &[u8], start: usize, join: Join, is_query: bool) -> Option<Value> {
    let start = skip_wrapping(bytes, skip_tag(bytes, start));
    if start >= bytes.len() || bytes[start] == b'\n' {
        return None;
    }
    if let Some(quote) = Quote::at(bytes, start) {
        let from = start + quote.len();
        let end = quote
            .close(bytes, from)
            .unwrap_or_else(|| line_end(bytes, from));
        return Some(Value {
            range: from..end,
            join,
            is_quoted: true,
            is_query,
        });
    }
    let end = unquoted_end(bytes, start, join, is_query);
    (end > start).then_some(Value {
        range: start..end,
        join,
        is_quoted: false,
        is_query,
    })
}

/// Skips a tag of YAML: `!env NAME`, `!vault |`.
fn skip_tag(bytes: &[u8], start: usize) -> usize {
    if bytes.get(start) != Some(&b'!') {
        return start;
    }
    let end = skip(bytes, start + 1, |byte| {
        byte.is_ascii_alphabetic() || matches!(byte, b'!' | b'/')
    });
    if end > start + 1 && bytes.get(end) == Some(&b' ') {
        end + 1
    } else {
        start
    }
}

/// Verbs of functions that read a secret and are not given one: `env("NAME")`, `config('name')`.
const READS: &[&[u8]] = &[
    b"env", b"get", b"config", b"input", b"param", b"secret", b"read", b"lookup", b"prompt",
    b"decrypt",
];

/// Skips what stands before a quoted value: string prefixes, `Some(`, `string(8) `, `[`.
fn skip_wrapping(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    if bytes.get(at) == Some(&b'\n') && at >= 2 && &bytes[at - 2..at] == b"=>" {
        at = skip(bytes, at, |byte| byte.is_ascii_whitespace());
    }
    let limit = bytes.len().min(at + LONGEST_NAME + 1);
    let word = skip(&bytes[..limit], at, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'!')
    });
    let reads = || {
        let called = bytes[at..word].to_ascii_lowercase();
        READS
            .iter()
            .any(|verb| memchr::memmem::find(&called, verb).is_some())
    };
    let after = match bytes.get(word) {
        Some(b'(') if word - at <= LONGEST_NAME && !reads() => {
            let inner = skip(bytes, word + 1, |byte| byte.is_ascii_digit());
            let closed = if bytes.get(inner) == Some(&b')') {
                inner + 1
            } else {
                word + 1
            };
            skip(bytes, closed, is_blank)
        }
        _ if word - at <= 2 => word,
        _ => at,
    };
    let after = after + usize::from(matches!(bytes.get(after), Some(b'@' | b'[' | b'&')));
    if Quote::at(bytes, after).is_some() {
        after
    } else {
        at
    }
}

/// Gives where an unquoted value ends.
fn unquoted_end(bytes: &[u8], start: usize, join: Join, is_query: bool) -> usize {
    let mut at = start;
    while at < bytes.len() && !ends_value(bytes, at, join, is_query) {
        at += 1;
    }
    close_brackets(bytes, start, at)
}

fn ends_value(bytes: &[u8], at: usize, join: Join, is_query: bool) -> bool {
    let next = bytes.get(at + 1).copied();
    match bytes[at] {
        b' ' | b'\t' | b'\r' | b'\n' => true,
        b'&' | b'#' if is_query => true,
        b'%' if is_query => stands_at(bytes, at, b"%26"),
        b'"' | b'\'' | b'`' => next.is_none_or(|b| {
            b.is_ascii_whitespace() || matches!(b, b',' | b'}' | b']' | b')' | b';' | b':' | b'|')
        }),
        b'<' => join == Join::Cell || next == Some(b'/'),
        b'|' => join == Join::Cell,
        b'\\' => next.is_some_and(|b| matches!(b, b'"' | b'\'')),
        b',' | b';' => {
            next.is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
                || begins_pair(bytes, at + 1)
        }
        b'&' => {
            begins_pair(bytes, at + 1)
                && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
                && is_form(bytes, at)
        }
        _ => false,
    }
}

/// Tells whether a name and a separator begin at `at`.
fn begins_pair(bytes: &[u8], at: usize) -> bool {
    let limit = bytes.len().min(at + LONGEST_NAME + 1);
    let end = skip(&bytes[..limit], at, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ')
    });
    end > at
        && end - at <= LONGEST_NAME
        && bytes[at].is_ascii_alphabetic()
        && matches!(bytes.get(end), Some(b'=' | b':'))
}

/// Tells whether what follows looks like the next parameter of a form: `&name=value` and no mark
/// that a form would have escaped.
fn is_form(bytes: &[u8], at: usize) -> bool {
    let limit = bytes.len().min(at + LOOK_BACK);
    let end = skip(&bytes[..limit], at, |byte| !byte.is_ascii_whitespace());
    !bytes[at..end]
        .iter()
        .any(|byte| matches!(byte, b'(' | b')' | b'!' | b'^' | b'#' | b'$'))
}

/// Leaves brackets outside that were opened before the value.
fn close_brackets(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut end = end;
    let before = &bytes[line_start(bytes, start)..start];
    while end > start {
        let open = match bytes[end - 1] {
            b')' => b'(',
            b'}' => b'{',
            b']' => b'[',
            b'>' => b'<',
            b'"' | b'\'' | b'`' => bytes[end - 1],
            b',' | b';' => 0,
            _ => break,
        };
        if open != 0 {
            let opened = before.iter().filter(|byte| **byte == open).count();
            let closed = before
                .iter()
                .filter(|byte| **byte == bytes[end - 1])
                .count();
            let is_open = if open == bytes[end - 1] {
                opened % 2 == 1
            } else {
                opened > closed
            };
            if !is_open {
                break;
            }
        }
        end -= 1;
    }
    end
}
