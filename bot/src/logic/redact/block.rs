//! Secrets of several lines: private keys, here-documents, YAML's block scalars.

use std::ops::Range;

use super::kind::Kind;
use super::pair::Value;
use super::scan::{LOOK_BACK, is_blank, is_name, line_end, line_end_within, line_start, skip};
use super::separator::Join;
use super::span::Span;

const PRIVATE_KEY: Kind = Kind::new("private-key");

/// How far the end of a key is looked for: a key of 16,384 bits has 13 KiB, and each of its lines
/// may carry a log's prefix.
const LONGEST_KEY: usize = 64 * 1024;

/// The shortest last word of a line that is taken for a line of a key.
const SHORTEST_LINE: usize = 16;

/// Hides the private key whose `-----BEGIN` stands at `start`. `hidden_to` says how far a key before
/// it reached; gives the same with this one.
pub(super) fn private_key(
    text: &str,
    start: usize,
    hidden_to: usize,
    spans: &mut Vec<Span>,
) -> usize {
    let bytes = text.as_bytes();
    let head = &bytes[start..line_end_within(bytes, start, 100)];
    let upper = head.to_ascii_uppercase();
    let Some(label) = memchr::memmem::find(&upper, b"PRIVATE KEY") else {
        return hidden_to;
    };
    if memchr::memmem::find(&upper[5..label], b"-----").is_some() {
        return hidden_to;
    }
    let label_end = start + label + b"PRIVATE KEY".len();
    let end = match key_end(bytes, label_end) {
        Some(end) => end,
        // Within another that has no end either: the lines of both were looked at.
        None if start < hidden_to => return hidden_to,
        None => body_end(bytes, label_end),
    };
    spans.push(Span::new(start..end, PRIVATE_KEY));
    hidden_to.max(end)
}

/// Hides the lines of a key that begins without its first line, as at the start of a cut capture.
pub(super) fn headless_key(text: &str, start: usize, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let end = body_end(bytes, start);
    spans.push(Span::new(start..end, PRIVATE_KEY));
}

fn key_end(bytes: &[u8], from: usize) -> Option<usize> {
    let limit = bytes.len().min(from + LONGEST_KEY);
    let rest = &bytes[from..limit];
    let next = memchr::memmem::find(rest, b"-----BEGIN").unwrap_or(rest.len());
    let end = memchr::memmem::find(&rest[..next], b"-----END")?;
    let after = end + b"-----END".len();
    let close = memchr::memmem::find(&rest[after..], b"-----").filter(|found| *found < 64);
    Some(from + after + close.map_or(0, |found| found + 5))
}

/// Gives where the lines of a key without an end stop: at the first line that is none.
fn body_end(bytes: &[u8], from: usize) -> usize {
    let mut end = first_line_end(bytes, from);
    while end < bytes.len() && bytes[end] == b'\n' {
        let next = line_end(bytes, end + 1);
        if !is_body(&bytes[end + 1..next]) {
            break;
        }
        end = next;
    }
    end
}

/// Gives the end of what follows the first line's label: in JSON, the whole key up to the quote.
fn first_line_end(bytes: &[u8], from: usize) -> usize {
    let end = line_end(bytes, from);
    let quote = bytes[from..end]
        .iter()
        .enumerate()
        .position(|(at, byte)| matches!(byte, b'"' | b'\'' | b'`') && at > 5);
    quote.map_or(end, |found| from + found)
}

/// Tells whether a line is a line of a key: base64, a header of an encrypted key, or the same after
/// a log's prefix.
fn is_body(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let bare: &[u8] = line.strip_prefix(b"+ ").unwrap_or(line);
    let word = bare
        .rsplit(|byte| byte.is_ascii_whitespace())
        .next()
        .unwrap_or_default();
    let word: Vec<u8> = word
        .iter()
        .copied()
        .filter(|byte| {
            !matches!(
                byte,
                b'"' | b'\'' | b',' | b'\\' | b';' | b')' | b']' | b'}'
            )
        })
        .collect();
    let is_base64 = !word.is_empty()
        && word
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    let is_whole = word.len() + 4 >= bare.len();
    let is_header = [b"Proc-Type".as_slice(), b"DEK-Info", b"Comment", b"Version"]
        .iter()
        .any(|name| bare.starts_with(name));
    is_header
        || (is_base64 && (is_whole && word.len() >= 4 || word.len() >= SHORTEST_LINE * 3))
        || (is_base64 && is_whole && word.ends_with(b"="))
}

