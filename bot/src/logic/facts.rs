//! All that a decision may know.

use kb::Knowledge;

use super::catalogue::Catalogue;
use super::policy::Wish;

/// What is true at the moment of the decision.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The guides, as they stand now.
    pub knowledge: &'a Knowledge,
    /// The probes that there are.
    pub catalogue: &'a Catalogue,
    /// What probes run on in this conversation, where that was said.
    pub target: Option<&'a Wish>,
}
