//! What makes a consent void, late or used.

use super::cast::*;
use crate::logic::approval::{Around, Decision, Hold, Press, RunId, Start, State, Step};
use crate::logic::catalogue::Catalogue;
use crate::logic::person::{Asker, Standing, UserId, WorkspaceId};
use crate::logic::policy::{Policy, Reason, Verdict};
use crate::logic::target::{AppName, EnvironmentName};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;

/// Changes one thing between consent and start; gives what it was.
fn tamper(hold: &mut Hold, number: usize) -> &'static str {
    let ask = &mut hold.ask;
    match number % 11 {
        0 => {
            ask.probe = "sql-select".to_owned();
            "probe"
        }
        1 => {
            ask.target = target('b');
            "project"
        }
        2 => {
            ask.target.environment = EnvironmentName::new(&format!("e{number}")).expect("a name");
            "environment"
        }
        3 => {
            ask.target.app = AppName::new(&format!("a{number}")).expect("a name");
            "app"
        }
        4 => {
            ask.values = BTreeMap::from([("lines".to_owned(), (1 + number % 199).to_string())]);
            "value"
        }
        5 => {
            ask.values = BTreeMap::from([(format!("x{number}"), "1".to_owned())]);
            "undeclared value"
        }
        6 => {
            ask.asker.person.user = UserId::new(&format!("U1{number}")).expect("an id");
            "requester"
        }
        7 => {
            ask.channel = channel("C01");
            "channel"
        }
        8 => {
            hold.expires_at += Duration::from_secs(1 + number as u64);
            "expiry"
        }
        9 => {
            hold.digest = crate::logic::digest::Digest::of(&number.to_be_bytes());
            "digest"
        }
        _ => {
            ask.asker.person.workspace = WorkspaceId::new("T02").expect("an id");
            "workspace"
        }
    }
}

#[test]
fn a_consent_is_void_when_anything_of_the_run_changes() {
    let policy = policy(POLICY);
    for number in 0..1_000 {
        let mut hold = consented(&policy, 1);
        let what = tamper(&mut hold, number);
        let requester = hold.ask.asker.clone();
        let around = Around {
            policy: &policy,
            catalogue: &CATALOGUE,
            requester: &requester,
            now: after(2),
        };
        match hold.start(&person("ben"), around) {
            Start::Refused(_, Some(change)) => {
                assert_eq!(change.to.step(), Step::Void, "{what}");
            }
            other => panic!("{what} {number}: {other:?}"),
        }
    }
}

#[test]
fn a_consent_is_void_when_the_rules_or_the_catalogue_change() {
    let before = policy(POLICY);
    let hold = consented(&before, 1);
    let requester = person("dan");
    let start = |policy: &Policy, catalogue: &Catalogue| {
        let around = Around {
            policy,
            catalogue,
            requester: &requester,
            now: after(2),
        };
        matches!(hold.start(&person("ben"), around), Start::Run(..))
    };
    assert!(start(&before, &CATALOGUE), "nothing changed");
    for (what, from, to) in [
        ("the rule's name", "id = \"named\"", "id = \"renamed\""),
        ("the person", "users = [\"U09\"]", "users = [\"U08\"]"),
        (
            "the probes",
            "\"app-log\", \"sql-select\"]\n    targets = [\"shop\", \"blog\"]",
            "\"sql-select\"]\n    targets = [\"shop\", \"blog\"]",
        ),
        ("the targets", "[\"shop\", \"blog\"]", "[\"blog\"]"),
        ("the approvers", "groups = [\"S02\"]", "groups = [\"S03\"]"),
        ("the project", "aaaaaaaaaaaaa", "ccccccccccccc"),
    ] {
        let text = POLICY.replace(from, to);
        assert_ne!(text, POLICY, "{what}");
        assert!(!start(&policy(&text), &CATALOGUE), "{what}");
    }
    for narrow in [
        "[[narrow]]\nid = \"app-log\"\ntime = \"5s\"",
        "[[narrow]]\nid = \"port\"\ndisabled = true",
        "[[narrow]]\nid = \"app-log\"\ndisabled = true",
    ] {
        let files = [("mine.toml".to_owned(), narrow.to_owned())];
        let (catalogue, complaints) = Catalogue::read(&files);
        assert!(complaints.is_empty());
        assert!(!start(&before, &catalogue), "{narrow}");
    }
}

#[test]
fn who_lost_the_role_meanwhile_no_longer_counts() {
    let policy = policy(POLICY);
    let hold = consented(&policy, 1);
    let dan = person("dan");
    let start = |requester: &Asker, approver: &Asker| {
        let around = Around {
            policy: &policy,
            catalogue: &CATALOGUE,
            requester,
            now: after(2),
        };
        matches!(hold.start(approver, around), Start::Run(..))
    };
    let ben = person("ben");
    assert!(start(&dan, &ben));
    let without_role = Asker {
        groups: BTreeSet::new(),
        ..ben.clone()
    };
    assert!(!start(&dan, &without_role), "the approver left the group");
    let gone = Asker {
        standing: Standing::Outsider,
        ..ben.clone()
    };
    assert!(!start(&dan, &gone), "the approver left the workspace");
    let dan_gone = Asker {
        standing: Standing::Outsider,
        ..dan.clone()
    };
    assert!(
        !start(&dan_gone, &ben),
        "the one who asked left the workspace"
    );
    assert!(
        !start(&dan, &person("cat")),
        "somebody else than who consented"
    );
}