/// Gives how many bytes at the start of a text are lines of a key whose beginning was cut off.
pub(super) fn leading_body(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    while end < bytes.len() {
        let next = line_end(bytes, end);
        let line = bytes[end..next].trim_ascii();
        let is_end = line.starts_with(b"-----END");
        let belongs = is_end || (line.len() >= SHORTEST_LINE && is_body(line));
        if !belongs {
            break;
        }
        end = (next + 1).min(bytes.len());
        if is_end {
            break;
        }
    }
    end
}

/// Gives the lines of a here-document or a block scalar that a value opens.
pub(super) fn scalar(bytes: &[u8], name: &Range<usize>, value: &Value) -> Option<Range<usize>> {
    // The rest of a line that opens one is short: a word, or a mark.
    let end = line_end_within(bytes, value.range.start, LOOK_BACK);
    let opens = matches!(bytes.get(value.range.start), Some(b'<' | b'|' | b'>'))
        && matches!(bytes.get(end), None | Some(b'\n'));
    if value.is_quoted || !opens {
        return None;
    }
    let written = bytes[value.range.start..end].trim_ascii();
    if written.starts_with(b"<<") {
        return here_document(bytes, written, end);
    }
    let is_scalar =
        value.join == Join::Colon && matches!(written, b"|" | b"|-" | b"|+" | b">" | b">-" | b">+");
    is_scalar.then(|| indented(bytes, name.start, end))?
}

fn here_document(bytes: &[u8], written: &[u8], end: usize) -> Option<Range<usize>> {
    let start = skip(written, 2, |byte| {
        matches!(byte, b'-' | b'~' | b'"' | b'\'' | b'\\')
    });
    let word = &written[start..skip(written, start, is_name)];
    if word.is_empty() || end >= bytes.len() {
        return None;
    }
    let mut at = end + 1;
    while at < bytes.len() {
        let next = line_end(bytes, at);
        if bytes[at..next].trim_ascii() == word {
            return (at > end + 1).then(|| end + 1..at - 1);
        }
        at = next + 1;
    }
    // Still open at the end; the last line break is no part of it.
    let stop = bytes.len() - usize::from(bytes.ends_with(b"\n"));
    (stop > end + 1).then_some(end + 1..stop)
}

fn indented(bytes: &[u8], name: usize, end: usize) -> Option<Range<usize>> {
    let margin = indent(bytes, line_start(bytes, name));
    let mut stop = end;
    while stop + 1 < bytes.len() {
        let next = line_end(bytes, stop + 1);
        let is_empty = bytes[stop + 1..next].trim_ascii().is_empty();
        if !is_empty && indent(bytes, stop + 1) <= margin {
            break;
        }
        stop = next;
    }
    let start = skip(bytes, end, |byte| byte.is_ascii_whitespace());
    (start < stop).then_some(start..stop)
}

fn indent(bytes: &[u8], at: usize) -> usize {
    skip(bytes, at, is_blank) - at
}

/// Gives the start of the line from which text must be held back, because a secret of several lines
/// is open at its end.
pub(super) fn open_from(bytes: &[u8]) -> Option<usize> {
    let begin = memchr::memmem::rfind(bytes, b"-----BEGIN");
    if let Some(begin) = begin
        && memchr::memmem::find(&bytes[begin..], b"-----END").is_none()
    {
        let mut spans = Vec::new();
        let text = String::from_utf8_lossy(&bytes[begin..]);
        private_key(&text, 0, 0, &mut spans);
        if spans
            .first()
            .is_some_and(|span| span.range.end + 2 >= text.trim_end().len())
        {
            return Some(line_start_of(bytes, begin));
        }
    }
    None
}

fn line_start_of(bytes: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |found| found + 1)
}
