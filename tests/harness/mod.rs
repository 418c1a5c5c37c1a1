//! Runs the real binary as a person would, with nothing of the developer's own machine in the way.

mod program;

pub use program::{Outcome, Program};
