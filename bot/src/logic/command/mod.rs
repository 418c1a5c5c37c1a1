//! One file for each kind of request: from the facts to the message.

pub mod ask;
mod cause;
pub mod guide;
pub mod help;
pub mod probe;
