//! One file for each kind of request: from the facts to the message.

pub mod approve;
pub mod ask;
pub mod audit;
pub mod cancel;
mod cause;
pub mod causes;
pub mod ended;
pub mod expire;
pub mod failure;
pub mod feedback;
pub mod glass;
pub mod guide;
pub mod held;
pub mod help;
pub mod home;
mod meant;
pub mod named;
pub mod panel;
pub mod pause;
pub mod probe;
pub mod probes;
pub mod runs;
pub mod share;
pub mod status;
pub mod target;
mod tasks;
pub mod why;