#[test]
fn nobody_consents_to_their_own_run_and_nobody_late() {
    let policy = policy(POLICY);
    let ask = ask("dan", "C02", "app-log", 'a');
    let hold = held(&policy, &ask, 1);
    let place = channel("C02");
    let press = |press, who: &str, at| {
        let around = Around {
            policy: &policy,
            catalogue: &CATALOGUE,
            requester: &ask.asker,
            now: at,
        };
        hold.press(press, &person(who), place.as_ref(), around)
    };
    let reason = |decision| match decision {
        Decision::Refused(refusal, _) => refusal.reason,
        Decision::Change(change) => panic!("{change:?}"),
    };
    let to = |decision| match decision {
        Decision::Change(change) => change.to.step(),
        Decision::Refused(refusal, _) => panic!("{refusal}"),
    };
    assert_eq!(
        reason(press(Press::Approve, "dan", after(1))),
        Reason::SelfApproval
    );
    assert_eq!(
        reason(press(Press::Approve, "ann", after(1))),
        Reason::NotApprover
    );
    assert_eq!(
        reason(press(Press::Deny, "eve", after(1))),
        Reason::NotApprover
    );
    assert_eq!(
        reason(press(Press::Cancel, "eve", after(1))),
        Reason::NotApprover
    );
    assert_eq!(
        reason(press(Press::Approve, "ben", after(600))),
        Reason::Expired
    );
    assert_eq!(
        to(press(Press::Approve, "ben", after(599))),
        Step::Consented
    );
    assert_eq!(to(press(Press::Deny, "cat", after(1))), Step::Denied);
    assert_eq!(to(press(Press::Cancel, "dan", after(1))), Step::Cancelled);
    assert_eq!(to(press(Press::Deny, "dan", after(1))), Step::Cancelled);
    assert_eq!(hold.tick(after(599)), None);
    assert_eq!(hold.tick(after(600)).expect("due").to.step(), Step::Expired);
}

#[test]
fn a_consent_is_used_once() {
    let policy = policy(POLICY);
    let mut hold = consented(&policy, 1);
    let dan = person("dan");
    let around = Around {
        policy: &policy,
        catalogue: &CATALOGUE,
        requester: &dan,
        now: after(2),
    };
    let Start::Run(_, change) = hold.start(&person("ben"), around) else {
        panic!("it may start");
    };
    hold.apply(&change, after(2)).expect("the first");
    assert!(
        hold.apply(&change, after(2)).is_err(),
        "the same change again"
    );
    assert!(matches!(
        hold.start(&person("ben"), around),
        Start::Refused(_, None)
    ));
    assert_eq!(hold.tick(after(10_000)), None);
}

#[test]
fn a_flood_of_requests_is_capped_for_each_and_for_all() {
    let policy = policy(POLICY);
    let mut holds: Vec<Hold> = Vec::new();
    let mut taken = 0;
    for number in 0..1_000 {
        let ask = ask("dan", "C02", "app-log", 'a');
        let Verdict::NeedsApproval(proposal) = policy.judge(&CATALOGUE, &ask, now()) else {
            panic!("it needs approval");
        };
        if let Ok(hold) = Hold::new(
            RunId(Uuid::from_u128(number)),
            &proposal,
            &policy,
            holds.iter(),
        ) {
            holds.push(hold);
            taken += 1;
        }
    }
    assert_eq!(taken, 3);
    holds[0].state = State::Expired { at: now() };
    let ask = ask("dan", "C02", "app-log", 'a');
    let Verdict::NeedsApproval(proposal) = policy.judge(&CATALOGUE, &ask, now()) else {
        panic!("it needs approval");
    };
    assert!(Hold::new(RunId(Uuid::max()), &proposal, &policy, holds.iter()).is_ok());
}

#[test]
fn a_change_is_not_taken_after_its_moment_whatever_was_decided_before() {
    let policy = policy(POLICY);
    let mut hold = consented(&policy, 1);
    let dan = person("dan");
    let around = Around {
        policy: &policy,
        catalogue: &CATALOGUE,
        requester: &dan,
        now: after(599),
    };
    let Start::Run(_, change) = hold.start(&person("ben"), around) else {
        panic!("it may start");
    };
    assert!(
        hold.apply(&change, after(600)).is_err(),
        "the store's clock counts"
    );
    assert!(hold.apply(&change, after(599)).is_ok());
}

#[test]
fn a_hold_survives_its_database() {
    let policy = policy(POLICY);
    let hold = consented(&policy, 7);
    let text = serde_json::to_string(&hold).expect("JSON");
    assert_eq!(serde_json::from_str::<Hold>(&text).expect("a hold"), hold);
}

#[test]
fn who_says_no_to_their_own_run_cancels_it() {
    let policy = policy(POLICY);
    let ask = ask("dan", "C03", "metrics", 'b');
    let hold = held(&policy, &ask, 1);
    let around = Around {
        policy: &policy,
        catalogue: &CATALOGUE,
        requester: &ask.asker,
        now: after(1),
    };
    let place = channel("C03");
    let Decision::Change(change) = hold.press(Press::Deny, &person("dan"), place.as_ref(), around)
    else {
        panic!("it may be taken back");
    };
    assert_eq!(change.to.step(), Step::Cancelled);
}
