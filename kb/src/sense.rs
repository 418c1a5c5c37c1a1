//! Which passages of a section are compared with a question by meaning: its heading, its heading
//! with what stands above, each sentence, item and row. How they are compared is left to `meaning`.

use crate::guide::{Guide, Section};
use crate::text::{Block, plain, plain_spans};

/// What a passage belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A section says it, or someone asks about the section that way. By ordinal.
    Section(u32),
    /// It describes a cause that belongs to the section.
    Cause(u32),
    /// What the section is about as a whole, with its page.
    Whole(u32),
}

/// The bit that tells descriptions of causes from what sections say.
const CAUSE: u32 = 1 << 31;

/// The bit that tells what a section is about as a whole.
const WHOLE: u32 = 1 << 30;

impl Owner {
    /// Writes it as a number for the passages.
    pub fn number(self) -> u32 {
        match self {
            Self::Section(section) => section,
            Self::Cause(section) => section | CAUSE,
            Self::Whole(section) => section | WHOLE,
        }
    }

    /// Reads what [`Owner::number`] wrote.
    pub fn of(number: u32) -> Self {
        let section = number & !(CAUSE | WHOLE);
        match (number & CAUSE, number & WHOLE) {
            (0, 0) => Self::Section(section),
            (0, _) => Self::Whole(section),
            _ => Self::Cause(section),
        }
    }
}

/// Most passages of one section. A table of hundreds of options would slow every question down,
/// and words find those.
const MAX_PASSAGES: usize = 64;

/// Calls `each` with what a section says, sentence by sentence.
pub(crate) fn passages(section: &Section, mut each: impl FnMut(&str)) {
    let mut left = MAX_PASSAGES;
    lines(&section.blocks, &mut |line| {
        sentences(line, &mut |sentence| {
            if left > 0 {
                left -= 1;
                each(sentence);
            }
        });
    });
}

/// A heading such as "Example" means something only below its page's title and its own parent.
pub(crate) fn in_context(guide: &Guide, section: &Section) -> String {
    let title = guide.sidebar_title.as_ref().unwrap_or(&guide.title);
    let mut words = vec![title.as_str()];
    words.extend(section.parents.last().map(String::as_str));
    if section.heading != *title {
        words.push(&section.heading);
    }
    words.join(" ")
}

/// Gives each paragraph, item and row. Code is left to the search for words.
fn lines(blocks: &[Block], each: &mut impl FnMut(&str)) {
    for block in blocks {
        match block {
            Block::Paragraph(spans) => each(&plain_spans(spans)),
            Block::List { items, .. } => items.iter().for_each(|item| lines(item, each)),
            Block::Note { title, blocks } => {
                title.iter().for_each(|title| each(title));
                lines(blocks, each);
            }
            Block::Quote(blocks) => lines(blocks, each),
            Block::Table { .. } => plain(std::slice::from_ref(block))
                .lines()
                .for_each(&mut *each),
            Block::Code { .. } => {}
        }
    }
}

/// Cuts text behind a mark that ends a sentence and before a capital.
fn sentences(text: &str, each: &mut impl FnMut(&str)) {
    let mut start = 0;
    for (at, mark) in text.char_indices() {
        if !matches!(mark, '.' | '!' | '?' | ':' | ';' | '\n') {
            continue;
        }
        let after = &text[at + mark.len_utf8()..];
        let next = after.trim_start();
        let begins = next.starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '\'' | '('));
        // A line break behind a full stop was skipped with it already.
        if start <= at && next.len() < after.len() && begins {
            each(text[start..=at].trim());
            start = text.len() - next.len();
        }
    }
    if !text[start..].trim().is_empty() {
        each(text[start..].trim());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_read_back() {
        for owner in [
            Owner::Section(0),
            Owner::Section(2686),
            Owner::Cause(4),
            Owner::Whole(4),
        ] {
            assert_eq!(Owner::of(owner.number()), owner);
        }
    }

    #[test]
    fn text_is_cut_into_sentences() {
        let check = |text: &str, expected: &[&str]| {
            let mut found = Vec::new();
            sentences(text, &mut |sentence| found.push(sentence.to_owned()));
            assert_eq!(found, expected);
        };
        check("One. Two! And three?", &["One.", "Two!", "And three?"]);
        check("See app.log: it is long.", &["See app.log: it is long."]);
        check(
            "Version 1.2 is new. Élan is old.",
            &["Version 1.2 is new.", "Élan is old."],
        );
        check("One.\n Two.", &["One.", "Two."]);
        check("One.\n \nTwo\n Three.", &["One.", "Two", "Three."]);
        check("  ", &[]);
    }
}
