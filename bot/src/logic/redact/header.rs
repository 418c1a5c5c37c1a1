//! HTTP headers that carry credentials: `Authorization` with its schemes, cookies, and the words
//! `Bearer` and `Basic` wherever they stand.

use std::ops::Range;

use super::blob;
use super::kind::Kind;
use super::pair::Value;
use super::scan::{begins_word, is_blank, line_end_within, skip, slice};
use super::span::Span;
use super::value::{is_placeholder, is_prose, is_word, looks_random};
use super::words::COOKIE_ATTRIBUTES;

const AUTHORIZATION: Kind = Kind::new("authorization");
const BEARER: Kind = Kind::new("bearer-token");
const BASIC: Kind = Kind::new("basic-auth");
const COOKIE: Kind = Kind::new("cookie");

/// Schemes whose credentials are one token.
#[rustfmt::skip]
const TOKEN_SCHEMES: &[&str] = &[
    "bearer", "basic", "token", "apikey", "api-key", "key", "jwt", "negotiate", "ntlm", "sso-key",
    "googlelogin", "ssws", "bot", "genie-key", "glpat", "pveapitoken", "sharedkey", "splunk",
    "discogs", "zoho-oauthtoken",
];

/// Schemes whose credentials are a list up to the end of the header.
const LIST_SCHEMES: &[&str] = &[
    "digest",
    "oauth",
    "hawk",
    "aws4-hmac-sha256",
    "signature",
    "mac",
    "aws",
    "sharedkeylite",
    "sharedaccesssignature",
    "acs",
    "escher",
];

/// The longest header that is read, in bytes: servers refuse longer ones.
const LONGEST: usize = 16 * 1024;

/// Hides the credentials of an `Authorization` header. Gives where they end.
pub(super) fn authorization(text: &str, value: &Value, spans: &mut Vec<Span>) -> usize {
    let bytes = text.as_bytes();
    let start = value.range.start;
    let mut end = if value.is_quoted {
        value.range.end
    } else {
        bytes.len().min(start + LONGEST)
    };
    let scheme_end = skip(&bytes[..end], start, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
    })
    .min(end);
    let scheme = slice(text, start..scheme_end).to_ascii_lowercase();
    let credentials = skip(&bytes[..end], scheme_end, is_blank).min(end);
    if LIST_SCHEMES.contains(&scheme.as_str()) && credentials > scheme_end {
        if !value.is_quoted {
            end = header_end(bytes, start).max(credentials);
        }
        spans.push(Span::new(credentials..end, AUTHORIZATION));
        return end;
    }
    let is_scheme = |word: &str| {
        TOKEN_SCHEMES.contains(&word) || word.ends_with("token") || word.ends_with("key")
    };
    let is_known = is_scheme(&scheme) && credentials > scheme_end;
    let from = if is_known { credentials } else { start };
    let to = if value.is_quoted && !is_known {
        end
    } else {
        token_end(bytes, from, end)
    };
    let token = slice(text, from..to);
    let is_worth = !is_placeholder(token) && !is_prose(token) && token.len() >= 6;
    if is_worth && (is_known || token.len() >= 8 && !is_word(token)) {
        let kind = match scheme.as_str() {
            "basic" => BASIC,
            "bearer" => BEARER,
            _ => AUTHORIZATION,
        };
        spans.push(Span::new(from..to, kind));
        return to;
    }
    start
}

fn header_end(bytes: &[u8], start: usize) -> usize {
    let end = line_end_within(bytes, start, LONGEST);
    bytes[start..end]
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\'' | b'\\'))
        .filter(|found| {
            let after = bytes.get(start + found + 1);
            bytes[start + found] != b'"'
                || after.is_none_or(|b| {
                    b.is_ascii_whitespace() || matches!(b, b',' | b'}' | b')' | b']')
                })
        })
        .map_or(end, |found| start + found)
}

fn token_end(bytes: &[u8], from: usize, end: usize) -> usize {
    let mut to = skip(&bytes[..end], from, |byte| {
        !byte.is_ascii_whitespace()
            && !matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b',' | b'<' | b'>')
    });
    while to > from && matches!(bytes[to - 1], b';' | b']' | b'}') {
        to -= 1;
    }
    to
}

/// Hides each cookie's value that looks like a session, or whose name is not known to be harmless.
/// Gives where the header ends.
pub(super) fn cookie(text: &str, value: &Value, spans: &mut Vec<Span>) -> usize {
    let bytes = text.as_bytes();
    let start = value.range.start;
    let end = if value.is_quoted {
        value.range.end
    } else {
        header_end(bytes, start)
    };
    let mut from = start;
    while from < end {
        let to = memchr::memchr(b';', &bytes[from..end]).map_or(end, |found| from + found);
        one_cookie(text, from..to, spans);
        from = to + 1;
    }
    end
}

fn one_cookie(text: &str, range: Range<usize>, spans: &mut Vec<Span>) {
    let cookie = slice(text, range.clone());
    let Some((name, value)) = cookie.split_once('=') else {
        return;
    };
    let name = name.trim().to_ascii_lowercase();
    let is_harmless = COOKIE_ATTRIBUTES.contains(&name.as_str());
    if is_harmless
        || is_placeholder(value)
        || value.trim().len() < 8
        || (is_word(value.trim()) && value.len() < 16)
    {
        return;
    }
    let start = range.end - value.len();
    let end = start + value.trim_end().len();
    spans.push(Span::new(start..end, COOKIE));
}

/// Hides what follows the word `Bearer` when it looks like a token.
pub(super) fn bearer(text: &str, word: Range<usize>, spans: &mut Vec<Span>) {
    if let Some(token) = credentials_after(text, &word)
        && token.len() >= 12
        && is_token(slice(text, token.clone()))
    {
        spans.push(Span::new(token, BEARER));
    }
}

/// Hides what follows the word `Basic` when it is base64 of a name, a colon and a password.
pub(super) fn basic(text: &str, word: Range<usize>, spans: &mut Vec<Span>) {
    let Some(token) = credentials_after(text, &word) else {
        return;
    };
    let written = slice(text, token.clone());
    let holds_colon = blob::decode(written.as_bytes())
        .is_some_and(|plain| plain.contains(&b':') && plain.is_ascii());
    if written.len() >= 6 && holds_colon {
        spans.push(Span::new(token, BASIC));
    }
}

fn credentials_after(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if !begins_word(bytes, word.start) {
        return None;
    }
    let gap = |byte: u8| {
        is_blank(byte)
            || matches!(
                byte,
                b':' | b'"' | b'\'' | b'+' | b'=' | b'\\' | b'>' | b','
            )
    };
    let mut from = skip(bytes, word.end, gap);
    if bytes[from..].starts_with(b"%20") {
        from += 3;
    }
    let end = line_end_within(bytes, from.min(bytes.len()), LONGEST);
    let to = skip(&bytes[..end], from, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=' | b'%' | b'|' | b':'
            )
    });
    (from > word.end && to > from).then_some(from..to)
}

fn is_token(written: &str) -> bool {
    !is_placeholder(written) && looks_random(written.as_bytes())
}
