//! The terminal as a chat platform: messages become wrapped text, and a numbered button is pressed
//! by typing its number.

mod inbound;
mod paint;
mod render;

pub use inbound::{heard, place};
pub use paint::Paint;
pub use render::{Terminal, plain_text};
