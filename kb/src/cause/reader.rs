//! Reads a text of any length in one pass and constant memory: finds lines worth a look, cleans
//! them, has them matched. Ordering what was found is left to `rank`.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::catalogue::Catalogue;
use super::clean::{self, Cleaned};
use super::finding::Reading;
use super::matcher::PatternId;
use super::rank;
use super::tally::Tally;

/// Longest line that is read as a whole; a longer one is read in pieces of this size. Whatever
/// cuts its lines at all cuts them here or before.
const LONGEST_LINE: usize = if cfg!(fuzzing) { 512 } else { 256 * 1024 };
/// Longest message that is matched in one go: the patterns of one end need not run over the other.
const LONGEST_MESSAGE: usize = if cfg!(fuzzing) { 256 } else { 8 * 1024 };
/// How much of a piece is read again with the next, so that nothing is cut in two.
const OVERLAP: usize = if cfg!(fuzzing) { 64 } else { 1024 };
/// Bytes of a text that are read line by line; beyond, only lines with a key are. The fuzzer's
/// limits are small, so that short inputs reach what lies beyond them.
const READ_WHOLE: u64 = if cfg!(fuzzing) { 256 } else { 64 * 1024 };

impl Catalogue {
    /// Reads a text as a whole.
    #[must_use]
    pub fn read(&self, text: &[u8]) -> Reading {
        let mut reader = Reader::new(self);
        reader.push(text);
        reader.finish()
    }
}

/// Reads a text piece by piece.
#[derive(Debug)]
pub struct Reader<'c> {
    catalogue: &'c Catalogue,
    /// What was pushed and does not end a line yet.
    rest: Vec<u8>,
    /// Number of the line that comes next, counted from 1.
    next_line: u64,
    /// Bytes of lines that were looked at one by one.
    looked_at: u64,
    tally: Tally,
    /// Patterns that the keys of the line in work lead to.
    candidates: Vec<PatternId>,
    /// Whether the line in work holds a word by which it deserves a look anyway.
    has_clue: bool,
}

impl<'c> Reader<'c> {
    /// Begins to read a text.
    #[must_use]
    pub fn new(catalogue: &'c Catalogue) -> Self {
        Self {
            catalogue,
            rest: Vec::new(),
            next_line: 1,
            looked_at: 0,
            tally: Tally::default(),
            candidates: Vec::new(),
            has_clue: false,
        }
    }

    /// Takes in the next bytes; they may end anywhere, in a line or in a character.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.rest.len() == LONGEST_LINE {
                self.read_rest();
                self.rest.drain(..LONGEST_LINE - OVERLAP);
            }
            let room = bytes.len().min(LONGEST_LINE - self.rest.len());
            let (near, _) = bytes.split_at(room);
            let end = match self.rest.is_empty() {
                true => memrchr(b'\n', near),
                false => memchr(b'\n', near),
            };
            let taken = end.map_or(room, |newline| newline + 1);
            let (now, later) = bytes.split_at(taken);
            bytes = later;
            if end.is_some() && self.rest.is_empty() {
                self.lines(now);
                continue;
            }
            self.rest.extend_from_slice(now);
            if end.is_some() {
                self.read_rest();
                self.rest.clear();
            }
        }
    }

    /// Ends the text and says what it means.
    #[must_use]
    pub fn finish(mut self) -> Reading {
        if !self.rest.is_empty() {
            self.read_rest();
            self.next_line += 1;
        }
        rank::reading(self.catalogue, self.tally, self.next_line - 1)
    }

    /// Reads what was kept: the end of a line, or a piece of a line that is too long.
    fn read_rest(&mut self) {
        let rest = std::mem::take(&mut self.rest);
        self.lines(&rest);
        self.rest = rest;
    }

    /// Reads whole lines, or one piece of a long line.
    fn lines(&mut self, text: &[u8]) {
        let normal;
        let text = if memchr2(0, 0x1b, text).is_some() {
            normal = without_gaps(text);
            &normal
        } else {
            text
        };
        let whole = self.each_line(text);
        if whole < text.len() {
            self.keyed_lines(&text[whole..]);
        }
    }

    /// Looks at every line at the start of a text, and gives how much it looked at.
    fn each_line(&mut self, text: &[u8]) -> usize {
        let mut done = 0;
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            if self.looked_at > READ_WHOLE {
                break;
            }
            self.line(line);
            self.next_line += u64::from(line.ends_with(b"\n"));
            done += line.len();
            self.looked_at += line.len() as u64;
        }
        done
    }

    /// Looks at the lines that hold a key.
    fn keyed_lines(&mut self, text: &[u8]) {
        let matcher = self.catalogue.matcher();
        // End of what was counted, and the line in work.
        let mut counted = 0;
        let mut current: Option<(usize, usize)> = None;
        matcher.find_keys(text, |at, key| {
            if current.is_none_or(|(_, end)| at > end) {
                if let Some((start, end)) = current.take() {
                    self.keyed_line(&text[start..end]);
                }
                let start = memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
                let end = memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
                self.next_line += memchr_iter(b'\n', &text[counted..start]).count() as u64;
                counted = start;
                current = Some((start, end));
                self.candidates.clear();
                self.has_clue = false;
            }
            self.has_clue |= matcher.follow(key, &mut self.candidates);
        });
        if let Some((start, end)) = current {
            self.keyed_line(&text[start..end]);
        }
        self.next_line += memchr_iter(b'\n', &text[counted..]).count() as u64;
    }

    /// Reads a line that holds keys, if it could match at all.
    fn keyed_line(&mut self, raw: &[u8]) {
        let matcher = self.catalogue.matcher();
        if self.has_clue || matcher.may_match(&mut self.candidates, raw) {
            self.line(raw);
        }
    }

    /// Cleans one line and takes in what it says.
    fn line(&mut self, raw: &[u8]) {
        let raw = raw.trim_ascii_end();
        let (catalogue, tally, number) = (self.catalogue, &mut self.tally, self.next_line);
        if is_binary(raw) {
            return;
        }
        clean::clean(&clean::decode(raw), |line| {
            for text in pieces(&line.text) {
                let piece = Cleaned {
                    text: text.into(),
                    ..line
                };
                tally.take(catalogue, number, &piece);
            }
        });
    }
}

/// Whether a line is no text in any encoding: one byte in sixteen is a control character. Three
/// letters in a row are found in any megabyte of noise.
fn is_binary(line: &[u8]) -> bool {
    let is_noise = |byte: &&u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | 0x1b);
    line.iter().filter(is_noise).count() * 16 > line.len()
}

/// Cuts a message that is too long to be matched in one go.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        if text.len() <= LONGEST_MESSAGE {
            rest = None;
            return Some(text);
        }
        let next = text.floor_char_boundary(LONGEST_MESSAGE - OVERLAP);
        rest = Some(&text[next..]);
        Some(&text[..text.floor_char_boundary(LONGEST_MESSAGE)])
    })
}

/// Takes NUL bytes (which UTF-16 puts between Latin letters) and colours out of lines.
fn without_gaps(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            0 => {}
            0x1b if bytes.next_if_eq(&b'[').is_some() => {
                // A control sequence ends at a byte from @ to ~; a line break ends a broken one.
                while let Some(inside) = bytes.next_if(|&byte| byte != b'\n') {
                    if (b'@'..=b'~').contains(&inside) {
                        break;
                    }
                }
            }
            byte => out.push(byte),
        }
    }
    out
}
