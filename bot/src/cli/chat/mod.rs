//! `bot502 chat`: the conversation of the chat platforms, in a terminal.

mod command;
mod world;

pub use command::{Args, run};
