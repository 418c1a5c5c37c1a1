//! `bot502 check`: what is wrong with guides, causes, probes and the policy, each with its line and how to mend it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use indexer::Reading;
use kb::answer::Reply;
use kb::cause::Known;
use kb::diagnostic::{Diagnostic, Severity};
use kb::guide::Guide;
use kb::lore::About;
use kb::measure::{self, Outcome, Row};
use kb::{Knowledge, Lore};
use serde::Serialize;

use super::knowledge::{self, Place};
use super::{Context, Exit, Failure, drawn, known, rules};

/// Version of the JSON shape.
const SHAPE: u32 = 1;

/// The file of a guides folder with the questions that it must answer: a line each,
/// `{"id", "query", "relevant": [{"path", "heading"}]}`.
const QUESTIONS: &str = "questions.jsonl";

/// The steps of the 502 guide, which causes belong to.
const STEPS: [u32; 5] = [1, 2, 3, 4, 5];

/// How far down an answer may stand and still be found.
const FOUND_WITHIN: usize = 3;

/// What to check.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Complains of links and anchors that lead nowhere, text in the wrong encoding, shortcodes that are
not closed, commands that no shell can read, steps out of order, files that cannot be read, and
mistakes in your causes, your catalogue of probes and your policy. A folder may hold `questions.jsonl`, the questions that its guides must
answer: a guide that answers none of its own is an error.

Exit code 1 where there is an error; warnings were mended, notes are worth knowing.

Examples:
  bot502 check docs/
  bot502 check --notes docs/
  bot502 check --json docs/ | jq '.diagnostics[] | select(.severity == \"error\")'")]
pub struct Args {
    /// Folder of guides; without it, those that answers come from, and the causes.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Show notes too; JSON always holds them.
    #[arg(long)]
    notes: bool,
}

/// Checks guides, causes, probes and the policy.
///
/// # Errors
/// When the operator's causes cannot be read, or the output cannot be written.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    let mut diagnostics = Vec::new();
    let mut pages = 0;
    let places = match &args.folder {
        Some(folder) => vec![Place::Folder(folder.clone())],
        None => knowledge::places(ctx),
    };
    for place in &places {
        let reading = check_place(place, ctx)?;
        pages += reading.guides.len();
        diagnostics.extend(reading.diagnostics);
    }
    if args.folder.is_none() {
        diagnostics.extend(causes(ctx)?);
        diagnostics.extend(rules::check(&ctx.config)?);
    }
    report(&args, ctx, pages, &diagnostics)?;
    let has_errors = diagnostics.iter().any(is_error);
    Ok(if has_errors { Exit::No } else { Exit::Done })
}

/// Complains of the causes, shipped and the operator's own: a signature that does not match its
/// example or matches another cause's, a step or a probe that does not exist.
fn causes(ctx: &Context) -> anyhow::Result<Vec<Diagnostic>> {
    let (catalogue, mut complaints) = known::read(&ctx.config.causes.folders)?;
    let probes = crate::logic::catalogue::Catalogue::shipped();
    let probes: Vec<&str> = probes.probes().map(|probe| probe.id.as_str()).collect();
    complaints.extend(catalogue.lint(&Known {
        steps: &STEPS,
        probes: &probes,
    }));
    Ok(complaints)
}

fn check_place(place: &Place, ctx: &Context) -> anyhow::Result<Reading> {
    let options = knowledge::options(ctx);
    let Place::Folder(folder) = place else {
        let mut reading = Reading::default();
        for (path, text) in kb::shipped::GUIDES {
            let (guide, diagnostics) = indexer::check_page(path, text.as_bytes(), &options);
            reading.guides.push(guide);
            reading.diagnostics.extend(diagnostics);
        }
        return Ok(reading);
    };
    let mut reading = indexer::check_folder(folder, &options);
    reading.diagnostics.extend(homeless(&reading.guides));
    let questions = folder.join(QUESTIONS);
    if questions.is_file() {
        reading
            .diagnostics
            .extend(unanswered(&questions, &reading.guides)?);
    }
    for diagnostic in &mut reading.diagnostics {
        // What the reader can open from where they stand; a folder names itself.
        if Path::new(&diagnostic.path) != folder.as_path() {
            let path = folder.join(&diagnostic.path);
            diagnostic.path = path.display().to_string();
        }
    }
    Ok(reading)
}

