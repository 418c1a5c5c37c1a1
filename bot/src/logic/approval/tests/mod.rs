//! What approvals promise: a consent holds for what was shown and nothing else, once, in time, by
//! whom the policy names then and still names at the start; and of two who decide at once one wins.

mod cast;
mod glass;
mod matrix;
mod race;
mod void;
