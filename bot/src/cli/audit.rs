//! `bot502 audit`: what was asked, consented to and run; whether the record holds; its head, to be
//! kept elsewhere.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Context, Exit, Failure, rules};
use crate::logic::audit::{Broken, Entry, Head, Verified};
use crate::logic::target::escaped;
use crate::store::audit::{AuditError, AuditLog};

/// Version of the JSON shapes.
const SHAPE: u32 = 1;

/// What to do with the audit.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 1 where the audit does not hold.

Examples:
  bot502 audit list --last 20
  bot502 audit verify
  bot502 audit export --head > /mnt/elsewhere/audit.head
  bot502 audit verify --head \"$(cat /mnt/elsewhere/audit.head)\"
  bot502 audit prune --older-than 90d")]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the entries, the newest last.
    List {
        /// Only this many, from the end.
        #[arg(long, value_name = "N")]
        last: Option<usize>,
        /// Only those of one run.
        #[arg(long, value_name = "ID")]
        run: Option<String>,
    },
    /// Check that no entry was changed, taken out, put in or moved.
    Verify {
        /// A head that was kept elsewhere, NUMBER:CODE: shows whether the end was cut off.
        #[arg(long, value_name = "HEAD")]
        head: Option<String>,
    },
    /// Print all entries, a line of JSON each, or the head alone.
    Export {
        /// The head alone, to be kept where this machine cannot write.
        #[arg(long)]
        head: bool,
    },
    /// Take old entries away; what is left still holds.
    Prune {
        /// How old, as in `90d`.
        #[arg(long, value_name = "AGE")]
        older_than: String,
    },
}

/// Does it.
///
/// # Errors
/// When the audit cannot be read, or something typed cannot be meant.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List { last, run } => list(last, run.as_deref(), ctx),
        Action::Verify { head } => verify(head.as_deref(), ctx),
        Action::Export { head } => export(head, ctx),
        Action::Prune { older_than } => prune(&older_than, ctx),
    }
}

/// Opens the audit to read it, without making one; `None` where there is none yet.
fn existing(ctx: &Context) -> anyhow::Result<Option<AuditLog>> {
    match rules::audit_paths(ctx)?.log.exists() {
        true => rules::audit(ctx).map(Some),
        false => Ok(None),
    }
}

/// Reads all entries; gives what was verified, or why it does not hold.
fn read(
    head: Option<Head>,
    ctx: &Context,
    each: impl FnMut(Entry),
) -> anyhow::Result<Result<Verified, Broken>> {
    let Some(log) = existing(ctx)? else {
        return Ok(match head.filter(|head| head.seq > 0) {
            Some(head) => Err(Broken::Short {
                found: 0,
                head: head.seq,
            }),
            None => Ok(Verified {
                entries: 0,
                head: Head::EMPTY,
                pruned: 0,
            }),
        });
    };
    match log.verify(head, each) {
        Ok(verified) => Ok(Ok(verified)),
        Err(AuditError::Broken { broken, .. }) => Ok(Err(broken)),
        Err(error) => Err(rules::audit_failure(error)),
    }
}

#[derive(Serialize)]
struct Listed<'a> {
    version: u32,
    holds: bool,
    broken: Option<String>,
    entries: &'a [Entry],
}

fn list(last: Option<usize>, run: Option<&str>, ctx: &Context) -> anyhow::Result<Exit> {
    let mut entries = Vec::new();
    let verified = read(None, ctx, |entry| {
        let of_run = entry.event.run().map(|run| run.to_string());
        if run.is_none() || of_run.as_deref() == run {
            entries.push(entry);
        }
    })?;
    let skip = last.map_or(0, |last| entries.len().saturating_sub(last));
    let entries = &entries[skip..];
    let broken = verified.err().map(|broken| broken.to_string());
    if ctx.json {
        ctx.out.json(&Listed {
            version: SHAPE,
            holds: broken.is_none(),
            broken: broken.clone(),
            entries,
        })?;
    } else {
        ctx.out.text(&listed(entries, broken.as_deref()))?;
    }
    Ok(exit(broken.is_none()))
}

