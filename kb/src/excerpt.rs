//! Chooses the part of a section that fits a question: whole blocks and whole sentences.

use std::collections::HashSet;

use crate::guide::Section;
use crate::question::Question;
use crate::text::{self, Block};
use crate::words;

/// About how long an excerpt is, in bytes of plain text: a screen of a phone.
const ABOUT_BYTES: usize = 600;

/// Chooses blocks of a section: those that have most of the question's words, in the order of the
/// page, and each list or command with the sentence that introduces it.
pub(crate) fn excerpt(section: &Section, question: &Question) -> Vec<Block> {
    let wanted: HashSet<&str> = question
        .words
        .iter()
        .flat_map(|asked| asked.readings.iter().map(|reading| reading.stem.as_str()))
        .collect();
    let blocks = &section.blocks;
    let scores: Vec<usize> = blocks.iter().map(|block| hits(block, &wanted)).collect();
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(scores[*at]));
    let mut chosen = vec![false; blocks.len()];
    let mut length = 0;
    for at in order {
        let with_introduction = at > 0 && !matches!(blocks[at], Block::Paragraph(_));
        for at in (if with_introduction { at - 1 } else { at })..=at {
            if !chosen[at] {
                chosen[at] = true;
                length += text::plain(&blocks[at..=at]).len();
            }
        }
        if length >= ABOUT_BYTES {
            break;
        }
    }
    blocks
        .iter()
        .zip(chosen)
        .filter(|(_, chosen)| *chosen)
        .map(|(block, _)| block.clone())
        .collect()
}

/// How many of the words a block has.
fn hits(block: &Block, wanted: &HashSet<&str>) -> usize {
    let mut found = HashSet::new();
    let plain = text::plain(std::slice::from_ref(block));
    words::prose().token_stream(&plain).process(&mut |token| {
        if let Some(word) = wanted.get(token.text.as_str()) {
            found.insert(*word);
        }
    });
    found.len()
}
