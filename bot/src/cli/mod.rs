//! The command line: one file a subcommand, joined in `program`.

mod ask;
mod audit;
mod causes;
mod chat;
mod check;
mod context;
mod doctor;
mod drawn;
mod eval;
mod eval_causes;
mod explain;
mod explained;
mod generate;
mod index;
mod kept;
mod knowledge;
mod known;
mod log;
mod output;
mod probe;
mod probes;
mod program;
mod read;
mod redact;
mod rules;
mod runner;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
mod slack;
mod talk;
mod wanted;
mod why;

pub use crate::failure::{Exit, Failure, Whose};
pub use context::Context;
pub use program::{Program, main};
