//! A Slack on loopback that holds what it is sent to Slack's rules, keeps every message for the judges,
//! and goes wrong on demand.

mod acts;
pub mod calls;
mod double;
mod emulate;
mod judges;
pub mod marks;
mod methods;
pub mod panel;
mod room;
pub mod rules;
mod sockets;
mod web;
pub mod world;

pub use double::{Double, Line};
pub use judges::Judges;
