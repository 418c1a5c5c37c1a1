//! Stretches of text that must go, and joining those that overlap.

use std::ops::Range;

use super::kind::{Kind, marker_at};

/// A stretch of text to hide, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// From where to where.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

impl Span {
    /// Makes a span.
    pub const fn new(range: Range<usize>, kind: Kind) -> Self {
        Self { range, kind }
    }
}

/// Joins overlapping spans, keeps them off existing markers and sorts them.
///
/// Of spans that overlap, the one found first names the kind: finders run from the most to the
/// least specific. What touches a marker is cut around it, so that a marker is never hidden and the
/// count of markers is always what went in plus what was hidden.
pub(super) fn join(text: &str, spans: Vec<Span>) -> Vec<Span> {
    let mut ranked: Vec<(usize, Span)> = spans.into_iter().enumerate().collect();
    ranked.sort_by_key(|(rank, span)| (span.range.start, *rank));
    let mut joined: Vec<(usize, Span)> = Vec::with_capacity(ranked.len());
    for (rank, span) in ranked {
        match joined.last_mut() {
            Some((first, last)) if span.range.start < last.range.end => {
                last.range.end = last.range.end.max(span.range.end);
                if rank < *first {
                    *first = rank;
                    last.kind = span.kind;
                }
            }
            _ => joined.push((rank, span)),
        }
    }
    joined
        .into_iter()
        .flat_map(|(_, span)| around_markers(text, span))
        .collect()
}

fn around_markers(text: &str, span: Span) -> Vec<Span> {
    let start = text.floor_char_boundary(span.range.start);
    let end = text.ceil_char_boundary(span.range.end.min(text.len()));
    let mut parts = Vec::new();
    let mut from = start;
    let mut at = first_touching(text, start);
    while at < end {
        let Some(length) = marker_at(text.as_bytes(), at) else {
            at += 1;
            continue;
        };
        if at > from {
            parts.push(Span::new(from..at, span.kind));
        }
        at += length;
        from = at;
    }
    if end > from {
        parts.push(Span::new(from..end, span.kind));
    }
    parts
}

/// Gives where to look for markers from: a span may begin inside one.
fn first_touching(text: &str, start: usize) -> usize {
    const LONGEST: usize = 64;
    let bytes = text.as_bytes();
    let floor = start.saturating_sub(LONGEST);
    (floor..start)
        .rev()
        .find(|at| marker_at(bytes, *at).is_some_and(|length| at + length > start))
        .unwrap_or(start)
}
