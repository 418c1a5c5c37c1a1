//! Text made from another by copying and inserting, which remembers where each byte came from.
//! What is copied and what inserted is left to the caller.

use std::ops::Range;

/// Text under construction and the way back to what it was made from.
#[derive(Default)]
pub(crate) struct Rewrite {
    text: String,
    pieces: Vec<Piece>,
}

/// A run of output bytes: copied ones advance with the source, inserted ones stand at one place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Piece {
    out: usize,
    source: usize,
    copied: bool,
}

impl Rewrite {
    /// Begins with room for text of about this size.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            pieces: Vec::new(),
        }
    }

    /// What was made so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Copies a range of the source.
    pub fn copy(&mut self, source: &str, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.piece(range.start, true);
        self.text.push_str(&source[range]);
    }

    /// Inserts text on behalf of the source's byte at `at`.
    pub fn insert(&mut self, text: &str, at: usize) {
        if text.is_empty() {
            return;
        }
        self.piece(at, false);
        self.text.push_str(text);
    }

    /// Gives the source's offset that the output's byte at `out` came from.
    pub fn source_of(&self, out: usize) -> usize {
        let index = self.pieces.partition_point(|piece| piece.out <= out);
        match index.checked_sub(1).map(|index| self.pieces[index]) {
            None => 0,
            Some(piece) if piece.copied => piece.source + (out - piece.out),
            Some(piece) => piece.source,
        }
    }

    fn piece(&mut self, source: usize, copied: bool) {
        let out = self.text.len();
        let continues = self.pieces.last().is_some_and(|last| {
            last.copied == copied
                && if copied {
                    last.source + (out - last.out) == source
                } else {
                    last.source == source
                }
        });
        if !continues {
            self.pieces.push(Piece {
                out,
                source,
                copied,
            });
        }
    }
}
