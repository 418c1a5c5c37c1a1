//! `bot502 explain`: says what a pasted error or a log means, with the line that shows it.
//! What it means is read by `kb::cause`; how it looks is left to `explained`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use kb::cause::{Catalogue, Finding, Reader, Reading};
use serde::{Deserialize, Serialize};

use super::{Context, Exit, explained, known};
use crate::failure::Failure;

/// How much is read in one go: big enough that calls do not count, small enough for any cache.
const PIECE_BYTES: usize = 256 * 1024;

/// What to explain.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads a log of any size in constant memory. Nothing leaves this machine.

Examples:
  bot502 explain app.log
  upsun log app --lines 200 | bot502 explain
  bot502 explain --json access.log
  bot502 explain --json --batch < texts.jsonl")]
pub struct Args {
    /// The log or error to read; `-` or nothing reads standard input.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Read JSON lines `{\"id\", \"text\"}`, and print `{\"id\", \"findings\"}` for each.
    #[arg(long, requires = "json")]
    batch: bool,
}

/// Explains a text, or many.
///
/// # Errors
/// When the text or the operator's causes cannot be read, or the output cannot be written.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    let causes = known::causes(ctx)?;
    let mut input = open(args.file.as_deref())?;
    if args.batch {
        return batch(&causes, &mut input);
    }
    let bar = progress(&input);
    let reading = read(&causes, &mut input, &bar)?;
    if ctx.json {
        ctx.out.json(&reading)?;
    } else {
        ctx.out.text(&explained::text(&reading, &ctx.out))?;
    }
    Ok(Exit::Done)
}

/// Where the text comes from.
struct Input {
    name: String,
    size_bytes: Option<u64>,
    from: Box<dyn Read>,
}

fn open(file: Option<&Path>) -> Result<Input, Failure> {
    match file.filter(|path| *path != Path::new("-")) {
        None => Ok(Input {
            name: "standard input".to_owned(),
            size_bytes: None,
            from: Box::new(io::stdin().lock()),
        }),
        Some(path) => {
            let name = path.display().to_string();
            let file = File::open(path)
                .map_err(|error| Failure::world(format!("open `{name}`: {error}")))?;
            let about = file.metadata().ok().filter(std::fs::Metadata::is_file);
            Ok(Input {
                name,
                size_bytes: about.map(|about| about.len()),
                from: Box::new(file),
            })
        }
    }
}

/// Draws on standard error, and only for a person who waits at a terminal.
fn progress(input: &Input) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match input.size_bytes {
        Some(size) => (
            ProgressBar::new(size),
            "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{spinner} {bytes} {bytes_per_sec}",
        ),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn read(causes: &Catalogue, input: &mut Input, bar: &ProgressBar) -> Result<Reading, Failure> {
    let mut reader = Reader::new(causes);
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match input.from.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => {
                reader.push(&piece[..n]);
                bar.inc(n as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                bar.finish_and_clear();
                return Err(Failure::world(format!("read {}: {error}", input.name)));
            }
        }
    }
    bar.finish_and_clear();
    Ok(reader.finish())
}

/// A line of a batch.
#[derive(Deserialize)]
struct Asked {
    id: serde_json::Value,
    text: String,
}

/// What is said to it.
#[derive(Serialize)]
struct Answered<'a> {
    id: serde_json::Value,
    findings: &'a [Finding],
}

/// What is said to a line that is no question, so that every line has its answer.
#[derive(Serialize)]
struct Refused {
    id: Option<()>,
    line: usize,
    error: String,
}

fn batch(causes: &Catalogue, input: &mut Input) -> anyhow::Result<Exit> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut refused = 0;
    for (number, line) in (1..).zip(BufReader::new(&mut input.from).split(b'\n')) {
        let line = line.map_err(|error| Failure::world(format!("read {}: {error}", input.name)))?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        // Half a character at the end of a cut text is no reason to refuse the line.
        let line = String::from_utf8_lossy(&line);
        match serde_json::from_str::<Asked>(&line) {
            Ok(asked) => {
                let reading = causes.read(asked.text.as_bytes());
                let answered = Answered {
                    id: asked.id,
                    findings: &reading.findings,
                };
                serde_json::to_writer(&mut out, &answered)?;
            }
            Err(error) => {
                refused += 1;
                let error = error.to_string();
                serde_json::to_writer(
                    &mut out,
                    &Refused {
                        id: None,
                        line: number,
                        error,
                    },
                )?;
            }
        }
        out.write_all(b"\n")?;
    }
    out.flush()?;
    if refused > 0 {
        return Err(
            Failure::asker(format!("{refused} of the lines are no questions"))
                .hint("each line is an object: {\"id\": 1, \"text\": \"Error: ...\"}")
                .into(),
        );
    }
    Ok(Exit::Done)
}
