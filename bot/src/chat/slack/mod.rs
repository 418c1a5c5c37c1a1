//! Slack: what it reports as what a person did, what is decided as its blocks, and the calls between.

mod channels;
pub mod checkup;
mod client;
mod ear;
pub mod http;
pub mod inbound;
pub mod render;
mod settings;
pub mod signed;
mod socket;

pub use client::{NotConnected, Slack};
pub use settings::{NoToken, Settings, Tokens};
pub use socket::Socket;
