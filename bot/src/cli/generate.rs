//! `bot502 generate`: completions and man pages, made from the same table as `--help`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap_complete::Shell;

use super::program::command_line;
use super::{Context, Exit};

/// What to make.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  bot502 generate completions bash > /etc/bash_completion.d/bot502\n  bot502 generate man target/man"
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Completions for a shell, on standard output.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// A man page for the program and for each command, into a folder.
    Man {
        /// The folder; made if it is not there.
        folder: PathBuf,
    },
}

/// Makes the completions or the man pages.
///
/// # Errors
/// When standard output or the folder cannot be written.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    match args.what {
        What::Completions { shell } => {
            // Into memory first: the generator panics where its reader went away.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command_line(), "bot502", &mut script);
            ctx.out
                .text(&String::from_utf8(script).context("completions are text")?)?;
        }
        What::Man { folder } => {
            std::fs::create_dir_all(&folder)
                .with_context(|| format!("make `{}`", folder.display()))?;
            clap_mangen::generate_to(command_line(), &folder)
                .with_context(|| format!("write man pages into `{}`", folder.display()))?;
        }
    }
    Ok(Exit::Done)
}
