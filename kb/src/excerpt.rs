//! Chooses the part of a section that fits a question: whole sentences, whole list items, and code
//! byte for byte. Cutting to a platform's limit is left to that platform's renderer.

use std::collections::{BTreeMap, HashSet};

use tantivy::tokenizer::TextAnalyzer;
use unicode_segmentation::UnicodeSegmentation;

use crate::guide::Section;
use crate::question::Question;
use crate::text::{self, Block, Span};
use crate::words;

/// About how long an excerpt is, in bytes of plain text: a screen of a phone.
const ABOUT_BYTES: usize = 700;

/// A paragraph up to this length is shown whole, in bytes of plain text.
const WHOLE_PARAGRAPH_BYTES: usize = 320;

/// A bulleted list up to this length is shown whole.
const WHOLE_LIST_ITEMS: usize = 6;

/// Chooses blocks of a section, in the order of the page: those that have most of the question's
/// words, and with a list or code the sentence that introduces it.
pub(crate) fn excerpt(readable: &Readable, question: &Question) -> Vec<Block> {
    let mut words = Wanted::new(question);
    let blocks = &readable.section.blocks;
    let texts = &readable.texts;
    let scores: Vec<f32> = texts.iter().map(|text| words.score_of(text)).collect();
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]));
    let best = order.first().map_or(0.0, |at| scores[*at]);
    order.retain(|at| scores[*at] > 0.0 || best == 0.0);
    let mut chosen = vec![false; blocks.len()];
    let mut length = 0;
    for at in order {
        if length > 0 && length + texts[at].length_bytes > ABOUT_BYTES {
            continue;
        }
        let is_introduced = at > 0 && !matches!(blocks[at], Block::Paragraph(_));
        for at in if is_introduced { at - 1..=at } else { at..=at } {
            length += if chosen[at] {
                0
            } else {
                texts[at].length_bytes
            };
            chosen[at] = true;
        }
    }
    let kept = blocks
        .iter()
        .zip(chosen)
        .filter(|(_, is_chosen)| *is_chosen);
    kept.map(|(block, _)| shorten(block, &mut words)).collect()
}

/// A section with what choosing from it takes, which is the same for every question.
pub(crate) struct Readable {
    /// What it says.
    pub section: Section,
    /// The words of each of its blocks.
    texts: Vec<Text>,
}

/// The words of a block.
struct Text {
    /// Length of its plain text.
    length_bytes: usize,
    /// The stems in it, sorted.
    stems: Vec<Box<str>>,
}

impl Readable {
    /// Reads the words of a section.
    pub fn new(section: Section) -> Self {
        let mut analyzer = words::prose();
        let text = |block: &Block| {
            let plain = plain(block);
            let mut stems: Vec<Box<str>> = Vec::new();
            analyzer
                .token_stream(&plain)
                .process(&mut |token| stems.push(token.text.as_str().into()));
            stems.sort_unstable();
            stems.dedup();
            Text {
                length_bytes: plain.len(),
                stems,
            }
        };
        let texts = section.blocks.iter().map(text).collect();
        Self { section, texts }
    }
}

/// The words of a question, for scoring passages.
struct Wanted<'a> {
    /// In order, so that sums have the same last bit every time.
    weights: BTreeMap<&'a str, f32>,
    analyzer: TextAnalyzer,
}

impl<'a> Wanted<'a> {
    fn new(question: &'a Question) -> Self {
        let mut weights = BTreeMap::new();
        for asked in &question.words {
            for reading in &asked.readings {
                weights.insert(reading.stem.as_str(), asked.weight * reading.factor);
            }
        }
        Self {
            weights,
            analyzer: words::prose(),
        }
    }

    /// The weight of the words that a block has.
    fn score_of(&self, text: &Text) -> f32 {
        let has = |word: &str| {
            text.stems
                .binary_search_by(|stem| (**stem).cmp(word))
                .is_ok()
        };
        let found = self.weights.iter().filter(|(word, _)| has(word));
        found.map(|(_, weight)| weight).sum()
    }

    /// The weight of the words that a text has, each counted once.
    fn score(&mut self, text: &str) -> f32 {
        let mut found = HashSet::new();
        let weights = &self.weights;
        self.analyzer.token_stream(text).process(&mut |token| {
            if let Some((word, _)) = weights.get_key_value(token.text.as_str()) {
                found.insert(*word);
            }
        });
        found.into_iter().map(|word| weights[word]).sum()
    }
}

/// Leaves out of a long paragraph the sentences, and of a long list the items, that have none of
/// the words. What has none at all keeps its beginning.
fn shorten(block: &Block, words: &mut Wanted<'_>) -> Block {
    match block {
        Block::Paragraph(spans) if plain(block).len() > WHOLE_PARAGRAPH_BYTES => {
            let sentences = sentences(spans);
            let scores = sentences
                .iter()
                .map(|spans| words.score(&text::plain_spans(spans)));
            let kept = keep(&sentences, &scores.collect::<Vec<_>>(), 1);
            Block::Paragraph(kept.concat())
        }
        Block::List { first: None, items } if items.len() > WHOLE_LIST_ITEMS => {
            let scores = items.iter().map(|item| words.score(&text::plain(item)));
            let items = keep(items, &scores.collect::<Vec<_>>(), WHOLE_LIST_ITEMS);
            Block::List { first: None, items }
        }
        _ => block.clone(),
    }
}

