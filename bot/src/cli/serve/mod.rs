//! `bot502 serve`: the bot as a server, until it is told to stop.

mod command;
mod front;
mod load;
mod platforms;

pub use command::{Args, run};
