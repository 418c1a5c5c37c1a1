//! Reads a question: which of its words are worth searching for, and what a misspelt one stands
//! for. Finding them in the guides is left to `search`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::answer::{ReadAs, Understood};
use crate::names;
use crate::spelling::Vocabulary;
use crate::words::{self, Shape, first_word, is_stop_word};

/// Most words that are searched for. Enough for a long sentence; it bounds the work.
const MAX_WORDS: usize = 24;

/// Text longer than this, in bytes, is a paste: only its telling words are searched for.
const SUMMARISE_FROM_BYTES: usize = 1_500;

/// Most of a paste that is read, in bytes; the rest of it is cut out of the middle, because a log
/// says what went wrong at its end and what was started at its beginning.
const MAX_READ_BYTES: usize = 1 << 20;

/// Most lines of a paste that say something went wrong and are read; the last ones count.
const MAX_ERROR_LINES: usize = 64;

/// How much a part counts where the compound it belongs to is known itself.
const PART_OF_KNOWN: f32 = 0.5;

/// What the index can say about a word.
pub(crate) trait Lexicon {
    /// How telling a word is: the logarithm of how rare it is; 0 where no section has it.
    fn weight(&self, stem: &str) -> f32;

    /// How much a word that no section has speaks against all of them: the more they say, the more.
    fn unknown_weight(&self) -> f32;

    /// The words of the guides, for reading misspelt ones.
    fn vocabulary(&self) -> &Vocabulary;
}

/// A question, read.
#[derive(Debug, Default)]
pub(crate) struct Question {
    /// What to search for, most telling first.
    pub words: Vec<Asked>,
    /// Sum of the weights of all words, unknown ones included: what a perfect section would have.
    pub total_weight: f32,
    /// How much of that the words weigh that no section has.
    pub unknown_weight: f32,
    /// Whether one of those is a name of what lies elsewhere.
    pub has_name: bool,
    /// What to say was understood.
    pub understood: Understood,
    /// The text whose meaning is compared: the question with its misspelt words read, or the
    /// telling lines of a paste.
    pub text: String,
}

/// One word to search for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The ways to find it, with how much a hit counts, at most 1.
    pub readings: Vec<Reading>,
    /// How telling it is.
    pub weight: f32,
}

/// A way to find a word.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// The word's stem.
    pub stem: String,
    /// How much a hit counts, 0 to 1.
    pub factor: f32,
}

/// A word of the question before it is judged.
struct Seen {
    word: String,
    stem: String,
    shape: Shape,
    count: u32,
    /// Whether the compound that it is a part of is in the guides.
    of_known: bool,
}

/// Reads a question with what the index knows of its words.
pub(crate) fn read(text: &str, lexicon: &impl Lexicon) -> Question {
    let is_summary = text.len() > SUMMARISE_FROM_BYTES;
    let text = if is_summary {
        telling_lines(bounded(text)).into()
    } else {
        Cow::Borrowed(text)
    };
    let seen = see(&text, lexicon);
    let all_stop = seen.iter().all(|seen| is_stop_word(&seen.word));
    let mut question = Question::default();
    question.understood.is_summary = is_summary;
    let mut asked = Vec::new();
    for seen in seen {
        if !all_stop && seen.shape != Shape::Whole && is_stop_word(&seen.word) {
            continue;
        }
        judge(seen, lexicon, &mut question, &mut asked);
    }
    asked.sort_by(|(_, one), (_, other)| other.weight.total_cmp(&one.weight));
    asked.truncate(MAX_WORDS);
    question.total_weight = question.unknown_weight;
    for (typed, word) in asked {
        question.total_weight += word.weight;
        question.understood.words.push(typed);
        question.words.push(word);
    }
    question.text = corrected(&text, &question.understood.read_as);
    question
}

/// Writes what misspelt words were read as in their place.
fn corrected(text: &str, read_as: &[ReadAs]) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let read = read_as
            .iter()
            .find(|one| one.typed.eq_ignore_ascii_case(letters));
        out.push_str(read.map_or(letters, |one| &one.read));
        out.push_str(&word[letters.len()..]);
    }
    out
}

