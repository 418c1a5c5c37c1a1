//! What is to be done, for the edges to do.

use super::message::Message;
use super::policy::Wish;

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say this where it was asked.
    Say(Message),
    /// Ask the policy to run this, and say in its place what came of it: a refusal, a failure, or
    /// what the result shows.
    Run {
        /// Id of a probe of the catalogue.
        probe: String,
        /// Its parameters, each `name=value`; they are checked where the permit is made.
        values: Vec<String>,
        /// What to run it on.
        on: Wish,
    },
    /// Remember for this conversation what probes run on.
    Remember(Wish),
}
