//! `bot502 redact`: takes secrets out of standard input, as it is done to whatever a probe printed.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::{Context, Exit, Failure};
use crate::logic::redact::{Redacted, Redactor, Stream};

/// How much is held in memory to be seen as a whole, in bytes; logs that are pasted are far smaller.
const WHOLE: u64 = 32 * 1024 * 1024;

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// The longest line of `--jsonl`, in bytes: a capture of 256 KiB may be escaped six-fold.
const LONGEST_LINE: u64 = 8 * 1024 * 1024;

/// What `redact` is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Read and write lines of JSON, `{"id": ..., "line": "..."}`, each redacted on its own.
    #[arg(long)]
    pub jsonl: bool,
    /// Also hide the values in this file, one a line, however they are escaped.
    #[arg(long, value_name = "FILE")]
    pub values: Option<PathBuf>,
}

/// Reads standard input to its end, writes it without secrets, and says on standard error how many
/// were hidden.
///
/// # Errors
/// When the values cannot be read, when a line is no such JSON, or when reading or writing fails.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    let values = match &args.values {
        Some(path) => std::fs::read_to_string(path)
            .with_context(|| format!("failed to read `{}`", path.display()))?,
        None => String::new(),
    };
    let redactor = Redactor::new(&values.lines().collect());
    let mut count = Count::default();
    if args.jsonl {
        lines(&redactor, &mut count)?;
    } else {
        whole(&redactor, &mut count)?;
    }
    count.report(ctx.json)?;
    Ok(Exit::Done)
}

/// Redacts a text. One of ordinary size is read to its end first: a secret may begin on one line and
/// go on on the next, and only the whole shows every such pair. What is longer goes on in a stream.
fn whole(redactor: &Redactor, count: &mut Count) -> anyhow::Result<()> {
    let mut stdin = io::stdin().lock();
    let mut stdout = io::stdout().lock();
    let mut head = Vec::new();
    let length = stdin
        .by_ref()
        .take(WHOLE)
        .read_to_end(&mut head)
        .context("read standard input")?;
    if (length as u64) < WHOLE {
        write(&mut stdout, &redactor.redact_bytes(&head), count)?;
        return Ok(());
    }
    let mut stream = Stream::new(redactor);
    write(&mut stdout, &stream.push(&head), count)?;
    drop(head);
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = stdin.read(&mut chunk).context("read standard input")?;
        if length == 0 {
            break;
        }
        write(&mut stdout, &stream.push(&chunk[..length]), count)?;
    }
    write(&mut stdout, &stream.finish(), count)?;
    Ok(())
}

fn write(out: &mut impl Write, redacted: &Redacted, count: &mut Count) -> io::Result<()> {
    out.write_all(redacted.text.as_bytes())?;
    out.flush()?;
    count.add(redacted);
    Ok(())
}

/// A line of `--jsonl`.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// Given back as it came.
    #[serde(default)]
    id: serde_json::Value,
    line: String,
}

fn lines(redactor: &Redactor, count: &mut Count) -> anyhow::Result<()> {
    let mut stdin = BufReader::new(io::stdin().lock());
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let mut buffer = Vec::new();
    for number in 1_usize.. {
        buffer.clear();
        let length = stdin
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut buffer)
            .context("failed to read standard input")?;
        if length == 0 {
            break;
        }
        if buffer.trim_ascii().is_empty() {
            continue;
        }
        let mut line: Line =
            serde_json::from_slice(&buffer).map_err(|error| no_line(number, &error))?;
        let redacted = redactor.redact(&line.line);
        count.add(&redacted);
        line.line = redacted.text;
        serde_json::to_writer(&mut stdout, &line)?;
        stdout.write_all(b"\n")?;
    }
    stdout.flush()?;
    Ok(())
}

/// Says where the mistake is, and nothing of what stands there: it may be a secret.
fn no_line(number: usize, error: &serde_json::Error) -> Failure {
    let column = error.column();
    Failure::asker(format!("line {number}, column {column} of standard input is not `{{\"id\": ..., \"line\": \"...\"}}`"))
        .hint("leave out `--jsonl` to redact plain text")
}

/// How many secrets were hidden, by kind.
#[derive(Debug, Default, Serialize)]
struct Count {
    hidden: usize,
    kinds: BTreeMap<&'static str, usize>,
}

impl Count {
    fn add(&mut self, redacted: &Redacted) {
        for (kind, count) in &redacted.hidden {
            self.hidden += count;
            *self.kinds.entry(kind.as_str()).or_default() += count;
        }
    }

    fn report(&self, as_json: bool) -> anyhow::Result<()> {
        let mut stderr = io::stderr().lock();
        if as_json {
            writeln!(stderr, "{}", serde_json::to_string(self)?)?;
            return Ok(());
        }
        let kinds: Vec<String> = self
            .kinds
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let colon = if kinds.is_empty() { "" } else { ": " };
        writeln!(stderr, "{} hidden{colon}{}", self.hidden, kinds.join(", "))?;
        Ok(())
    }
}
