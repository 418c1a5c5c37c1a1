//! The glass is broken only where the rule has one, by the one who asked, where they asked, in time.

use super::cast::*;
use crate::logic::approval::{Around, Decision, State};
use crate::logic::policy::{Policy, Reason};

/// Says what comes of breaking the glass of dan's run.
fn broken(policy: &Policy, who: &str, place: &str, seconds: u64) -> Result<State, Reason> {
    let ask = ask("dan", "C02", "app-log", 'a');
    let hold = held(policy, &ask, 1);
    let around = Around {
        policy,
        catalogue: &CATALOGUE,
        requester: &ask.asker,
        now: after(seconds),
    };
    match hold.break_glass("alone", &person(who), channel(place).as_ref(), around) {
        Decision::Change(change) => Ok(change.to),
        Decision::Refused(refusal, _) => Err(refusal.reason),
    }
}

#[test]
fn only_the_asker_there_and_in_time_and_only_where_the_rule_has_a_glass() {
    let without = policy(POLICY);
    let with = policy(&POLICY.replace(
        "approvers = { groups = [\"S02\"] }",
        "approvers = { groups = [\"S02\"] }\n    break_glass = true",
    ));
    assert_eq!(broken(&without, "dan", "C02", 60), Err(Reason::NoGlass));
    assert!(matches!(
        broken(&with, "dan", "C02", 60),
        Ok(State::BrokenGlass { .. })
    ));
    assert_eq!(broken(&with, "ben", "C02", 60), Err(Reason::NoGlass));
    assert_eq!(broken(&with, "dan", "C01", 60), Err(Reason::NoGlass));
    assert_eq!(broken(&with, "dan", "C02", 600), Err(Reason::Expired));
}
