//! Approvals: a run that is held until somebody consents, bound to the exact permit, expiring, used
//! once, and judged anew at the click and at the start.

mod decide;
mod hold;
mod store;
#[cfg(test)]
mod tests;

pub use decide::{Around, Decision, Press, Start};
pub use hold::{Hold, RunId, State, Step};
pub use store::{Change, Lost};
