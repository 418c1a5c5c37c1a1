//! Runs what was permitted: programs within walls, and checks of its own over the network.

mod runner;

mod flight;
pub mod queue;

mod hosts;
mod look;
mod reach;

mod capture;
pub mod helper;
mod home;
pub mod order;
pub mod process;
mod program;
pub mod sandbox;
pub mod spool;
mod sweep;

pub mod native;

pub use flight::{Ride, Stage};
pub use home::{Home, Scratch};
pub use look::Look;
pub use program::Program;
pub use runner::{Runner, Settings};
