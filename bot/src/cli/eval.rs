//! `bot502 eval`: measures the answers against questions whose answers are known, and is a gate
//! where a least score is asked for. How answers are scored is left to `kb::measure`.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use comfy_table::{CellAlignment, Table, presets};
use kb::measure::{self, Outcome, Report, Scores};
use serde::Serialize;

use super::{Context, Exit, Failure, eval_causes, knowledge};

/// Version of the JSON shape. Fields may be added within a version; none changes or goes away.
const SHAPE: u32 = 1;

/// What to measure, and what is expected.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// JSON lines `{id, query, kind, oos, relevant: [{path, heading}], command: [..]}`.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Also list the questions whose right section did not come first, and those in scope that
    /// were turned down or out of scope that were not.
    #[arg(long)]
    misses: bool,
    /// Score how errors and logs are read: JSON lines `{id, text, stack, cause, step,
    /// also_acceptable: [..]}`, where the cause `none` is a healthy text.
    #[arg(long)]
    causes: bool,
    /// What the scores must reach.
    #[command(flatten)]
    gates: Gates,
    /// What the scores of causes must reach.
    #[command(flatten)]
    cause_gates: eval_causes::Gates,
}

const EXAMPLES: &str = "\
A row's `relevant` sections are named by `path`, relative to the guides folder, and `heading`; \
any of them will do. Where `oos` is true, the question must be turned down. `kind` groups rows, \
and `command` holds the commands of which one must be shown first.

Exit code 1 where a least score is not reached.

Examples:
  bot502 eval questions.jsonl
  bot502 eval --causes --min-acceptable 0.85 --max-false-alarms 0.03 errors.jsonl
  bot502 --guides ./docs eval --min-success-at-1 0.6 --min-rejected 0.9 questions.jsonl";

/// Least scores, each a share from 0 to 1.
#[derive(Debug, clap::Args)]
#[group(id = "gates of eval")]
struct Gates {
    /// Least share of questions whose first section is right.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_success_at_1: Option<f64>,
    /// Least share of questions with a right section among the first three.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_success_at_3: Option<f64>,
    /// Least mean reciprocal rank of the first right section within the first ten.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_mrr_at_10: Option<f64>,
    /// Least normalised discounted cumulative gain of the first ten sections.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_ndcg_at_10: Option<f64>,
    /// Least share of questions out of scope that are turned down.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_rejected: Option<f64>,
    /// Least share of questions in scope that are not turned down.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_kept: Option<f64>,
    /// Least share of rows with a `command` that show it first.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_command_first: Option<f64>,
}

/// Measures.
///
/// # Errors
/// When the file or the guides cannot be read, or standard output fails.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    if args.causes {
        return eval_causes::run(&args.file, args.misses, &args.cause_gates, ctx);
    }
    let rows = read(&args)?;
    let knowledge = knowledge::load(ctx)?;
    let mut times = Vec::with_capacity(rows.len());
    let report = measure::measure(&rows, |question| {
        let start = Instant::now();
        let answer = knowledge.ask(question);
        times.push(start.elapsed());
        answer
    });
    let unmet = args.gates.unmet(report.all());
    let latency = Latency::of(times);
    if ctx.json {
        ctx.out.json(&Shaped {
            version: SHAPE,
            report: &report,
            latency,
            unmet: &unmet,
        })?;
    } else {
        ctx.out.text(&text(&args, &report, &latency))?;
        let mut stderr = std::io::stderr().lock();
        for gate in &unmet {
            writeln!(
                stderr,
                "not reached: {} is {:.3}, not {:.3}",
                gate.score, gate.is, gate.least
            )?;
        }
    }
    Ok(if unmet.is_empty() {
        Exit::Done
    } else {
        Exit::No
    })
}

/// What `--json` prints.
#[derive(Serialize)]
struct Shaped<'a> {
    version: u32,
    #[serde(flatten)]
    report: &'a Report,
    latency: Latency,
    unmet: &'a [Unmet],
}

/// How long questions took, in microseconds.
#[derive(Serialize)]
struct Latency {
    p50_us: u128,
    p99_us: u128,
    max_us: u128,
}

impl Latency {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: usize| {
            let place = (times.len() * share).div_ceil(100).saturating_sub(1);
            times.get(place).map_or(0, Duration::as_micros)
        };
        Self {
            p50_us: at(50),
            p99_us: at(99),
            max_us: at(100),
        }
    }
}

/// A least score that was not reached.
#[derive(Debug, PartialEq, Serialize)]
struct Unmet {
    score: &'static str,
    least: f64,
    is: f64,
}

