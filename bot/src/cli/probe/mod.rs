//! `bot502 probe`: the checks that there are, and running one.

mod command;
mod leave;
mod live;
mod run;

pub use command::{Args, run};
pub(in crate::cli) use run::perform;
