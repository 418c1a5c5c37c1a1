//! Redacting text that arrives in chunks: no chunk's border can split a secret from what tells it.

use super::block;
use super::redactor::{Cut, Redacted, Redactor};

/// How much is held back at most while a secret of several lines is open, in bytes. More than that
/// without a line break is given out with its broken ends hidden.
const MOST_HELD: usize = 1024 * 1024;

/// How much of what went out is looked at again with what comes next, in bytes: a name at the end of
/// the one and its value in the other are still seen together.
const LOOKED_BACK: usize = 8 * 1024;

/// Redacts a stream: whole lines go out as soon as nothing in them is still open.
///
/// Memory is bounded: at most 1 MiB is held, and a longer line is cut as [`Redactor::redact_cut`]
/// cuts. What stands on a line of its own is hidden for a name that stands up to 8 KiB before it, and
/// a private key up to 1 MiB.
#[derive(Debug)]
pub struct Stream<'r> {
    redactor: &'r Redactor,
    held: Vec<u8>,
    /// The end of what went out, redacted: whole lines.
    before: String,
    /// Whether what is held begins in the middle of a line.
    is_cut: bool,
}

impl<'r> Stream<'r> {
    /// Begins a stream.
    #[must_use]
    pub fn new(redactor: &'r Redactor) -> Self {
        Self {
            redactor,
            held: Vec::new(),
            before: String::new(),
            is_cut: false,
        }
    }

    /// Takes a chunk and gives what can be shown by now.
    pub fn push(&mut self, chunk: &[u8]) -> Redacted {
        self.held.extend_from_slice(chunk);
        let ready = self.ready();
        if ready > 0 {
            return self.give(ready, false);
        }
        if self.held.len() > MOST_HELD {
            return self.give(self.held.len(), true);
        }
        Redacted::default()
    }

    /// Ends the stream and gives the rest.
    #[must_use]
    pub fn finish(mut self) -> Redacted {
        self.give(self.held.len(), false)
    }

    /// Gives how many bytes are whole lines with nothing open.
    fn ready(&self) -> usize {
        let lines = memchr::memrchr(b'\n', &self.held).map_or(0, |found| found + 1);
        let whole = &self.held[..lines];
        match block::open_from(whole) {
            Some(open) if self.held.len() <= MOST_HELD => open,
            _ => lines,
        }
    }

    fn give(&mut self, count: usize, is_cut: bool) -> Redacted {
        let rest = self.held.split_off(count);
        let bytes = std::mem::replace(&mut self.held, rest);
        let cut = Cut {
            start: self.is_cut,
            end: is_cut,
        };
        self.is_cut = is_cut;
        let text = super::clean::decode(&bytes);
        // Beside a cut what came before is no context: the broken line between them is hidden.
        if cut != Cut::default() {
            self.before.clear();
            return self.redactor.redact_cut(&text, cut);
        }
        let before = std::mem::take(&mut self.before);
        let mut redacted = self.redactor.redact(&(before.clone() + &text));
        redacted.text.drain(..common(&before, &redacted.text));
        self.before = last_lines(before + &redacted.text);
        redacted
    }
}

/// Gives how many bytes two texts have in common at their beginning, whole characters.
fn common(one: &str, other: &str) -> usize {
    let same = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(one, other)| one == other)
        .count();
    other.floor_char_boundary(same)
}

/// Gives the last whole lines of a text.
fn last_lines(text: String) -> String {
    let Some(start) = text.len().checked_sub(LOOKED_BACK) else {
        return text;
    };
    let line = memchr::memchr(b'\n', &text.as_bytes()[start..]);
    line.map_or_else(String::new, |at| text[start + at + 1..].to_owned())
}
