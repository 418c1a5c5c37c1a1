//! Finds which signatures match a line: keys of all of them in one pass, patterns only where a key
//! was seen, compiled when first needed. What the matches mean is left to `rank`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::memchr;
use regex::bytes::{Regex, RegexBuilder};

use super::catalogue::Cause;
use super::gram::Grams;
use super::{clue, keys, literal};

/// Number of a pattern within a [`Matcher`].
pub(super) type PatternId = u32;

/// A key that stands for words of the reader itself, not for a pattern.
const CLUE: PatternId = PatternId::MAX;

/// All signatures of a catalogue, ready to match.
#[derive(Debug)]
pub(super) struct Matcher {
    keys: Grams,
    /// Where in `leads` the patterns stand that each key may lead to.
    led: Vec<Range<u32>>,
    leads: Vec<PatternId>,
    /// Patterns without a key: tried on every line that is looked at.
    keyless: Vec<PatternId>,
    patterns: Vec<Pattern>,
}

/// One signature, or the line that a signature wants beside it.
#[derive(Debug)]
struct Pattern {
    cause: usize,
    signature: usize,
    /// Whether this is the signature's `with`.
    is_with: bool,
    source: String,
    unless: Option<String>,
    compiled: OnceLock<Option<Regex>>,
    compiled_unless: OnceLock<Option<Regex>>,
}

/// What matched a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Match {
    /// Index of the cause in its catalogue.
    pub cause: usize,
    /// Index of the signature in its cause.
    pub signature: usize,
    /// Whether the signature's `with` matched, not the signature itself.
    pub is_with: bool,
    /// Bytes of the line that it matched.
    pub length: usize,
}

impl Matcher {
    pub(super) fn new(causes: &[Cause]) -> Self {
        let patterns = patterns_of(causes);
        let mut leads: HashMap<Cow<'_, str>, Vec<PatternId>> = HashMap::new();
        let mut keyless = Vec::new();
        for (id, pattern) in (0..).zip(&patterns) {
            match keys::of(&pattern.source) {
                Some(keys) => {
                    for key in keys {
                        leads.entry(key).or_default().push(id);
                    }
                }
                None => keyless.push(id),
            }
        }
        for word in clue::WORDS {
            leads.entry(Cow::Borrowed(word)).or_default().push(CLUE);
        }
        let words = leads.keys().map(AsRef::as_ref);
        let mut matcher = Self {
            keys: Grams::new(words, literal::ORDINARY, literal::weight),
            led: Vec::with_capacity(leads.len()),
            leads: Vec::new(),
            keyless,
            patterns,
        };
        for ids in leads.values() {
            let start = matcher.leads.len() as u32;
            matcher.leads.extend(ids);
            matcher.led.push(start..matcher.leads.len() as u32);
        }
        matcher
    }

    /// Calls `each` for every key in `text`, in order, with a place in it and the key's number.
    pub(super) fn find_keys(&self, text: &[u8], each: impl FnMut(usize, usize)) {
        self.keys.find(text, each);
    }

    /// Adds the patterns that a key leads to; tells whether the key is a word of the reader's own.
    pub(super) fn follow(&self, key: usize, candidates: &mut Vec<PatternId>) -> bool {
        let led = &self.led[key];
        let leads = &self.leads[led.start as usize..led.end as usize];
        candidates.extend(leads.iter().copied().filter(|&id| id != CLUE));
        leads.contains(&CLUE)
    }

    /// Whether a line could match once it is cleaned. Cleaning costs more than most patterns, and
    /// only takes away, decodes or unescapes: a plain line that matches nothing as it is will not
    /// match later, save for patterns that ask for the message's start.
    pub(super) fn may_match(&self, candidates: &mut Vec<PatternId>, raw: &[u8]) -> bool {
        candidates.sort_unstable();
        candidates.dedup();
        if !raw.is_ascii() || memchr(b'\\', raw).is_some() {
            return !candidates.is_empty() || !self.keyless.is_empty();
        }
        candidates.iter().chain(&self.keyless).any(|&id| {
            let pattern = &self.patterns[id as usize];
            pattern.source.contains('^')
                || compiled(&pattern.compiled, &pattern.source)
                    .is_some_and(|regex| regex.is_match(raw))
        })
    }

    /// Gives what matches a cleaned line, given the patterns that its keys lead to.
    pub(super) fn matches(&self, candidates: &mut Vec<PatternId>, line: &[u8]) -> Vec<Match> {
        candidates.sort_unstable();
        candidates.dedup();
        candidates
            .iter()
            .chain(&self.keyless)
            .map(|&id| &self.patterns[id as usize])
            .filter_map(|pattern| pattern.find(line))
            .collect()
    }

    /// Whether one signature of a line is more special than another of the same line: its own
    /// example is one that the other matches too, and not the other way round.
    pub(super) fn is_more_special(&self, causes: &[Cause], one: Match, other: Match) -> bool {
        let example = |of: Match| causes[of.cause].signatures[of.signature].example.as_bytes();
        let matches = |by: Match, line: &[u8]| {
            self.patterns
                .iter()
                .find(|pattern| {
                    (pattern.cause, pattern.signature, pattern.is_with)
                        == (by.cause, by.signature, false)
                })
                .is_some_and(|pattern| pattern.find(line).is_some())
        };
        matches(other, example(one)) && !matches(one, example(other))
    }

    /// Gives what matches a line on its own: looks for its keys first.
    pub(super) fn match_line(&self, line: &[u8]) -> Vec<Match> {
        let mut candidates = Vec::new();
        self.find_keys(line, |_, key| {
            self.follow(key, &mut candidates);
        });
        self.matches(&mut candidates, line)
    }
}

impl Pattern {
    fn find(&self, line: &[u8]) -> Option<Match> {
        let found = compiled(&self.compiled, &self.source)?.find(line)?;
        let excepted = self.unless.as_ref().is_some_and(|unless| {
            compiled(&self.compiled_unless, unless).is_some_and(|regex| regex.is_match(line))
        });
        (!excepted).then_some(Match {
            cause: self.cause,
            signature: self.signature,
            is_with: self.is_with,
            length: found.len(),
        })
    }
}

/// Compiles a pattern as signatures are meant: bytes, ASCII classes. Falls back to Unicode where
/// the pattern needs it; a pattern that is wrong either way gives the first error.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .unicode(false)
        .build()
        .or_else(|error| RegexBuilder::new(pattern).build().map_err(|_| error))
}

fn compiled<'a>(cell: &'a OnceLock<Option<Regex>>, source: &str) -> Option<&'a Regex> {
    // A pattern that does not compile matches nothing here; `lint` complains about it.
    cell.get_or_init(|| compile(source).ok()).as_ref()
}

fn patterns_of(causes: &[Cause]) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for (cause, known) in causes.iter().enumerate() {
        for (signature, source) in known.signatures.iter().enumerate() {
            let mut push = |is_with, text: &str, unless| {
                patterns.push(Pattern {
                    cause,
                    signature,
                    is_with,
                    source: text.to_owned(),
                    unless,
                    compiled: OnceLock::new(),
                    compiled_unless: OnceLock::new(),
                });
            };
            push(false, &source.pattern, source.unless.clone());
            if let Some(with) = &source.with {
                push(true, with, None);
            }
        }
    }
    patterns
}
