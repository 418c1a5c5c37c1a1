//! Checks: asked for, consented to, run by the platform's own CLI, and reported in their thread.

use super::stage::{OnSlack, Stage, until};
use crate::harness::Platform;
use crate::harness::room::{Room, Seen, Where, Who};

/// Fits what hangs on a message.
pub fn beneath(message: &str) -> impl Fn(&Seen) -> bool {
    move |seen| seen.thread.as_deref() == Some(message)
}

/// Waits for a result: its file comes last.
pub fn result(room: &dyn Room, thread: &str) -> Vec<Seen> {
    room.wait("the whole output", &|seen| {
        beneath(thread)(seen) && !seen.files.is_empty()
    });
    room.seen().into_iter().filter(beneath(thread)).collect()
}

#[test]
fn a_check_is_one_message_that_changes_then_its_result_and_its_file() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let asked = room.mention(Who::Ann, Where::Ops, None, "probe app-log");
    let seen = result(room, &asked);
    assert_eq!(seen.len(), 3, "{seen:#?}");
    assert!(
        seen[0].text.contains("`app-log` is over") || seen[0].text.contains("app-log is over"),
        "{seen:#?}"
    );
    assert!(seen[0].changes >= 1 && seen[0].buttons.is_empty());
    assert!(
        seen[1].text.contains("reports no error") && seen[1].text.contains("Server listening"),
        "{seen:#?}"
    );
    assert!(seen[2].files[0].contains("Server listening"), "{seen:#?}");
    assert!(seen.iter().all(|seen| seen.alone.is_none()));
}

fn held(stage: &OnSlack) -> (String, Seen) {
    let room = stage.room();
    let asked = room.mention(Who::Ann, Where::Ops, None, "probe port");
    let held = room.wait("a question for consent", &|seen| {
        beneath(&asked)(seen) && seen.buttons.len() >= 2
    });
    assert!(
        held.text.contains("upsun"),
        "what would run is shown: {}",
        held.text
    );
    assert!(
        held.text.contains(&room.id(Who::Ann)),
        "who asks is shown: {}",
        held.text
    );
    (asked, held)
}

/// Finds a button by how its words begin.
pub fn label<'a>(seen: &'a Seen, begins: &str) -> &'a str {
    seen.buttons
        .iter()
        .find(|label| label.starts_with(begins))
        .unwrap_or_else(|| panic!("no `{begins}` in {seen:?}"))
}

/// Asks for a check on a project whose containers do not answer soon, and waits until it is there; gives
/// the message asked with, and the run's.
pub fn under_way(stage: &OnSlack, project: &str) -> (String, Seen) {
    let platform = Platform::get().expect("the stage has one");
    let there = || platform.commands().matches(project).count();
    let before = there();
    let room = stage.room();
    let asked = room.mention(Who::Ann, Where::Ops, None, "probe app-log");
    let running = room.wait("a run", &|seen| {
        beneath(&asked)(seen) && seen.text.contains("Running")
    });
    until("a command that came there", || {
        let mut seen = room.seen().into_iter();
        let is_over = seen.any(|seen| seen.id == running.id && seen.text.contains("is over"));
        assert!(!is_over, "it never came there: {:#?}", room.seen());
        (there() > before).then_some(())
    });
    (asked, running)
}

#[test]
fn a_second_person_consents_and_no_other() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let (asked, held) = held(&stage);
    for who in [Who::Ann, Who::Cyd, Who::Guest, Who::Away] {
        room.press(who, &held, label(&held, "Approve"));
        let id = room.id(who);
        room.wait("a refusal", &|seen| seen.alone.as_deref() == Some(&id));
    }
    room.press(Who::Ben, &held, label(&held, "Approve"));
    let seen = result(room, &asked);
    let settled = seen
        .iter()
        .find(|seen| seen.id == held.id)
        .expect("it still stands");
    assert!(settled.buttons.is_empty(), "{settled:?}");
    assert!(
        seen.iter()
            .any(|seen| seen.text.contains("Something listens on $PORT")),
        "{seen:#?}"
    );
}

#[test]
fn a_check_that_is_denied_does_not_run_and_says_why() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let (asked, held) = held(&stage);
    room.press(Who::Ben, &held, label(&held, "Deny"));
    let fields = room.form(Who::Ben);
    assert_eq!(fields, ["reason"]);
    room.submit(Who::Ben, &[("reason", "not during the sale")]);
    let settled = room.wait("a settled run", &|seen| {
        seen.id == held.id && seen.text.contains("not during the sale")
    });
    assert!(
        settled.buttons.is_empty() && settled.text.contains(&room.id(Who::Ben)),
        "{settled:?}"
    );
    // A press on what somebody still sees finds it settled.
    room.press(Who::Ben, &held, "Approve");
    room.wait("that it is settled", &|seen| {
        seen.id != held.id && beneath(&asked)(seen)
    });
    assert!(!room.seen().iter().any(|seen| !seen.files.is_empty()));
}

#[test]
fn who_may_not_is_told_why_and_who_may() {
    let stage = Stage::slack();
    let room = stage.room();
    for who in [Who::Cyd, Who::Guest, Who::Away] {
        let asked = room.mention(who, Where::Ops, None, "probe app-log");
        let seen = room.wait("a refusal", &beneath(&asked));
        assert!(
            seen.text.contains("⛔") && seen.buttons.is_empty(),
            "{who:?}: {}",
            seen.text
        );
    }
    room.command(Who::Ann, Where::Elsewhere, "probe app-log");
    room.wait("a refusal elsewhere", &|seen| {
        seen.alone.is_some() && seen.text.contains("⛔")
    });
}
