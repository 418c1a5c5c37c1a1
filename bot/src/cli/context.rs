//! What every command gets: the configuration, how to write, and which guides to read.

use std::io::IsTerminal;
use std::path::PathBuf;

use super::log;
use super::output::Output;
use super::program::Shared;
use crate::config::{self, Config};

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What every command gets.
#[derive(Clone, Debug)]
pub struct Context {
    /// The settings in force.
    pub config: Config,
    /// Where and how to write.
    pub out: Output,
    /// Whether JSON was asked for.
    pub json: bool,
    /// Folders given with `--guides`; empty where the configuration decides.
    pub guides: Vec<PathBuf>,
}

impl Context {
    /// Reads the configuration and looks at the terminal.
    ///
    /// # Errors
    /// When the configuration cannot be read or has a mistake in it.
    pub fn new(shared: &Shared) -> anyhow::Result<Self> {
        let mut config = config::load(shared.config.as_deref(), std::env::vars_os())?;
        if let Some(index) = &shared.index {
            config.guides.index.clone_from(index);
        }
        log::start(&config.log.level)?;
        let terminal = std::io::stdout().is_terminal();
        let colour = match shared.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        let out = Output::new(terminal, colour);
        Ok(Self {
            config,
            out,
            json: shared.json,
            guides: shared.guides.clone(),
        })
    }
}
