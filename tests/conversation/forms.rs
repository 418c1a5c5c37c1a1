//! What a check must be told and was not: asked for in a form, and said in it what is wrong.

use super::checks::{beneath, result};
use super::stage::Stage;
use crate::harness::room::{Room, Seen, Where, Who};
use crate::harness::slack::world::Fault;

/// Asks for the check that must be told something, by the command, which gives leave to open a form.
fn asks(room: &dyn Room) {
    room.command(Who::Ann, Where::Ops, "probe latest");
    assert_eq!(room.form(Who::Ann), ["count"]);
}

#[test]
fn a_wrong_value_is_answered_in_the_form_and_a_right_one_runs() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    asks(room);
    for (value, why) in [
        ("many", "`many` is no whole number from 1 to 20."),
        ("21", "`21` is no whole number from 1 to 20."),
        ("  ", "Something must be said here."),
    ] {
        let wrong = room.submit(Who::Ann, &[("count", value)]);
        assert_eq!(wrong, [("count".to_owned(), why.to_owned())]);
    }
    assert_eq!(room.seen(), [], "the form is the reply");
    assert_eq!(room.submit(Who::Ann, &[("count", " 3 ")]), []);
    let run = room.wait("a run", &|seen| seen.text.contains("latest count=3"));
    assert!(run.alone.is_none(), "{run:?}");
    let seen = result(room, &run.id);
    assert!(
        seen.iter()
            .any(|seen| seen.text.contains("The latest activities")),
        "{seen:#?}"
    );
}

#[test]
fn over_signed_http_a_wrong_value_is_answered_in_the_form_too() {
    let stage = Stage::slack_over_http();
    let room = stage.room();
    asks(room);
    let wrong = room.submit(Who::Ann, &[("count", "-1")]);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
}

#[test]
fn where_no_form_can_be_opened_plain_words_say_what_to_type() {
    let stage = Stage::slack();
    let room = stage.room();
    let tells = |seen: &Seen| {
        seen.text.contains("needs to be told more") && seen.text.contains("probe latest count=...")
    };
    // The leave to open one is over.
    stage
        .room
        .fail("views.open", Fault::Refused("expired_trigger_id"));
    room.command(Who::Ann, Where::Ops, "probe latest");
    let seen = room.wait("plain words", &tells);
    assert_eq!(seen.alone.as_deref(), Some("U0ANN"));
    // A message gives none; the button beneath the words does.
    let asked = room.mention(Who::Ann, Where::Ops, None, "probe latest");
    let seen = room.wait("plain words", &|seen| beneath(&asked)(seen) && tells(seen));
    room.press(Who::Ann, &seen, "Fill it in");
    assert_eq!(room.form(Who::Ann), ["count"]);
}

#[test]
fn a_form_is_for_those_who_may_run_what_it_asks_about() {
    let stage = Stage::slack();
    let room = stage.room();
    for who in [Who::Cyd, Who::Guest, Who::Away] {
        room.command(who, Where::Ops, "probe latest");
        let id = room.id(who);
        let seen = room.wait("a refusal", &|seen| seen.alone.as_deref() == Some(&id));
        assert!(seen.text.contains("⛔"), "{who:?}: {}", seen.text);
    }
    assert_eq!(stage.room.count("views.open"), 0);
}
