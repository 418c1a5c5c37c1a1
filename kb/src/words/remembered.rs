//! An analysis that remembers what each run of characters became. A documentation has the same few
//! thousand words again and again, and stemming one takes ten times as long as looking it up.

use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

/// Most words that are kept, and then forgotten all at once: it bounds the memory.
const MAX_WORDS: usize = 1 << 17;

/// Longer runs, in bytes, are paths and data that seldom come again.
const MAX_RUN_BYTES: usize = 64;

/// An analysis with a memory.
///
/// Only for analyses that look at one run at a time, as all of ours do.
#[derive(Clone)]
pub(super) struct Remembered {
    analysis: TextAnalyzer,
    /// The words of all runs, one after the other.
    words: Vec<Box<str>>,
    /// Which of the words each run became.
    known: FxHashMap<Box<str>, Range<usize>>,
    /// What the runs of the text in work became.
    text: Vec<Range<usize>>,
    token: Token,
}

impl Remembered {
    pub fn new(analysis: TextAnalyzer) -> Self {
        Self {
            analysis,
            words: Vec::new(),
            known: FxHashMap::default(),
            text: Vec::new(),
            token: Token::default(),
        }
    }

    fn words_of(&mut self, run: &str) -> Range<usize> {
        if let Some(words) = self.known.get(run) {
            return words.clone();
        }
        let first = self.words.len();
        let words = &mut self.words;
        self.analysis
            .token_stream(run)
            .process(&mut |token| words.push(token.text.as_str().into()));
        let found = first..self.words.len();
        if run.len() <= MAX_RUN_BYTES {
            self.known.insert(run.into(), found.clone());
        }
        found
    }
}

impl Tokenizer for Remembered {
    type TokenStream<'a> = RememberedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> RememberedStream<'a> {
        if self.words.len() > MAX_WORDS {
            self.words.clear();
            self.known.clear();
        }
        self.text.clear();
        self.token.reset();
        for (start, end) in super::runs(text) {
            let words = self.words_of(&text[start..end]);
            if !words.is_empty() {
                self.text.push(words);
            }
        }
        RememberedStream {
            words: &self.words,
            text: self.text.iter(),
            run: 0..0,
            token: &mut self.token,
        }
    }
}

/// The words of one text. Their positions count them, and where each stood is not told: the index
/// keeps neither.
pub(super) struct RememberedStream<'a> {
    words: &'a [Box<str>],
    text: std::slice::Iter<'a, Range<usize>>,
    run: Range<usize>,
    token: &'a mut Token,
}

impl TokenStream for RememberedStream<'_> {
    fn advance(&mut self) -> bool {
        if self.run.is_empty() {
            let Some(run) = self.text.next() else {
                return false;
            };
            self.run = run.clone();
        }
        self.token.text.clear();
        self.token.text.push_str(&self.words[self.run.start]);
        self.token.position = self.token.position.wrapping_add(1);
        self.run.start += 1;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::super::{exact, prose};
    use super::*;

    fn words(analysis: &mut TextAnalyzer, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        analysis
            .token_stream(text)
            .process(&mut |token| found.push(token.text.clone()));
        found
    }

    #[test]
    fn what_is_remembered_is_what_the_analysis_says() {
        for analysis in [exact, prose] {
            let mut remembered = TextAnalyzer::from(Remembered::new(analysis()));
            let long = "x.".repeat(MAX_RUN_BYTES);
            for text in [
                "Check the logs: `upsun log app`, or /var/log/app.log (it isn't the app's).",
                "Check the logs, check /var/log/app.log again; FileNotFoundError — Élan 🚨 …",
                "",
                "  ,;  ",
                &long,
            ] {
                assert_eq!(words(&mut remembered, text), words(&mut analysis(), text));
            }
        }
    }

    #[test]
    fn a_memory_that_is_full_starts_anew() {
        let mut remembered = Remembered::new(exact());
        remembered.words = vec!["x".into(); MAX_WORDS + 1];
        let mut analysis = TextAnalyzer::from(remembered);
        assert_eq!(words(&mut analysis, "still read"), ["still", "read"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_the_same_with_memory(text in ".{0,200}") {
            let mut remembered = TextAnalyzer::from(Remembered::new(prose()));
            let again = format!("{text} {text}");
            proptest::prop_assert_eq!(words(&mut remembered, &again), words(&mut prose(), &again));
        }
    }
}
