//! Slack's limits, each with where it comes from, and how text is measured and cut to fit one.

use unicode_segmentation::UnicodeSegmentation;

/// Blocks of a message (docs.slack.dev, "Blocks").
pub const MESSAGE_BLOCKS: usize = 50;
/// Blocks of a form or of the bot's own page.
pub const VIEW_BLOCKS: usize = 100;
/// Characters of all blocks of a message together. Slack answers `msg_blocks_too_long` somewhere above
/// 13,000; its documents name no figure.
pub const MESSAGE_TEXT: usize = 11_500;
/// Characters of the text beside the blocks, which notifications and screen readers take: Slack
/// recommends at most 4,000.
pub const FALLBACK_TEXT: usize = 3_000;
/// Characters of one text object, and of one rich text block by the same measure.
pub const BLOCK_TEXT: usize = 3_000;
/// Characters on a button.
pub const BUTTON_TEXT: usize = 75;
/// Characters that a button carries.
pub const BUTTON_VALUE: usize = 2_000;
/// Buttons in one row; Slack takes 25, and five are as many as a person reads.
pub const ROW_BUTTONS: usize = 5;
/// Buttons of a message, by five rows.
pub const MESSAGE_BUTTONS: usize = 25;
/// Characters of an address.
pub const URL: usize = 3_000;
/// Characters of a form's heading and of its buttons.
pub const VIEW_TITLE: usize = 24;
/// Characters that a form carries unseen.
pub const VIEW_METADATA: usize = 3_000;
/// Characters of a field's label and of its hint.
pub const FIELD_LABEL: usize = 2_000;
/// Characters of a field's placeholder.
pub const PLACEHOLDER: usize = 150;
/// Characters that may be typed into a field.
pub const FIELD_LINES: usize = 3_000;
/// Choices of a menu, and groups of choices.
pub const CHOICES: usize = 100;
/// Characters of a choice, as it is read and as it comes back.
pub const CHOICE_TEXT: usize = 75;
/// Task cards of a message: Slack names no limit, and a run has three steps.
pub const CARDS: usize = 10;
/// Characters of a card's title, a line of it: Slack names a limit of 256 where cards are streamed.
pub const CARD_TITLE: usize = 256;
/// Characters of what came of a task: a sentence, since the whole stands beneath.
pub const CARD_TEXT: usize = 500;
/// Suggested prompts of a panel.
pub const PROMPTS: usize = 4;
/// Characters on a prompt, a button of the panel.
pub const PROMPT_TITLE: usize = 75;
/// Characters that a prompt types: Slack names no limit, and it is a request and not a log.
pub const PROMPT_TEXT: usize = 300;
/// Characters of a panel's status line and of its thread's title; Slack names none, and both are a line.
pub const PANEL_LINE: usize = 100;
/// Characters of a file's name and title. Slack names none; longer ones are cut in its clients.
pub const FILE_NAME: usize = 200;

/// What stands where something was cut away.
pub const CUT: &str = "…";

/// How far back a cut looks for the end of a word.
const LONGEST_WORD: usize = 60;

/// Measures a text as the strictest reader would: in UTF-16 units, of which no character has fewer
/// than one.
#[must_use]
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Cuts a text to at most `most` units, mark of the cut included: after a word where one ends near,
/// and never within what a person sees as one character.
#[must_use]
pub fn fit(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mark = length(CUT);
    if most < mark {
        return String::new();
    }
    let head = whole_words(text, head(text, most - mark));
    format!("{}{CUT}", head.trim_end())
}

/// Cuts lines to at most `most` units: whole lines where one ends within them, else as [`fit`].
#[must_use]
pub fn fit_lines(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mark = length(CUT) + 1;
    let head = head(text, most.saturating_sub(mark));
    match end_of_line(text, head) {
        Some(end) => format!("{}\n{CUT}", &text[..end]),
        None => fit(text, most),
    }
}

/// Parts lines into pieces of at most `most` units each, losing nothing but the line breaks between
/// them: at the end of a line, else between characters.
#[must_use]
pub fn pieces(text: &str, most: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while length(rest) > most {
        let head = head(rest, most);
        let (end, skip) = match end_of_line(rest, head) {
            Some(end) => (end, 1),
            None => (head.len().max(first_character(rest)), 0),
        };
        pieces.push(rest[..end].to_owned());
        rest = &rest[end + skip..];
    }
    pieces.push(rest.to_owned());
    pieces
}

/// Gives as many whole characters as fit into `most` units.
fn head(text: &str, most: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.grapheme_indices(true) {
        used += length(character);
        if used > most {
            return &text[..at];
        }
    }
    text
}

/// Gives the bytes of the first character, so that each piece holds at least one.
fn first_character(text: &str) -> usize {
    text.graphemes(true).next().map_or(0, str::len)
}

/// Gives where the last whole line of the head ends, if any does.
fn end_of_line(text: &str, head: &str) -> Option<usize> {
    if text[head.len()..].starts_with('\n') {
        return Some(head.len()).filter(|end| *end > 0);
    }
    head.rfind('\n').filter(|end| *end > 0)
}

/// Takes away the begun word at the end of the head, unless it is no word but a long run.
fn whole_words<'a>(text: &str, head: &'a str) -> &'a str {
    if text[head.len()..].starts_with(char::is_whitespace) {
        return head;
    }
    match head.rfind(char::is_whitespace) {
        Some(end) if length(&head[end..]) <= LONGEST_WORD => &head[..end],
        _ => head,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_between_words_and_characters() {
        assert_eq!(fit("one two three", 13), "one two three");
        assert_eq!(fit("one two three", 10), "one two…");
        assert_eq!(fit("abcdefgh", 5), "abcd…");
        // A family and a flag are one character each, whatever they are made of.
        assert_eq!(fit("👨‍👩‍👧👨‍👩‍👧", 9), "👨‍👩‍👧…");
        assert_eq!(fit("🇩🇪🇫🇷🇬🇧", 6), "🇩🇪…");
        assert_eq!(fit("ab", 0), "");
    }

    #[test]
    fn lines_are_cut_after_a_line() {
        assert_eq!(fit_lines("first\nsecond\nthird", 15), "first\nsecond\n…");
        assert_eq!(fit_lines("a line that is long", 10), "a line…");
    }

    #[test]
    fn pieces_lose_nothing() {
        assert_eq!(pieces("ab\ncd\nef", 5), ["ab\ncd", "ef"]);
        assert_eq!(pieces("abcdef", 4), ["abcd", "ef"]);
        assert_eq!(pieces("", 4), [""]);
    }
}
