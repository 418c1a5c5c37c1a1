//! Reads what a person typed.

use super::kind::{Request, Which};
use super::words::{WORDS, Word};
use crate::logic::forgive;

/// Reads what a person typed: forgiving of smart quotes, odd spaces, code fences and capitals.
/// What begins with no known word is a question; nothing at all is a call for help.
#[must_use]
pub fn parse(text: &str) -> Request {
    let text = forgive::mend(text);
    let (first, rest) = match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (text.as_str(), ""),
    };
    if first.is_empty() || first == "?" {
        return Request::Help { topic: None };
    }
    match find(first) {
        Some(word) if (word.takes)(rest) => (word.parse)(rest),
        _ => Request::Ask { text },
    }
}

/// Finds the word that a request begins with.
#[must_use]
pub fn find(first: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| {
        word.word.eq_ignore_ascii_case(
            first
                .trim_start_matches('/')
                .trim_end_matches(['.', '!', ':']),
        )
    })
}

// "help my app is down" and "steps to fix a 502" begin like requests and are questions: what may
// follow each word is told by these.

pub(super) fn at_most_one(rest: &str) -> bool {
    rest.split_whitespace().count() <= 1
}

pub(super) fn exactly_one(rest: &str) -> bool {
    rest.split_whitespace().count() == 1
}

pub(super) fn id_and_values(rest: &str) -> bool {
    rest.split_whitespace()
        .skip(1)
        .all(|value| value.contains('='))
}

pub(super) fn maybe_run(rest: &str) -> bool {
    rest.is_empty() || is_run(rest)
}

pub(super) fn run_and_words(rest: &str) -> bool {
    rest.is_empty() || rest.split_whitespace().next().is_some_and(is_run)
}

/// A short name of a run is six hexadecimal digits.
fn is_run(word: &str) -> bool {
    let word = word.trim_start_matches('#');
    word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(super) fn which(rest: &str) -> Which {
    match rest {
        "" => Which::Only,
        name => Which::Named(name.trim_start_matches('#').to_lowercase()),
    }
}

pub(super) fn which_and_reason(rest: &str) -> (Which, Option<String>) {
    let (run, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let reason = reason.trim();
    (which(run), (!reason.is_empty()).then(|| reason.to_owned()))
}

pub(super) fn share(mut rest: &str) -> Request {
    // However often the word is said, it is meant once.
    while let Some((first, after)) = rest.split_once(char::is_whitespace)
        && find(first).is_some_and(|word| word.word == "share")
    {
        rest = after.trim_start();
    }
    let of = (!rest.is_empty()).then(|| Box::new(parse(rest)));
    Request::Share { of }
}

pub(super) fn step(rest: &str) -> Request {
    if rest.is_empty() {
        return Request::Steps;
    }
    match rest.trim_start_matches('#').parse() {
        Ok(number) => Request::Step { number },
        Err(_) => Request::Unclear {
            what: format!("`step` takes a number, and `{rest}` is none; for example `step 2`"),
        },
    }
}

pub(super) fn probe(rest: &str) -> Request {
    match id_with_values(rest) {
        (Some(id), values) => Request::Probe { id, values },
        (None, _) => Request::Probes,
    }
}

pub(super) fn why(rest: &str) -> Request {
    let (id, values) = id_with_values(rest);
    Request::Why { id, values }
}

fn id_with_values(rest: &str) -> (Option<String>, Vec<String>) {
    let mut words = rest.split_whitespace().map(str::to_owned);
    (words.next(), words.collect())
}

pub(super) fn section(rest: &str) -> Request {
    // The source of an answer names a range, `page.md:40-52`; its first line will do.
    let place = rest.rsplit_once(':').and_then(|(path, lines)| {
        let line = lines.split('-').next()?.parse().ok()?;
        (!path.is_empty()).then(|| (path.to_owned(), line))
    });
    match place {
        Some((path, line)) => Request::Section { path, line },
        None => Request::Unclear {
            what: format!(
                "`section` takes a page and a line, and `{rest}` is not that; for example `section 502-errors.md:40`"
            ),
        },
    }
}
