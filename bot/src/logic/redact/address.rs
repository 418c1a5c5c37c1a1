//! Addresses: the password before the `@`, whatever the scheme and however the address is escaped,
//! and the secret part of links that reset a password.

use std::ops::Range;

use super::kind::Kind;
use super::scan::{LOOK_BACK, skip, skip_back, slice, stands_at};
use super::span::Span;
use super::value::{is_placeholder, looks_random};

const LINK: Kind = Kind::new("secret-link");
const URL: Kind = Kind::new("url-password");

/// How the `://` of an address is written, with how its `:` and `@` are then.
pub(super) const OPENINGS: &[(&str, Written)] = &[
    ("://", Written::Plain),
    (":\\/\\/", Written::Plain),
    (":\\\\/\\\\/", Written::Plain),
    ("%3a%2f%2f", Written::Percent),
    (":\\u002f\\u002f", Written::Plain),
];

/// How an address is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Not at all, or as JSON does.
    Plain,
    /// `%3A` and `%40`.
    Percent,
}

/// The longest address that is read, in bytes.
const LONGEST: usize = 2048;

/// Hides the password of the address whose `://` stands at `opening`.
pub(super) fn find(text: &str, opening: Range<usize>, written: Written, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let scheme = skip_back(bytes, opening.start, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
    });
    let start = opening.end;
    let limit = bytes.len().min(start + LONGEST);
    let mark = match written {
        Written::Plain => b'@',
        Written::Percent => b'%',
    };
    if memchr::memchr(mark, &bytes[start..limit]).is_none() {
        return;
    }
    let end = address_end(bytes, start);
    let found = match written {
        Written::Plain => password(bytes, start..end),
        Written::Percent => escaped_password(bytes, start..end),
    };
    let Some((range, is_alone)) = found else {
        return;
    };
    let secret = slice(text, range.clone());
    let scheme = slice(text, scheme..opening.start);
    let is_secret = if is_alone {
        is_token(scheme, secret)
    } else {
        !is_placeholder(secret)
    };
    if is_secret && !secret.is_empty() {
        spans.push(Span::new(range, kind(scheme)));
    }
}

fn kind(scheme: &str) -> Kind {
    const KINDS: &[(&str, Kind)] = &[
        ("postgres", Kind::new("postgres-password")),
        ("pgsql", Kind::new("postgres-password")),
        ("mysql", Kind::new("mysql-password")),
        ("mariadb", Kind::new("mysql-password")),
        ("redis", Kind::new("redis-password")),
        ("valkey", Kind::new("redis-password")),
        ("mongodb", Kind::new("mongodb-password")),
        ("amqp", Kind::new("amqp-password")),
        ("smtp", Kind::new("smtp-password")),
        ("ftp", Kind::new("ftp-password")),
        ("sftp", Kind::new("ftp-password")),
        ("ldap", Kind::new("ldap-password")),
    ];
    let scheme = scheme.to_ascii_lowercase();
    KINDS
        .iter()
        .find(|(start, _)| scheme.starts_with(start))
        .map_or(URL, |(_, kind)| *kind)
}

fn address_end(bytes: &[u8], start: usize) -> usize {
    let limit = bytes.len().min(start + LONGEST);
    skip(&bytes[..limit], start, |byte| {
        !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>')
    })
}

/// Finds the password between the first `:` and the `@` before the host. Gives it, and whether it
/// is a name without a password.
fn password(bytes: &[u8], range: Range<usize>) -> Option<(Range<usize>, bool)> {
    let authority = &bytes[range.clone()];
    let at = user_end(authority)?;
    let user = authority[..at].iter().position(|byte| *byte == b':');
    let found = user.map_or(range.start..range.start + at, |colon| {
        range.start + colon + 1..range.start + at
    });
    Some((found, user.is_none()))
}

/// Gives the position of the `@` that ends the user and password.
///
/// A password may itself hold `@`, `:` and `/`. So the last `@` counts that a host follows, unless
/// an earlier one is followed by a host that can be nothing else: with a port, or with a dot before
/// the path.
fn user_end(authority: &[u8]) -> Option<usize> {
    let path = authority
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(authority.len());
    if !may_hold_user(&authority[..path], authority) {
        return None;
    }
    let mut best = None;
    for (at, _) in authority
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'@')
    {
        let host = host_after(&authority[at + 1..]);
        if host == Host::None {
            continue;
        }
        best = Some(at);
        if host == Host::Certain {
            break;
        }
    }
    best
}

