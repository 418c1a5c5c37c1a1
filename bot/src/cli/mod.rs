//! The command line: one file a subcommand, joined in `program`.

mod causes;
mod context;
mod explain;
mod explained;
mod generate;
mod known;
mod output;
mod program;
mod runner;

pub use crate::failure::{Exit, Failure, Whose};
pub use context::Context;
pub use program::{Program, main};
