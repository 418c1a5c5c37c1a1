//! All that a decision may know.

use kb::Knowledge;

/// What is true at the moment of the decision.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The guides, as they stand now.
    pub knowledge: &'a Knowledge,
}