impl Gates {
    /// The least scores that were not reached. One that nothing could show is not reached: a gate
    /// that cannot close is worse than none.
    fn unmet(&self, all: &Scores) -> Vec<Unmet> {
        let gates = [
            ("success@1", self.min_success_at_1, all.success_at_1),
            ("success@3", self.min_success_at_3, all.success_at_3),
            ("MRR@10", self.min_mrr_at_10, all.mrr_at_10),
            ("nDCG@10", self.min_ndcg_at_10, all.ndcg_at_10),
            ("rejected", self.min_rejected, all.rejected),
            ("kept", self.min_kept, all.kept),
            ("command first", self.min_command_first, all.command_first),
        ];
        let unmet = |(score, least, is): (&'static str, Option<f64>, Option<f64>)| {
            let (least, is) = (least?, is.unwrap_or(0.0));
            (is < least).then_some(Unmet { score, least, is })
        };
        gates.into_iter().filter_map(unmet).collect()
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1, such as 0.9".to_owned()),
    }
}

fn read(args: &Args) -> anyhow::Result<Vec<measure::Row>> {
    let name = args.file.display();
    let text = fs::read_to_string(&args.file)
        .map_err(|error| Failure::asker(format!("read the questions in `{name}`: {error}")))?;
    let rows = measure::read_rows(&text).map_err(|(line, reason)| {
        Failure::asker(format!("read the questions: {name}:{line}: {reason}"))
            .hint("`bot502 eval --help` shows what a row holds")
    })?;
    if rows.is_empty() {
        return Err(Failure::asker(format!("read the questions: `{name}` has none")).into());
    }
    Ok(rows)
}

fn text(args: &Args, report: &Report, latency: &Latency) -> String {
    let mut out = table(report);
    let millis = |micros: u128| micros as f64 / 1000.0;
    out.push_str(&format!(
        "\n\nA question took {:.2} ms at the median, {:.2} ms at the 99th percentile.\n",
        millis(latency.p50_us),
        millis(latency.p99_us),
    ));
    if args.misses {
        out.push_str("\nMisses:\n");
        report
            .rows
            .iter()
            .filter(|row| row.is_miss())
            .for_each(|row| out.push_str(&miss(row)));
    }
    out
}

fn table(report: &Report) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "kind",
        "rows",
        "success@1",
        "success@3",
        "MRR@10",
        "nDCG@10",
        "rejected",
        "kept",
        "command",
    ]);
    for scores in &report.kinds {
        let cell = |share: Option<f64>| share.map_or(String::new(), |share| format!("{share:.3}"));
        table.add_row([
            scores.kind.clone(),
            scores.rows.to_string(),
            cell(scores.success_at_1),
            cell(scores.success_at_3),
            cell(scores.mrr_at_10),
            cell(scores.ndcg_at_10),
            cell(scores.rejected),
            cell(scores.kept),
            cell(scores.command_first),
        ]);
    }
    table.column_iter_mut().skip(1).for_each(|column| {
        column.set_cell_alignment(CellAlignment::Right);
    });
    table.to_string()
}

fn miss(row: &Outcome) -> String {
    let place = row.place.map_or("-".to_owned(), |place| place.to_string());
    let reply = serde_json::to_value(row.reply).ok();
    let reply = reply
        .as_ref()
        .and_then(|reply| reply.as_str())
        .unwrap_or_default();
    let first = row.first.as_ref().map_or(String::new(), |first| {
        format!("{} # {}", first.path, first.heading)
    });
    format!(
        "  {}  place {place}  {reply} {:.2}  {first}\n",
        row.id, row.confidence
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_that_nothing_could_show_is_not_reached() {
        let gates = Gates {
            min_success_at_1: Some(0.5),
            min_success_at_3: None,
            min_mrr_at_10: None,
            min_ndcg_at_10: None,
            min_rejected: Some(0.5),
            min_kept: None,
            min_command_first: None,
        };
        let scores = Scores {
            success_at_1: Some(0.5),
            ..Scores::default()
        };
        let unmet = [Unmet {
            score: "rejected",
            least: 0.5,
            is: 0.0,
        }];
        assert_eq!(gates.unmet(&scores), unmet);
    }

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let latency = Latency::of((1..=200).rev().map(Duration::from_micros).collect());
        assert_eq!(
            (latency.p50_us, latency.p99_us, latency.max_us),
            (100, 198, 200)
        );
        assert_eq!(Latency::of(Vec::new()).p99_us, 0);
    }
}
