//! `bot502 probe run`: asks the policy, records, runs, and says what the result shows. Ctrl-C cancels.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;

use super::leave::Leave;
use super::live;
use crate::cli::rules::{self, Rules};
use crate::cli::wanted::Wanted;
use crate::cli::{Context, Exit, Failure, known, runner, talk};
use crate::logic::approval::RunId;
use crate::logic::audit::{Event, Ran};
use crate::logic::catalogue::{Catalogue, show};
use crate::logic::finding::{self, About, Report};
use crate::logic::message::Part;
use crate::logic::person::Asker;
use crate::logic::policy::{Ask, Permit, Policy, Proposal, Refusal};
use crate::logic::redact::Secrets;
use crate::store::audit::AuditLog;
use uuid::Uuid;

/// What to run, on what.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 0: the probe ran, whatever it found. 1: it was refused, or could not be run.

Examples:
  bot502 probe run app-log --project abcdefghijklm --environment main --app app
  bot502 probe run listeners --target shop
  bot502 probe run app-log --target shop lines=500 --output app.log
  bot502 probe run url-status --target shop --json")]
pub struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// Consent to a probe that asks for a second click.
    #[arg(long, short)]
    yes: bool,
    /// Write the whole output, redacted, to this file.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs a probe.
///
/// # Errors
/// When what was typed is no request, the settings are wrong, or the result cannot be written.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    let Rules { catalogue, policy } = rules::rules(ctx)?;
    let audit = rules::audit(ctx)?;
    let run = RunId(Uuid::now_v7());
    let leave = Leave {
        policy: &policy,
        catalogue: &catalogue,
        audit: &audit,
        run,
    };
    let judged = match ask(&args, &policy)? {
        Ok(ask) => leave.of(&ask, &|proposal| consent(proposal, args.yes, ctx))?,
        Err(refusal) => Err(refusal),
    };
    let permit = match judged {
        Ok(permit) => permit,
        Err(refusal) => return refused(&refusal, ctx),
    };
    let (report, ran) = perform(run, &permit, (&catalogue, &audit), ctx)?;
    let recorded = audit.append(Event::Ran(ran), Timestamp::now());
    let exit = say(&report, args.output.as_deref(), ctx)?;
    recorded.map_err(rules::audit_failure)?;
    Ok(exit)
}

/// Records that a run is about to start, runs it, and reads what it shows.
///
/// # Errors
/// When it cannot be recorded, and then nothing runs; or when the settings are wrong.
pub fn perform(
    run: RunId,
    permit: &Permit,
    (catalogue, audit): (&Catalogue, &AuditLog),
    ctx: &Context,
) -> anyhow::Result<(Report, Ran)> {
    let runner = runner::runner(&ctx.config, Secrets::none())?;
    // Before anything runs, and on the disk: where this fails, nothing does.
    let intent = Event::intent(run, permit, &runner.program_in_words());
    audit
        .append(intent, Timestamp::now())
        .map_err(rules::audit_failure)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("start the runtime")?;
    let (outcome, shared) = runtime.block_on(async {
        let ride = runner.start(permit, Timestamp::now());
        let shared = ride.is_shared();
        (
            live::ride_along(ride, permit.probe().as_str()).await,
            shared,
        )
    });
    let title = catalogue
        .get(permit.probe())
        .map_or("", |probe| probe.title.as_str());
    let about = About {
        probe: permit.probe().as_str(),
        title,
        target: permit.target(),
        argv: permit.argv(),
        shared,
    };
    let shown = finding::shown(&outcome, runner.redactor());
    let causes = known::causes(ctx)?;
    let report = Report::of(&about, &outcome, &shown, &causes);
    let ran = Ran::of(run, &outcome, &report);
    Ok((report, ran))
}

fn ask(args: &Args, policy: &Policy) -> Result<Result<Ask, Refusal>, Failure> {
    let values = args.wanted.values()?;
    let asker = Asker::at_terminal(rustix::process::getuid().as_raw());
    Ok(policy
        .settle(&asker, None, &args.wanted.wish())
        .map(|target| Ask {
            asker,
            channel: None,
            probe: args.wanted.probe.clone(),
            target,
            values,
        }))
}

fn refused(refusal: &Refusal, ctx: &Context) -> anyhow::Result<Exit> {
    if ctx.json {
        let shape = serde_json::json!({
            "version": 1,
            "refused": refusal.reason.to_string(),
            "who_may": refusal.who_may,
        });
        ctx.out.json(&shape)?;
    } else {
        ctx.out.text(&refusal.to_string())?;
    }
    Ok(Exit::No)
}

/// Shows what would run and asks for the second click.
fn consent(proposal: &Proposal, yes: bool, ctx: &Context) -> bool {
    if yes {
        return true;
    }
    if !ctx.out.terminal || !std::io::stdin().is_terminal() {
        return false;
    }
    let question = format!(
        "This would run on {}:\n  {}\nRun it? [y/N] ",
        proposal.ask.target,
        show(proposal.action.argv())
    );
    let mut answer = String::new();
    ctx.out.text(&question).is_ok()
        && std::io::stdin().read_line(&mut answer).is_ok()
        && matches!(answer.trim(), "y" | "Y" | "yes")
}

fn say(report: &Report, file: Option<&Path>, ctx: &Context) -> anyhow::Result<Exit> {
    if let Some(path) = file {
        std::fs::write(path, &report.output)
            .map_err(|error| Failure::world(format!("write `{}`: {error}", path.display())))?;
    }
    if ctx.json {
        ctx.out.json(report)?;
    } else {
        let mut message = report.message();
        let lines = report.output.lines().count();
        let length = match lines {
            1 => "1 line".to_owned(),
            n => format!("{n} lines"),
        };
        let kept = match file {
            Some(path) => format!("The whole output, {length}, is in `{}`.", path.display()),
            None => format!("The whole output has {length}; `--output FILE` keeps it."),
        };
        if lines > 0 {
            message = message.part(Part::Remark(kept));
        }
        ctx.out.text(&talk::terminal(ctx).message(&message))?;
    }
    Ok(if report.ok { Exit::Done } else { Exit::No })
}
