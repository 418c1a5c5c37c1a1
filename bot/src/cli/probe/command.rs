//! The table of `bot502 probe`'s own commands.

use super::run as probe_run;
use crate::cli::probes;
use crate::cli::{Context, Exit};

/// What to do with probes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the probes that there are.
    List,
    /// Show one: what it tells, takes and touches, and what it runs, word for word.
    Show(probes::ShowArgs),
    /// Run one, and say what it shows.
    Run(probe_run::Args),
}

/// Does it.
///
/// # Errors
/// As the command that was asked for.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::List => probes::list(ctx),
        Action::Show(args) => probes::show(&args, ctx),
        Action::Run(args) => probe_run::run(args, ctx),
    }
}
