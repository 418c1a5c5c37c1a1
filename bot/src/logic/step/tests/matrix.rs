//! Every way in, everybody, every probe, everywhere: held against a few plain rules that know nothing
//! of how the policy decides.

use super::scene::{CATALOGUE, PEOPLE, Scene, heard, message, replies, said};
use crate::logic::catalogue::Approval;
use crate::logic::effect::Effect;
use crate::logic::heard::{Way, What};
use crate::logic::outgoing::{Address, Outgoing};
use crate::logic::request::Request;

/// What comes of asking for a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Starts,
    AsksForAClick,
    AsksForASecondPerson,
    Refused,
    Answered,
}

/// Says by plain rules what comes of it.
fn oracle(who: &str, at: &str, way: Way, probe: &str, target: &str) -> Outcome {
    if way == Way::Shortcut {
        // What a shortcut points to is read, and never obeyed.
        return Outcome::Answered;
    }
    if matches!(who, "outsider" | "bot" | "of unknown standing") {
        return Outcome::Refused;
    }
    if at == "C01" && target != "shop" {
        return Outcome::Refused;
    }
    let is_on_call = matches!(who, "member on call" | "another on call" | "guest on call");
    if is_on_call && target == "shop" && at != "C09" && at != "H01" {
        return match probe {
            "sql-select" => Outcome::AsksForAClick,
            _ => Outcome::Starts,
        };
    }
    let is_named = who == "named member" && matches!(at, "C01" | "C02");
    if is_named && matches!(probe, "app-log" | "sql-select") {
        return Outcome::AsksForASecondPerson;
    }
    let is_member = !who.starts_with("guest");
    if is_member && at == "C02" && target == "blog" && probe == "metrics" {
        return Outcome::AsksForAClick;
    }
    Outcome::Refused
}

const WAYS: [Way; 7] = [
    Way::Slash,
    Way::Mention,
    Way::Direct,
    Way::FollowUp,
    Way::Shortcut,
    Way::Button,
    Way::Form,
];

fn outcome(effects: &[Effect]) -> Outcome {
    let [reply] = replies(effects)[..] else {
        panic!("not exactly one reply: {effects:?}");
    };
    assert_seen_by_whom_it_concerns(reply, effects);
    let starts = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Start { .. }));
    let approval = effects.iter().find_map(|effect| match effect {
        Effect::Hold { hold, .. } => Some(hold.approval),
        _ => None,
    });
    let is_refused = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Record(_)));
    match (starts, approval, is_refused) {
        (true, None, false) => Outcome::Starts,
        (false, Some(Approval::Asker), _) => Outcome::AsksForAClick,
        (false, Some(Approval::SecondPerson), _) => Outcome::AsksForASecondPerson,
        (false, None, true) => Outcome::Refused,
        (false, None, false) if message(reply).is_some() => Outcome::Answered,
        _ => panic!("neither started nor held nor refused: {effects:?}"),
    }
}

/// What is run is seen by all who are there; a refusal by the asker alone where they asked alone.
fn assert_seen_by_whom_it_concerns(reply: &Outgoing, effects: &[Effect]) {
    let begins = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Start { .. } | Effect::Hold { .. }));
    match &reply.to {
        Address::Here(_) => {}
        Address::Asker { .. } => assert!(!begins, "run unseen by others: {reply:?}"),
        other => panic!("answered at {other:?}"),
    }
    assert_eq!(begins, reply.slot.is_some(), "{reply:?}");
}

/// A scene in which each channel's checks run on a target: said by those who may.
fn scene(at: &str, target: &str) -> Scene {
    let mut scene = Scene::default();
    let by = match target {
        "blog" => "member",
        _ => "member on call",
    };
    scene.hear(heard(by, at, Way::Slash, said(&format!("target {target}"))));
    scene
}

#[test]
fn who_may_run_what_where_by_which_way_is_what_plain_rules_say() {
    let (mut rows, mut allowed) = (0, 0);
    for at in ["C01", "C02", "C09", "D01", "H01"] {
        for target in ["shop", "blog"] {
            let before = scene(at, target);
            for probe in CATALOGUE.probes().map(|probe| probe.id.as_str()) {
                for (who, ..) in PEOPLE {
                    for way in WAYS {
                        // Reading an error takes long without optimisation, and is the same for all.
                        if way == Way::Shortcut && (target == "blog" || at != "C02") {
                            continue;
                        }
                        let what = match way {
                            Way::Button | Way::Form | Way::Home => What::Pressed {
                                request: Request::Probe {
                                    id: probe.to_owned(),
                                    values: Vec::new(),
                                },
                            },
                            _ => said(&format!("probe {probe}")),
                        };
                        let mut scene = before.clone();
                        let effects = scene.hear(heard(who, at, way, what));
                        let target = effective(at, target);
                        let expected = oracle(who, at, way, probe, target);
                        let found = outcome(&effects);
                        assert_eq!(
                            found, expected,
                            "{who} in {at} by {way:?}: {probe} on {target}"
                        );
                        rows += 1;
                        allowed += usize::from(expected != Outcome::Refused);
                    }
                }
            }
        }
    }
    assert!(
        rows >= 5_000 && allowed >= 500,
        "{rows} rows, {allowed} allowed"
    );
}

/// Which target holds: one that nobody could set is not set, and the bound channel keeps its own.
fn effective(at: &str, target: &'static str) -> &'static str {
    match (at, target) {
        ("C01", _) => "shop",
        ("C02", target) => target,
        ("D01", "shop") => "shop",
        _ => "",
    }
}
