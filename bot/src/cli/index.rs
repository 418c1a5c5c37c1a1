//! `bot502 index`: reads the guides, builds the index and says what came of it.

use std::path::Path;
use std::time::{Duration, Instant};

use indexer::Reading;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use kb::diagnostic::{Diagnostic, Severity};
use kb::guide::Section;
use kb::{Knowledge, Lore};
use serde::Serialize;

use super::knowledge::{self, Place};
use super::{Context, Exit, Failure, drawn, kept, known};

/// Version of the JSON shape.
const SHAPE: u32 = 1;

/// Nothing to choose: where the index is kept is the same for all commands.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With `--index DIR`, or `guides.index` in the settings, the index is kept in that folder, which belongs
to it alone, and every other command that is given the same folder opens it. Without one, the index is
built in memory and forgotten.

Examples:
  bot502 index
  bot502 index --guides docs/ --guides embedded
  bot502 index --guides docs/ --index /var/lib/bot502/index
  bot502 ask --guides docs/ --index /var/lib/bot502/index how do I mount a folder")]
pub struct Args {}

/// Builds the index and reports.
///
/// # Errors
/// When no guide can be read, or the disk refuses the index; what was there before is still there.
pub fn run(_args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let reading = read(ctx)?;
    let read_in = started.elapsed();
    if reading.guides.is_empty() {
        return Err(
            Failure::operator("index the guides: there is no page that can be read")
                .hint("pages are files that end in .md; `bot502 check` tells what is wrong")
                .into(),
        );
    }
    let started = Instant::now();
    build(&reading, ctx)?;
    let report = Report::new(&reading, read_in, started.elapsed(), kept::folder(ctx));
    if ctx.json {
        ctx.out.json(&report)?;
    } else {
        ctx.out.text(&report.text(&reading.diagnostics))?;
    }
    Ok(Exit::Done)
}

fn read(ctx: &Context) -> anyhow::Result<Reading> {
    let options = knowledge::options(ctx);
    let bar = progress();
    let mut all = Reading::default();
    for place in knowledge::places(ctx) {
        match place {
            Place::Embedded => {
                for (path, text) in kb::shipped::GUIDES {
                    let (guide, diagnostics) = indexer::read_page(path, text.as_bytes(), &options);
                    all.bytes += text.len() as u64;
                    all.guides.push(guide);
                    all.diagnostics.extend(diagnostics);
                }
            }
            Place::Folder(folder) => {
                let reading = indexer::read_folder_with(&folder, &options, &mut |read, of_all| {
                    bar.set_length(of_all as u64);
                    bar.set_position(read as u64);
                });
                all.bytes += reading.bytes;
                all.guides.extend(reading.guides);
                all.diagnostics.extend(reading.diagnostics);
            }
        }
    }
    bar.finish_and_clear();
    Ok(all)
}

fn build(reading: &Reading, ctx: &Context) -> anyhow::Result<()> {
    let lore = Lore::with_causes(&reading.guides, known::causes(ctx)?);
    match kept::folder(ctx) {
        None => Knowledge::build(&reading.guides, &lore)?,
        Some(folder) => kept::build(ctx, folder, &reading.guides, &lore)?,
    };
    Ok(())
}

/// A bar on a terminal; nothing where a program reads us.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template("{wide_bar} {pos}/{len} pages, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What was read and built.
#[derive(Serialize)]
struct Report {
    version: u32,
    files: usize,
    sections: usize,
    steps: usize,
    commands: usize,
    bytes: u64,
    read_ms: f64,
    index_ms: f64,
    errors: usize,
    warnings: usize,
    notes: usize,
    /// The folder that keeps the index.
    kept_in: Option<String>,
}

impl Report {
    fn new(
        reading: &Reading,
        read_in: Duration,
        built_in: Duration,
        kept_in: Option<&Path>,
    ) -> Self {
        let sections = || reading.guides.iter().flat_map(|guide| &guide.sections);
        let of = |severity| {
            let found = reading.diagnostics.iter();
            found
                .filter(|diagnostic| diagnostic.severity == severity)
                .count()
        };
        Self {
            version: SHAPE,
            files: reading.guides.len(),
            sections: sections().count(),
            steps: sections().filter(|section| section.step.is_some()).count(),
            commands: sections()
                .map(|section: &Section| section.commands.len())
                .sum(),
            bytes: reading.bytes,
            read_ms: milliseconds(read_in),
            index_ms: milliseconds(built_in),
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            notes: of(Severity::Note),
            kept_in: kept_in.map(|folder| folder.display().to_string()),
        }
    }

    fn text(&self, diagnostics: &[Diagnostic]) -> String {
        let place = match &self.kept_in {
            Some(folder) => format!(", kept in `{folder}`"),
            None => String::new(),
        };
        format!(
            "files        {}\nsections     {}\nsteps        {}\ncommands     {}\n\
             read         {} in {:.1} ms\nindexed      in {:.1} ms{place}\n\
             diagnostics  {}{}\n",
            self.files,
            self.sections,
            self.steps,
            self.commands,
            HumanBytes(self.bytes),
            self.read_ms,
            self.index_ms,
            drawn::count(diagnostics),
            if diagnostics.is_empty() {
                ""
            } else {
                "; `bot502 check --notes` shows them"
            },
        )
    }
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
