//! What was seen while a text was read: a bounded number of sightings, whatever the text's length.
//! Putting them in order is left to `rank`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::clean::{Cleaned, Level};
use super::clue;
use super::finding::Evidence;
use super::matcher::{Match, Matcher, PatternId};

/// Unexplained error lines that are kept: enough to show, few enough to hold.
const MOST_UNEXPLAINED: usize = 8;
/// Longest evidence, in characters: a screen line or three.
const LONGEST_EVIDENCE: usize = 300;

/// Everything that ranking may look at.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Signatures that matched.
    pub(super) seen: HashMap<(usize, usize), Seen>,
    /// Signatures whose `with` matched somewhere.
    pub(super) with: Vec<(usize, usize)>,
    /// Error lines that nothing explained.
    pub(super) unexplained: Vec<Evidence>,
    pub(super) error_lines: u64,
    /// The last line that said that something works again.
    pub(super) recovered: Option<u64>,
    trace: u64,
    depth: u32,
    ordinal: u64,
}

/// The lines that one signature matched.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) first: Evidence,
    /// Stack trace of the first line, its depth within the causes of that trace, and its place.
    pub(super) place: (u64, u32, u64),
    pub(super) last_line: u64,
    pub(super) count: u64,
    /// Whether each line said that it would be tried again, or was no more than a warning.
    pub(super) tolerated: bool,
    /// Whether every line was of level info or below.
    pub(super) benign: bool,
}

impl Tally {
    /// Takes in a cleaned line with the patterns that its keys lead to.
    pub(super) fn take(
        &mut self,
        matcher: &Matcher,
        candidates: &mut Vec<PatternId>,
        number: u64,
        line: &Cleaned<'_>,
    ) {
        self.follow_trace(&line.text);
        let matches = matcher.matches(candidates, line.text.as_bytes());
        let reports_error = clue::reports_error(line);
        self.error_lines += u64::from(reports_error);
        if reports_error && matches.is_empty() && self.unexplained.len() < MOST_UNEXPLAINED {
            self.unexplained.push(evidence(number, &line.text));
        }
        if !reports_error && clue::tells_of_recovery(&line.text) {
            self.recovered = Some(number);
        }
        for found in matches {
            self.ordinal += 1;
            self.see(found, number, line);
        }
    }

    fn see(&mut self, found: Match, number: u64, line: &Cleaned<'_>) {
        let key = (found.cause, found.signature);
        if found.is_with {
            if !self.with.contains(&key) {
                self.with.push(key);
            }
            return;
        }
        let tolerated = line.level.is_some_and(|level| level <= Level::Warning)
            || clue::tries_again(&line.text);
        let benign = line.level.is_some_and(|level| level <= Level::Info);
        match self.seen.entry(key) {
            Entry::Occupied(mut entry) => {
                let seen = entry.get_mut();
                seen.count += 1;
                seen.last_line = number;
                seen.tolerated &= tolerated;
                seen.benign &= benign;
            }
            Entry::Vacant(entry) => {
                entry.insert(Seen {
                    first: evidence(number, &line.text),
                    place: (self.trace, u32::MAX - self.depth, self.ordinal),
                    last_line: number,
                    count: 1,
                    tolerated,
                    benign,
                });
            }
        }
    }

    /// Notices where a stack trace begins, and where it goes on to a deeper cause: in Java, .NET,
    /// Node and Ruby the last "Caused by" of a trace is its root.
    fn follow_trace(&mut self, text: &str) {
        if clue::names_a_deeper_cause(text) {
            self.depth += 1;
        } else if !clue::continues_a_trace(text) {
            self.trace += 1;
            self.depth = 0;
        }
    }
}

/// Keeps a line as evidence.
pub(super) fn evidence(line: u64, text: &str) -> Evidence {
    let text = text.trim();
    let text = match text.char_indices().nth(LONGEST_EVIDENCE) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    };
    Evidence { line, text }
}
