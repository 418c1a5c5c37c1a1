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

/// Parts text into pieces of at most `most` units each, losing nothing but the line breaks between
/// them: at the end of a line, else after a word where one ends near, else between what a person sees
/// as characters.
#[must_use]
pub fn pieces(text: &str, most: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while length(rest) > most {
        let head = head(rest, most);
        let (end, skip) = match end_of_line(rest, head) {
            Some(end) => (end, 1),
            None => (end_of_word(rest, head), 0),
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
        if used > most && (at > 0 || most < 2) {
            return &text[..at];
        }
        if used > most {
            return letters(text, most);
        }
    }
    text
}

/// Gives as many letters as fit: of what is one character to a person, but longer than all there is
/// room for, as a letter with a thousand accents is.
fn letters(text: &str, most: usize) -> &str {
    let mut used = 0;
    let fits = |(_, letter): &(usize, char)| {
        used += letter.len_utf16();
        used <= most
    };
    let last = text.char_indices().take_while(fits).last();
    last.map_or("", |(at, letter)| &text[..at + letter.len_utf8()])
}

/// Gives where the last word of the head ends, with the blanks after it; at the head's end where none
/// ends near.
fn end_of_word(text: &str, head: &str) -> usize {
    match whole_words(text, head) {
        "" => head.len(),
        words if words.len() == head.len() => head.len(),
        words => {
            // A blank that bears an accent is a character of its own, and goes on in the next piece.
            let next = text[words.len()..].graphemes(true).next();
            let blank = next.filter(|next| next.trim().is_empty());
            words.len() + blank.map_or(0, str::len)
        }
    }
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
    use proptest::prelude::*;

    use super::*;
    use crate::logic::tries::tries;

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
        assert_eq!(pieces("one two three", 9), ["one two ", "three"]);
        assert_eq!(pieces("one \u{301}two", 6), ["one", " \u{301}two"]);
        assert_eq!(pieces("", 4), [""]);
    }

    #[test]
    fn a_character_longer_than_all_room_is_parted_all_the_same() {
        let accents = format!("a{}", "\u{301}".repeat(9));
        let parts = pieces(&accents, 4);
        assert_eq!(parts.concat(), accents);
        assert!(parts.iter().all(|part| length(part) <= 4), "{parts:?}");
        assert_eq!(length(&fit(&accents, 4)), 4);
    }

    /// Words, blanks, lines, long runs, and characters of many letters.
    const TEXT: &str = "([a-z]{1,12}|[ \n]|\u{1F469}\u{200D}\u{1F692}|\u{1F1E9}\u{1F1EA}|e\u{301}{0,3}|\\PC|[a-z]{60,90}){0,60}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(tries(1_000, 1_000_000)))]
        #[test]
        fn pieces_fit_and_together_are_the_text(text in TEXT, most in 2_usize..120) {
            let parts = pieces(&text, most);
            let mut rest = text.as_str();
            for (n, part) in parts.iter().enumerate() {
                prop_assert!(length(part) <= most, "{:?}", part);
                prop_assert!(!part.is_empty() || parts.len() == 1 || n + 1 == parts.len(), "{:?}", parts);
                let after = rest.strip_prefix(part.as_str());
                prop_assert!(after.is_some(), "{:?} does not begin with {:?}", rest, part);
                rest = after.unwrap_or_default();
                if n + 1 < parts.len() {
                    rest = rest.strip_prefix('\n').unwrap_or(rest);
                }
            }
            prop_assert_eq!(rest, "");
        }

        #[test]
        fn no_piece_ends_within_a_word_or_a_character_that_would_fit(text in TEXT, most in 130_usize..300) {
            let bounds: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
            let mut at = 0;
            let parts = pieces(&text, most);
            for part in &parts[..parts.len() - 1] {
                at += part.len();
                prop_assert!(bounds.contains(&at), "within a character: {:?}", part);
                let next = text[at..].chars().next();
                if next == Some('\n') {
                    at += 1;
                    continue;
                }
                let word = part.rsplit(char::is_whitespace).next().unwrap_or_default();
                let is_within = next.is_some_and(|next| !next.is_whitespace()) && !word.is_empty();
                prop_assert!(!is_within || length(word) >= LONGEST_WORD, "within a word: {:?}", word);
            }
        }

        #[test]
        fn what_is_cut_fits_begins_as_the_text_and_says_so(text in TEXT, most in 2_usize..120) {
            for cut in [fit(&text, most), fit_lines(&text, most)] {
                prop_assert!(length(&cut) <= most, "{:?}", cut);
                if cut != text {
                    let kept = cut.strip_suffix(CUT);
                    prop_assert!(kept.is_some(), "{:?}", cut);
                    let kept = kept.unwrap_or_default().trim_end_matches('\n');
                    prop_assert!(text.starts_with(kept), "{:?}", kept);
                }
            }
        }
    }
}
