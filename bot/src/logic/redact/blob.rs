//! Text inside base64: decoded and judged, as `PLATFORM_RELATIONSHIPS` and Kubernetes hold it; and
//! JSON web tokens.

use std::ops::Range;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::find;
use super::kind::Kind;
use super::scan::{is_base64, skip};
use super::span::Span;

const JWT: Kind = Kind::new("jwt");
const BLOB: Kind = Kind::new("base64-secret");

/// The shortest run that is decoded: `{"password":"x"}` has 24.
pub(super) const SHORTEST: usize = 20;

/// How often base64 may stand inside base64.
const DEEPEST: usize = 3;

/// How many decoded bytes are looked at before a whole run is decoded: a path that happens to be
/// made of base64's letters decodes to rubbish at once.
const GLANCE: usize = 16;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Decodes base64 of either alphabet, padded or not, cut or not.
pub(super) fn decode(written: &[u8]) -> Option<Vec<u8>> {
    let padding = written
        .iter()
        .rev()
        .take_while(|byte| **byte == b'=')
        .count();
    let mut bare = &written[..written.len() - padding];
    if bare.len() % 4 == 1 {
        bare = &bare[..bare.len() - 1];
    }
    let is_url_safe = bare.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = if is_url_safe { &URL_SAFE } else { &STANDARD };
    engine.decode(bare).ok()
}

/// Looks at one run of base64's letters.
pub(super) fn find(text: &str, range: Range<usize>, depth: usize, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    if let Some(end) = web_token_end(bytes, &range) {
        spans.push(Span::new(range.start..end, JWT));
        return;
    }
    if depth >= DEEPEST {
        return;
    }
    let starts = [range.start, inner_start(bytes, &range)];
    for start in starts
        .into_iter()
        .filter(|start| range.end - start >= SHORTEST)
    {
        let padded = skip(bytes, range.end, |byte| byte == b'=').min(range.end + 2);
        if holds_secret(&bytes[start..range.end], depth) {
            spans.push(Span::new(start..padded, BLOB));
            return;
        }
    }
}

/// Gives where JSON may begin inside a run that began with something else.
fn inner_start(bytes: &[u8], range: &Range<usize>) -> usize {
    memchr::memmem::find(&bytes[range.clone()], b"eyJ")
        .map_or(range.end, |found| range.start + found)
}

fn holds_secret(written: &[u8], depth: usize) -> bool {
    let glance = &written[..written.len().min(GLANCE / 3 * 4 + 4) / 4 * 4];
    if !decode(glance).is_some_and(|plain| is_text(&plain[..plain.len().min(GLANCE)])) {
        return false;
    }
    let Some(plain) = decode(written) else {
        return false;
    };
    match std::str::from_utf8(&plain) {
        Ok(plain) => find::holds_secret(plain, depth + 1),
        Err(error) => {
            let valid = String::from_utf8_lossy(&plain[..error.valid_up_to()]);
            error.valid_up_to() * 2 > plain.len() && find::holds_secret(&valid, depth + 1)
        }
    }
}

fn is_text(plain: &[u8]) -> bool {
    plain
        .iter()
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace() || *byte >= 0x80)
        && plain.iter().filter(|byte| byte.is_ascii()).count() * 4 >= plain.len() * 3
}

/// Gives the end of a web token whose header is the run: two or four more parts after dots.
fn web_token_end(bytes: &[u8], header: &Range<usize>) -> Option<usize> {
    let starts =
        bytes[header.clone()].starts_with(b"eyJ") || bytes[header.clone()].starts_with(b"ewog");
    if !starts || bytes.get(header.end) != Some(&b'.') {
        return None;
    }
    let plain = decode(&bytes[header.clone()])?;
    if !plain.starts_with(b"{") {
        return None;
    }
    let mut end = header.end;
    while bytes.get(end) == Some(&b'.') {
        let next = skip(bytes, end + 1, |byte| is_base64(byte) || byte == b'=');
        let is_full_stop = next == end + 1 && bytes.get(next) != Some(&b'.');
        if is_full_stop {
            break;
        }
        end = next;
    }
    (end > header.end + 8).then_some(end)
}
