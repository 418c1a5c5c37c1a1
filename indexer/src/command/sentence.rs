//! Whole sentences: where one begins and ends.

/// How far a sentence is followed on either side, in bytes.
const REACH: usize = 400;

/// What ends with a full stop without ending a sentence.
const ABBREVIATIONS: &[&str] = &["e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "no."];

/// Gives the sentence that holds the byte at `at`.
pub(crate) fn sentence_at(text: &str, at: usize) -> &str {
    let first = text.floor_char_boundary(at.saturating_sub(REACH));
    let last = text.ceil_char_boundary((at + REACH).min(text.len()));
    let start = breaks(&text[first..at])
        .last()
        .map_or(first, |end| first + end);
    let end = breaks(&text[at..last]).next().map_or(last, |end| at + end);
    text[start..end].trim()
}

/// Gives the last sentence, which introduces what follows.
pub(crate) fn last_sentence(text: &str) -> &str {
    let text = text.trim();
    sentence_at(
        text,
        text.len()
            .saturating_sub(1)
            .min(text.floor_char_boundary(text.len().saturating_sub(1))),
    )
}

/// Gives the offsets after each end of a sentence.
fn breaks(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(move |(i, c)| {
        if c == '\n' {
            return Some(i + 1);
        }
        let after = i + c.len_utf8();
        let is_end = matches!(c, '.' | '!' | '?')
            && text[after..].starts_with(char::is_whitespace)
            && !ABBREVIATIONS
                .iter()
                .any(|word| text[..after].ends_with(word));
        is_end.then_some(after)
    })
}
