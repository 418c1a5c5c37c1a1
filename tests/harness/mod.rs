//! Runs the real binary as a person would, with nothing of the developer's own machine in the way.

pub mod hostile;
mod platform;
mod program;
pub mod real;
pub mod room;
mod served;
pub mod slack;
mod tries;

pub use platform::Platform;
pub use program::{Outcome, Program};
pub use served::Served;
pub use tries::{is_full, tries};
