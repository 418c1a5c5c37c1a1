//! The chain: each entry carries its number and the code of the one before. Whoever holds the key
//! can tell that no entry was changed, taken out, put in, swapped or doubled; whoever holds a head
//! that was kept elsewhere can tell that none is missing at the end.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entry::{Entry, Event};
use super::line::{Key, Mac, Seal};

/// The last entry's number and code. Kept elsewhere, it shows when a chain was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The number; 0 for an empty chain.
    pub seq: u64,
    /// The code.
    pub mac: Mac,
}

impl Head {
    /// The head of a chain without entries.
    pub const EMPTY: Self = Self {
        seq: 0,
        mac: Mac::NONE,
    };

    /// Reads `NUMBER:CODE`, as [`fmt::Display`] writes it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (seq, mac) = text.trim().split_once(':')?;
        Some(Self {
            seq: seq.parse().ok()?,
            mac: Mac::read(mac)?,
        })
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.mac)
    }
}

/// The end of a chain, to which entries are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The last entry.
    pub head: Head,
}

impl Tail {
    /// Writes the next entry and moves on to it.
    pub fn push(&mut self, key: &Key, at: Timestamp, event: Event) -> Seal {
        let entry = Entry {
            seq: self.head.seq + 1,
            at,
            event,
            prev: self.head.mac,
        };
        let seal = Seal::new(key, &entry);
        self.head = Head {
            seq: entry.seq,
            mac: seal.mac,
        };
        seal
    }

    /// Writes what stands at the head of a file in place of the entries up to `through`.
    #[must_use]
    pub fn tombstone(key: &Key, at: Timestamp, through: Head) -> Seal {
        let event = Event::Pruned {
            through: through.seq,
            head: through.mac,
            pruned_at: at,
        };
        let entry = Entry {
            seq: through.seq,
            at,
            event,
            prev: Mac::NONE,
        };
        Seal::new(key, &entry)
    }
}

/// Why a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A line is not what was written with this key.
    Line {
        /// The line in the file, counted from 1.
        line: u64,
    },
    /// An entry does not follow the one before it.
    Order {
        /// The line in the file, counted from 1.
        line: u64,
        /// The number that it should have.
        expected: u64,
        /// The number that it has.
        found: u64,
    },
    /// The last line has no line break: it was cut off.
    CutOff {
        /// The line in the file, counted from 1.
        line: u64,
    },
    /// The chain ends before the head that was kept elsewhere.
    Short {
        /// The last number in the file.
        found: u64,
        /// The number of the head.
        head: u64,
    },
    /// The entry of the head's number is another one.
    OtherChain {
        /// The number of the head.
        head: u64,
    },
    /// The head that was kept elsewhere is older than what was taken away in order.
    BeforePruned {
        /// The number of the head.
        head: u64,
        /// The last number that was taken away.
        through: u64,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line } => write!(
                f,
                "line {line} was changed, or was written with another key"
            ),
            Self::Order {
                line,
                expected,
                found,
            } => write!(
                f,
                "line {line} should be entry {expected} and is entry {found}: entries were taken out, put in, moved or doubled"
            ),
            Self::CutOff { line } => write!(f, "line {line} is cut off"),
            Self::Short { found, head } => write!(
                f,
                "the chain ends at entry {found}, and the head says that there were {head}: the end was cut off"
            ),
            Self::OtherChain { head } => write!(
                f,
                "entry {head} is not the one that the head was taken of: the chain was written anew"
            ),
            Self::BeforePruned { head, through } => write!(
                f,
                "the head is of entry {head}, and the entries up to {through} were taken away; use a newer head"
            ),
        }
    }
}

/// What was found of a chain that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Entries in the file.
    pub entries: u64,
    /// The last entry.
    pub head: Head,
    /// Number of the last entry that was taken away in order; 0 for none.
    pub pruned: u64,
}

/// Reads a chain line by line.
#[derive(Debug)]
pub struct Verifier<'a> {
    key: &'a Key,
    wanted: Option<Head>,
    seen_wanted: bool,
    lines: u64,
    entries: u64,
    head: Head,
    pruned: u64,
}

impl<'a> Verifier<'a> {
    /// Begins; with the head that was kept elsewhere, where there is one.
    #[must_use]
    pub fn new(key: &'a Key, wanted: Option<Head>) -> Self {
        Self {
            key,
            wanted,
            seen_wanted: false,
            lines: 0,
            entries: 0,
            head: Head::EMPTY,
            pruned: 0,
        }
    }

    /// Takes the next line, with its line break.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn line(&mut self, line: &[u8]) -> Result<Entry, Broken> {
        self.lines += 1;
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err(Broken::CutOff { line: self.lines });
        };
        let Some((entry, mac)) = Seal::open(self.key, line) else {
            return Err(Broken::Line { line: self.lines });
        };
        match &entry.event {
            Event::Pruned { through, head, .. } if self.lines == 1 => {
                self.pruned = *through;
                self.head = Head {
                    seq: *through,
                    mac: *head,
                };
            }
            _ => {
                if entry.seq != self.head.seq + 1 || entry.prev != self.head.mac {
                    return Err(Broken::Order {
                        line: self.lines,
                        expected: self.head.seq + 1,
                        found: entry.seq,
                    });
                }
                self.entries += 1;
                self.head = Head {
                    seq: entry.seq,
                    mac,
                };
            }
        }
        if let Some(wanted) = self.wanted.filter(|wanted| wanted.seq == self.head.seq) {
            if wanted.mac != self.head.mac {
                return Err(Broken::OtherChain { head: wanted.seq });
            }
            self.seen_wanted = true;
        }
        Ok(entry)
    }

    /// Gives where the chain stands.
    #[must_use]
    pub fn tail(&self) -> Tail {
        Tail { head: self.head }
    }

    /// Ends.
    ///
    /// # Errors
    /// When the chain does not reach the head that was kept elsewhere.
    pub fn end(self) -> Result<Verified, Broken> {
        if let Some(wanted) = self
            .wanted
            .filter(|wanted| wanted.seq > 0 && !self.seen_wanted)
        {
            return Err(match wanted.seq > self.head.seq {
                true => Broken::Short {
                    found: self.head.seq,
                    head: wanted.seq,
                },
                false => Broken::BeforePruned {
                    head: wanted.seq,
                    through: self.pruned,
                },
            });
        }
        Ok(Verified {
            entries: self.entries,
            head: self.head,
            pruned: self.pruned,
        })
    }
}
