//! The table of `bot502 probe`'s own commands.

use super::run as probe_run;
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
    /// Run one, and say what it shows.
    Run(probe_run::Args),
}

/// Does it.
///
/// # Errors
/// As the command that was asked for.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Run(args) => probe_run::run(args, ctx),
    }
}