/// Tells whether what stands before the first `/` can begin with a user: `host:8080` cannot.
fn may_hold_user(head: &[u8], authority: &[u8]) -> bool {
    if head.contains(&b'@') {
        return true;
    }
    let Some(colon) = head.iter().position(|byte| *byte == b':') else {
        return false;
    };
    let is_port = head[colon + 1..].iter().all(u8::is_ascii_digit) && head.len() - colon <= 6;
    !is_port && authority.contains(&b'@') && colon > 0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    None,
    Possible,
    Certain,
}

fn host_after(rest: &[u8]) -> Host {
    if rest.first() == Some(&b'[') {
        return Host::Certain;
    }
    if rest.starts_with(b"tcp(") || rest.starts_with(b"unix(") {
        return Host::Certain;
    }
    let length = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        .count();
    let name = &rest[..length];
    let after = rest.get(length);
    if name.is_empty() {
        return if matches!(after, None | Some(b'/' | b',' | b'(' | b'$' | b'{' | b'%')) {
            Host::Possible
        } else {
            Host::None
        };
    }
    let has_dot = name.contains(&b'.') && !name.ends_with(b".");
    match after {
        Some(b':') => {
            let port = rest[length + 1..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let ends = rest
                .get(length + 1 + port)
                .is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'@');
            match (port, ends) {
                (0, _) => Host::Possible,
                (_, true) => Host::Certain,
                (_, false) => Host::None,
            }
        }
        None
        | Some(b'/' | b'?' | b'#' | b',' | b'\\' | b')' | b';' | b'&' | b']' | b'}' | b'|') => {
            if has_dot || name == b"localhost" {
                Host::Certain
            } else {
                Host::Possible
            }
        }
        Some(b'@') => Host::None,
        _ => Host::Possible,
    }
}

/// The same in an address that is percent-escaped as a whole.
fn escaped_password(bytes: &[u8], range: Range<usize>) -> Option<(Range<usize>, bool)> {
    let authority = &bytes[range.clone()];
    let end = skip(authority, 0, |byte| {
        !matches!(byte, b'&' | b';' | b'@' | b':')
    });
    let find =
        |from: usize, needle: &[u8]| (from..end).find(|at| stands_at(authority, *at, needle));
    let at = find(0, b"%40")?;
    let path = find(0, b"%2F").unwrap_or(end);
    let colon = find(0, b"%3A").filter(|colon| *colon < at)?;
    (at < path || path > colon).then_some((range.start + colon + 3..range.start + at, false))
}

/// Tells whether a user without a password is a token: `https://TOKEN@host`.
fn is_token(scheme: &str, user: &str) -> bool {
    let is_web = scheme.to_ascii_lowercase().starts_with("http");
    let is_long = user.len() >= 20
        && user
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~'));
    is_web && is_long && looks_random(user.as_bytes())
}

/// Hides the password of `user:password@tcp(host:port)/name`, as Go's drivers write it.
pub(super) fn without_scheme(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let start = skip_back(bytes, clue.start, |byte| {
        !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b'=')
    });
    let Some(colon) = bytes[start..clue.start]
        .iter()
        .position(|byte| *byte == b':')
    else {
        return;
    };
    let range = start + colon + 1..clue.start;
    if !range.is_empty() && !is_placeholder(slice(text, range.clone())) {
        spans.push(Span::new(range, URL));
    }
}

/// Hides the secret segment after a segment such as `/reset-password/` or `/verify/`.
pub(super) fn link(text: &str, clue: Range<usize>, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let is_segment =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let start = skip_back(bytes, clue.start, is_segment);
    if start == 0 || bytes[start - 1] != b'/' || clue.start - start > LOOK_BACK / 4 {
        return;
    }
    let mut at = skip(bytes, clue.end, is_segment);
    // A user's number may stand between: `/reset/42/TOKEN`.
    for _ in 0..3 {
        if bytes.get(at) != Some(&b'/') {
            return;
        }
        let end = skip(bytes, at + 1, is_segment);
        let segment = &bytes[at + 1..end];
        if segment.len() >= 20 && looks_random(segment) && !segment.contains(&b'.') {
            spans.push(Span::new(at + 1..end, LINK));
        }
        at = end;
    }
}
