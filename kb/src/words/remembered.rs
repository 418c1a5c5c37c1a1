//! Analyses much text at once, and remembers what each run of characters became: a documentation has
//! the same few thousand words again and again. What it gives is written down word by word, for the
//! search library to cut apart again where it indexes.

use std::collections::HashMap;
use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::tokenizer::{
    Language, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

use super::is_stop_word;

/// Most bytes of words that are kept, and then forgotten all at once: it bounds the memory.
const MAX_BYTES: usize = 1 << 22;

/// Longer runs, in bytes, are paths and data that seldom come again.
const MAX_RUN_BYTES: usize = 64;

/// What stands behind each word: no word has it within.
const END: char = '\n';

/// What a run of characters became.
#[derive(Clone)]
struct Run {
    /// Its words, stemmed, each with [`END`] behind it.
    stems: Range<usize>,
    /// Its words as they are written.
    words: Range<usize>,
    /// Whether it is one stop word and no more.
    is_stop: bool,
    /// How often it was read.
    times: u32,
}

/// The analysis of much text, with a memory. Each run is cut once, and each word is stemmed once.
pub(crate) struct Analysis {
    exact: TextAnalyzer,
    stemmer: TextAnalyzer,
    /// What each run became, as ranges of `stems` and `words`.
    known: FxHashMap<Box<str>, Run>,
    stem_of: FxHashMap<Box<str>, Box<str>>,
    stems: String,
    words: String,
    /// How often each word was read, of the runs that were forgotten.
    heard: HashMap<String, u32>,
}

impl Default for Analysis {
    fn default() -> Self {
        Self {
            exact: super::exact(),
            stemmer: TextAnalyzer::builder(RawTokenizer::default())
                .filter(Stemmer::new(Language::English))
                .build(),
            known: FxHashMap::default(),
            stem_of: FxHashMap::default(),
            stems: String::new(),
            words: String::new(),
            heard: HashMap::new(),
        }
    }
}

impl Analysis {
    /// Adds the words of a text to `out`, as [`prose`](super::prose) finds them, each with a line break
    /// behind it.
    pub fn read(&mut self, text: &str, out: &mut String) {
        self.read_runs(text, out, |_| true);
    }

    /// Adds the words of a text to `out` but for stop words: two of five words of a longer text.
    pub fn read_telling(&mut self, text: &str, out: &mut String) {
        self.read_runs(text, out, |run| !run.is_stop);
    }

    /// Gives the words that were read, as they are written, in order, each with how often it was.
    pub fn words(&mut self) -> Vec<(String, u32)> {
        self.forget();
        let mut words: Vec<_> = std::mem::take(&mut self.heard).into_iter().collect();
        words.sort_unstable();
        words
    }

    fn read_runs(&mut self, text: &str, out: &mut String, is_wanted: impl Fn(&Run) -> bool) {
        if self.words.len() > MAX_BYTES {
            self.forget();
        }
        for (start, end) in super::runs(text) {
            let text = &text[start..end];
            let run = match self.known.get_mut(text) {
                Some(run) => {
                    run.times += 1;
                    run.clone()
                }
                None => self.learn(text),
            };
            if is_wanted(&run) {
                out.push_str(&self.stems[run.stems]);
            }
        }
    }

    fn learn(&mut self, text: &str) -> Run {
        let (first_word, first_stem) = (self.words.len(), self.stems.len());
        let (words, stems) = (&mut self.words, &mut self.stems);
        let (stem_of, stemmer) = (&mut self.stem_of, &mut self.stemmer);
        self.exact.token_stream(text).process(&mut |token| {
            words.push_str(&token.text);
            words.push(END);
            match stem_of.get(token.text.as_str()) {
                Some(stem) => stems.push_str(stem),
                None => {
                    let stem = super::first_word(stemmer, &token.text);
                    stems.push_str(&stem);
                    stem_of.insert(token.text.as_str().into(), stem.into());
                }
            }
            stems.push(END);
        });
        let words = first_word..self.words.len();
        let run = Run {
            is_stop: is_stop_word(self.words[words.clone()].trim_end_matches(END)),
            stems: first_stem..self.stems.len(),
            words,
            times: 1,
        };
        if text.len() <= MAX_RUN_BYTES {
            self.known.insert(text.into(), run.clone());
        }
        run
    }

    /// Empties the memory, but for how often each word was read.
    fn forget(&mut self) {
        for run in std::mem::take(&mut self.known).into_values() {
            for word in self.words[run.words].split_terminator(END) {
                match self.heard.get_mut(word) {
                    Some(times) => *times += run.times,
                    None => drop(self.heard.insert(word.to_owned(), run.times)),
                }
            }
        }
        self.stem_of.clear();
        self.stems.clear();
        self.words.clear();
    }
}

/// Cuts apart what an [`Analysis`] wrote down. Positions and places are not told: the index keeps
/// neither.
#[derive(Clone, Default)]
pub(crate) struct Separated(Token);

impl Tokenizer for Separated {
    type TokenStream<'a> = SeparatedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SeparatedStream<'a> {
        self.0.reset();
        SeparatedStream {
            rest: text,
            token: &mut self.0,
        }
    }
}

/// The words of one text.
pub(crate) struct SeparatedStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl TokenStream for SeparatedStream<'_> {
    fn advance(&mut self) -> bool {
        // Words are short: a plain loop is at the end before a search for many bytes has begun.
        let is_end = |byte: &u8| *byte == END as u8;
        let Some(end) = self.rest.as_bytes().iter().position(is_end) else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push_str(&self.rest[..end]);
        self.token.position = self.token.position.wrapping_add(1);
        self.rest = &self.rest[end + 1..];
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
    use super::super::prose;
    use super::*;

    fn words(analysis: &mut TextAnalyzer, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        analysis
            .token_stream(text)
            .process(&mut |token| found.push(token.text.clone()));
        found
    }

    /// Cuts apart what was written down.
    fn cut(written: &str) -> Vec<String> {
        words(&mut TextAnalyzer::from(Separated::default()), written)
    }

    fn check(analysis: &mut Analysis, text: &str) {
        let mut found = String::new();
        analysis.read(text, &mut found);
        assert_eq!(cut(&found), words(&mut prose(), text));
    }

    #[test]
    fn what_is_remembered_is_what_the_analysis_says() {
        let mut analysis = Analysis::default();
        let long = "x.".repeat(MAX_RUN_BYTES);
        for text in [
            "Check the logs: `upsun log app`, or /var/log/app.log (it isn't the app's).",
            "Check the logs, check /var/log/app.log again; FileNotFoundError — Élan 🚨 …",
            "",
            "  ,;  ",
            &long,
        ] {
            check(&mut analysis, text);
            check(&mut analysis, text);
        }
    }

    #[test]
    fn what_tells_nothing_is_left_out_where_that_is_asked_for() {
        let mut found = String::new();
        let text = "How do I get the logs? See (up-to-date) `app.log`, it's there.";
        Analysis::default().read_telling(text, &mut found);
        let expected = [
            "log", "up-to-d", "up", "to", "date", "app.log", "app", "log",
        ];
        assert_eq!(cut(&found), expected);
    }

    #[test]
    fn words_are_counted_as_they_are_written() {
        let mut analysis = Analysis::default();
        analysis.read("Logs, logs and /var/logs", &mut String::new());
        analysis.forget();
        analysis.read("the logs", &mut String::new());
        let expected = [
            ("/var/logs", 1),
            ("and", 1),
            ("logs", 4),
            ("the", 1),
            ("var", 1),
        ];
        let expected = expected.map(|(word, times)| (word.to_owned(), times));
        assert_eq!(analysis.words(), expected);
    }

    #[test]
    fn a_memory_that_is_full_starts_anew() {
        let mut analysis = Analysis::default();
        check(&mut analysis, "read");
        analysis.words.push_str(&"x".repeat(MAX_BYTES));
        check(&mut analysis, "still read");
        assert!(analysis.words.len() < MAX_BYTES);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_the_same_with_memory(text in ".{0,200}") {
            check(&mut Analysis::default(), &format!("{text} {text}"));
        }
    }
}
