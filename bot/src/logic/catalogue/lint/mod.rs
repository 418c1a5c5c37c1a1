//! Whether a probe may ever run: rules that hold for the shipped catalogue and an operator's alike.

mod argv;
mod parameters;
mod probe;
mod remote;

pub(super) use probe::{Part, check};