/// Complains of guides that answer none of the questions that are theirs.
fn unanswered(file: &Path, guides: &[Guide]) -> anyhow::Result<Vec<Diagnostic>> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::world(format!("read `{name}`: {error}")))?;
    let rows = match measure::read_rows(&text) {
        Ok(rows) => rows,
        Err((line, message)) => {
            return Ok(vec![about(QUESTIONS, "questions", message, line)]);
        }
    };
    let lore = Lore::shipped(guides);
    let knowledge = Knowledge::build(guides, &lore)?;
    let report = measure::measure(&rows, |query| knowledge.ask(query));
    let is_found = |outcome: &Outcome| {
        let is_near = outcome.place.is_some_and(|place| place <= FOUND_WITHIN);
        is_near && outcome.reply != Reply::OutOfScope
    };
    let mut asked: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    for (row, outcome) in rows.iter().zip(&report.rows) {
        for path in paths(row) {
            let (count, answers_one) = asked.entry(path).or_default();
            *count += 1;
            *answers_one |= is_found(outcome);
        }
    }
    let silent = asked.into_iter().filter(|(_, (_, answers))| !answers);
    let complain = |(path, (count, _)): (&str, (usize, bool))| {
        let message = format!("answers none of its questions in `{QUESTIONS}` ({count} in all)");
        about(path, "unanswered", message, 0)
    };
    Ok(silent.map(complain).collect())
}

/// Notes where the shipped phrasings are about a section that a page does not have: it was renamed,
/// and is found less well than it was.
fn homeless(guides: &[Guide]) -> Vec<Diagnostic> {
    let lore = Lore::shipped(guides);
    let mut found = BTreeMap::new();
    for passage in lore
        .passages
        .iter()
        .filter(|passage| passage.cause.is_none())
    {
        let About::Section { heading, .. } = &passage.about else {
            continue;
        };
        for guide in guides.iter().filter(|guide| passage.is_on(guide)) {
            let is_there = guide
                .sections
                .iter()
                .any(|section| passage.is_about(section));
            if !is_there {
                *found.entry((&guide.path, heading)).or_insert(0) += 1;
            }
        }
    }
    let complain = |((path, heading), count): ((&String, &String), usize)| Diagnostic {
        severity: Severity::Note,
        hint: Some("name the heading that the page has now in `kb/phrasings`".to_owned()),
        ..about(
            path,
            "phrasings",
            format!(
                "{count} shipped ways to ask are for `{heading}`, which the page does not have"
            ),
            0,
        )
    };
    found.into_iter().map(complain).collect()
}

fn paths(row: &Row) -> impl Iterator<Item = &str> {
    let mut paths: Vec<&str> = row.relevant.iter().map(|target| &*target.path).collect();
    paths.dedup();
    paths.into_iter()
}

fn about(path: &str, code: &'static str, message: String, line: usize) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code,
        path: path.to_owned(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::from(line > 0),
        quote: String::new(),
        message,
        hint: Some("use the words in which people ask, in a heading or near it".to_owned()),
    }
}

/// What was found, as JSON.
#[derive(Serialize)]
struct Found<'a> {
    version: u32,
    pages: usize,
    diagnostics: &'a [Diagnostic],
}

fn report(
    args: &Args,
    ctx: &Context,
    pages: usize,
    diagnostics: &[Diagnostic],
) -> std::io::Result<()> {
    if ctx.json {
        return ctx.out.json(&Found {
            version: SHAPE,
            pages,
            diagnostics,
        });
    }
    let shown: Vec<&Diagnostic> = diagnostics
        .iter()
        .filter(|diagnostic| args.notes || diagnostic.severity > Severity::Note)
        .collect();
    let mut text = drawn::draw(&shown, &ctx.out);
    let of_pages = if pages == 1 { "page" } else { "pages" };
    text += &format!("{pages} {of_pages}: {}\n", drawn::count(diagnostics));
    ctx.out.text(&text)
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}
