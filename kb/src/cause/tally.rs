//! What was seen while a text was read: a bounded number of sightings, whatever the text's length.
//! Putting them in order is left to `rank`.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::capture::{self, Ran};
use super::catalogue::{Catalogue, Strength};
use super::clean::{Cleaned, Level};
use super::clue;
use super::fact::{self, Fact};
use super::finding::Evidence;
use super::manner::{self, Kind, Manner};
use super::matcher::Match;

/// Unexplained error lines that are kept: enough to show, few enough to hold.
const MOST_UNEXPLAINED: usize = 8;
/// Longest evidence, in characters: a screen line or three.
const LONGEST_EVIDENCE: usize = 300;

/// Everything that ranking may look at.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Signatures that matched; in order, so that equal evidence always gives the same answer.
    pub(super) seen: BTreeMap<(usize, usize), Seen>,
    /// Signatures whose `with` matched somewhere.
    pub(super) with: Vec<(usize, usize)>,
    /// Where things listen and are expected.
    pub(super) facts: Vec<Fact>,
    /// Commands of a captured terminal.
    pub(super) ran: Vec<Ran>,
    /// Error lines that nothing explained, and whether they are built like an error.
    pub(super) unexplained: Vec<(Evidence, bool)>,
    pub(super) error_lines: u64,
    /// The last line that was counted as one.
    last_error: u64,
    /// Whether the text tells what happened or speaks about it.
    pub(super) manner: Manner,
    /// The last line that said that something works again.
    pub(super) recovered: Option<Evidence>,
    /// Which signature outdoes which, so far: cause and signature of both.
    outdone: HashMap<(usize, usize, usize, usize), bool>,
    trace: u64,
    depth: u32,
    ordinal: u64,
    /// Whether the last line was a frame of a Python trace.
    is_frame: bool,
}

/// The lines that one signature matched.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) first: Evidence,
    pub(super) place: Place,
    pub(super) last_line: u64,
    pub(super) count: u64,
    /// Whether each line said that it would be tried again, or was no more than a warning.
    pub(super) tolerated: bool,
    /// Whether every line was of level info or below.
    pub(super) benign: bool,
    /// Whether no more special signature of another cause matched the same line.
    pub(super) is_special: bool,
    /// Another cause's signature that matched the same line and wants a second one: where that is
    /// in the text, it knows more.
    pub(super) yields_to: Option<(usize, usize)>,
    /// Whether a line was built like an error.
    pub(super) is_built: bool,
}

/// Where a sighting stands among others; the least is the nearest to the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Number of the stack trace, or of the line outside of one.
    trace: u64,
    /// How far it is from the deepest cause of that trace.
    height: u32,
    /// Number of the message; a JSON line holds several.
    ordinal: u64,
    /// Of two signatures of one line, that which matched more of it comes first.
    shortness: usize,
}

/// A match, and how it stands to the others of its line.
#[derive(Clone, Copy)]
struct Sighting {
    found: Match,
    is_special: bool,
    yields_to: Option<(usize, usize)>,
}

impl Tally {
    /// Takes in a cleaned line, or a part of one.
    pub(super) fn take(&mut self, catalogue: &Catalogue, number: u64, line: &Cleaned<'_>) {
        self.ordinal += 1;
        self.follow_trace(&line.text);
        fact::take(&mut self.facts, number, &line.text);
        capture::take(&mut self.ran, number, &line.text);
        let is_command = line.text.starts_with("$ ");
        let is_quoted = std::mem::replace(&mut self.is_frame, clue::quotes_its_line(&line.text))
            && !clue::is_raised(&line.text);
        let mut matches = catalogue.matcher().match_line(line.text.as_bytes());
        let kind = manner::kind(&line.text);
        self.manner.take(line, kind);
        let is_told = is_quoted || is_command || kind != Kind::Message;
        if is_told {
            // The line under a frame of Python is the program's own text, a command is what a
            // person typed, a comment what one wrote: none is what happened.
            matches.retain(|&found| {
                found.is_with || (kind == Kind::Comment && is_comment(catalogue, found))
            });
        }
        let reports_error = !is_told && clue::reports_error(line);
        if reports_error && self.last_error != number {
            self.error_lines += 1;
            self.last_error = number;
        }
        if reports_error && matches.is_empty() && self.unexplained.len() < MOST_UNEXPLAINED {
            let is_built = manner::is_built_like_an_error(line);
            self.unexplained
                .push((evidence(number, &line.text), is_built));
        }
        if !reports_error && clue::tells_of_recovery(&line.text) {
            self.recovered = Some(evidence(number, &line.text));
        }
        for &found in &matches {
            let key = (found.cause, found.signature);
            if found.is_with {
                if !self.with.contains(&key) {
                    self.with.push(key);
                }
                continue;
            }
            let sighting = Sighting {
                found,
                is_special: !self.is_outdone(catalogue, found, &matches),
                yields_to: yields_to(catalogue, found, &matches),
            };
            self.see(sighting, number, line);
        }
    }

