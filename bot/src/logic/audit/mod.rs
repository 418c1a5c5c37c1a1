//! The audit: who asked, who consented, what ran and what came of it, in a chain that shows each
//! later change.

mod chain;
mod entry;
mod line;
#[cfg(test)]
mod tests;
mod words;

pub use chain::{Broken, Head, Tail, Verified, Verifier};
pub use entry::{Entry, Event, Occasion, Ran};
pub use line::{Key, Mac, Seal};
