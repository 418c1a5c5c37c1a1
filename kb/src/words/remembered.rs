//! Analyses much text at once, and remembers what each run of characters became: a documentation has
//! the same few thousand words again and again. What it gives is written down word by word, for the
//! search library to cut apart again where it indexes.

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

/// The words of a text, as [`exact`](super::exact) and [`prose`](super::prose) find them, each with a
/// line break behind it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Analysed {
    /// Unstemmed.
    pub exact: String,
    /// Stemmed.
    pub prose: String,
}

impl Analysed {
    /// Forgets all words, and keeps the room.
    pub fn clear(&mut self) {
        self.exact.clear();
        self.prose.clear();
    }
}

/// What a run of characters became.
#[derive(Clone)]
struct Run {
    exact: Range<usize>,
    prose: Range<usize>,
    /// Whether it is one stop word and no more.
    is_stop: bool,
}

/// Both analyses, with one memory. Each run is cut once, and each word is stemmed once.
pub(crate) struct Analysis {
    exact: TextAnalyzer,
    stemmer: TextAnalyzer,
    /// What each run became, as ranges of `words`.
    known: FxHashMap<Box<str>, Run>,
    stems: FxHashMap<Box<str>, Box<str>>,
    words: Analysed,
}

impl Default for Analysis {
    fn default() -> Self {
        Self {
            exact: super::exact(),
            stemmer: TextAnalyzer::builder(RawTokenizer::default())
                .filter(Stemmer::new(Language::English))
                .build(),
            known: FxHashMap::default(),
            stems: FxHashMap::default(),
            words: Analysed::default(),
        }
    }
}

impl Analysis {
    /// Adds the words of a text to `out`.
    pub fn read(&mut self, text: &str, out: &mut Analysed) {
        self.read_runs(text, out, |_| true);
    }

    /// Adds the words of a text to `out` but for stop words: two of five words of a longer text.
    pub fn read_telling(&mut self, text: &str, out: &mut Analysed) {
        self.read_runs(text, out, |run| !run.is_stop);
    }

    fn read_runs(&mut self, text: &str, out: &mut Analysed, is_wanted: impl Fn(&Run) -> bool) {
        if self.words.exact.len() > MAX_BYTES {
            self.known.clear();
            self.stems.clear();
            self.words.clear();
        }
        for (start, end) in super::runs(text) {
            let text = &text[start..end];
            let run = match self.known.get(text) {
                Some(run) => run.clone(),
                None => self.learn(text),
            };
            if is_wanted(&run) {
                out.exact.push_str(&self.words.exact[run.exact]);
                out.prose.push_str(&self.words.prose[run.prose]);
            }
        }
    }

    fn learn(&mut self, text: &str) -> Run {
        let (exact, prose) = (self.words.exact.len(), self.words.prose.len());
        let (words, stems, stemmer) = (&mut self.words, &mut self.stems, &mut self.stemmer);
        self.exact.token_stream(text).process(&mut |token| {
            words.exact.push_str(&token.text);
            words.exact.push(END);
            match stems.get(token.text.as_str()) {
                Some(stem) => words.prose.push_str(stem),
                None => {
                    let stem = super::first_word(stemmer, &token.text);
                    words.prose.push_str(&stem);
                    stems.insert(token.text.as_str().into(), stem.into());
                }
            }
            words.prose.push(END);
        });
        let exact = exact..self.words.exact.len();
        let run = Run {
            is_stop: is_stop_word(self.words.exact[exact.clone()].trim_end_matches(END)),
            exact,
            prose: prose..self.words.prose.len(),
        };
        if text.len() <= MAX_RUN_BYTES {
            self.known.insert(text.into(), run.clone());
        }
        run
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
    use super::super::{exact, prose};
    use super::*;

    fn words(analysis: &mut TextAnalyzer, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        analysis
            .token_stream(text)
            .process(&mut |token| found.push(token.text.clone()));
        found
    }

    fn check(analysis: &mut Analysis, text: &str) {
        let mut found = Analysed::default();
        analysis.read(text, &mut found);
        let mut cut = TextAnalyzer::from(Separated::default());
        assert_eq!(words(&mut cut, &found.exact), words(&mut exact(), text));
        assert_eq!(words(&mut cut, &found.prose), words(&mut prose(), text));
    }

    #[test]
    fn what_is_remembered_is_what_the_analyses_say() {
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
        let mut found = Analysed::default();
        let text = "How do I get the logs? See (up-to-date) `app.log`, it's there.";
        Analysis::default().read_telling(text, &mut found);
        let mut cut = TextAnalyzer::from(Separated::default());
        let expected = [
            "logs",
            "up-to-date",
            "up",
            "to",
            "date",
            "app.log",
            "app",
            "log",
        ];
        assert_eq!(words(&mut cut, &found.exact), expected);
        assert_eq!(words(&mut cut, &found.prose).len(), expected.len());
    }

    #[test]
    fn a_memory_that_is_full_starts_anew() {
        let mut analysis = Analysis::default();
        check(&mut analysis, "read");
        analysis.words.exact = "x".repeat(MAX_BYTES + 1);
        check(&mut analysis, "still read");
        assert!(analysis.words.exact.len() < MAX_BYTES);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_the_same_with_memory(text in ".{0,200}") {
            check(&mut Analysis::default(), &format!("{text} {text}"));
        }
    }
}
