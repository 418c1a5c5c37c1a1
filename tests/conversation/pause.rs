//! `pause` and `resume`: those who run the bot let nothing be started, by any way, until they let it.

use super::checks::{beneath, label, result};
use super::stage::Stage;
use crate::harness::room::{Room, Seen, Where, Who};

const WHY: &str = "the platform is in maintenance";

/// Pauses, and gives what all see of it.
fn pause(room: &dyn Room) -> Seen {
    let asked = room.mention(Who::Ann, Where::Ops, None, &format!("pause {WHY}"));
    room.wait("the pause", &beneath(&asked))
}

/// Asserts that something is refused for the pause: who, why and since when.
fn is_of_the_pause(room: &dyn Room, seen: &Seen) {
    for word in ["paused", WHY, &room.id(Who::Ann), "Since", "resume"] {
        assert!(seen.text.contains(word), "no `{word}`: {}", seen.text);
    }
}

#[test]
fn only_those_who_run_the_bot_pause_and_resume() {
    let stage = Stage::slack();
    let room = stage.room();
    for text in ["pause", "resume"] {
        for who in [Who::Ben, Who::Cyd, Who::Guest, Who::Away] {
            let asked = room.mention(who, Where::Ops, None, text);
            let seen = room.wait("a refusal", &beneath(&asked));
            assert!(
                seen.text.contains("⛔") && seen.alone.is_some(),
                "{who:?} {text}: {seen:?}"
            );
        }
    }
    let seen = pause(room);
    assert!(
        seen.alone.is_none() && seen.text.contains(WHY),
        "all see it: {seen:?}"
    );
    let again = room.mention(Who::Ann, Where::Ops, None, "pause once more");
    let seen = room.wait("that it is already", &beneath(&again));
    assert!(
        seen.text.contains("already") && seen.text.contains(WHY),
        "{}",
        seen.text
    );
    let asked = room.mention(Who::Ann, Where::Ops, None, "resume");
    room.wait("the end of it", &|seen| {
        beneath(&asked)(seen) && seen.text.contains("can be started again")
    });
    let again = room.mention(Who::Ann, Where::Ops, None, "resume");
    room.wait("that it is not", &|seen| {
        beneath(&again)(seen) && seen.text.contains("not paused")
    });
    let kinds: Vec<String> = stage
        .served
        .audit()
        .iter()
        .filter_map(|event| event["kind"].as_str())
        .filter(|kind| *kind != "loaded")
        .map(str::to_owned)
        .collect();
    assert_eq!(kinds, ["paused", "resumed"]);
}

#[test]
fn while_paused_nothing_is_started_by_any_way_and_what_waits_waits_through_a_restart() {
    let Some(mut stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let asked = room.mention(Who::Ann, Where::Ops, None, "probe port");
    let held = room.wait("a question for consent", &|seen| {
        beneath(&asked)(seen) && !seen.buttons.is_empty()
    });
    pause(room);
    stage.restart();
    let room = stage.room();
    // Asked for anew: one that needs nobody, and one that waits.
    for text in ["probe app-log", "probe listeners"] {
        let asked = room.mention(Who::Ann, Where::Ops, None, text);
        let seen = room.wait("a refusal", &beneath(&asked));
        is_of_the_pause(room, &seen);
    }
    // The buttons of what waits, and the same typed.
    room.press(Who::Ben, &held, label(&held, "Approve"));
    let id = room.id(Who::Ben);
    let seen = room.wait("a refusal", &|seen| seen.alone.as_deref() == Some(&id));
    is_of_the_pause(room, &seen);
    room.mention(Who::Ben, Where::Ops, Some(&asked), "approve");
    room.wait("another refusal", &|other| {
        other.alone.as_deref() == Some(&id) && other.id != seen.id
    });
    room.press(Who::Ann, &held, label(&held, "Break glass"));
    let id = room.id(Who::Ann);
    let seen = room.wait("a refusal", &|seen| seen.alone.as_deref() == Some(&id));
    is_of_the_pause(room, &seen);
    let status = room.mention(Who::Cyd, Where::Ops, None, "status");
    let status = room.wait("how it is", &beneath(&status));
    assert!(
        status.text.contains("running is paused") && status.text.contains(WHY),
        "{}",
        status.text
    );
    let waits = room.seen().into_iter().find(|seen| seen.id == held.id);
    assert_eq!(waits.as_ref(), Some(&held), "what waits stays");
    // Until it is let go on.
    let resumed = room.mention(Who::Ann, Where::Ops, None, "resume");
    room.wait("the end of it", &beneath(&resumed));
    room.press(Who::Ben, &held, label(&held, "Approve"));
    result(room, &asked);
    let intents = stage.served.audit();
    let intents = intents.iter().filter(|event| event["kind"] == "intent");
    assert_eq!(intents.count(), 1, "one run, and no other");
}

#[test]
fn answers_are_given_as_always() {
    let stage = Stage::slack();
    let room = stage.room();
    pause(room);
    let asked = room.mention(Who::Cyd, Where::Ops, None, "step 2");
    room.wait("the answer", &|seen| {
        beneath(&asked)(seen) && seen.text.contains("Step 2")
    });
}
