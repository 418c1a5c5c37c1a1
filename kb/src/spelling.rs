//! Reads misspelt words: which words of the guides a word that none of them has may stand for.

use std::collections::HashMap;

use crate::meaning::Table;

/// Most readings of one misspelt word.
const MAX_NEAREST: usize = 3;

/// The words of the guides, sorted into groups by length, each with the set of its letters.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    by_length: HashMap<usize, Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    letters: u32,
    times: u32,
    word: Box<str>,
}

/// A word of the guides that resembles a misspelt one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Near {
    /// The word as the guides have it.
    pub word: String,
    /// How alike they are, 0 to 1.
    pub likeness: f32,
}

impl Vocabulary {
    /// Whether a word may be what a misspelt one stands for. Words with digits or marks are names, and a
    /// name that is one letter off is another name.
    pub fn takes(word: &str) -> bool {
        word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase())
    }

    /// Adds a word and how often the guides have it; one that it does not take is left out.
    pub fn add(&mut self, word: &str, times: u32) {
        if Self::takes(word) {
            let entry = Entry {
                letters: letters(word),
                times,
                word: word.into(),
            };
            self.by_length.entry(word.len()).or_default().push(entry);
        }
    }

    /// Gives the words that a misspelt one most likely stands for, best first.
    ///
    /// A word of the language is not misspelt, though no guide has it: only of swapped letters, which
    /// make a word of another most often (`prot`, `form`), is it taken for one.
    pub fn nearest(&self, typed: &str) -> Vec<Near> {
        let allowed = allowed_edits(typed);
        if allowed == 0 || !typed.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Vec::new();
        }
        let own = letters(typed);
        let (longer, others) = match Table::shipped().has_word(typed) {
            true => (0, 0),
            // Each edit changes at most two letters of the set: this rules out nearly all.
            false => (allowed, 2 * allowed),
        };
        let mut near: Vec<(f32, u32, &str)> = Vec::new();
        for length in typed.len() - longer..=typed.len() + longer {
            for entry in self.by_length.get(&length).into_iter().flatten() {
                if (own ^ entry.letters).count_ones() as usize > others {
                    continue;
                }
                if strsim::osa_distance(typed, &entry.word) <= allowed {
                    near.push((cost(typed, &entry.word), entry.times, &entry.word));
                }
            }
        }
        near.sort_by(|(cost, times, word), (other_cost, other_times, other)| {
            cost.total_cmp(other_cost)
                .then(other_times.cmp(times))
                .then(word.cmp(other))
        });
        let best = near.first().map_or(0.0, |(cost, ..)| *cost);
        near.into_iter()
            .take_while(|(cost, ..)| *cost <= best + 0.5)
            .take(MAX_NEAREST)
            .map(|(cost, _, word)| Near {
                word: word.to_owned(),
                likeness: 0.9 / (1.0 + cost / 4.0),
            })
            .collect()
    }
}

/// How many slips a word of this length may have.
fn allowed_edits(word: &str) -> usize {
    match word.len() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// How far apart two words are: swapped neighbours are the commonest slip and the first letter is
/// seldom wrong.
fn cost(typed: &str, word: &str) -> f32 {
    let edits = strsim::osa_distance(typed, word) as f32;
    let is_swap = typed.len() == word.len() && letters(typed) == letters(word);
    let first_differs = typed.as_bytes().first() != word.as_bytes().first();
    edits - if is_swap { 0.25 } else { 0.0 } + if first_differs { 0.5 } else { 0.0 }
}

/// The set of letters of a lower-case word, one bit each.
fn letters(word: &str) -> u32 {
    word.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |set, byte| set | 1 << (byte - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Option<String> {
        let mut vocabulary = Vocabulary::default();
        for (word, times) in [
            ("port", 9),
            ("prod", 9),
            ("pro", 3),
            ("start", 8),
            ("database", 5),
            ("container", 7),
            ("launch", 4),
            ("chat", 2),
            ("from", 9),
        ] {
            vocabulary.add(word, times);
        }
        Some(vocabulary.nearest(typed).first()?.word.clone())
    }

    #[test]
    fn slips_are_read_as_the_nearest_word() {
        assert_eq!(read("prot").as_deref(), Some("port"));
        assert_eq!(read("strat").as_deref(), Some("start"));
        assert_eq!(read("databse").as_deref(), Some("database"));
        assert_eq!(read("contaner").as_deref(), Some("container"));
        assert_eq!(read("ptr"), None);
        assert_eq!(read("müsli"), None);
    }

    #[test]
    fn a_word_of_the_language_is_read_as_another_only_where_letters_are_swapped() {
        assert_eq!(read("lunch"), None);
        assert_eq!(read("chart"), None);
        assert_eq!(read("form").as_deref(), Some("from"));
    }
}
