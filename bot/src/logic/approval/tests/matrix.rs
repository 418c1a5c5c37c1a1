//! Everybody asks for everything everywhere and everybody presses: held against a table made by hand.

use super::cast::*;
use crate::logic::approval::{Around, Decision, Hold, Press, RunId, Start};
use crate::logic::catalogue::Approval;
use crate::logic::person::{Asker, ChannelId};
use crate::logic::policy::{Ask, Policy, Verdict};
use uuid::Uuid;

/// What the policy above means, said again by hand: who, where, what, on which, with whose consent.
struct Grant {
    who: &'static [&'static str],
    places: &'static [&'static str],
    probes: &'static [&'static str],
    on: &'static str,
    approval: Approval,
    approvers: &'static [&'static str],
}

const EVERY: &[&str] = &["app-log", "sql-select", "metrics"];

const GRANTS: [Grant; 5] = [
    Grant {
        who: &["ann", "ben", "gail"],
        places: &["C01", "C02"],
        probes: EVERY,
        on: "a",
        approval: Approval::Nobody,
        approvers: &["ann", "ben", "gail"],
    },
    Grant {
        who: &["dan"],
        places: &["C02"],
        probes: &["app-log", "sql-select"],
        on: "ab",
        approval: Approval::SecondPerson,
        approvers: &["ben", "cat", "gina"],
    },
    Grant {
        who: &["ann", "ben", "cat", "dan", "eve"],
        places: &["C03"],
        probes: &["metrics"],
        on: "b",
        approval: Approval::Asker,
        approvers: &[],
    },
    Grant {
        who: &["dis", "dot"],
        places: &["400000000000000001"],
        probes: &["app-log", "sql-select"],
        on: "a",
        approval: Approval::SecondPerson,
        approvers: &["dis", "dot"],
    },
    Grant {
        who: &["tim"],
        places: &[""],
        probes: EVERY,
        on: "abc",
        approval: Approval::Nobody,
        approvers: &[],
    },
];

/// Says by the table above whether it runs.
fn oracle(asked: (&str, &str, &str, char), approver: &str, there: &str) -> bool {
    let (asker, place, probe, on) = asked;
    let Some(grant) = GRANTS.iter().find(|grant| {
        grant.who.contains(&asker)
            && grant.places.contains(&place)
            && grant.probes.contains(&probe)
            && grant.on.contains(on)
    }) else {
        return false;
    };
    let asks_click = probe == "sql-select" || grant.approval == Approval::Asker;
    match grant.approval {
        Approval::SecondPerson => {
            grant.approvers.contains(&approver) && approver != asker && there == place
        }
        _ if asks_click => approver == asker && there == place,
        _ => true,
    }
}

/// Goes the whole way: judge, hold, press, start.
fn runs(policy: &Policy, ask: &Ask, approver: &Asker, there: Option<&ChannelId>) -> bool {
    let proposal = match policy.judge(&CATALOGUE, ask, now()) {
        Verdict::Refused(_) => return false,
        Verdict::Permitted(_) => return true,
        Verdict::NeedsApproval(proposal) => proposal,
    };
    let mut hold = Hold::new(RunId(Uuid::nil()), &proposal, policy, [].iter()).expect("none waits");
    let around = Around {
        policy,
        catalogue: &CATALOGUE,
        requester: &ask.asker,
        now: after(60),
    };
    let Decision::Change(change) = hold.press(Press::Approve, approver, there, around) else {
        return false;
    };
    hold.apply(&change, around.now)
        .expect("nobody else decides");
    match hold.start(approver, around) {
        Start::Run(permit, change) => {
            assert_eq!(permit.digest(), proposal.digest);
            assert_eq!(*permit.action(), proposal.action);
            hold.apply(&change, around.now).is_ok()
        }
        Start::Refused(..) => false,
    }
}

#[test]
fn who_may_run_what_is_what_the_policy_says() {
    let policy = policy(POLICY);
    let places = ["C01", "C02", "C03", "C09", "400000000000000001", ""];
    let (mut rows, mut allowed) = (0, 0);
    for (asker, ..) in PEOPLE {
        for place in places {
            for probe in EVERY {
                for on in ['a', 'b', 'c'] {
                    let ask = ask(asker, place, probe, on);
                    for (approver, ..) in PEOPLE {
                        for there in [place, "C02"] {
                            let expected = oracle((asker, place, probe, on), approver, there);
                            let found =
                                runs(&policy, &ask, &person(approver), channel(there).as_ref());
                            assert_eq!(
                                found, expected,
                                "{asker} in {place}: {probe} on {on}, {approver} in {there}"
                            );
                            rows += 1;
                            allowed += usize::from(expected);
                        }
                    }
                }
            }
        }
    }
    assert!(
        rows >= 5_000 && allowed >= 200,
        "{rows} rows, {allowed} allowed"
    );
}
