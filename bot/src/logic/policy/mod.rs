//! The policy: who may run which probe on what, and the permit that only it can make.

mod file;
mod judge;
mod permit;
mod read;
mod rule;
mod verdict;
mod words;

#[cfg(test)]
mod tests;

pub use judge::{Ask, Wish};
pub use permit::Permit;
pub use rule::{Binding, Named, Operators, Policy, Rule, Selector};
pub use verdict::{Proposal, Reason, Refusal, Verdict};
