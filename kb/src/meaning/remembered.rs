//! The meanings of many texts, with a memory of which pieces each word has: looking that up piece by
//! piece takes longer than all else, and a documentation has the same words again and again.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Meaning, Table};

/// Most pieces of what belongs together that make its gist: what comes first says what it is about.
const GIST_PIECES: usize = 128;

/// Most pieces that are kept, and then forgotten all at once: it bounds the memory.
const MAX_PIECES: usize = 1 << 20;

/// A table with a memory.
pub(crate) struct Remembered {
    table: Table,
    known: FxHashMap<Box<str>, Range<usize>>,
    pieces: Vec<u16>,
    lower: String,
    /// Room for the pieces of the text in work.
    text: Vec<u16>,
    /// The first pieces of what was read since [`Remembered::begin`].
    gist: Vec<u16>,
}

impl Remembered {
    pub fn new(table: Table) -> Self {
        Self {
            table,
            known: FxHashMap::default(),
            pieces: Vec::new(),
            lower: String::new(),
            text: Vec::new(),
            gist: Vec::new(),
        }
    }

    /// Gives what [`Table::meaning`] gives.
    pub fn meaning(&mut self, text: &str) -> Meaning {
        if self.pieces.len() > MAX_PIECES {
            self.known.clear();
            self.pieces.clear();
        }
        self.text.clear();
        for word in super::words(text) {
            let pieces = match self.known.get(word) {
                Some(pieces) => pieces.clone(),
                None => self.learn(word),
            };
            self.text.extend_from_slice(&self.pieces[pieces]);
        }
        let left = GIST_PIECES.saturating_sub(self.gist.len());
        self.gist.extend(self.text.iter().take(left));
        Meaning::of(&self.table.sum(&self.text))
    }

    /// Begins to read what belongs together.
    pub fn begin(&mut self) {
        self.gist.clear();
    }

    /// Gives what was read since the beginning is about, as a vector of length one; all zeros where no word
    /// was known.
    pub fn gist(&self) -> Vec<f32> {
        self.table.sum(&self.gist)
    }

    fn learn(&mut self, word: &str) -> Range<usize> {
        let first = self.pieces.len();
        let (pieces, lower) = (&mut self.pieces, &mut self.lower);
        let add = &mut |piece| pieces.push(piece);
        self.table.cut_word(word, lower, add);
        let found = first..self.pieces.len();
        self.known.insert(word.into(), found.clone());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_the_table_says() {
        let table = Table::shipped();
        let mut remembered = Remembered::new(table);
        for text in [
            "Check the Logs of web.commands.start",
            "check the logs; check them again: Élan 🚨 …",
            "",
        ] {
            assert_eq!(remembered.meaning(text), table.meaning(text), "{text}");
        }
    }

    #[test]
    fn the_gist_is_that_of_what_comes_first() {
        let table = Table::shipped();
        let mut remembered = Remembered::new(table);
        remembered.meaning("of another page");
        remembered.begin();
        remembered.meaning("Check the");
        remembered.meaning("logs");
        assert_eq!(remembered.gist(), table.vector("check the logs"));
        remembered.meaning(&"logs ".repeat(GIST_PIECES));
        let whole = remembered.gist();
        remembered.meaning("what comes last");
        assert_eq!(remembered.gist(), whole);
    }

    #[test]
    fn a_memory_that_is_full_starts_anew() {
        let table = Table::shipped();
        let mut remembered = Remembered::new(table);
        remembered.pieces = vec![0; MAX_PIECES + 1];
        assert_eq!(remembered.meaning("logs"), table.meaning("logs"));
        assert!(remembered.pieces.len() < MAX_PIECES);
    }
}
