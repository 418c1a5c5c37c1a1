//! What is called at Slack, and what it means when it does not go well.

mod deliver;
mod panel;
mod people;
mod slack;
mod trouble;
mod web;

pub use slack::{NotConnected, Slack};
pub(in crate::chat::slack) use trouble::Trouble;
