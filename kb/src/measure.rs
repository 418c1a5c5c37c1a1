//! Measures answers against questions whose answers are known: how often the right section comes
//! first, and how often a question about something else is turned down.
//! Reading files, drawing tables and gates are left to the program.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Hit, Reply};

/// How deep the lists are looked at for the mean reciprocal rank and the gain.
const DEPTH: usize = 10;

/// The name of the row that sums up all kinds.
pub const ALL: &str = "all";

/// A question with its known answer: one line of an evaluation file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// Its id, for reports.
    pub id: String,
    /// What is asked.
    pub query: String,
    /// Which kind of question it is: `para`, `typo`, `paste`; one row of the report each.
    #[serde(default)]
    pub kind: String,
    /// Whether the guides do not cover it.
    #[serde(default)]
    pub oos: bool,
    /// The sections that answer it; each of them will do.
    #[serde(default)]
    pub relevant: Vec<Target>,
    /// The commands of which one should be shown first; empty where it does not matter.
    #[serde(default)]
    pub command: Vec<String>,
}

/// A section by its page and heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Path of the page, relative to its guides folder.
    pub path: String,
    /// The heading, as written.
    pub heading: String,
}

impl Target {
    /// Whether a section of an answer is this one.
    ///
    /// Headings are compared by their words: marks, quotes and capitals do not count.
    #[must_use]
    pub fn is(&self, hit: &Hit) -> bool {
        self.path == hit.section.path && same_heading(&self.heading, &hit.section.heading)
    }
}

/// Reads an evaluation file: one JSON object a line, blank lines aside.
///
/// # Errors
/// The number of the first line that cannot be read, counted from 1, and what is wrong with it.
pub fn read_rows(text: &str) -> Result<Vec<Row>, (usize, String)> {
    let numbered = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    let row = |(number, line): (usize, &str)| {
        let row: Row = serde_json::from_str(line).map_err(|error| (number, error.to_string()))?;
        if !row.oos && row.relevant.is_empty() {
            let reason = "a question in scope needs at least one `relevant` section";
            return Err((number, reason.to_owned()));
        }
        Ok(row)
    };
    numbered.map(row).collect()
}

/// What was measured over a number of questions. Shares are from 0 to 1, and absent where no
/// question could show them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// The kind of question, or [`ALL`].
    pub kind: String,
    /// How many questions.
    pub rows: usize,
    /// Share of those in scope whose first section is right.
    pub success_at_1: Option<f64>,
    /// Share of those in scope with a right section among the first three.
    pub success_at_3: Option<f64>,
    /// Mean of one over the place of the first right section, 0 beyond the tenth.
    pub mrr_at_10: Option<f64>,
    /// Normalised discounted cumulative gain of the first ten.
    pub ndcg_at_10: Option<f64>,
    /// Share of those out of scope that were turned down.
    pub rejected: Option<f64>,
    /// Share of those in scope that were not turned down.
    pub kept: Option<f64>,
    /// Share of those with a known command that show it first.
    pub command_first: Option<f64>,
}

/// How one question went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Id of the row.
    pub id: String,
    /// Whether the guides do not cover the question.
    pub oos: bool,
    /// Place of the first right section, from 1; absent where it is not among the first ten.
    pub place: Option<usize>,
    /// Which reply it got.
    pub reply: Reply,
    /// How confident that was.
    pub confidence: f32,
    /// The section that came first.
    pub first: Option<Target>,
}

impl Outcome {
    /// Whether it should have gone better: turned down where it is in scope or answered where it is
    /// not, or another section first.
    #[must_use]
    pub fn is_miss(&self) -> bool {
        (self.reply == Reply::OutOfScope) != self.oos || (!self.oos && self.place != Some(1))
    }
}

/// What an evaluation found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// One line a kind, by name, and [`ALL`] at the end.
    pub kinds: Vec<Scores>,
    /// How each question went, in the order of the file.
    pub rows: Vec<Outcome>,
}

impl Report {
    /// The scores over all questions.
    #[must_use]
    pub fn all(&self) -> &Scores {
        self.kinds
            .last()
            .expect("the line over all kinds is always there")
    }
}

/// Asks every question and scores the answers.
pub fn measure(rows: &[Row], mut ask: impl FnMut(&str) -> Answer) -> Report {
    let mut kinds: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut all = Tally::default();
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in rows {
        let answer = ask(&row.query);
        kinds.entry(&row.kind).or_default().add(row, &answer);
        all.add(row, &answer);
        outcomes.push(outcome(row, &answer));
    }
    let mut kinds: Vec<Scores> = kinds
        .iter()
        .map(|(kind, tally)| tally.scores(kind))
        .collect();
    kinds.push(all.scores(ALL));
    Report {
        kinds,
        rows: outcomes,
    }
}

fn outcome(row: &Row, answer: &Answer) -> Outcome {
    let target = |hit: &Hit| Target {
        path: hit.section.path.clone(),
        heading: hit.section.heading.clone(),
    };
    Outcome {
        id: row.id.clone(),
        oos: row.oos,
        place: first_place(row, answer),
        reply: answer.reply,
        confidence: answer.confidence,
        first: answer.sections.first().map(target),
    }
}

/// Sums on the way to [`Scores`].
#[derive(Default)]
struct Tally {
    rows: usize,
    success_at_1: Mean,
    success_at_3: Mean,
    mrr: Mean,
    ndcg: Mean,
    rejected: Mean,
    kept: Mean,
    command_first: Mean,
}

