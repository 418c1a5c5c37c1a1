//! `break-glass`: a lone person on call starts their own run without the second one; with a reason, in
//! front of everybody, and recorded.

use super::checks::{beneath, label, result};
use super::stage::{OnSlack, Stage};
use crate::harness::room::{Seen, Where, Who};

/// Asks for a check that waits for a second person; gives the message asked with, and the question.
fn asks(stage: &OnSlack, probe: &str) -> (String, Seen) {
    let room = stage.room();
    let asked = room.mention(Who::Ann, Where::Ops, None, &format!("probe {probe}"));
    let held = room.wait("a question for consent", &|seen| {
        beneath(&asked)(seen) && seen.buttons.iter().any(|label| label == "Approve")
    });
    (asked, held)
}

/// Finds what was said in the channel itself, for all who are there.
fn announced(seen: &[Seen]) -> Vec<&Seen> {
    seen.iter()
        .filter(|seen| seen.thread.is_none() && seen.alone.is_none())
        .collect()
}

const REASON: &str = "the shop is down, and nobody else is awake";

#[test]
fn a_lone_person_goes_without_the_second_one_with_a_reason_that_all_read() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let (asked, held) = asks(&stage, "port");
    room.press(Who::Ann, &held, label(&held, "Break glass"));
    assert_eq!(room.form(Who::Ann), ["reason"]);
    assert!(announced(&room.seen()).is_empty(), "nothing happened yet");
    assert_eq!(room.submit(Who::Ann, &[("reason", REASON)]), []);
    let seen = result(room, &asked);
    let ours = room.id(Who::Ann);
    let run = seen.iter().find(|seen| seen.id == held.id);
    let run = run.expect("the question still stands");
    assert!(run.buttons.is_empty() && run.changes >= 2, "{run:?}");
    assert!(
        seen.iter()
            .any(|seen| seen.text.contains("Something listens on $PORT")),
        "{seen:#?}"
    );
    let all = room.seen();
    let told = announced(&all);
    assert_eq!(told.len(), 1, "{told:#?}");
    for word in ["Glass broken", "port", REASON, &ours] {
        assert!(told[0].text.contains(word), "no `{word}`: {told:#?}");
    }
    let audit = stage.served.audit();
    let kinds: Vec<&str> = audit
        .iter()
        .filter_map(|event| event["kind"].as_str())
        .filter(|kind| *kind != "loaded")
        .collect();
    assert_eq!(kinds, ["held", "broken-glass", "intent", "ran"]);
    let broken = audit.iter().find(|event| event["kind"] == "broken-glass");
    let broken = broken.expect("it is recorded");
    assert!(
        broken["reason"] == REASON && broken["by"]["user"] == ours.as_str(),
        "{broken:#}"
    );
}

#[test]
fn without_a_reason_it_is_asked_for_and_nothing_runs() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let (asked, held) = asks(&stage, "port");
    // A message gives no leave to open a form: plain words say what to type.
    room.mention(Who::Ann, Where::Ops, Some(&asked), "break-glass");
    let told = room.wait("what to type", &|seen| {
        seen.alone.is_some() && seen.text.contains("and the reason after it")
    });
    let typed = told.text.lines().find_map(|line| {
        let words = line.strip_prefix("Type ")?;
        words.split_once(" and the reason").map(|(typed, _)| typed)
    });
    let typed = typed.expect("what to type").trim_matches('`');
    assert!(typed.starts_with("break-glass "), "{told:?}");
    // Spaces are no reason.
    room.press(Who::Ann, &held, label(&held, "Break glass"));
    room.form(Who::Ann);
    let wrong = room.submit(Who::Ann, &[("reason", "  \n ")]);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(wrong[0].0, "reason");
    assert!(announced(&room.seen()).is_empty());
    let waits = room
        .seen()
        .into_iter()
        .find(|seen| seen.id == held.id)
        .expect("it still stands");
    assert_eq!(waits, held, "it waits on");
    // As it was said to be typed, with a reason.
    room.mention(
        Who::Ann,
        Where::Ops,
        Some(&asked),
        &format!("{typed} {REASON}"),
    );
    result(room, &asked);
    assert_eq!(announced(&room.seen()).len(), 1);
}

#[test]
fn nobody_else_breaks_the_glass_of_a_run_and_who_may_consent_is_named() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let (_, held) = asks(&stage, "port");
    for who in [Who::Ben, Who::Cyd, Who::Guest, Who::Away] {
        room.press(who, &held, label(&held, "Break glass"));
        let id = room.id(who);
        let seen = room.wait("a refusal", &|seen| seen.alone.as_deref() == Some(&id));
        assert!(
            seen.text.contains("⛔") && seen.text.contains("S0ONCALL"),
            "{who:?}: {}",
            seen.text
        );
    }
    assert!(announced(&room.seen()).is_empty());
}

#[test]
fn where_the_policy_has_no_glass_it_is_refused_with_who_may_consent() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let (asked, held) = asks(&stage, "processes");
    assert!(
        !held.buttons.iter().any(|label| label.contains("glass")),
        "{held:?}"
    );
    room.mention(Who::Ann, Where::Ops, Some(&asked), "break-glass");
    let seen = room.wait("a refusal", &|seen| seen.alone.is_some());
    assert!(
        seen.text.contains("does not let you start this") && seen.text.contains("U0BEN"),
        "{}",
        seen.text
    );
    assert!(announced(&room.seen()).is_empty());
    let audit = stage.served.audit();
    let refused = audit.iter().any(|event| {
        event["kind"] == "refused"
            && event["probe"] == "processes"
            && event["who"]["user"] == "U0ANN"
    });
    assert!(refused, "{audit:#?}");
}
