//! Values that this program holds itself, found wherever they turn up and however they are escaped.

use std::fmt::Write as _;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::kind::Kind;
use super::scan::{is_base64, skip, skip_back};
use super::span::Span;

const KNOWN: Kind = Kind::new("own-secret");

/// The shortest value that is looked for: hiding every "502" would hide the answer.
const SHORTEST: usize = 4;

/// The shortest stretch of base64 that says that a value is inside.
const SHORTEST_CORE: usize = 6;

/// The values, ready to be found.
#[derive(Debug)]
pub(super) struct Known {
    search: Option<AhoCorasick>,
    /// For each pattern: whether the run of base64 round it goes too.
    in_base64: Vec<bool>,
}

impl Known {
    /// Prepares the values; those shorter than four characters are left out.
    pub fn new<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Self {
        let mut patterns: Vec<(Vec<u8>, bool)> = values
            .into_iter()
            .flat_map(|value| spellings(value.as_ref().trim()))
            .collect();
        patterns.sort();
        patterns.dedup();
        let in_base64 = patterns.iter().map(|(_, in_base64)| *in_base64).collect();
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(patterns.iter().map(|(pattern, _)| pattern))
            .ok()
            .filter(|_| !patterns.is_empty());
        Self { search, in_base64 }
    }

    /// Hides every value.
    pub fn find(&self, text: &str, spans: &mut Vec<Span>) {
        let Some(search) = &self.search else { return };
        let bytes = text.as_bytes();
        for found in search.find_overlapping_iter(text) {
            let range = if self.in_base64[found.pattern().as_usize()] {
                let start = skip_back(bytes, found.start(), is_base64);
                let end = skip(bytes, found.end(), |byte| is_base64(byte) || byte == b'=');
                start..end
            } else {
                found.range()
            };
            spans.push(Span::new(range, KNOWN));
        }
    }
}

/// Gives the spellings of a value: as it is, percent-escaped, JSON-escaped, HTML-escaped, in
/// base64 of both alphabets at each of the three alignments, in hexadecimal.
fn spellings(value: &str) -> Vec<(Vec<u8>, bool)> {
    if value.chars().count() < SHORTEST {
        return Vec::new();
    }
    let json = json_escape(value);
    let mut plain = vec![
        value.to_owned(),
        percent(value, is_unreserved, "%20", false),
        percent(value, is_unreserved, "+", false),
        percent(value, is_unreserved, "%20", true),
        percent(value, is_unreserved, "+", true),
        percent(value, is_component, "%20", false),
        json_escape(&json),
        json.replace('/', "\\/"),
        html_escape(value),
        hex(value, false),
        hex(value, true),
    ];
    plain.push(json);
    let encoded = [
        value.to_owned(),
        percent(value, is_unreserved, "%20", false),
        json_escape(value),
    ];
    let cores = encoded
        .iter()
        .flat_map(|value| base64_cores(value.as_bytes()));
    plain
        .into_iter()
        .map(|spelling| (spelling.into_bytes(), false))
        .chain(cores.map(|core| (core, true)))
        .collect()
}

/// Gives the letters of base64 that a value makes wherever it stands in a longer text: those that
/// no neighbour shares.
fn base64_cores(value: &[u8]) -> Vec<Vec<u8>> {
    let mut cores = Vec::new();
    for shift in 0..3 {
        let padded: Vec<u8> = std::iter::repeat_n(0, shift)
            .chain(value.iter().copied())
            .collect();
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let written = engine.encode(&padded).into_bytes();
            let from = [0, 2, 3][shift];
            let to = if padded.len().is_multiple_of(3) {
                written.len()
            } else {
                written.len() - 1
            };
            if to > from && to - from >= SHORTEST_CORE {
                cores.push(written[from..to].to_vec());
            }
        }
    }
    cores
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

/// What JavaScript's `encodeURIComponent` leaves alone.
fn is_component(byte: u8) -> bool {
    is_unreserved(byte) || matches!(byte, b'!' | b'*' | b'\'' | b'(' | b')')
}

fn percent(value: &str, keep: fn(u8) -> bool, space: &str, is_lower: bool) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        match byte {
            b' ' => out.push_str(space),
            _ if keep(byte) => out.push(char::from(byte)),
            _ if is_lower => push_hex(&mut out, "%", byte, false),
            _ => push_hex(&mut out, "%", byte, true),
        }
    }
    out
}

fn push_hex(out: &mut String, before: &str, byte: u8, is_upper: bool) {
    let written = if is_upper {
        write!(out, "{before}{byte:02X}")
    } else {
        write!(out, "{before}{byte:02x}")
    };
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}

fn hex(value: &str, is_upper: bool) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        push_hex(&mut out, "", byte, is_upper);
    }
    out
}

fn json_escape(value: &str) -> String {
    let quoted = serde_json::to_string(value).unwrap_or_default();
    quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
        .to_owned()
}

fn html_escape(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
