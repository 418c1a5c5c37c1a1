//! What stands between a name and its value: `=`, `: `, `=>`, a tag, a table's border, a `value`
//! field beside a `name` field.

use std::ops::Range;

use super::quote::Quote;
use super::scan::{is_blank, is_name, skip, stands_at};

/// How a name and its value are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// `=`, `:=`, `=>`, `%3D`
    Equals,
    /// `:`, `%3A`
    Colon,
    /// A comma after a quoted name: `define('KEY', 'value')`.
    Comma,
    /// Blanks, before a quoted value or after a flag.
    Space,
    /// `>` of a tag, or a cell of a table.
    Cell,
    /// Nothing but blanks: "invalid token X".
    Prose,
}

/// Blanks that are skipped at most: tables pad their cells.
const WIDEST: usize = 120;

/// The longest name of a type, in bytes.
const LONGEST_TYPE: usize = 40;

/// Finds what joins the name at `name` to a value, and where the value begins.
pub(super) fn after(bytes: &[u8], name: &Range<usize>) -> Option<(Join, usize)> {
    let (at, is_closed) = close_name(bytes, name.end);
    let blanks = blanks(bytes, at);
    let here = at + blanks;
    let is_tag = name.start > 0 && bytes[name.start - 1] == b'<';
    let is_flag = bytes[name.start] == b'-' && !is_closed;
    let (join, length) = match bytes.get(here)? {
        b'=' => equals(bytes, here)?,
        b':' => colon(bytes, here, is_closed)?,
        b'-' if stands_at(bytes, here, b"->") && is_closed => (Join::Equals, 2),
        b'%' if stands_at(bytes, here, b"%3D") => (Join::Equals, 3),
        b'%' if stands_at(bytes, here, b"%3A") => (Join::Colon, 3),
        b'|' | b'+' | b'?' | b'.' if bytes.get(here + 1) == Some(&b'=') => (Join::Equals, 2),
        b'|' | b'?' if stands_at(bytes, here, b"||=") || stands_at(bytes, here, b"??=") => {
            (Join::Equals, 3)
        }
        b'!' if stands_at(bytes, here, b"!==") => (Join::Equals, 3),
        b'!' if stands_at(bytes, here, b"!=") => (Join::Equals, 2),
        b'|' if blanks > 0 => (Join::Cell, 1),
        b'>' if is_tag => return Some((Join::Cell, element_text(bytes, here + 1))),
        b',' if is_closed => {
            return field(bytes, here).or_else(|| Some((Join::Comma, comma(bytes, here)?)));
        }
        b'(' if blanks == 0 && Quote::at(bytes, here + 1).is_some() => (Join::Space, 1),
        _ => return spaced(bytes, here, blanks, is_flag, is_closed),
    };
    let start = here + length;
    Some((join, start + self::blanks(bytes, start)))
}

/// Skips what closes a name: a quote, brackets.
fn close_name(bytes: &[u8], end: usize) -> (usize, bool) {
    let mut at = end;
    let mut is_closed = false;
    if let Some(quote) = Quote::at(bytes, at) {
        at += quote.len();
        is_closed = true;
    }
    if bytes.get(at) == Some(&b'[') {
        let inner = skip(bytes, at + 1, |byte| byte.is_ascii_digit());
        if bytes.get(inner) == Some(&b']') {
            at = inner + 1;
        }
    } else if bytes.get(at) == Some(&b']') {
        at += 1;
        is_closed = true;
    } else if bytes.get(at) == Some(&b')') && is_closed {
        at += 1;
    }
    (at, is_closed)
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    bytes[at.min(bytes.len())..]
        .iter()
        .take(WIDEST)
        .take_while(|byte| is_blank(**byte))
        .count()
}

/// Gives where the text of an element begins: behind the tag, or on the next line.
fn element_text(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..]
        .iter()
        .take(WIDEST)
        .take_while(|byte| byte.is_ascii_whitespace())
        .count()
}

