//! `bot502 ask`: one question, or one a line of JSON, answered on standard output.

use std::io::{self, BufRead, Read, Write};

use anyhow::Context as _;
use kb::{Answer, Knowledge};
use serde::{Deserialize, Serialize};

use super::{Context, Exit, Failure, knowledge, rules, talk};
use crate::logic::catalogue::Catalogue;
use crate::logic::command::ask;

/// Version of the JSON shape. Fields may be added within a version; none changes or goes away.
const SHAPE: u32 = 1;

/// How much of standard input is read as a question: a screenful is a few kilobytes. A whole log is
/// for `explain`.
const MOST_INPUT_BYTES: u64 = 8 * 1024 * 1024;

/// What to ask.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A question, an error, or lines of a log; `-` reads standard input.
    #[arg(
        value_name = "TEXT",
        required_unless_present = "batch",
        allow_hyphen_values = true
    )]
    text: Vec<String>,
    /// Read JSON lines `{"id": .., "query": ".."}` from standard input; write an answer for each.
    #[arg(long, requires = "json", conflicts_with = "text")]
    batch: bool,
}

const EXAMPLES: &str = "\
Examples:
  bot502 ask why is \\$PORT empty
  bot502 ask \"Error: listen EADDRINUSE: address already in use :::3000\"
  tail -n 40 app.log | bot502 ask -
  bot502 ask --json --guides ./docs \"how do I see the deploy log\"";

/// Answers.
///
/// # Errors
/// When nothing was asked, the guides cannot be read, or standard input or output fails.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    if args.batch {
        return batch(ctx);
    }
    let text = read_text(&args.text)?;
    if text.trim().is_empty() {
        return Err(Failure::asker("nothing was asked")
            .hint("bot502 ask \"connect() failed (111: Connection refused)\"")
            .into());
    }
    let knowledge = knowledge::load(ctx)?;
    if ctx.json {
        ctx.out.json(&Shaped {
            version: SHAPE,
            answer: ask::read(&knowledge, &rules::probes(&ctx.config)?, &text),
        })?;
    } else {
        talk::say(
            ctx,
            &knowledge,
            crate::logic::request::Request::Ask { text },
        )?;
    }
    Ok(Exit::Done)
}

fn read_text(words: &[String]) -> anyhow::Result<String> {
    if words != ["-"] {
        return Ok(words.join(" "));
    }
    let mut bytes = Vec::new();
    let read = io::stdin()
        .take(MOST_INPUT_BYTES)
        .read_to_end(&mut bytes)
        .context("read standard input")?;
    if read as u64 == MOST_INPUT_BYTES {
        let _ = writeln!(
            io::stderr(),
            "note: only the first {MOST_INPUT_BYTES} bytes were read; `bot502 explain` reads a log of any size"
        );
    }
    // A log may hold anything; what is no text is shown as such and does not stop the rest.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// An answer with the version of its shape.
#[derive(Serialize)]
struct Shaped {
    version: u32,
    #[serde(flatten)]
    answer: Answer,
}

/// A line of a batch.
#[derive(Deserialize)]
struct Question {
    id: serde_json::Value,
    query: String,
}

/// The answer to a line of a batch.
#[derive(Serialize)]
struct Numbered {
    id: serde_json::Value,
    #[serde(flatten)]
    answer: Shaped,
}

/// What a line that is no question gets, so that every line has its answer.
#[derive(Serialize)]
struct Refused {
    id: Option<()>,
    line: usize,
    error: String,
}

fn batch(ctx: &Context) -> anyhow::Result<Exit> {
    let knowledge = knowledge::load(ctx)?;
    let catalogue = rules::probes(&ctx.config)?;
    let known = (&knowledge, &catalogue);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut refused = 0;
    for (index, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line.context("read standard input")?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        refused += usize::from(!answer_line(known, index + 1, &line, &mut out)?);
        out.write_all(b"\n")?;
    }
    out.flush()?;
    if refused > 0 {
        return Err(
            Failure::asker(format!("{refused} of the lines are no questions"))
                .hint("each line is an object: {\"id\": \"q1\", \"query\": \"why is $PORT empty\"}")
                .into(),
        );
    }
    Ok(Exit::Done)
}

/// Answers one line; tells whether it was a question.
fn answer_line(
    (knowledge, catalogue): (&Knowledge, &Catalogue),
    number: usize,
    line: &[u8],
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    match serde_json::from_slice::<Question>(line) {
        Ok(question) => {
            let answer = Shaped {
                version: SHAPE,
                answer: ask::read(knowledge, catalogue, &question.query),
            };
            serde_json::to_writer(
                out,
                &Numbered {
                    id: question.id,
                    answer,
                },
            )?;
            Ok(true)
        }
        Err(error) => {
            serde_json::to_writer(
                out,
                &Refused {
                    id: None,
                    line: number,
                    error: error.to_string(),
                },
            )?;
            Ok(false)
        }
    }
}
