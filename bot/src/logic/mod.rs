//! What is decided: pure functions over plain data. Nothing here reads a clock, a file, the
//! environment or a random number, or waits for anything.

pub mod approval;
pub mod audit;
pub mod catalogue;
pub mod command;
pub mod conversation;
pub mod digest;
pub mod effect;
pub mod event;
pub mod facts;
pub mod finding;
pub mod forgive;
pub mod form;
pub mod heard;
pub mod hint;
pub mod message;
pub mod nearest;
pub mod outcome;
pub mod outgoing;
pub mod person;
pub mod place;
pub mod policy;
pub mod redact;
pub mod request;
pub mod run;
mod step;
pub mod target;
#[cfg(test)]
pub(crate) mod tries;
pub mod turn;

pub use step::{named_run, step};
