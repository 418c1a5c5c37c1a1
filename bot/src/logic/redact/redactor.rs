//! Redacting a whole text: finding, hiding, and looking again until nothing more is found.

use std::collections::BTreeMap;

use super::clean::{clean, decode};
use super::kind::Kind;
use super::known::Known;
use super::scan::line_end;
use super::secrets::Secrets;
use super::span::{self, Span};
use super::{block, find};

const CUT: Kind = Kind::new("cut");

/// After so many looks whole lines are hidden, and after twice as many the whole text: only a text
/// made for it shows something new again and again, and its reader must not wait.
const LOOKS_FOR_SPANS: usize = 6;

/// The longest piece of a cut line that is hidden whole, in bytes.
const LONGEST_CUT_LINE: usize = 4096;

/// Which ends of a text were cut off by whoever captured it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Whether something stood before the text.
    pub start: bool,
    /// Whether something followed the text.
    pub end: bool,
}

/// A text without its secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted {
    /// The text, with a marker such as `[redacted:postgres-password]` in place of each secret.
    pub text: String,
    /// What was hidden and how many times, by kind.
    pub hidden: Vec<(Kind, usize)>,
}

impl Redacted {
    /// Gives how many secrets were hidden.
    #[must_use]
    pub fn count(&self) -> usize {
        self.hidden.iter().map(|(_, count)| count).sum()
    }
}

/// Takes secrets out of text.
///
/// Made once from the values that the program holds itself; redacting needs no state and the same
/// text always gives the same result. Applying it to its own result changes nothing.
#[derive(Debug)]
pub struct Redactor {
    known: Known,
}

impl Redactor {
    /// Makes a redactor that also hides what the program itself holds, wherever it stands: as it is,
    /// percent-, JSON- or HTML-escaped, in hexadecimal, or inside base64. What a run printed is
    /// redacted by the runner's own, [`crate::probe::Runner::redactor`].
    ///
    /// Values shorter than four characters are not looked for.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        Self {
            known: Known::new(secrets.values()),
        }
    }

    /// Cleans a text (see [`clean`]) and hides its secrets.
    ///
    /// Give it the whole capture and cut afterwards: half a secret has no form.
    #[must_use]
    pub fn redact(&self, text: &str) -> Redacted {
        self.redact_cut(text, Cut::default())
    }

    /// Decodes what a program printed (see [`decode`]), cleans it and hides its secrets.
    #[must_use]
    pub fn redact_bytes(&self, bytes: &[u8]) -> Redacted {
        self.redact(&decode(bytes))
    }

    /// Hides the secrets of a text whose ends were cut off, as a capture of bounded size is.
    ///
    /// What stands next to a cut may be the rest of a secret that nothing tells any more, so the
    /// broken line at each cut is hidden as well, and after a cut the lines of a private key.
    #[must_use]
    pub fn redact_cut(&self, text: &str, cut: Cut) -> Redacted {
        let mut text = clean(text).into_owned();
        let mut hidden = BTreeMap::new();
        let mut spans = edges(&text, cut);
        spans.extend(self.spans(&text));
        for look in 1.. {
            let joined = span::join(&text, spans);
            if joined.is_empty() {
                break;
            }
            text = hide(&text, &joined, &mut hidden);
            spans = widen(&text, self.spans(&text), look);
        }
        Redacted {
            text,
            hidden: hidden.into_iter().collect(),
        }
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        self.known.find(text, &mut spans);
        find::all(text, 0, &mut spans);
        spans
    }
}

/// Puts markers in place of the spans and counts them.
fn hide(text: &str, spans: &[Span], hidden: &mut BTreeMap<Kind, usize>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        out.push_str(&text[from..span.range.start]);
        out.push_str(&span.kind.marker());
        *hidden.entry(span.kind).or_default() += 1;
        from = span.range.end;
    }
    out.push_str(&text[from..]);
    out
}

/// Makes spans larger after many looks, so that looking ends.
fn widen(text: &str, spans: Vec<Span>, look: usize) -> Vec<Span> {
    let bytes = text.as_bytes();
    let widen = |span: &mut Span| {
        if look >= 2 * LOOKS_FOR_SPANS {
            span.range = 0..text.len();
        } else if look >= LOOKS_FOR_SPANS {
            let start =
                memchr::memrchr(b'\n', &bytes[..span.range.start]).map_or(0, |found| found + 1);
            span.range = start..line_end(bytes, span.range.end.min(bytes.len()));
        }
    };
    let mut joined = span::join(text, spans);
    joined.iter_mut().for_each(widen);
    joined
}

fn edges(text: &str, cut: Cut) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    if cut.start {
        let line = line_end(bytes, 0);
        let end = if line <= LONGEST_CUT_LINE {
            line
        } else {
            next_gap(bytes, LONGEST_CUT_LINE)
        };
        spans.push(Span::new(0..end, CUT));
        let body = block::leading_body(bytes, (end + 1).min(bytes.len()));
        if body > end + 1 {
            spans.push(Span::new(end + 1..body, CUT));
        }
    }
    if cut.end {
        let line = memchr::memrchr(b'\n', bytes).map_or(0, |found| found + 1);
        let start = if bytes.len() - line <= LONGEST_CUT_LINE {
            line
        } else {
            last_gap(bytes)
        };
        spans.push(Span::new(start..bytes.len(), CUT));
    }
    spans.retain(|span| !span.range.is_empty());
    spans
}

fn next_gap(bytes: &[u8], from: usize) -> usize {
    bytes[from..]
        .iter()
        .position(u8::is_ascii_whitespace)
        .map_or(bytes.len(), |found| from + found)
}

fn last_gap(bytes: &[u8]) -> usize {
    let from = bytes.len() - LONGEST_CUT_LINE;
    bytes[..from]
        .iter()
        .rposition(u8::is_ascii_whitespace)
        .map_or(0, |found| found + 1)
}
