//! Runs what was permitted: programs within walls, and checks of its own over the network.

mod capture;
pub mod helper;
pub mod native;
pub mod order;
pub mod process;
pub mod sandbox;
pub mod queue;
mod sweep;