fn listed(entries: &[Entry], broken: Option<&str>) -> String {
    let mut text = String::new();
    for entry in entries {
        let (at, kind) = (entry.at.strftime("%F %TZ"), entry.event.kind());
        // Writing to a String cannot fail.
        let _ = write!(text, "{:>6}  {at}  {kind:<11}", entry.seq);
        if let Some(run) = entry.event.run() {
            let _ = write!(text, "  {run}");
        }
        let _ = writeln!(text, "  {}", escaped(&entry.event.in_words()));
    }
    match broken {
        Some(broken) => {
            let _ = writeln!(text, "The audit does not hold: {broken}.");
        }
        None if entries.is_empty() => text.push_str("Nothing is recorded.\n"),
        None => {}
    }
    text
}

#[derive(Serialize)]
struct Checked {
    version: u32,
    holds: bool,
    broken: Option<String>,
    entries: Option<u64>,
    pruned: Option<u64>,
    head: Option<String>,
}

fn verify(head: Option<&str>, ctx: &Context) -> anyhow::Result<Exit> {
    let wanted = head.map(|text| {
        Head::read(text).ok_or_else(|| {
            Failure::asker("that is no head")
                .hint("`bot502 audit export --head` prints one: NUMBER:CODE")
        })
    });
    let wanted = wanted.transpose()?;
    let found = read(wanted, ctx, drop)?;
    let holds = found.is_ok();
    if ctx.json {
        let verified = found.as_ref().ok();
        ctx.out.json(&Checked {
            version: SHAPE,
            holds,
            broken: found.as_ref().err().map(ToString::to_string),
            entries: verified.map(|verified| verified.entries),
            pruned: verified.map(|verified| verified.pruned),
            head: verified.map(|verified| verified.head.to_string()),
        })?;
    } else {
        let text = match &found {
            Ok(verified) => held(verified, wanted.is_some()),
            Err(broken) => format!("The audit does not hold: {broken}."),
        };
        ctx.out.text(&text)?;
    }
    Ok(exit(holds))
}

fn held(verified: &Verified, against_head: bool) -> String {
    let entries = match verified.entries {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let pruned = match verified.pruned {
        0 => String::new(),
        through => format!(", those up to {through} taken away in order"),
    };
    let end = match against_head {
        true => "and reaches the head that was given.",
        false => "Whether its end was cut off, only a head that was kept elsewhere can show.",
    };
    let join = if against_head { " " } else { ". " };
    format!(
        "The audit holds: {entries}{pruned}{join}{end}\nHead: {}",
        verified.head
    )
}

fn export(head: bool, ctx: &Context) -> anyhow::Result<Exit> {
    let mut lines = String::new();
    let found = read(None, ctx, |entry| {
        if !head {
            // An entry that was read can be written; a line that could not be is left empty.
            lines.push_str(&serde_json::to_string(&entry).unwrap_or_default());
            lines.push('\n');
        }
    })?;
    match found {
        Ok(verified) if head => ctx.out.text(&verified.head.to_string())?,
        Ok(_) if lines.is_empty() => {}
        Ok(_) => ctx.out.text(&lines)?,
        Err(broken) => {
            return Err(
                Failure::operator(format!("the audit does not hold: {broken}"))
                    .hint("`bot502 audit list` shows the entries before that line")
                    .into(),
            );
        }
    }
    Ok(Exit::Done)
}

fn prune(age: &str, ctx: &Context) -> anyhow::Result<Exit> {
    let now = Timestamp::now();
    let before = days(age)
        .and_then(|age| now.checked_sub(age).ok())
        .ok_or_else(|| {
            Failure::asker(format!("`{age}` is no age")).hint("write it as `90d` or `12h`")
        })?;
    let taken = match existing(ctx)? {
        Some(log) => log.prune(before, now).map_err(rules::audit_failure)?,
        None => 0,
    };
    if ctx.json {
        ctx.out
            .json(&serde_json::json!({ "version": SHAPE, "taken_away": taken }))?;
    } else {
        ctx.out.text(&format!(
            "{taken} entries from before {} were taken away.",
            before.strftime("%F %TZ")
        ))?;
    }
    Ok(Exit::Done)
}

/// Reads an age; a day is 24 hours.
fn days(text: &str) -> Option<SignedDuration> {
    let age = match text.strip_suffix('d') {
        Some(days) => SignedDuration::from_hours(days.trim().parse::<i64>().ok()?.checked_mul(24)?),
        None => text.parse().ok()?,
    };
    (!age.is_negative()).then_some(age)
}

fn exit(holds: bool) -> Exit {
    if holds { Exit::Done } else { Exit::No }
}
