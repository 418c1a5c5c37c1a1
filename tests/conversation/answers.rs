//! Questions and their answers, by every way in.

use super::stage::Stage;
use crate::harness::room::{Seen, Where, Who};

const ERROR: &str = "connect() failed (111: Connection refused) while connecting to upstream";
const MEANS: &str = "Nothing accepts at the place the router sends requests to";

fn beneath(message: &str) -> impl Fn(&Seen) -> bool {
    move |seen| seen.thread.as_deref() == Some(message)
}

fn only_for(person: &str, word: &str) -> impl Fn(&Seen) -> bool {
    move |seen| seen.alone.as_deref() == Some(person) && seen.text.contains(word)
}

#[test]
fn help_shows_what_this_person_may_do_here() {
    let stage = Stage::slack();
    let room = stage.room();
    room.command(Who::Ann, Where::Ops, "help");
    let seen = room.wait("help for Ann", &only_for(&room.id(Who::Ann), "step N"));
    assert!(
        seen.text
            .contains("Checks that you may run here, on shop: app-log"),
        "{}",
        seen.text
    );
    assert!(seen.text.contains("approve"), "{}", seen.text);
    room.command(Who::Cyd, Where::Ops, "");
    let seen = room.wait("help for Cyd", &only_for(&room.id(Who::Cyd), "step N"));
    assert!(
        !seen.text.contains("approve") && seen.text.contains("No rule lets you run probes here"),
        "{}",
        seen.text
    );
    room.command(Who::Cyd, Where::Ops, "help step");
    room.wait(
        "help on a word",
        &only_for(&room.id(Who::Cyd), "Steps are numbered"),
    );
}

#[test]
fn an_error_is_explained_by_every_way_in() {
    let stage = Stage::slack();
    let room = stage.room();
    room.command(Who::Ann, Where::Ops, ERROR);
    room.wait("by command", &only_for(&room.id(Who::Ann), MEANS));
    let asked = room.mention(Who::Cyd, Where::Ops, None, ERROR);
    let seen = room.wait("by mention", &beneath(&asked));
    assert!(
        seen.alone.is_none() && seen.text.contains(MEANS),
        "{}",
        seen.text
    );
    assert!(
        seen.text.contains("Source: ") || seen.text.contains("502-errors.md:"),
        "{}",
        seen.text
    );
    room.direct(Who::Ben, ERROR);
    room.wait("in a direct message", &|seen: &Seen| {
        seen.channel == "D0BEN" && seen.text.contains(MEANS)
    });
    room.point_at(Who::Guest, Where::Ops, &format!("nginx says <{ERROR}>"));
    room.wait("by pointing", &only_for(&room.id(Who::Guest), MEANS));
    room.direct_with_file(Who::Cyd, "what is this?", "app.log", &format!("{ERROR}\n"));
    room.wait("by a file", &|seen: &Seen| {
        seen.channel == "D0CYD" && seen.text.contains(MEANS)
    });
}

#[test]
fn over_signed_http_it_is_the_same() {
    let stage = Stage::slack_over_http();
    let room = stage.room();
    room.command(Who::Ann, Where::Ops, "help");
    room.wait("help", &only_for(&room.id(Who::Ann), "step N"));
    let asked = room.mention(Who::Cyd, Where::Ops, None, ERROR);
    room.wait("by mention", &beneath(&asked));
}

#[test]
fn a_thread_goes_on_without_the_name_where_the_bot_spoke() {
    let stage = Stage::slack();
    let room = stage.room();
    let asked = room.mention(Who::Cyd, Where::Ops, None, ERROR);
    room.wait("the answer", &beneath(&asked));
    room.say(Who::Ben, Where::Ops, Some(&asked), "step 3");
    room.wait("the next step", &|seen| {
        beneath(&asked)(seen) && seen.text.contains("Step 3:")
    });
    room.mention(Who::Cyd, Where::Ops, Some(&asked), "step 2");
    room.wait("another answer", &|seen| {
        beneath(&asked)(seen) && seen.text.contains("Step 2:")
    });
    let other = room.say(Who::Ben, Where::Ops, None, "lunch?");
    room.say(Who::Cyd, Where::Ops, Some(&other), "step 3");
    let last = room.mention(Who::Cyd, Where::Ops, None, "steps");
    room.wait("the steps", &beneath(&last));
    assert!(!room.seen().iter().any(beneath(&other)));
}

#[test]
fn what_is_typed_is_forgiven() {
    let stage = Stage::slack();
    let room = stage.room();
    for (text, word) in [
        ("step\u{a0}2", "Step 2"),
        (
            "why is “EADDRINUSE” logged – on port 3000?",
            "already listens",
        ),
        (
            "```\nEADDRINUSE: address already in use :::3000\n```",
            "already listens",
        ),
        ("STEP 2", "Step 2"),
        ("/help", "step N"),
    ] {
        let asked = room.mention(Who::Cyd, Where::Ops, None, text);
        let seen = room.wait(text, &beneath(&asked));
        assert!(seen.text.contains(word), "{text:?}: {}", seen.text);
    }
}

#[test]
fn a_button_does_what_it_says() {
    let stage = Stage::slack();
    let room = stage.room();
    let asked = room.mention(Who::Cyd, Where::Ops, None, ERROR);
    let answer = room.wait("the answer", &beneath(&asked));
    assert!(!answer.buttons.is_empty(), "{answer:?}");
    let label = answer
        .buttons
        .iter()
        .find(|label| label.contains("tep"))
        .expect("a step to go on with");
    room.press(Who::Cyd, &answer, label);
    room.wait("what the button asked for", &|seen| {
        beneath(&asked)(seen) && seen.id != answer.id
    });
}

#[test]
fn a_verdict_on_an_answer_is_taken() {
    let stage = Stage::slack();
    let room = stage.room();
    let asked = room.mention(Who::Cyd, Where::Ops, None, ERROR);
    let answer = room.wait("the answer", &beneath(&asked));
    let helpful = answer
        .buttons
        .iter()
        .find(|label| label.as_str() == "Helpful")
        .expect("a verdict can be given");
    room.press(Who::Cyd, &answer, helpful);
    room.wait("thanks", &|seen| seen.alone.as_deref() == Some("U0CYD"));
}

#[test]
fn what_was_missing_is_asked_for_in_a_form() {
    let stage = Stage::slack();
    let room = stage.room();
    let asked = room.mention(Who::Cyd, Where::Ops, None, ERROR);
    let answer = room.wait("the answer", &beneath(&asked));
    room.press(Who::Cyd, &answer, "Not helpful");
    let fields = room.form(Who::Cyd);
    room.submit(Who::Cyd, &[(fields[0].as_str(), "how to read the log")]);
    room.wait("thanks", &|seen| seen.alone.as_deref() == Some("U0CYD"));
}

#[test]
fn the_bots_own_page_says_how_to_ask() {
    let stage = Stage::slack();
    let seen = stage.room().home(Who::Ann);
    assert!(seen.text.contains("shop"), "{}", seen.text);
    let seen = stage.room().home(Who::Away);
    assert!(!seen.text.contains("shop"), "{}", seen.text);
}

#[test]
fn an_answer_can_be_shown_to_all() {
    let stage = Stage::slack();
    let room = stage.room();
    room.command(Who::Ann, Where::Ops, "share step 2");
    room.wait("for all", &|seen| {
        seen.alone.is_none() && seen.text.contains("Step 2")
    });
}
