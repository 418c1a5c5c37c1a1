//! One file for each kind of request: from the facts to the message.

pub mod ask;
pub mod guide;
pub mod help;
pub mod probe;
