//! What Slack reports, as what a person did: pure, from Slack's JSON alone. Unknown fields are passed
//! over, since Slack adds some every month.

mod command;
mod event;
mod interaction;
mod mark;
mod said;
mod shape;

pub use command::read as command;
pub use event::read as event;
pub use interaction::read as interaction;
pub use shape::{Read, Us, Waiting};
