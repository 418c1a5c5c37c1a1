//! Tokens without a prefix of their own: recognised by something in their middle or at their end.

use std::ops::Range;

use super::kind::Kind;
use super::scan::{skip, skip_back};
use super::span::Span;
use super::value::looks_random;

const DISCORD: Kind = Kind::new("discord-token");
const NEWRELIC: Kind = Kind::new("newrelic-key");
const AZURE: Kind = Kind::new("azure-secret");
const TERRAFORM: Kind = Kind::new("terraform-token");
const TELEGRAM: Kind = Kind::new("telegram-token");
const MAILCHIMP: Kind = Kind::new("mailchimp-key");
const MAXMIND: Kind = Kind::new("maxmind-key");
const FACEBOOK: Kind = Kind::new("facebook-token");

/// What is looked for; the letters inside a token that give it away.
pub(super) const CLUES: &[(&str, Clue)] = &[
    ("NRAL", newrelic),
    ("Q~", azure),
    (".atlasv1.", terraform),
    (":AA", telegram),
    ("-us", mailchimp),
    ("_mmk", maxmind),
    ("|", facebook),
];

/// Looks round a clue that was found at a range.
pub(super) type Clue = fn(&str, Range<usize>, &mut Vec<Span>);

fn newrelic(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let start = skip_back(bytes, clue.start, |byte| byte.is_ascii_alphanumeric());
    if clue.end - start >= 36 && !continues(bytes, clue.end) {
        spans.push(Span::new(start..clue.end, NEWRELIC));
    }
}

fn azure(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let accepted =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'~' | b'.' | b'-');
    let Some(start) = clue.start.checked_sub(4) else {
        return;
    };
    let head = &bytes[start..clue.start];
    let end = skip(bytes, clue.end, accepted);
    let is_secret = head.iter().all(|byte| accepted(*byte)) && head[3].is_ascii_digit();
    if is_secret && (29..=40).contains(&(end - clue.end)) {
        spans.push(Span::new(start..end, AZURE));
    }
}

fn terraform(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let start = skip_back(bytes, clue.start, |byte| byte.is_ascii_alphanumeric());
    let end = skip(bytes, clue.end, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=')
    });
    if clue.start - start >= 12 && end - clue.end >= 50 {
        spans.push(Span::new(start..end, TERRAFORM));
    }
}

fn telegram(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let start = skip_back(bytes, clue.start, |byte| byte.is_ascii_digit());
    let end = skip(bytes, clue.start + 1, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
    });
    let body = end - clue.start - 1;
    if (5..=16).contains(&(clue.start - start)) && (30..=40).contains(&body) {
        spans.push(Span::new(start..end, TELEGRAM));
    }
}

fn mailchimp(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let start = skip_back(bytes, clue.start, |byte| byte.is_ascii_hexdigit());
    let end = skip(bytes, clue.end, |byte| byte.is_ascii_digit());
    if clue.start - start == 32 && (1..=2).contains(&(end - clue.end)) {
        spans.push(Span::new(start..end, MAILCHIMP));
    }
}

fn maxmind(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let start = skip_back(bytes, clue.start, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'_'
    });
    if clue.start - start >= 30 && !continues(bytes, clue.end) {
        spans.push(Span::new(start..clue.end, MAXMIND));
    }
}

/// An app's id, a bar, the app's secret.
fn facebook(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let start = skip_back(bytes, clue.start, |byte| byte.is_ascii_digit());
    let end = skip(bytes, clue.end, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
    });
    let body = &bytes[clue.end..end];
    if (15..=16).contains(&(clue.start - start))
        && (27..=40).contains(&body.len())
        && looks_random(body)
    {
        spans.push(Span::new(start..end, FACEBOOK));
    }
}

/// Looks at one run of letters, digits, `.`, `_` and `-`: a Discord token is the bot's id in
/// base64, a time and a signature.
pub(super) fn run(text: &str, range: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = &text.as_bytes()[range.clone()];
    for (first, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'.') {
        let id = skip_back(bytes, first, |byte| byte != b'.');
        let time = skip(bytes, first + 1, |byte| byte != b'.');
        let signature = skip(bytes, time + 1, |byte| byte != b'.');
        let lengths_fit = (20..=30).contains(&(first - id))
            && (5..=8).contains(&(time - first - 1))
            && time < bytes.len()
            && (25..=45).contains(&(signature - time - 1));
        if lengths_fit && is_discord(&bytes[id..signature]) {
            spans.push(Span::new(
                range.start + id..range.start + signature,
                DISCORD,
            ));
        }
    }
}

/// Tells whether three parts are a bot's token: the id in base64 is digits, so it begins with one
/// of three letters.
fn is_discord(token: &[u8]) -> bool {
    matches!(token[0], b'M' | b'N' | b'O') && looks_random(token)
}

fn continues(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)
}
