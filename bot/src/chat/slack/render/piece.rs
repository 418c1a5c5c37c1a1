//! Elements of rich text before they are JSON: how long each is, and how it is cut.

use super::limits::{BLOCK_TEXT, fit, fit_lines, length, pieces};
use super::words::visible;
use crate::logic::person::{Person, Platform};

/// One element of a rich text block.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Running text.
    Section(Vec<Run>),
    /// Code, byte for byte.
    Code(String),
    /// One item of a list; neighbours of one kind and depth make one list.
    Item {
        /// Its number, in a numbered list.
        number: Option<u64>,
        /// How deep its list stands in others.
        depth: u64,
        /// What it says.
        runs: Vec<Run>,
    },
    /// Quoted text.
    Quote(Vec<Run>),
}

/// A run of words in one style.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Whether they are bold.
    pub bold: bool,
    /// Whether they are slanted.
    pub italic: bool,
    /// Whether they are code.
    pub code: bool,
    /// Where they lead.
    pub url: Option<String>,
    /// Whom or what moment they stand for, for Slack to show in its own way.
    pub stands_for: Option<StandsFor>,
}

/// What Slack shows in its own way.
#[derive(Clone, Debug, PartialEq)]
pub enum StandsFor {
    /// A person of this workspace. Slack names people in no other way than by calling them, so only
    /// those who have a part in what is said are named.
    Person(String),
    /// A moment, in seconds since 1970, in the reader's own time.
    Moment(i64),
}

impl Run {
    /// Makes a run of plain words.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self {
            text: visible(text),
            ..Self::default()
        }
    }

    /// Makes a run that names a person: as Slack names people, where it is one of Slack's.
    #[must_use]
    pub fn person(person: &Person) -> Self {
        let user = person.user.to_string();
        Self {
            stands_for: (person.platform == Platform::Slack)
                .then(|| StandsFor::Person(user.clone())),
            ..Self::plain(&user)
        }
    }

    fn units(&self) -> usize {
        length(&self.text) + self.url.as_deref().map_or(0, length)
    }
}

impl Piece {
    /// Measures it as Slack's limits do.
    #[must_use]
    pub fn units(&self) -> usize {
        match self {
            Self::Code(text) => length(text),
            Self::Section(runs) | Self::Quote(runs) | Self::Item { runs, .. } => {
                runs.iter().map(Run::units).sum()
            }
        }
    }

    /// Tells whether there is anything to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Code(text) => text.trim().is_empty(),
            Self::Section(runs) | Self::Quote(runs) | Self::Item { runs, .. } => {
                runs.iter().all(|run| run.text.trim().is_empty())
            }
        }
    }

    /// Cuts it to at most `most` units; nothing where not a word of it fits.
    #[must_use]
    pub fn cut(self, most: usize) -> Option<Self> {
        let cut = match self {
            Self::Code(text) => Self::Code(fit_lines(&text, most)),
            Self::Section(runs) => Self::Section(cut_runs(runs, most)),
            Self::Quote(runs) => Self::Quote(cut_runs(runs, most)),
            Self::Item {
                number,
                depth,
                runs,
            } => Self::Item {
                number,
                depth,
                runs: cut_runs(runs, most),
            },
        };
        (!cut.is_empty()).then_some(cut)
    }

    /// Parts what is longer than a block may be; nothing of it is lost.
    pub(super) fn parted(self) -> Vec<Self> {
        if self.units() <= BLOCK_TEXT {
            return vec![self];
        }
        match self {
            Self::Code(text) => pieces(&text, BLOCK_TEXT)
                .into_iter()
                .map(Self::Code)
                .collect(),
            Self::Section(runs) => parted_runs(runs).into_iter().map(Self::Section).collect(),
            Self::Quote(runs) => parted_runs(runs).into_iter().map(Self::Quote).collect(),
            // The rest of an item stands beneath it.
            Self::Item {
                number,
                depth,
                runs,
            } => {
                let mut parts = parted_runs(runs).into_iter();
                let first = Self::Item {
                    number,
                    depth,
                    runs: parts.next().unwrap_or_default(),
                };
                [first]
                    .into_iter()
                    .chain(parts.map(Self::Section))
                    .collect()
            }
        }
    }
}

/// Parts runs into as many lines of runs as it takes for each to fit into a block.
fn parted_runs(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut lines: Vec<Vec<Run>> = vec![Vec::new()];
    let mut left = BLOCK_TEXT;
    for run in runs {
        for part in parted_run(run) {
            let units = part.units();
            if units > left {
                lines.push(Vec::new());
                left = BLOCK_TEXT;
            }
            left -= units;
            if let Some(line) = lines.last_mut() {
                line.push(part);
            }
        }
    }
    lines
}

/// Parts one run. Words too long for a block go without their address, which all parts would need.
fn parted_run(run: Run) -> Vec<Run> {
    if run.units() <= BLOCK_TEXT {
        return vec![run];
    }
    pieces(&run.text, BLOCK_TEXT)
        .into_iter()
        .map(|text| Run {
            text,
            url: None,
            ..run.clone()
        })
        .collect()
}

fn cut_runs(runs: Vec<Run>, most: usize) -> Vec<Run> {
    let mut left = most;
    let mut out = Vec::new();
    for run in runs {
        let units = run.units();
        if units <= left {
            left -= units;
            out.push(run);
            continue;
        }
        // A cut link would still need its whole address: its words go without.
        let text = fit(&run.text, left);
        if !text.is_empty() {
            out.push(Run {
                text,
                url: None,
                ..run
            });
        }
        break;
    }
    out
}
