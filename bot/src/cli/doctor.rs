//! `bot502 doctor`: whether probes and chat can work on this machine, and what to do where they cannot.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde::Serialize;

use super::{Context, Exit, Failure, rules, runner};
use crate::logic::finding::{self, trouble};
use crate::logic::outcome::{LayerState, Outcome};
use crate::logic::person::Asker;
#[cfg(feature = "serve")]
use crate::logic::person::Platform;
use crate::logic::policy::Wish;
use crate::logic::redact::{Redactor, Secrets};
use crate::logic::target::Target;
use crate::probe::{Look, Runner};

/// Version of the JSON shape.
const SHAPE: u32 = 1;

/// What to look at.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 0: all works. 1: something is in the way.

Examples:
  bot502 doctor
  bot502 doctor --project abcdefghijklm --environment main --app app")]
pub struct Args {
    /// Also ask for a target of the policy, by its name.
    #[arg(long, short, value_name = "NAME")]
    target: Option<String>,
    /// Also ask for this project.
    #[arg(long, short, value_name = "ID")]
    project: Option<String>,
    /// Its environment.
    #[arg(long, short, value_name = "NAME")]
    environment: Option<String>,
    /// Its app.
    #[arg(long, short = 'A', value_name = "NAME")]
    app: Option<String>,
}

/// What was looked at.
#[derive(Serialize)]
struct Checkup {
    version: u32,
    ok: bool,
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    Weak,
    Bad,
}

/// Looks, and says what was seen.
///
/// # Errors
/// When the settings are wrong, the target is none, or the result cannot be written.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    let targets = targets(&args, ctx)?;
    let runner = runner::runner(&ctx.config, Secrets::none())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("start the runtime")?;
    let mut checks = runtime.block_on(look(&runner, &targets));
    checks.extend(runtime.block_on(chat(ctx))?);
    let checkup = Checkup {
        version: SHAPE,
        ok: checks.iter().all(|check| check.state != State::Bad),
        checks,
    };
    if ctx.json {
        ctx.out.json(&checkup)?;
    } else {
        ctx.out.text(&text(&checkup, ctx.out.colour))?;
    }
    Ok(if checkup.ok { Exit::Done } else { Exit::No })
}

/// Gives the target that was named, or all that the policy names.
fn targets(args: &Args, ctx: &Context) -> anyhow::Result<Vec<Target>> {
    let policy = rules::rules(ctx)?.policy;
    let parts = [&args.target, &args.project, &args.environment, &args.app];
    if parts.iter().all(|part| part.is_none()) {
        let named = policy.targets().iter();
        return Ok(named.map(|named| named.target.clone()).collect());
    }
    let asker = Asker::at_terminal(rustix::process::getuid().as_raw());
    let wish = Wish {
        name: args.target.clone(),
        project: args.project.clone(),
        environment: args.environment.clone(),
        app: args.app.clone(),
    };
    let target = policy
        .settle(&asker, None, &wish)
        .map_err(|refusal| Failure::asker(refusal.reason.to_string()).hint(refusal.who_may))?;
    Ok(vec![target])
}

/// Whether the chat platforms can be served.
#[cfg(feature = "serve")]
async fn chat(ctx: &Context) -> anyhow::Result<Vec<Check>> {
    use crate::chat::slack::checkup;

    let policy = rules::rules(ctx)?.policy;
    let bound = policy.channels().iter();
    let of_slack = bound.filter(|bound| bound.platform == Platform::Slack);
    let channels: Vec<String> = of_slack.map(|bound| bound.channel.to_string()).collect();
    let seen = super::slack::look(&ctx.config, &channels).await?;
    let check = |seen: checkup::Seen| Check {
        name: seen.name,
        state: match seen.state {
            checkup::State::Good => State::Good,
            checkup::State::Weak => State::Weak,
            checkup::State::Bad => State::Bad,
        },
        detail: seen.detail,
        remedy: seen.remedy,
    };
    Ok(seen.into_iter().map(check).collect())
}

/// Without the chat platforms there is nothing to look at.
#[cfg(not(feature = "serve"))]
async fn chat(_ctx: &Context) -> anyhow::Result<Vec<Check>> {
    Ok(Vec::new())
}