/// Decides what a word is searched as: itself, what it resembles, or not at all.
fn judge(
    seen: Seen,
    lexicon: &impl Lexicon,
    question: &mut Question,
    asked: &mut Vec<(String, Asked)>,
) {
    let weight = lexicon.weight(&seen.stem);
    if weight > 0.0 {
        let share = if seen.of_known { PART_OF_KNOWN } else { 1.0 };
        let often = 1.0 + (seen.count as f32).ln() / 4.0;
        let readings = vec![Reading {
            stem: seen.stem,
            factor: 1.0,
        }];
        asked.push((
            seen.word,
            Asked {
                readings,
                weight: weight * share * often,
            },
        ));
        return;
    }
    // A number is an id, a size or a time: that no guide has it says nothing.
    let is_number = seen.word.bytes().all(|byte| byte.is_ascii_digit());
    if seen.shape != Shape::Plain || is_number || question.understood.is_summary {
        return;
    }
    let is_name = names::is_name(&seen.word);
    let near = match is_name {
        true => Vec::new(),
        false => lexicon.vocabulary().nearest(&seen.word),
    };
    let Some(best) = near.first() else {
        question.unknown_weight += lexicon.unknown_weight();
        question.has_name |= is_name;
        question.understood.unknown.push(seen.word);
        return;
    };
    if is_stop_word(&best.word) {
        return;
    }
    question.understood.read_as.push(ReadAs {
        typed: seen.word.clone(),
        read: best.word.clone(),
    });
    let mut analyzer = words::prose();
    let readings: Vec<Reading> = near
        .iter()
        .map(|near| Reading {
            stem: first_word(&mut analyzer, &near.word),
            factor: near.likeness,
        })
        .collect();
    let weight = readings
        .iter()
        .map(|reading| lexicon.weight(&reading.stem) * reading.factor)
        .fold(0.0, f32::max);
    asked.push((seen.word, Asked { readings, weight }));
}

/// The distinct words of a text with how often they occur, in order of their first occurrence.
fn see(text: &str, lexicon: &impl Lexicon) -> Vec<Seen> {
    let mut exact = words::exact();
    let mut prose = words::prose();
    let mut found: Vec<Seen> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut known_whole_end = 0;
    words::pieces(text, |piece| {
        let word = first_word(&mut exact, &text[piece.start..piece.end]);
        if let Some(at) = places.get(&word) {
            found[*at].count += 1;
            return;
        }
        let stem = first_word(&mut prose, &text[piece.start..piece.end]);
        if piece.shape == Shape::Whole && lexicon.weight(&stem) > 0.0 {
            known_whole_end = known_whole_end.max(piece.end);
        }
        let of_known = piece.shape == Shape::Part && piece.end <= known_whole_end;
        places.insert(word.clone(), found.len());
        found.push(Seen {
            word,
            stem,
            shape: piece.shape,
            count: 1,
            of_known,
        });
    });
    found
}

/// Cuts the middle out of what is too long to read.
fn bounded(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_READ_BYTES {
        return text.into();
    }
    let head = text.floor_char_boundary(MAX_READ_BYTES / 4);
    let tail = text.ceil_char_boundary(text.len() - MAX_READ_BYTES * 3 / 4);
    format!("{}\n{}", &text[..head], &text[tail..]).into()
}

/// The lines of a paste that say something went wrong; all of it where none does.
fn telling_lines(text: Cow<'_, str>) -> String {
    let mut telling: Vec<&str> = Vec::new();
    let mut seen = HashSet::new();
    for line in text.lines().rev() {
        if telling.len() == MAX_ERROR_LINES {
            break;
        }
        // Lines that differ in their numbers only are one line said often.
        if tells_of_failure(line) && seen.insert(line.replace(|c: char| c.is_ascii_digit(), "")) {
            telling.push(line);
        }
    }
    if telling.is_empty() {
        text.into_owned()
    } else {
        telling.join("\n")
    }
}

/// Whether a line of a log says that something went wrong.
fn tells_of_failure(line: &str) -> bool {
    const SIGNS: [&str; 16] = [
        "error",
        "fatal",
        "panic",
        "exception",
        "fail",
        "refused",
        "denied",
        "cannot",
        "unable",
        "not found",
        "timed out",
        "timeout",
        "killed",
        "exhausted",
        "emerg",
        "no such",
    ];
    let lower = line.to_ascii_lowercase();
    SIGNS.iter().any(|sign| lower.contains(sign))
}