fn equals(bytes: &[u8], at: usize) -> Option<(Join, usize)> {
    if stands_at(bytes, at, b"=&gt;") {
        return Some((Join::Equals, 5));
    }
    match bytes.get(at + 1) {
        Some(b'>' | b'~') => Some((Join::Equals, 2)),
        Some(b'=') => Some((
            Join::Equals,
            2 + usize::from(bytes.get(at + 2) == Some(&b'=')),
        )),
        _ => Some((Join::Equals, 1)),
    }
}

fn colon(bytes: &[u8], at: usize, is_closed: bool) -> Option<(Join, usize)> {
    match bytes.get(at + 1) {
        Some(b'=') => Some((Join::Equals, 2)),
        Some(b':') if stands_at(bytes, at, b"::=") => Some((Join::Equals, 3)),
        Some(b':') if stands_at(bytes, at, b":::=") => Some((Join::Equals, 4)),
        Some(b':') if is_closed => None,
        Some(b':') => bytes
            .get(at + 2)
            .filter(|byte| is_blank(**byte))
            .map(|_| (Join::Colon, 2)),
        _ => Some((Join::Colon, 1)),
    }
}

fn comma(bytes: &[u8], at: usize) -> Option<usize> {
    let start = at + 1 + blanks(bytes, at + 1);
    Quote::at(bytes, start).map(|_| start)
}

fn spaced(
    bytes: &[u8],
    here: usize,
    blanks: usize,
    is_flag: bool,
    is_closed: bool,
) -> Option<(Join, usize)> {
    if blanks == 0 || is_closed {
        return field(bytes, here);
    }
    let is_tabbed = bytes[here - 1] == b'\t';
    let is_quoted = Quote::at(bytes, here).is_some();
    let begins_value = !matches!(bytes[here], b'-' | b'|' | b'<' | b'>' | b'&' | b';');
    let is_joined = is_quoted || is_tabbed || (is_flag && begins_value);
    if is_joined {
        return Some((if is_tabbed { Join::Cell } else { Join::Space }, here));
    }
    let begins_run = bytes[here].is_ascii_alphanumeric();
    field(bytes, here)
        .or_else(|| typed(bytes, here))
        .or_else(|| begins_run.then_some((Join::Prose, here)))
}

/// Reads a type before the value: `var token string = "..."`.
fn typed(bytes: &[u8], at: usize) -> Option<(Join, usize)> {
    let limit = bytes.len().min(at + LONGEST_TYPE);
    let end = skip(&bytes[..limit], at, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'*' | b'<' | b'>' | b'?')
    });
    let here = end + blanks(bytes, end);
    if end == at || here == end || bytes.get(here) != Some(&b'=') {
        return None;
    }
    let start = here + 1 + blanks(bytes, here + 1);
    Quote::at(bytes, start).map(|_| (Join::Equals, start))
}

/// Reads `, "value": ` or a line `value: ` after the value of a `name` field.
fn field(bytes: &[u8], at: usize) -> Option<(Join, usize)> {
    let gap = |byte: u8| is_blank(byte) || matches!(byte, b',' | b'\n' | b'\r');
    let mut here = at
        + bytes[at..]
            .iter()
            .take(WIDEST)
            .take_while(|byte| gap(**byte))
            .count();
    here += Quote::at(bytes, here).map_or(0, |quote| quote.len());
    let end = skip(bytes, here, is_name);
    let word = &bytes[here..end];
    if !word.eq_ignore_ascii_case(b"value") && !word.eq_ignore_ascii_case(b"defaultValue") {
        return None;
    }
    let (at, _) = close_name(bytes, end);
    let here = at + blanks(bytes, at);
    let join = match bytes.get(here)? {
        b':' => Join::Colon,
        b'=' => Join::Equals,
        _ => return None,
    };
    Some((join, here + 1 + blanks(bytes, here + 1)))
}
