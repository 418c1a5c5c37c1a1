//! Quotes as logs show them: plain, escaped once or more in JSON, as HTML entities or percent
//! escapes; and where what they open closes.

use super::scan::{line_end_within, stands_at};

/// How many backslashes before a quote are read: text nested in JSON three times has seven.
const DEEPEST: usize = 8;

/// The longest quoted text, in bytes. Looking further for what closes a quote would make a text of
/// quotes alone cost its length squared.
const LONGEST: usize = 64 * 1024;

/// An opening quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quote<'t> {
    /// As it is written, such as `\"` or `&quot;`.
    written: &'t [u8],
    /// Backslashes before the quote character.
    slashes: usize,
}

/// Quotes that are written as an escape.
const ESCAPES: &[&[u8]] = &[
    b"&quot;",
    b"&#34;",
    b"&#39;",
    b"&#039;",
    b"&#x27;",
    b"&apos;",
    b"%22",
    b"%27",
    b"\\u0022",
    b"\\u0027",
    b"\\x22",
    b"\\x27",
    "“".as_bytes(),
    "‘".as_bytes(),
    b"\"\"\"",
    b"'''",
];

impl<'t> Quote<'t> {
    /// Reads the quote at `at`, if one is there.
    pub fn at(bytes: &'t [u8], at: usize) -> Option<Self> {
        let rest = bytes.get(at..)?;
        if !matches!(
            rest.first()?,
            b'"' | b'\'' | b'`' | b'\\' | b'&' | b'%' | 0xE2
        ) {
            return None;
        }
        if let Some(escape) = ESCAPES.iter().find(|escape| stands_at(bytes, at, escape)) {
            return Some(Self {
                written: &rest[..escape.len()],
                slashes: 0,
            });
        }
        let slashes = rest
            .iter()
            .take(DEEPEST)
            .take_while(|byte| **byte == b'\\')
            .count();
        matches!(rest.get(slashes), Some(b'"' | b'\'' | b'`')).then(|| Self {
            written: &rest[..=slashes],
            slashes,
        })
    }

    /// Gives its length in bytes.
    pub fn len(&self) -> usize {
        self.written.len()
    }

    /// Gives where the text that this quote opened before `from` closes, or `None` where it does
    /// not close on its line.
    pub fn close(&self, bytes: &[u8], from: usize) -> Option<usize> {
        if self.written.len() == self.slashes + 1 {
            return self.close_plain(bytes, from, bytes.len().min(from + LONGEST));
        }
        let end = line_end_within(bytes, from, LONGEST);
        let closing: &[u8] = match self.written {
            b"\xE2\x80\x9C" => "”".as_bytes(),
            b"\xE2\x80\x98" => "’".as_bytes(),
            other => other,
        };
        memchr::memmem::find(&bytes[from..end], closing).map(|found| from + found)
    }

    fn close_plain(&self, bytes: &[u8], from: usize, end: usize) -> Option<usize> {
        let mark = self.written[self.slashes];
        let mut at = from;
        while let Some(found) = memchr::memchr2(mark, b'\n', &bytes[at..end]) {
            let position = at + found;
            if bytes[position] == b'\n' {
                return None;
            }
            let before = bytes[at..position]
                .iter()
                .rev()
                .take_while(|byte| **byte == b'\\')
                .count();
            let is_doubled = mark == b'\''
                && self.slashes == 0
                && position > from
                && bytes.get(position + 1) == Some(&mark);
            let closes = if self.slashes == 0 {
                before % 2 == 0
            } else {
                before <= self.slashes
            };
            if closes && !is_doubled {
                return Some(position - before.min(self.slashes));
            }
            at = position + 1 + usize::from(is_doubled);
        }
        None
    }
}
