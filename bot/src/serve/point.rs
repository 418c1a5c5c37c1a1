//! The moments at which a crash would hurt most, by name. Tests end the program at each; the program
//! itself passes by. There is no setting or variable for it: only code that builds a server can.

use std::sync::Arc;

/// A moment between two things that must not come apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Point {
    /// Something was reported and is not written down.
    Heard,
    /// It is written down, and the platform does not know.
    Written,
    /// A worker took it up.
    TakenUp,
    /// The facts are gathered.
    Gathered,
    /// It is decided, and nothing of it is kept.
    Decided,
    /// The decision is kept, and nothing of it is done.
    Kept,
    /// A run is claimed, and the audit does not know.
    Claimed,
    /// The audit knows, and nothing runs.
    Recorded,
    /// It runs.
    Running,
    /// It is over, and its result is not decided on.
    Over,
    /// The result is kept, and nobody has seen it.
    Reported,
    /// A letter is marked as on its way, and is not sent.
    Sending,
    /// It was sent, and its arrival is not kept.
    Sent,
    /// Its arrival is kept.
    Delivered,
    /// A run is seen to have expired, and that is not kept.
    Expiring,
    /// A run of an earlier life is found, and that is not kept.
    Interrupting,
    /// A letter of an earlier life is to be looked for.
    Finding,
}

impl Point {
    /// All points, in the order in which a request meets them.
    pub const ALL: [Self; 17] = [
        Self::Heard,
        Self::Written,
        Self::TakenUp,
        Self::Gathered,
        Self::Decided,
        Self::Kept,
        Self::Claimed,
        Self::Recorded,
        Self::Running,
        Self::Over,
        Self::Reported,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Expiring,
        Self::Interrupting,
        Self::Finding,
    ];
}

/// What is done at a point.
pub type Points = Arc<dyn Fn(Point) + Send + Sync>;

/// Passes by.
#[must_use]
pub fn pass() -> Points {
    Arc::new(|_| ())
}
