//! Tokens that tell by their form whose they are: a prefix, an alphabet and a length.

use std::ops::Range;

use super::kind::Kind;
use super::scan::{begins_word, skip_back};
use super::span::Span;
use super::value::looks_random;

/// What the characters after a prefix may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// `0-9a-fA-F`
    Hex,
    /// `A-Z0-9`
    Upper,
    /// Letters and digits.
    Alnum,
    /// Letters, digits, `_` and `-`.
    Word,
    /// The same with `.`, `=` and `~`.
    Dotted,
    /// Both alphabets of base64, with padding.
    Base64,
    /// What a path or a webhook's address holds.
    Path,
    /// Anything printable but quotes, brackets of a call and blanks.
    Printable,
}

impl Alphabet {
    pub(super) fn holds(self, byte: u8) -> bool {
        match self {
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Dotted => Self::Word.holds(byte) || matches!(byte, b'.' | b'=' | b'~'),
            Self::Base64 => Self::Word.holds(byte) || matches!(byte, b'+' | b'/' | b'='),
            Self::Path => {
                Self::Base64.holds(byte) || matches!(byte, b'.' | b'%' | b'@' | b':' | b'?' | b'&')
            }
            Self::Printable => {
                byte.is_ascii_graphic()
                    && !matches!(byte, b'"' | b'\'' | b'`' | b',' | b'\\' | b'<' | b'>')
            }
        }
    }
}

/// The form of one vendor's token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// What it is called.
    pub kind: Kind,
    /// How it begins.
    pub prefix: &'static str,
    /// What follows.
    pub alphabet: Alphabet,
    /// How many characters follow at least.
    pub least: usize,
    /// How many at most; a longer run is something else.
    pub most: usize,
    /// Whether the prefix alone says too little.
    pub must_look_random: bool,
}

/// The shortest run of letters and digits that nobody makes by hand, in bytes.
const LONG_RUN: usize = 24;

/// Hides the token whose prefix was found at `at`. Gives its end, if it is one.
pub(super) fn find(text: &str, at: usize, form: &Form, spans: &mut Vec<Span>) -> Option<usize> {
    let bytes = text.as_bytes();
    if !begins_word(bytes, at) {
        return None;
    }
    let body = at + form.prefix.len();
    let end = body_end(bytes, body, form)?;
    // After so short a prefix, words that begin with capitals change as often as tokens do.
    if form.prefix.len() <= 2
        && form.must_look_random
        && !bytes[body..end].iter().any(u8::is_ascii_digit)
    {
        return None;
    }
    if form.must_look_random && !looks_random(&bytes[body..end]) && !is_run(form, &bytes[body..end])
    {
        return None;
    }
    let start = if form.prefix.contains('/') {
        address_start(bytes, at)
    } else {
        at
    };
    spans.push(Span::new(start..end, form.kind));
    Some(end)
}

/// Gives where the address begins whose host and path a prefix is: the scheme and the names before it
/// go too.
fn address_start(bytes: &[u8], at: usize) -> usize {
    let host = skip_back(bytes, at, |byte| Alphabet::Dotted.holds(byte));
    let rest = bytes[..host].strip_suffix(b"://");
    rest.map_or(at, |rest| {
        skip_back(rest, rest.len(), |byte| byte.is_ascii_alphabetic())
    })
}

/// Tells whether a body is one long run of letters and digits after a prefix that ends with a
/// separator: no name that people make looks so, whatever its letters.
fn is_run(form: &Form, body: &[u8]) -> bool {
    matches!(
        form.alphabet,
        Alphabet::Alnum | Alphabet::Hex | Alphabet::Dotted
    ) && form.prefix.len() >= 3
        && form.prefix.ends_with(['_', '-'])
        && body.len() >= LONG_RUN
        && body.iter().all(u8::is_ascii_alphanumeric)
        && body.iter().any(u8::is_ascii_digit)
        && body.iter().any(u8::is_ascii_alphabetic)
}

fn body_end(bytes: &[u8], body: usize, form: &Form) -> Option<usize> {
    let run = bytes[body..]
        .iter()
        .take(form.most.saturating_add(1))
        .take_while(|byte| form.alphabet.holds(**byte))
        .count();
    let end = trim(bytes, body..body + run);
    let length = end - body;
    (form.least..=form.most).contains(&length).then_some(end)
}

/// Leaves the full stop of a sentence, and what closes a parenthesis, outside.
fn trim(bytes: &[u8], range: Range<usize>) -> usize {
    let mut end = range.end;
    while end > range.start && matches!(bytes[end - 1], b'.' | b':' | b'?' | b'&') {
        end -= 1;
    }
    end
}