async fn look(runner: &Runner, targets: &[Target]) -> Vec<Check> {
    let version = runner.look(&Look::Version).await;
    let mut checks = vec![cli(runner, &version)];
    checks.extend(version.layers.iter().map(|layer| {
        let state = match layer.state {
            LayerState::Full => State::Good,
            LayerState::Partial | LayerState::Absent => State::Bad,
        };
        let remedy = (state != State::Good).then(|| {
            "A newer kernel, or `probes.sandbox = \"warn\"` to run with what there is.".to_owned()
        });
        Check {
            name: "sandbox",
            state,
            detail: format!("{}: {}", layer.name, layer.detail),
            remedy,
        }
    }));
    checks.push(user());
    checks.push(ssh());
    if !version.ending.is_success() {
        return checks;
    }
    let redactor = runner.redactor();
    let signed_in = runner.look(&Look::SignedIn).await;
    checks.push(asked("signed in", (&signed_in, redactor), None, |seen| {
        let count = seen.lines().filter(|line| !line.trim().is_empty()).count();
        format!("Upsun knows the token; it sees {count} projects")
    }));
    for target in targets {
        let outcome = runner.look(&Look::Target(target.clone())).await;
        checks.push(asked("target", (&outcome, redactor), Some(target), |_| {
            format!("{target} answers")
        }));
    }
    checks
}

fn cli(runner: &Runner, version: &Outcome) -> Check {
    let (state, detail, remedy) = match runner.program() {
        Err(reason) => (
            State::Bad,
            reason.to_owned(),
            Some("Install the Upsun CLI, or name it in `probes.cli`.".to_owned()),
        ),
        Ok(_) if !version.ending.is_success() => (
            State::Bad,
            format!("it {}", version.ending.in_words()),
            Some("Run it by hand: `upsun --version`.".to_owned()),
        ),
        Ok(program) => (
            State::Good,
            format!(
                "{}, {}, SHA-256 {}",
                version.stdout.text().trim(),
                program.path().display(),
                &program.digest()[..12]
            ),
            None,
        ),
    };
    Check {
        name: "cli",
        state,
        detail,
        remedy,
    }
}

/// Whether bot502 runs as somebody whose processes the kernel counts.
fn user() -> Check {
    let is_root = rustix::process::geteuid().is_root();
    let (state, detail) = if is_root {
        (
            State::Weak,
            "bot502 runs as root, whose processes the kernel does not limit",
        )
    } else {
        (State::Good, "bot502 runs as a user of its own")
    };
    Check {
        name: "user",
        state,
        detail: detail.to_owned(),
        remedy: is_root.then(|| "Run it as a user that is made for it.".to_owned()),
    }
}

fn ssh() -> Check {
    let found = ["/usr/local/bin/ssh", "/usr/bin/ssh", "/bin/ssh"]
        .into_iter()
        .find(|path| std::path::Path::new(path).is_file());
    Check {
        name: "ssh",
        state: if found.is_some() {
            State::Good
        } else {
            State::Bad
        },
        detail: found.unwrap_or("there is no SSH client").to_owned(),
        remedy: found.is_none().then(|| {
            "Install one (package `openssh-client`): logs and looks into containers need it."
                .to_owned()
        }),
    }
}

fn asked(
    name: &'static str,
    (outcome, redactor): (&Outcome, &Redactor),
    target: Option<&Target>,
    good: impl Fn(&str) -> String,
) -> Check {
    let seen = finding::shown(outcome, redactor);
    if outcome.ending.is_success() {
        return Check {
            name,
            state: State::Good,
            detail: good(&seen.stdout),
            remedy: None,
        };
    }
    let known = trouble(&outcome.ending, &seen.stderr, target);
    Check {
        name,
        state: State::Bad,
        detail: known.as_ref().map_or_else(
            || format!("it {}", outcome.ending.in_words()),
            |known| known.says.clone(),
        ),
        remedy: known.map(|known| known.remedy),
    }
}

fn text(checkup: &Checkup, colour: bool) -> String {
    let mut text = String::new();
    for check in &checkup.checks {
        let (mark, code) = match check.state {
            State::Good => ("good", "32"),
            State::Weak => ("weak", "33"),
            State::Bad => ("bad ", "31"),
        };
        let mark = if colour {
            format!("\x1b[{code}m{mark}\x1b[0m")
        } else {
            mark.to_owned()
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{mark}  {:<9} {}", check.name, check.detail);
        if let Some(remedy) = &check.remedy {
            let _ = writeln!(text, "                {remedy}");
        }
    }
    text
}
