//! What happened, as the edges report it.

use super::request::Request;

/// Something that happened and wants exactly one reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A person typed something.
    Asked {
        /// The text as it was typed.
        text: String,
    },
    /// A person pressed a button.
    Pressed {
        /// What the button asks for.
        request: Request,
    },
}
