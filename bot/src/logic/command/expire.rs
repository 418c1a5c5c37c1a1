//! What the passing of time does to runs that wait for consent.

use super::held::over;
use crate::logic::audit;
use crate::logic::effect::Effect;
use crate::logic::facts::Facts;
use crate::logic::outgoing::Address;
use crate::logic::turn::news;

/// Settles those whose time is over.
#[must_use]
pub fn expire(facts: &Facts<'_>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for hold in facts.holds {
        let Some(change) = hold.tick(facts.now) else {
            continue;
        };
        let message = over(hold, &change.to);
        effects.extend(audit::Event::settled(&change).map(Effect::Record));
        effects.push(Effect::Change(change));
        let slot = hold.run.slot();
        effects.push(news(Address::Instead(slot.clone()), message.clone()));
        // What is put in a message's place calls nobody: the one who asked reads it beneath.
        effects.push(news(Address::Beneath(slot), message));
    }
    effects
}
