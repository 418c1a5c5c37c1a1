//! Bytes become text: UTF-8 where it is, the rest guessed, and UTF-8 that was once read as
//! Windows-1252 is mended. Each change is a complaint; line breaks never move.

use std::borrow::Cow;

use crate::rewrite::Rewrite;
use crate::source::{Complaint, Complaints};

/// Windows-1252's characters for bytes 0x80 to 0x9F; the five holes map to control characters,
/// as in the WHATWG Encoding Standard (index-windows-1252).
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Share of bytes that may be neither text nor Windows-1252 before a file is called binary: 1/20.
const BINARY_SHARE: usize = 20;

/// Text of a page, with the offsets of bytes that were not UTF-8.
pub(crate) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub guessed: Vec<usize>,
}

/// Reads bytes as UTF-8, a byte that is not as Windows-1252. `None` for a binary file.
pub(crate) fn decode(bytes: &[u8]) -> Option<Decoded<'_>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if memchr::memchr_iter(0, bytes).count() * BINARY_SHARE > bytes.len() {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Decoded {
            text: Cow::Borrowed(text),
            guessed: Vec::new(),
        });
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut guessed = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            guessed.push(text.len());
            text.push(windows_1252(*byte));
        }
    }
    let is_binary = guessed.len() * BINARY_SHARE > bytes.len() && guessed.len() > 64;
    (!is_binary).then_some(Decoded {
        text: Cow::Owned(text),
        guessed,
    })
}

/// Complains about bytes that were guessed and about NUL.
pub(crate) fn complain_of_bytes(guessed: &[usize], complaints: &mut Complaints<'_>) {
    for offset in guessed {
        let read_as = complaints.source().text[*offset..]
            .chars()
            .next()
            .unwrap_or(' ');
        let message = format!("a byte that is not UTF-8, read as Windows-1252 `{read_as}`");
        let complaint = Complaint::warning("not-utf8", message).hint("save the file as UTF-8");
        complaints.at(*offset, complaint);
    }
    if let Some(offset) = memchr::memchr(0, complaints.source().text.as_bytes()) {
        let complaint = Complaint::warning("nul", "a NUL byte, read as U+FFFD").hint("remove it");
        complaints.at(offset, complaint);
    }
}

/// Mends text that was UTF-8, was read as Windows-1252 and saved as UTF-8 again (`isnâ€™t`).
pub(crate) fn mend_mojibake(text: &str, complaints: &mut Complaints<'_>) -> Rewrite {
    let mut mended = Rewrite::with_capacity(text.len());
    let mut copied = 0;
    let mut from = 0;
    // The first characters that such text can begin with are Â Ã â ï ð: C2, C3 in UTF-8.
    while let Some(found) = memchr::memchr3(0xc2, 0xc3, 0, &text.as_bytes()[from..]) {
        let at = from + found;
        if text.as_bytes()[at] == 0 {
            mended.copy(text, copied..at);
            mended.insert("\u{fffd}", at);
            from = at + 1;
            copied = from;
            continue;
        }
        let Some((length, meant)) = misread(&text[at..]) else {
            from = at + text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let wrong = &text[at..at + length];
        let message = format!(
            "`{}` is `{meant}` read in the wrong encoding",
            visible(wrong)
        );
        let complaint = Complaint::warning("mojibake", message);
        complaints.at(
            at,
            complaint.hint(format!("write `{meant}` and save the file as UTF-8")),
        );
        mended.copy(text, copied..at);
        mended.insert(meant.encode_utf8(&mut [0; 4]), at);
        from = at + length;
        copied = from;
    }
    mended.copy(text, copied..text.len());
    mended
}

/// Recognises one misread character at the beginning: its length there, and what was meant.
fn misread(text: &str) -> Option<(usize, char)> {
    let mut chars = text.chars();
    let lead = byte_of(chars.next()?)?;
    // Two-byte sequences with other leads (`É»`) are more often what the writer meant.
    let size = match lead {
        0xc2 | 0xc3 => 2,
        0xe2 | 0xef => 3,
        0xf0 => 4,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    for (i, slot) in bytes.iter_mut().enumerate().take(size).skip(1) {
        match chars
            .next()
            .and_then(byte_of)
            .filter(|byte| (0x80..0xc0).contains(byte))
        {
            Some(byte) => *slot = byte,
            // A right quotation mark's last byte has no character in Windows-1252 and gets lost.
            None if i == 2 && bytes[..2] == [0xe2, 0x80] => return Some(("â€".len(), '”')),
            None => return None,
        }
    }
    let meant = std::str::from_utf8(&bytes[..size]).ok()?.chars().next()?;
    let length = text.len() - chars.as_str().len();
    Some((length, meant))
}

fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

fn byte_of(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0..=0x7f | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ => HIGH
            .iter()
            .position(|high| *high == c)
            .and_then(|i| u8::try_from(i + 0x80).ok()),
    }
}
