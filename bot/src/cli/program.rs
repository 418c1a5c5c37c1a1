//! The table of commands and what they share; each command's own flags stand in its file.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use super::context::{self, Context};
#[cfg(feature = "serve")]
use super::serve;
use super::{
    ask, audit, causes, chat, check, doctor, eval, explain, generate, index, probe, read, redact,
    why,
};
use crate::failure::{Exit, Failure, Whose};
use crate::probe::helper;

/// Answers questions about HTTP 502 errors from guides, explains errors and logs, and runs
/// approved, read-only checks.
#[derive(Debug, Parser)]
#[command(name = "bot502", version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Program {
    /// What all commands share.
    #[command(flatten)]
    pub shared: Shared,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0  done
  1  done, and the answer is no (lint errors, a gate not met, a refusal)
  2  a mistake in what was typed
  3  a mistake in the configuration, the guides or the policy
  4  the outside world failed (a file, the disk, another program)
  70 a bug of bot502

Examples:
  bot502 ask \"connect() failed (111: Connection refused) while connecting to upstream\"
  tail -n 40 app.log | bot502 ask -
  bot502 step 2
  bot502 chat";

/// What all commands share.
#[derive(Debug, Clone, clap::Args)]
pub struct Shared {
    /// Print JSON of a documented, versioned shape instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder of guides in place of the embedded ones; repeatable; `embedded` adds those back.
    #[arg(long, global = true, value_name = "DIR")]
    pub guides: Vec<PathBuf>,
    /// Folder that keeps the index from one run to the next; it is built again when it does not fit.
    #[arg(long, global = true, value_name = "DIR")]
    pub index: Option<PathBuf>,
    /// Configuration file; without it the defaults hold, see `config/bot.toml`.
    #[arg(long, global = true, value_name = "FILE", env = "BOT502_CONFIG")]
    pub config: Option<PathBuf>,
    /// When to use colour; `auto` asks the terminal and `NO_COLOR`.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: context::Colour,
}

/// The commands, in the order of the help.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer a question, or say what an error means.
    Ask(ask::Args),
    /// Say what an error or a log means, with the line that shows it.
    Explain(explain::Args),
    /// List the causes that are known, or show one with its signatures.
    Causes(causes::Args),
    /// Show a step of the guide, or list the steps.
    Step(read::StepArgs),
    /// List the guides that answers come from.
    Guides(read::GuidesArgs),
    /// Talk, with the same requests as on the chat platforms.
    Chat(chat::Args),
    /// Serve the chat platforms, until it is told to stop.
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    /// Run a read-only check.
    Probe(probe::Args),
    /// Look whether probes and chat can work here, and say what to do where they cannot.
    Doctor(doctor::Args),
    /// Measure the answers against questions whose answers are known.
    Eval(eval::Args),
    /// Take secrets out of standard input, as is done to what a probe prints.
    Redact(redact::Args),
    /// Say whether somebody may run a probe, by which rule, and who could.
    Why(why::Args),
    /// Show what was asked, consented to and run, and whether that record holds.
    Audit(audit::Args),
    /// Build the index and report what was read.
    Index(index::Args),
    /// Show what is wrong with guides, causes, probes and the policy, with the line and how to mend it.
    Check(check::Args),
    /// Print a shell's completions, or write the man pages.
    Generate(generate::Args),
}

/// Runs the program on the process's arguments and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    // Before anything is parsed or read: one of these is started for every probe.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == helper::NAME)
    {
        return helper::main();
    }
    let program = Program::parse();
    let outcome = Context::new(&program.shared).and_then(|ctx| run(program.command, &ctx));
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

/// Gives the whole command line, for completions, man pages and the book.
pub(super) fn command_line() -> clap::Command {
    Program::command()
}

fn run(command: Command, ctx: &Context) -> anyhow::Result<Exit> {
    match command {
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(args, ctx),
        Command::Explain(args) => explain::run(args, ctx),
        Command::Eval(args) => eval::run(args, ctx),
        Command::Probe(args) => probe::run(args, ctx),
        Command::Doctor(args) => doctor::run(args, ctx),
        Command::Causes(args) => causes::run(args, ctx),
        Command::Ask(args) => ask::run(args, ctx),
        Command::Step(args) => read::step(args, ctx),
        Command::Guides(args) => read::guides(args, ctx),
        Command::Chat(args) => chat::run(args, ctx),
        Command::Redact(args) => redact::run(args, ctx),
        Command::Why(args) => why::run(args, ctx),
        Command::Audit(args) => audit::run(args, ctx),
        Command::Index(args) => index::run(args, ctx),
        Command::Check(args) => check::run(args, ctx),
        Command::Generate(args) => generate::run(args, ctx),
    }
}

/// Tells whether the reader of our output went away: `bot502 causes | head` is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

fn report(error: &anyhow::Error) -> ExitCode {
    let failure = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Failure>());
    let whose = failure.map_or(Whose::World, |failure| failure.whose);
    let mut stderr = std::io::stderr().lock();
    let (red, cyan, reset) = if stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        ("\x1b[1;31m", "\x1b[36m", "\x1b[0m")
    } else {
        ("", "", "")
    };
    // A closed stderr leaves nobody to tell; the exit code still speaks.
    let _ = writeln!(stderr, "{red}error{reset}: {error:#}");
    if let Some(hint) = failure.and_then(|failure| failure.hint.as_deref()) {
        let _ = writeln!(stderr, "{cyan}try{reset}: {hint}");
    }
    ExitCode::from(whose.code())
}
