//! Causes: what a pasted error or a log means, with the line that shows it.
//! Finding guides by words is `search`'s business; running the next probe is the bot's.

mod pattern;

mod catalogue;
mod shipped;
mod source;

mod clean;
mod clue;
mod envelope;
mod gram;
mod keys;
mod literal;
mod manner;
mod matcher;
mod reader;

mod lint;
pub mod score;

mod capture;
mod fact;
mod probed;
mod rule;

mod asked;
mod finding;
mod likeness;
mod rank;
mod tally;

pub use asked::looks_like_error;
pub use catalogue::{Catalogue, Cause, Confusable, Signature, Strength};
pub use finding::{Alternative, Certainty, Evidence, Finding, Reading};
pub use lint::Known;
pub use reader::Reader;

#[cfg(test)]
mod tests;