impl Tally {
    fn add(&mut self, row: &Row, answer: &Answer) {
        self.rows += 1;
        let is_rejected = answer.reply == Reply::OutOfScope;
        if row.oos {
            self.rejected.add(share(is_rejected));
            return;
        }
        let place = first_place(row, answer);
        self.success_at_1
            .add(share(place.is_some_and(|place| place <= 1)));
        self.success_at_3
            .add(share(place.is_some_and(|place| place <= 3)));
        self.mrr.add(place.map_or(0.0, |place| 1.0 / place as f64));
        self.ndcg.add(ndcg(row, answer));
        self.kept.add(share(!is_rejected));
        if !row.command.is_empty() {
            let first = answer.commands.first();
            let is_right = first.is_some_and(|first| row.command.contains(&first.text));
            self.command_first.add(share(is_right));
        }
    }

    fn scores(&self, kind: &str) -> Scores {
        Scores {
            kind: kind.to_owned(),
            rows: self.rows,
            success_at_1: self.success_at_1.value(),
            success_at_3: self.success_at_3.value(),
            mrr_at_10: self.mrr.value(),
            ndcg_at_10: self.ndcg.value(),
            rejected: self.rejected.value(),
            kept: self.kept.value(),
            command_first: self.command_first.value(),
        }
    }
}

/// A mean, built up number by number.
#[derive(Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    fn value(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

fn share(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

fn first_place(row: &Row, answer: &Answer) -> Option<usize> {
    let is_right = |hit: &Hit| row.relevant.iter().any(|target| target.is(hit));
    answer
        .sections
        .iter()
        .take(DEPTH)
        .position(is_right)
        .map(|index| index + 1)
}

/// Gain of the right sections by their places, over that of a perfect list. A section counts once,
/// even where a page has its heading twice.
fn ndcg(row: &Row, answer: &Answer) -> f64 {
    let mut left: Vec<&Target> = row.relevant.iter().collect();
    let ideal: f64 = (0..left.len().min(DEPTH)).map(discount).sum();
    let mut gain = 0.0;
    for (index, hit) in answer.sections.iter().take(DEPTH).enumerate() {
        if let Some(found) = left.iter().position(|target| target.is(hit)) {
            left.swap_remove(found);
            gain += discount(index);
        }
    }
    if ideal > 0.0 { gain / ideal } else { 0.0 }
}

fn discount(index: usize) -> f64 {
    1.0 / (index as f64 + 2.0).log2()
}

fn same_heading(one: &str, other: &str) -> bool {
    let words = |heading: &str| -> Vec<String> {
        let cut = heading
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        cut.map(str::to_lowercase).collect()
    };
    words(one) == words(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Located, Understood};
    use crate::guide::Lines;

    fn answer(reply: Reply, headings: &[&str]) -> Answer {
        let hit = |heading: &&str| Hit {
            section: Located {
                path: "a.md".to_owned(),
                title: "A".to_owned(),
                heading: (*heading).to_owned(),
                parents: Vec::new(),
                step: None,
                url: None,
                lines: Lines { first: 1, last: 2 },
            },
            score: 1.0,
            excerpt: Vec::new(),
        };
        Answer {
            reply,
            confidence: 1.0,
            understood: Understood::default(),
            findings: Vec::new(),
            sections: headings.iter().map(hit).collect(),
            commands: Vec::new(),
        }
    }

    fn row(relevant: &[&str]) -> Row {
        let target = |heading: &&str| Target {
            path: "a.md".to_owned(),
            heading: (*heading).to_owned(),
        };
        Row {
            id: "1".to_owned(),
            query: "?".to_owned(),
            kind: "para".to_owned(),
            oos: relevant.is_empty(),
            relevant: relevant.iter().map(target).collect(),
            command: Vec::new(),
        }
    }

    fn check(row: &Row, headings: &[&str], expected: [f64; 4]) {
        let report = measure(std::slice::from_ref(row), |_| {
            answer(Reply::Answer, headings)
        });
        let all = report.all();
        let found = [
            all.success_at_1,
            all.success_at_3,
            all.mrr_at_10,
            all.ndcg_at_10,
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            let found = found.expect("the row is in scope");
            assert!(
                (found - expected).abs() < 1e-9,
                "{headings:?}: {found}, not {expected}"
            );
        }
    }

    #[test]
    fn places_are_scored() {
        check(&row(&["X"]), &["X", "Y"], [1.0, 1.0, 1.0, 1.0]);
        check(
            &row(&["X"]),
            &["Y", "x!"],
            [0.0, 1.0, 0.5, 1.0 / 3_f64.log2()],
        );
        check(&row(&["X"]), &["Y"], [0.0, 0.0, 0.0, 0.0]);
        let two = (1.0 + 0.5) / (1.0 + 1.0 / 3_f64.log2());
        check(&row(&["X", "Z"]), &["Z", "Y", "X"], [1.0, 1.0, 1.0, two]);
        check(&row(&["X"]), &["X", "X"], [1.0, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn replies_are_scored_apart_from_places() {
        let rows = [row(&[]), row(&["X"])];
        let report = measure(&rows, |_| answer(Reply::OutOfScope, &["X"]));
        assert_eq!(report.all().rejected, Some(1.0));
        assert_eq!(report.all().kept, Some(0.0));
        assert_eq!(report.all().success_at_1, Some(1.0));
        assert_eq!(report.all().command_first, None);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let text = "{\"id\": \"1\", \"query\": \"?\", \"oos\": true}\n\n{\"id\": 2}\n";
        assert_eq!(read_rows(text).map_err(|(line, _)| line), Err(3));
        let text = "{\"id\": \"1\", \"query\": \"?\"}";
        assert_eq!(read_rows(text).map_err(|(line, _)| line), Err(1));
    }
}
