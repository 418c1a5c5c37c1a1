//! "Did you mean": a few words that begin with nearly a request, and what they may be meant for.

use crate::logic::message::{Message, Weight};
use crate::logic::nearest::nearest;
use crate::logic::request::{Request, WORDS, parse};
use crate::logic::target::shown;

/// Words at most of what may be a mistyped request: longer than that it is a question.
const MOST_MISTYPED: usize = 4;

/// Adds to an answer what a few words may have been meant for.
#[must_use]
pub fn suggest(text: &str, message: Message) -> Message {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if text.split_whitespace().count() > MOST_MISTYPED {
        return message;
    }
    let words = WORDS.iter().map(|word| word.word);
    let near = nearest(first, words).filter(|near| !near.eq_ignore_ascii_case(first));
    let Some(near) = near else {
        return message;
    };
    let fixed = format!("{near} {}", rest.trim());
    let fixed = fixed.trim();
    match parse(fixed) {
        Request::Ask { .. } | Request::Unclear { .. } => message,
        request => message
            .sentence(format!("Did you mean `{}`?", shown(fixed)))
            .weighty(Weight::Main, shown(fixed), request),
    }
}
