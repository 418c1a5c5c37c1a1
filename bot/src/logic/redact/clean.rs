//! Bytes to plain text: decoding, and taking out what a terminal would act on or nobody would see.

use std::borrow::Cow;

/// How many bytes a control string may have: longer ones are text that a program printed.
const LONGEST_STRING: usize = 4096;

/// Decodes what a program printed: UTF-8, or UTF-16 where a byte order mark says so.
///
/// What is neither becomes U+FFFD; nothing is refused and nothing is dropped.
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        _ => String::from_utf8_lossy(bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes
        .chunks(2)
        .map(|pair| unit([pair[0], pair.get(1).copied().unwrap_or_default()]));
    char::decode_utf16(units)
        .map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Takes out escape sequences (CSI, OSC and the other strings), control characters except line
/// break and tab, and characters that nobody sees (zero width, bidirectional, tags, soft hyphen).
///
/// Applying it twice changes nothing more. A carriage return becomes a line break.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !needs_cleaning(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '\u{1b}' => escape_length(rest),
            '\u{9b}' => 2 + control_sequence_length(&rest[2..]),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => 2 + string_length(&rest[2..]),
            _ => {
                keep(next, rest, &mut out);
                next.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

fn keep(next: char, rest: &str, out: &mut String) {
    match next {
        '\r' if rest.starts_with("\r\n") => {}
        '\r' | '\u{2028}' | '\u{2029}' => out.push('\n'),
        '\n' | '\t' => out.push(next),
        _ if next.is_control() || is_invisible(next) => {}
        _ => out.push(next),
    }
}

/// A quick look, so that clean text costs one pass and no copy.
fn needs_cleaning(text: &str) -> bool {
    text.bytes()
        .any(|byte| (byte < 0x20 && !matches!(byte, b'\n' | b'\t')) || byte >= 0x7F)
        && text
            .chars()
            .any(|next| (next.is_control() && !matches!(next, '\n' | '\t')) || is_invisible(next))
}

/// Gives the length in bytes of the escape sequence that `text` begins with.
fn escape_length(text: &str) -> usize {
    let after = &text[1..];
    match after.chars().next() {
        Some('[') => 2 + control_sequence_length(&after[1..]),
        Some(']' | 'P' | 'X' | '^' | '_') => 2 + string_length(&after[1..]),
        // Two-character sequences and character sets: intermediates 0x20..0x2F, one final.
        Some(first @ '\u{20}'..='\u{7e}') => {
            let skipped = after
                .bytes()
                .take_while(|byte| (0x20..0x30).contains(byte))
                .count();
            let is_final = after
                .as_bytes()
                .get(skipped)
                .is_some_and(|byte| (0x30..0x7F).contains(byte));
            let is_short = first.is_ascii_graphic() || skipped > 0;
            1 + skipped + usize::from(is_final && is_short)
        }
        _ => 1,
    }
}

/// Gives the length of parameters, intermediates and the final byte of a control sequence.
fn control_sequence_length(text: &str) -> usize {
    let body = text
        .bytes()
        .take_while(|byte| (0x20..0x40).contains(byte))
        .count();
    let ends = text
        .as_bytes()
        .get(body)
        .is_some_and(|byte| (0x40..0x7F).contains(byte));
    body + usize::from(ends)
}

/// Gives the length of a control string with its terminator (BEL or ST). One that does not end on
/// its line is no control string: nothing of it is dropped, so that a stray introducer in a log
/// cannot make what follows vanish.
fn string_length(text: &str) -> usize {
    let end = text
        .bytes()
        .take(LONGEST_STRING)
        .position(|byte| matches!(byte, 0x07 | 0x1b | b'\n' | b'\r'));
    let c1 = text
        .find('\u{9c}')
        .filter(|at| end.is_none_or(|end| *at < end));
    match (c1, end) {
        (Some(at), _) if at < LONGEST_STRING => at + 2,
        (None, Some(at)) if text.as_bytes()[at] == 0x07 => at + 1,
        (None, Some(at)) if text.as_bytes()[at..].starts_with(b"\x1b\\") => at + 2,
        _ => 0,
    }
}

/// Tells whether a character takes no place on the screen or turns the direction of the text.
fn is_invisible(next: char) -> bool {
    matches!(next,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}
