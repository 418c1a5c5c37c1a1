//! What the passing of time does to runs that wait for consent.

use super::held::settled_unpressed;
use crate::logic::approval::Hold;
use crate::logic::effect::Effect;
use crate::logic::facts::Facts;

/// Settles those whose time is over.
#[must_use]
pub fn expire(facts: &Facts<'_>) -> Vec<Effect> {
    let expired = |hold| Some((hold, Hold::tick(hold, facts.now)?));
    let settled = facts.holds.iter().filter_map(expired);
    settled
        .flat_map(|(hold, change)| settled_unpressed(hold, change))
        .collect()
}