    /// Whether another cause's signature, a more special one, matched the same line.
    fn is_outdone(&mut self, catalogue: &Catalogue, found: Match, matches: &[Match]) -> bool {
        let causes = catalogue.causes();
        let strength = |of: Match| causes[of.cause].signatures[of.signature].strength;
        matches.iter().any(|&other| {
            // Words that only speak for a cause do not outdo those that name one.
            let may = other.cause != found.cause
                && !other.is_with
                && (strength(other) != Strength::Supporting
                    || strength(found) == Strength::Supporting);
            may && *self
                .outdone
                .entry((other.cause, other.signature, found.cause, found.signature))
                .or_insert_with(|| catalogue.matcher().is_more_special(causes, other, found))
        })
    }

    fn see(&mut self, sighting: Sighting, number: u64, line: &Cleaned<'_>) {
        let Sighting {
            found,
            is_special,
            yields_to,
        } = sighting;
        let tolerated = line.level.is_some_and(|level| level <= Level::Warning)
            || clue::tries_again(&line.text);
        let benign = line.level.is_some_and(|level| level <= Level::Info);
        let is_built = manner::is_built_like_an_error(line);
        let new = || Seen {
            first: evidence(number, &line.text),
            place: Place {
                trace: self.trace,
                height: u32::MAX - self.depth,
                ordinal: self.ordinal,
                shortness: usize::MAX - found.length,
            },
            last_line: number,
            count: 1,
            tolerated,
            benign,
            is_special,
            yields_to,
            is_built,
        };
        match self.seen.entry((found.cause, found.signature)) {
            Entry::Occupied(mut entry) => {
                let seen = entry.get_mut();
                let better = (is_special, is_built) > (seen.is_special, seen.is_built);
                if better {
                    *seen = Seen {
                        count: seen.count,
                        last_line: seen.last_line,
                        ..new()
                    };
                }
                // One line may show it in several fields, or in two pieces of its length.
                seen.count += u64::from(seen.last_line != number);
                seen.last_line = number;
                seen.tolerated &= tolerated;
                seen.benign &= benign;
                seen.yields_to = seen.yields_to.and(yields_to);
            }
            Entry::Vacant(entry) => {
                entry.insert(new());
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

/// The signature of another cause that matched the same line and wants another line as well.
fn yields_to(catalogue: &Catalogue, found: Match, matches: &[Match]) -> Option<(usize, usize)> {
    let signature = |of: Match| &catalogue.causes()[of.cause].signatures[of.signature];
    let more = matches.iter().find(|&&other| {
        other.cause != found.cause
            && !other.is_with
            && signature(found).with.is_none()
            && signature(other).with.is_some()
            && signature(other).strength >= signature(found).strength
    })?;
    Some((more.cause, more.signature))
}

/// Whether a signature knows lines that begin like comments: what the Java runtime writes when it
/// dies does.
fn is_comment(catalogue: &Catalogue, found: Match) -> bool {
    let example = &catalogue.causes()[found.cause].signatures[found.signature].example;
    manner::kind(example) == Kind::Comment
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