/// Keeps what has a score; the first few where nothing has one.
fn keep<T: Clone>(parts: &[T], scores: &[f32], at_least: usize) -> Vec<T> {
    if scores.iter().all(|score| *score == 0.0) {
        return parts.iter().take(at_least).cloned().collect();
    }
    let scored = parts.iter().zip(scores).filter(|(_, score)| **score > 0.0);
    scored.map(|(part, _)| part.clone()).collect()
}

/// Parts a paragraph into its sentences. Code, links and stressed words stay in one piece.
fn sentences(spans: &[Span]) -> Vec<Vec<Span>> {
    let plain = text::plain_spans(spans);
    let ends: Vec<usize> = plain
        .split_sentence_bound_indices()
        .map(|(start, sentence)| start + sentence.len())
        .filter(|end| !ends_in_abbreviation(&plain[..*end]))
        .collect();
    let mut sentences: Vec<Vec<Span>> = vec![Vec::new()];
    let mut at = 0;
    for span in spans {
        let end = at + text::plain_spans(std::slice::from_ref(span)).len();
        for part in cut(span, at, &ends) {
            if let Some(sentence) = sentences.last_mut() {
                sentence.push(part.0);
            }
            if part.1 {
                sentences.push(Vec::new());
            }
        }
        at = end;
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// Cuts a span that begins at `start` where sentences end, and says of each part whether one ends
/// with it. Only plain text is cut.
fn cut(span: &Span, start: usize, ends: &[usize]) -> Vec<(Span, bool)> {
    let length = text::plain_spans(std::slice::from_ref(span)).len();
    let Span::Text(words) = span else {
        return vec![(span.clone(), ends.binary_search(&(start + length)).is_ok())];
    };
    let mut parts = Vec::new();
    let mut from = 0;
    for end in ends
        .iter()
        .filter(|end| **end > start && **end <= start + length)
    {
        parts.push((Span::Text(words[from..end - start].to_owned()), true));
        from = end - start;
    }
    if from < words.len() {
        parts.push((Span::Text(words[from..].to_owned()), false));
    }
    parts
}

/// Whether the text ends in a full stop that ends no sentence.
fn ends_in_abbreviation(text: &str) -> bool {
    let text = text.trim_end();
    ["e.g.", "i.e.", "etc.", "vs.", "cf."]
        .iter()
        .any(|short| text.ends_with(short))
}

fn plain(block: &Block) -> String {
    text::plain(std::slice::from_ref(block))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Span {
        Span::Text(words.to_owned())
    }

    #[test]
    fn a_paragraph_is_cut_between_its_sentences_only() {
        let spans = [
            text("Start it (e.g. "),
            Span::Code("npm. Start".to_owned()),
            text("). Then wait. It "),
            Span::Strong(vec![text("must. Not")]),
            text(" exit."),
        ];
        let found: Vec<String> = sentences(&spans)
            .iter()
            .map(|part| text::plain_spans(part))
            .collect();
        assert_eq!(
            found,
            [
                "Start it (e.g. npm. Start). ",
                "Then wait. ",
                "It must. Not exit."
            ]
        );
    }

    #[test]
    fn nothing_is_lost_by_cutting() {
        let spans = [text("One. Two! Three? "), Span::Break, text("Four… five.")];
        let joined = sentences(&spans).concat();
        assert_eq!(text::plain_spans(&joined), text::plain_spans(&spans));
    }

    fn section(blocks: Vec<Block>) -> Section {
        Section {
            heading: "Port".to_owned(),
            level: 2,
            anchor: "port".to_owned(),
            parents: Vec::new(),
            step: None,
            lines: crate::guide::Lines { first: 1, last: 1 },
            blocks,
            commands: Vec::new(),
        }
    }

    fn about(word: &str) -> Question {
        let reading = crate::question::Reading {
            stem: word.to_owned(),
            factor: 1.0,
        };
        let asked = crate::question::Asked {
            readings: vec![reading],
            weight: 1.0,
        };
        Question {
            words: vec![asked],
            total_weight: 1.0,
            ..Question::default()
        }
    }

    #[test]
    fn code_comes_with_the_sentence_that_introduces_it() {
        let code = |text: &str| Block::Code {
            language: None,
            title: None,
            text: text.to_owned(),
        };
        let paragraph = |words: &str| Block::Paragraph(vec![text(words)]);
        let filler = "Nothing to see here. ".repeat(40);
        let blocks = vec![
            paragraph(&filler),
            paragraph("To see it, run:"),
            code("echo  $PORT\t"),
        ];
        let found = excerpt(&Readable::new(section(blocks.clone())), &about("port"));
        assert_eq!(found, blocks[1..]);
    }

    #[test]
    fn a_long_paragraph_keeps_the_sentences_that_fit() {
        let words = format!(
            "{}The port is given. Bye.",
            "Nothing to see here. ".repeat(40)
        );
        let found = excerpt(
            &Readable::new(section(vec![Block::Paragraph(vec![text(&words)])])),
            &about("port"),
        );
        assert_eq!(text::plain(&found), "The port is given.");
    }
}
