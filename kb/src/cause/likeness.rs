//! The weaker layer behind the signatures: which cause's own examples an error line is nearest to,
//! by its words and by their meaning. It may say "looks like", never "is".

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::catalogue::{Catalogue, Strength};
use super::finding::Evidence;
use crate::meaning::Table;

/// How near a line must be to an example. Calibrated with [`MARGIN`] by leaving each shipped example
/// out and asking for its cause: three in five of what is said were wrong without a margin, and false
/// alarms cost more than silence, so only what stands well apart is said.
const NEAR: f32 = 0.5;
/// How much nearer it must be than to any example of another cause.
const MARGIN: f32 = 0.3;
/// What the words themselves count against their meaning.
const WORDS: f32 = 0.6;
/// Words that a line must have at least: two words resemble everything.
const FEWEST_WORDS: usize = 3;

/// The longest that a vector of length one can be, with all that was rounded on the way.
const LONGEST: f32 = 1.001;

/// The examples of a catalogue, ready to be compared with.
#[derive(Debug)]
pub(super) struct Likeness {
    words: HashMap<String, Word>,
    examples: Vec<Example>,
}

/// A word that some example has.
#[derive(Debug, Default)]
struct Word {
    /// Inverse document frequency.
    rarity: f32,
    /// The examples that have it, and what it weighs in each.
    examples: Vec<(usize, f32)>,
}

#[derive(Debug)]
struct Example {
    cause: usize,
    meaning: Vec<f32>,
}

/// Words with their weights, of length one; in order, since a sum of fractions depends on it.
type Words = BTreeMap<String, f32>;

/// The cause that a line looks like.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resemblance {
    /// Index of the cause in its catalogue.
    pub(super) cause: usize,
    pub(super) evidence: Evidence,
    pub(super) nearness: f32,
}

impl Likeness {
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        let texts: Vec<(usize, &str)> = catalogue
            .causes()
            .iter()
            .enumerate()
            .flat_map(|(index, cause)| {
                let examples = cause
                    .signatures
                    .iter()
                    .filter(|signature| signature.strength != Strength::Supporting)
                    .map(|signature| signature.example.as_str());
                examples.map(move |text| (index, text))
            })
            .collect();
        let mut counts: HashMap<String, f32> = HashMap::new();
        for (_, text) in &texts {
            for word in words_of(text) {
                *counts.entry(word).or_default() += 1.0;
            }
        }
        let total = texts.len() as f32;
        let word = |count: f32| Word {
            rarity: (1.0 + total / (1.0 + count)).ln(),
            examples: Vec::new(),
        };
        let words = counts.into_iter();
        let mut likeness = Self {
            words: words.map(|(text, count)| (text, word(count))).collect(),
            examples: Vec::new(),
        };
        for (number, (_, text)) in texts.iter().enumerate() {
            for (text, weight) in likeness.weigh(text) {
                let word = likeness.words.entry(text).or_default();
                word.examples.push((number, weight));
            }
        }
        let table = Table::shipped();
        likeness.examples = texts
            .into_iter()
            .map(|(cause, text)| Example {
                cause,
                meaning: table.vector(text),
            })
            .collect();
        likeness
    }

    /// Gives the cause that one of these lines looks like, if one does.
    pub(super) fn resemblance(&self, lines: &[&Evidence]) -> Option<Resemblance> {
        lines
            .iter()
            .filter_map(|line| {
                let (cause, nearness) = self.nearest(&line.text)?;
                Some(Resemblance {
                    cause,
                    evidence: (*line).clone(),
                    nearness,
                })
            })
            .max_by(|one, other| one.nearness.total_cmp(&other.nearness))
    }

    /// Finds the nearest cause of a line, if it is near enough.
    fn nearest(&self, line: &str) -> Option<(usize, f32)> {
        let words = self.weigh(line);
        if words.len() < FEWEST_WORDS {
            return None;
        }
        let shared = self.shared(&words);
        // Meaning adds this much at most: where words alone rule an example out, it is not compared.
        let most = |shared: f32| WORDS * shared + (1.0 - WORDS) * LONGEST;
        if !shared.iter().any(|shared| most(*shared) >= NEAR) {
            return None;
        }
        let meaning = Table::shipped().vector(line);
        let nearness = |(example, shared): (&Example, &f32)| {
            WORDS * shared + (1.0 - WORDS) * product(&meaning, &example.meaning)
        };
        let that_reach = |least: f32| {
            let all = self.examples.iter().zip(&shared);
            let reaching = all.filter(move |(_, shared)| most(**shared) >= least);
            reaching.map(|one| (one.0.cause, nearness(one)))
        };
        let (cause, nearest) = that_reach(NEAR)
            .max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)))?;
        let others = that_reach(nearest - MARGIN).filter(|(other, _)| *other != cause);
        let next = others.fold(0.0, |next: f32, (_, nearness)| next.max(nearness));
        (nearest >= NEAR && nearest - next >= MARGIN).then_some((cause, nearest))
    }

    /// Gives for each example how much of a line's words it has.
    fn shared(&self, words: &Words) -> Vec<f32> {
        let mut shared = vec![0.0; self.examples.len()];
        for (text, weight) in words {
            let examples = self.words.get(text).map(|word| &word.examples);
            for (example, own) in examples.into_iter().flatten() {
                shared[*example] += weight * own;
            }
        }
        shared
    }

    fn weigh(&self, text: &str) -> Words {
        // A word that no example has makes a line less alike, half as much as the rarest one known:
        // it may be a name.
        let unknown = (1.0 + self.examples.len().max(1) as f32).ln() / 2.0;
        let mut words: Words = words_of(text)
            .into_iter()
            .map(|word| {
                let weight = self.words.get(&word).map_or(unknown, |known| known.rarity);
                (word, weight)
            })
            .collect();
        let length = words
            .values()
            .map(|weight| weight * weight)
            .sum::<f32>()
            .sqrt();
        if length > 0.0 {
            words.values_mut().for_each(|weight| *weight /= length);
        }
        words
    }
}

fn product(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// The words of a line, in lower case: camel case is cut, numbers, paths' separators and single
/// letters are left out.
fn words_of(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in text.chars().chain([' ']) {
        let starts_word = c.is_uppercase() && was_lower;
        if !c.is_alphabetic() || starts_word {
            if word.len() > 1 {
                words.insert(std::mem::take(&mut word));
            }
            word.clear();
        }
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words
}
