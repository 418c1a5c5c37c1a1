//! `bot502 eval --causes`: scores how texts are read whose cause is known, by stack, and is a gate
//! where a score is asked for. How readings are scored is left to `kb::cause::score`.

use std::io::Write;
use std::path::Path;

use comfy_table::{CellAlignment, Table, presets};
use kb::cause::score::{self, Report, Scores};
use serde::Serialize;

use super::{Context, Exit, known};
use crate::failure::Failure;

/// Version of the JSON shape. Fields may be added within a version; none changes or goes away.
const SHAPE: u32 = 1;

/// What the scores of causes must reach, each a share from 0 to 1.
#[derive(Debug, Default, clap::Args)]
// `eval` has another group of gates, and clap names a group after its type.
#[group(skip)]
pub struct Gates {
    /// Least share of failures read as an acceptable cause.
    #[arg(long, value_name = "SHARE", requires = "causes")]
    min_acceptable: Option<f64>,
    /// Least share of failures that lead to the right step.
    #[arg(long, value_name = "SHARE", requires = "causes")]
    min_right_step: Option<f64>,
    /// Greatest share of failures of which a wrong cause is stated.
    #[arg(long, value_name = "SHARE", requires = "causes")]
    max_wrong: Option<f64>,
    /// Greatest share of healthy texts of which a cause is stated.
    #[arg(long, value_name = "SHARE", requires = "causes")]
    max_false_alarms: Option<f64>,
}

/// A gate that was not met.
#[derive(Serialize)]
struct Unmet {
    score: &'static str,
    is: f64,
    limit: f64,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Shaped<'a> {
    version: u32,
    all: Shares<'a>,
    stacks: Vec<Shares<'a>>,
    misses: &'a [score::Miss],
    unmet: &'a [Unmet],
}

/// Scores as shares; absent where there was nothing to score.
#[derive(Serialize)]
struct Shares<'a> {
    stack: &'a str,
    failures: u32,
    exact: Option<f64>,
    acceptable: Option<f64>,
    right_step: Option<f64>,
    silent: Option<f64>,
    wrong: Option<f64>,
    healthy: u32,
    false_alarms: Option<f64>,
}

/// Scores the texts of a file; with `misses`, lists those that were not read exactly.
///
/// # Errors
/// When the file or the operator's causes cannot be read, or standard output fails.
pub fn run(file: &Path, misses: bool, gates: &Gates, ctx: &Context) -> anyhow::Result<Exit> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::world(format!("read `{name}`: {error}")))?;
    let rows = score::read_rows(&text).map_err(|(line, error)| {
        Failure::asker(format!("line {line} of `{name}` is no row: {error}")).hint(
            "each line is JSON: {\"id\", \"text\", \"stack\", \"cause\", \"step\", \"also_acceptable\": []}",
        )
    })?;
    let causes = known::causes(ctx)?;
    let report = score::score(&causes, &rows);
    let unmet = gates.unmet(&report.all);
    if ctx.json {
        ctx.out.json(&Shaped {
            version: SHAPE,
            all: shares(&report.all),
            stacks: report.stacks.iter().map(shares).collect(),
            misses: &report.misses,
            unmet: &unmet,
        })?;
    } else {
        ctx.out.text(&table(&report, misses))?;
        let mut stderr = std::io::stderr().lock();
        for gate in &unmet {
            writeln!(
                stderr,
                "not met: {} is {:.3}, not {:.3}",
                gate.score, gate.is, gate.limit
            )?;
        }
    }
    Ok(if unmet.is_empty() {
        Exit::Done
    } else {
        Exit::No
    })
}

impl Gates {
    fn unmet(&self, all: &Scores) -> Vec<Unmet> {
        let of = shares(all);
        let least = [
            ("acceptable", of.acceptable, self.min_acceptable),
            ("right step", of.right_step, self.min_right_step),
        ];
        let most = [
            ("wrong", of.wrong, self.max_wrong),
            ("false alarms", of.false_alarms, self.max_false_alarms),
        ];
        let unmet = |(score, is, limit): (&'static str, Option<f64>, Option<f64>), is_least| {
            // Where there was nothing to score, a gate that was asked for is not met: a file
            // without rows must not pass for a good one.
            let limit = limit?;
            let is = is.unwrap_or(f64::NAN);
            let met = if is_least { is >= limit } else { is <= limit };
            (!met).then_some(Unmet { score, is, limit })
        };
        let least = least.into_iter().filter_map(|gate| unmet(gate, true));
        least
            .chain(most.into_iter().filter_map(|gate| unmet(gate, false)))
            .collect()
    }
}

fn shares(scores: &Scores) -> Shares<'_> {
    let of_failures = |count| Scores::share(count, scores.failures);
    Shares {
        stack: &scores.stack,
        failures: scores.failures,
        exact: of_failures(scores.exact),
        acceptable: of_failures(scores.acceptable),
        right_step: of_failures(scores.right_step),
        silent: of_failures(scores.silent),
        wrong: of_failures(scores.wrong),
        healthy: scores.healthy,
        false_alarms: Scores::share(scores.false_alarms, scores.healthy),
    }
}

fn table(report: &Report, misses: bool) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        "stack",
        "failures",
        "exact",
        "acceptable",
        "right step",
        "silent",
        "wrong",
        "healthy",
        "false alarms",
    ]);
    for scores in report.stacks.iter().chain([&report.all]) {
        let of = shares(scores);
        let share =
            |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{share:.3}"));
        table.add_row([
            of.stack.to_owned(),
            of.failures.to_string(),
            share(of.exact),
            share(of.acceptable),
            share(of.right_step),
            share(of.silent),
            share(of.wrong),
            of.healthy.to_string(),
            share(of.false_alarms),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = table.to_string();
    for miss in report.misses.iter().filter(|_| misses) {
        let found = miss.found.as_deref().unwrap_or("nothing");
        text.push_str(&format!(
            "\n{}: expected {}, found {found}",
            miss.id, miss.expected
        ));
    }
    text
}
