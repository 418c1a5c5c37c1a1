//! Reads a text of any length in one pass and constant memory: finds lines worth a look, cleans
//! them, has them matched. Ordering what was found is left to `rank`.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::catalogue::Catalogue;
use super::clean;
use super::finding::Reading;
use super::matcher::PatternId;
use super::rank;
use super::tally::Tally;

/// Longest piece of a line that is looked at in one go; a longer line is read in pieces.
const LONGEST_PIECE: usize = 64 * 1024;
/// How much of a long line's piece is read again with the next, so that nothing is cut in two.
const OVERLAP: usize = 1024;
/// Bytes of a text that are read line by line; beyond, only lines with a key are.
const READ_WHOLE: u64 = 64 * 1024;

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
    pub fn push(&mut self, bytes: &[u8]) {
        let Some(end) = memrchr(b'\n', bytes).map(|at| at + 1) else {
            self.keep(bytes);
            return;
        };
        let (lines, rest) = bytes.split_at(end);
        if self.rest.is_empty() {
            self.lines(lines);
        } else {
            let end_of_first = memchr(b'\n', lines).map_or(lines.len(), |at| at + 1);
            self.keep(&lines[..end_of_first]);
            let first = std::mem::take(&mut self.rest);
            self.lines(&first);
            self.lines(&lines[end_of_first..]);
            self.rest = first;
            self.rest.clear();
        }
        self.keep(rest);
    }

    /// Ends the text and says what it means.
    #[must_use]
    pub fn finish(mut self) -> Reading {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.lines(&rest);
            self.next_line += u64::from(!rest.ends_with(b"\n"));
        }
        rank::reading(self.catalogue, self.tally, self.next_line - 1)
    }

    /// Holds what does not end a line yet; reads a piece of a line that grows too long.
    fn keep(&mut self, mut bytes: &[u8]) {
        while self.rest.len() + bytes.len() > LONGEST_PIECE {
            let (now, later) = bytes.split_at(LONGEST_PIECE - self.rest.len());
            self.rest.extend_from_slice(now);
            let piece = std::mem::take(&mut self.rest);
            self.lines(&piece);
            self.rest = piece;
            self.rest.drain(..LONGEST_PIECE - OVERLAP);
            bytes = later;
        }
        self.rest.extend_from_slice(bytes);
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
        let matcher = self.catalogue.matcher();
        let mut done = 0;
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            if self.looked_at > READ_WHOLE && matcher.has_keys() {
                break;
            }
            self.candidates.clear();
            self.has_clue = true;
            for (_, key) in matcher.find_keys(line).into_iter().flatten() {
                matcher.follow(key, &mut self.candidates);
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
        let Some(keys) = matcher.find_keys_fast(text) else {
            return;
        };
        // End of what was counted, and the line in work.
        let mut counted = 0;
        let mut current: Option<(usize, usize)> = None;
        for (at, key) in keys {
            if current.is_none_or(|(_, end)| at > end) {
                if let Some((start, end)) = current.take() {
                    self.line(&text[start..end]);
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
        }
        if let Some((start, end)) = current {
            self.line(&text[start..end]);
        }
        self.next_line += memchr_iter(b'\n', &text[counted..]).count() as u64;
    }

    /// Reads one line, its candidates being known.
    fn line(&mut self, raw: &[u8]) {
        let catalogue = self.catalogue;
        if !self.has_clue && !catalogue.matcher().may_match(&mut self.candidates, raw) {
            return;
        }
        for piece in raw.chunks(LONGEST_PIECE) {
            let text = clean::decode(piece);
            let (tally, candidates, number) =
                (&mut self.tally, &mut self.candidates, self.next_line);
            clean::clean(&text, |line| {
                tally.take(catalogue, candidates, number, &line)
            });
        }
    }
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
