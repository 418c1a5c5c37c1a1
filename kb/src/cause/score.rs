//! Scores readings of texts whose cause is known: how often the right cause and step come first,
//! how often a wrong one is stated, how often a healthy text alarms.
//! Reading files, drawing tables and gates are left to the program.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalogue::Catalogue;
use super::finding::Reading;

/// The name of the row that sums up all stacks.
pub const ALL: &str = "all";
/// The cause of a healthy text.
const NONE: &str = "none";

/// A text with its known cause: one line of an evaluation file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// Its id, for reports.
    pub id: String,
    /// The error or the log.
    pub text: String,
    /// What wrote it: one row of the report each.
    #[serde(default)]
    pub stack: String,
    /// Id of the cause; `none` where the text is healthy.
    pub cause: String,
    /// The step of the guide where it belongs.
    #[serde(default)]
    pub step: u32,
    /// Other causes that may be said, too.
    #[serde(default)]
    pub also_acceptable: Vec<String>,
}

/// Reads an evaluation file: one JSON object a line, blank lines aside.
///
/// # Errors
/// The number of the first line that cannot be read, counted from 1, and what is wrong with it.
pub fn read_rows(text: &str) -> Result<Vec<Row>, (usize, String)> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| (number, error.to_string()))
        })
        .collect()
}

/// What was counted over a number of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// What wrote the texts, or [`ALL`].
    pub stack: String,
    /// Texts that show a failure.
    pub failures: u32,
    /// Failures whose first finding is the cause itself.
    pub exact: u32,
    /// Failures whose first finding is the cause or one that may be said, too.
    pub acceptable: u32,
    /// Failures whose first finding belongs to the right step.
    pub right_step: u32,
    /// Failures to which nothing was said.
    pub silent: u32,
    /// Failures of which a cause was stated that is not acceptable.
    pub wrong: u32,
    /// Healthy texts.
    pub healthy: u32,
    /// Healthy texts of which a cause was stated.
    pub false_alarms: u32,
}

impl Scores {
    /// Gives a count as a share of the failures, or of the healthy texts, from 0 to 1; `None` where
    /// there are none.
    #[must_use]
    pub fn share(count: u32, of: u32) -> Option<f64> {
        (of > 0).then(|| f64::from(count) / f64::from(of))
    }

    fn add(&mut self, row: &Row, verdict: Verdict, is_right_step: bool) {
        if row.cause == NONE {
            self.healthy += 1;
            self.false_alarms += u32::from(verdict == Verdict::Wrong);
            return;
        }
        self.failures += 1;
        self.right_step += u32::from(is_right_step);
        match verdict {
            Verdict::Exact => {
                self.exact += 1;
                self.acceptable += 1;
            }
            Verdict::Acceptable => self.acceptable += 1,
            Verdict::Silent => self.silent += 1,
            Verdict::Wrong => self.wrong += 1,
        }
    }
}

/// How a reading stands to what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The first finding is the cause; or nothing was said to a healthy text.
    Exact,
    /// The first finding may be said, too.
    Acceptable,
    /// Nothing was said.
    Silent,
    /// The first finding is neither.
    Wrong,
}

/// A text that was not read exactly as known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// Its id.
    pub id: String,
    /// What was expected.
    pub expected: String,
    /// The first finding, where there was one.
    pub found: Option<String>,
    /// How the two stand to each other.
    pub verdict: Verdict,
}

/// Scores by stack, and the texts that were not read as known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// All texts together.
    pub all: Scores,
    /// One for each stack, by name.
    pub stacks: Vec<Scores>,
    /// Texts read as something else than expected, acceptable or not.
    pub misses: Vec<Miss>,
}

/// Reads every text and scores what was found.
#[must_use]
pub fn score(catalogue: &Catalogue, rows: &[Row]) -> Report {
    let mut stacks: BTreeMap<&str, Scores> = BTreeMap::new();
    let mut report = Report::default();
    report.all.stack = ALL.to_owned();
    for row in rows {
        let reading = catalogue.read(row.text.as_bytes());
        let verdict = judge(row, &reading);
        let best = reading.findings.first();
        let is_right_step = best.is_some_and(|best| best.step == row.step);
        report.all.add(row, verdict, is_right_step);
        stacks
            .entry(&row.stack)
            .or_insert_with(|| Scores {
                stack: row.stack.clone(),
                ..Scores::default()
            })
            .add(row, verdict, is_right_step);
        if verdict != Verdict::Exact {
            report.misses.push(Miss {
                id: row.id.clone(),
                expected: row.cause.clone(),
                found: best.map(|best| best.cause.clone()),
                verdict,
            });
        }
    }
    report.stacks = stacks.into_values().collect();
    report
}

fn judge(row: &Row, reading: &Reading) -> Verdict {
    let is_healthy = row.cause == NONE;
    match reading.findings.first() {
        None if is_healthy => Verdict::Exact,
        None => Verdict::Silent,
        Some(best) if best.cause == row.cause => Verdict::Exact,
        Some(best) if row.also_acceptable.contains(&best.cause) => Verdict::Acceptable,
        Some(_) => Verdict::Wrong,
    }
}
