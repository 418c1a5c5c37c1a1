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

/// The examples of a catalogue, ready to be compared with.
#[derive(Debug)]
pub(super) struct Likeness {
    /// Inverse document frequency of each word.
    rarity: HashMap<String, f32>,
    examples: Vec<Example>,
}

#[derive(Debug)]
struct Example {
    cause: usize,
    words: Words,
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
        let rarity = counts
            .into_iter()
            .map(|(word, count)| (word, (1.0 + total / (1.0 + count)).ln()))
            .collect();
        let mut likeness = Self {
            rarity,
            examples: Vec::new(),
        };
        let table = Table::shipped();
        likeness.examples = texts
            .into_iter()
            .map(|(cause, text)| Example {
                cause,
                words: likeness.weigh(text),
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
        let meaning = Table::shipped().vector(line);
        let mut best: HashMap<usize, f32> = HashMap::new();
        for example in &self.examples {
            let nearness = WORDS * dot(&words, &example.words)
                + (1.0 - WORDS) * product(&meaning, &example.meaning);
            let nearest = best.entry(example.cause).or_default();
            *nearest = nearest.max(nearness);
        }
        let mut ranked: Vec<(usize, f32)> = best.into_iter().collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        let (cause, nearness) = *ranked.first()?;
        let next = ranked.get(1).map_or(0.0, |next| next.1);
        (nearness >= NEAR && nearness - next >= MARGIN).then_some((cause, nearness))
    }

    fn weigh(&self, text: &str) -> Words {
        // A word that no example has makes a line less alike, half as much as the rarest one known:
        // it may be a name.
        let unknown = (1.0 + self.examples.len().max(1) as f32).ln() / 2.0;
        let mut words: Words = words_of(text)
            .into_iter()
            .map(|word| {
                let weight = self.rarity.get(&word).copied().unwrap_or(unknown);
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

fn dot(one: &Words, other: &Words) -> f32 {
    one.iter()
        .filter_map(|(word, weight)| Some(weight * other.get(word)?))
        .sum()
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
