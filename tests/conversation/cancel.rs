//! `cancel`: what waits is taken back, what is under way is stopped; one end is told, and no other.

use super::checks::{beneath, label, under_way};
use super::stage::Stage;
use crate::harness::room::{Seen, Where, Who};

fn cancelled(seen: &[Seen]) -> usize {
    let tells = |seen: &&Seen| seen.text.contains("was cancelled");
    seen.iter().filter(tells).count()
}

#[test]
fn a_run_that_waits_is_taken_back_and_its_thread_told_once() {
    let Some(mut stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    for by_button in [true, false] {
        let asked = room.mention(Who::Ann, Where::Ops, None, "probe port");
        let held = room.wait("a question for consent", &|seen| {
            beneath(&asked)(seen) && !seen.buttons.is_empty()
        });
        // Who has no part in it may not.
        room.mention(Who::Cyd, Where::Ops, Some(&asked), "cancel");
        room.wait("a refusal", &|seen| {
            beneath(&asked)(seen) && seen.alone.as_deref() == Some("U0CYD")
        });
        match by_button {
            true => room.press(Who::Ann, &held, label(&held, "Cancel")),
            false => drop(room.mention(Who::Ann, Where::Ops, Some(&asked), "cancel")),
        }
        let settled = room.wait("the end in its place", &|seen| {
            seen.id == held.id && seen.text.contains("was cancelled")
        });
        assert!(
            settled.buttons.is_empty() && settled.text.contains(&room.id(Who::Ann)),
            "{settled:?}"
        );
        // Once more finds it settled.
        room.press(Who::Ann, &held, label(&held, "Cancel"));
        room.wait("that it is over", &|seen| {
            beneath(&asked)(seen) && seen.alone.as_deref() == Some("U0ANN")
        });
    }
    let audit = stage.served.audit();
    let ended: Vec<_> = audit
        .iter()
        .filter(|event| event["kind"] == "ended")
        .map(|event| event["how"].as_str())
        .collect();
    assert_eq!(ended, [Some("cancelled"); 2]);
    assert!(!audit.iter().any(|event| event["kind"] == "intent"));
    stage.served.stop();
    let seen = stage.room().seen();
    let open: Vec<Seen> = seen
        .into_iter()
        .filter(|seen| seen.alone.is_none())
        .collect();
    // In the place of the question; and beside the word that asked for it, where it was typed.
    assert_eq!(cancelled(&open), 3, "{open:#?}");
}

#[test]
fn a_run_that_is_under_way_is_stopped_and_its_end_told_once() {
    let Some(mut stage) = Stage::slack_about("sshhangs00001", &[]) else {
        return;
    };
    let (asked, running) = under_way(&stage, "sshhangs00001");
    let room = stage.room();
    // Who may not run it may not stop it.
    room.press(Who::Cyd, &running, label(&running, "Stop it"));
    room.wait("a refusal", &|seen| {
        seen.alone.as_deref() == Some("U0CYD") && seen.text.contains("⛔")
    });
    room.mention(Who::Ann, Where::Ops, Some(&asked), "cancel");
    room.wait("the end in its place", &|seen| {
        seen.id == running.id && seen.text.contains("is over: it was cancelled")
    });
    room.wait("the end beneath", &|seen| {
        beneath(&asked)(seen) && seen.id != running.id && seen.text.contains("was cancelled")
    });
    // Once more finds it over, and changes nothing.
    room.press(Who::Ann, &running, label(&running, "Stop it"));
    room.wait("that it is over", &|seen| {
        seen.alone.as_deref() == Some("U0ANN") && seen.text.contains("is over")
    });
    stage.served.stop();
    let seen = stage.room().seen().into_iter().filter(beneath(&asked));
    // What it had printed until then comes as a file.
    let open = seen.filter(|seen| seen.alone.is_none() && seen.files.is_empty());
    let open: Vec<Seen> = open.collect();
    assert_eq!(
        open.len(),
        3,
        "the run, that it is being stopped, its end: {open:#?}"
    );
    assert_eq!(cancelled(&open), 2, "{open:#?}");
    // Of what did not come nothing is claimed.
    assert!(
        !open.iter().any(|seen| seen.text.contains("is empty")),
        "{open:#?}"
    );
    let audit = stage.served.audit();
    let ran: Vec<_> = audit
        .iter()
        .filter(|event| event["kind"] == "ran")
        .collect();
    assert_eq!(ran.len(), 1, "{audit:#?}");
}

#[test]
fn where_nothing_is_open_there_is_nothing_to_cancel() {
    let stage = Stage::slack();
    let room = stage.room();
    for text in ["cancel", "cancel 0a1b2c"] {
        let asked = room.mention(Who::Ann, Where::Ops, None, text);
        let seen = room.wait("that there is none", &beneath(&asked));
        assert!(seen.alone.is_some(), "{seen:?}");
    }
}
