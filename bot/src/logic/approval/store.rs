//! The one way in which a held run changes: compare and set. The same comparison stands in the
//! database's `UPDATE ... WHERE`, so that of two who decide at once exactly one wins.

use jiff::Timestamp;

use super::hold::{Hold, RunId, State, Step};
use crate::logic::digest::Digest;

/// A change that was decided on the ground of a state that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The run.
    pub run: RunId,
    /// The step that was read.
    pub from: Step,
    /// The digest that was read.
    pub digest: Digest,
    /// The change holds only before this moment; `None` for one that holds always.
    pub before: Option<Timestamp>,
    /// The new state.
    pub to: State,
}

/// Somebody else was faster, or the time ran out: nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// How far the run is now.
    pub found: State,
}

impl Hold {
    /// Applies a change if the run is still as it was read. `now` is the store's own clock, read in
    /// the same transaction.
    ///
    /// # Errors
    /// [`Lost`] when it is not; then nothing has changed.
    pub fn apply(&mut self, change: &Change, now: Timestamp) -> Result<(), Lost> {
        let is_same = self.run == change.run
            && self.state.step() == change.from
            && self.digest == change.digest
            && change.before.is_none_or(|moment| now < moment);
        if !is_same {
            return Err(Lost {
                found: self.state.clone(),
            });
        }
        self.state = change.to.clone();
        Ok(())
    }
}
