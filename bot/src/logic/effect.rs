//! What is to be done, for the edges to do.

use super::message::Message;

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say this where it was asked.
    Say(Message),
}
