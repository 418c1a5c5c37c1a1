//! What was asked: from a typed text to a typed request. Reading it touches nothing; whether the
//! step or guide exists is looked up later.

mod kind;
mod parse;
#[cfg(test)]
mod tests;
mod words;

pub use kind::{Request, Which};
pub use parse::{find, parse};
pub use words::{Audience, WORDS, Word};
