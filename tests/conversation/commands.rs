//! Every word of the table, asked for in chat: each says what it is for.

use std::collections::BTreeSet;

use bot::logic::request::WORDS;

use super::checks::{beneath, label, result};
use super::stage::Stage;
use crate::harness::room::{Seen, Where, Who};

/// What is typed, and words of the reply to it, for a person on call where nothing was asked before.
const EACH: &[(&str, &[&str])] = &[
    (
        "ask connect() failed (111: Connection refused) while connecting to upstream",
        &["Nothing accepts at the place", "502-errors.md:"],
    ),
    ("step 2", &["Step 2", "502-errors.md:"]),
    ("steps", &["Step 1", "Step 5"]),
    ("section 502-errors.md:40", &["502-errors.md:"]),
    ("guides", &["502-errors.md"]),
    ("causes", &["port-in-use", "oom-killed"]),
    ("cause H14", &["Nothing is deployed here", "heroku:H14"]),
    (
        "cause port-in-use",
        &["Another process already listens", "Fix"],
    ),
    (
        "probes",
        &[
            "app-log",
            "latest",
            "a second person must consent",
            "not for you here",
        ],
    ),
    (
        "probe app-lgo",
        &["There is no probe", "Did you mean", "app-log"],
    ),
    (
        "why app-log",
        &["You may run", "on-call-reads-logs", "upsun"],
    ),
    (
        "why port",
        &["You may ask for", "on-call-looks-inside-together"],
    ),
    ("target", &["run on healthyproj01 main app"]),
    ("runs", &["Nothing was run here of late"]),
    ("cancel", &["not clear which run"]),
    ("approve 0a1b2c", &["There is no run"]),
    ("deny 0a1b2c not today", &["There is no run"]),
    ("break-glass 0a1b2c it burns", &["There is no run"]),
    ("status", &["all is well", "Version", "Checks"]),
    ("audit", &["What was recorded of late", "policy"]),
    ("pause for the sale", &["Running is paused", "for the sale"]),
    ("resume", &["can be started again"]),
    ("share step 3", &["Step 3"]),
    ("help", &["step N", "probes"]),
    ("help deny", &["the reason is told to the one who asked"]),
];

#[test]
fn each_word_of_the_table_says_what_it_is_for() {
    let stage = Stage::slack();
    let room = stage.room();
    for (typed, words) in EACH {
        let asked = room.mention(Who::Ann, Where::Ops, None, typed);
        let seen = room.wait(typed, &beneath(&asked));
        for word in *words {
            assert!(
                seen.text.contains(word),
                "{typed}: no `{word}` in {}",
                seen.text
            );
        }
    }
    let asked: BTreeSet<&str> = EACH
        .iter()
        .filter_map(|(typed, _)| typed.split_whitespace().next())
        .collect();
    let all: BTreeSet<&str> = WORDS.iter().map(|word| word.word).collect();
    assert_eq!(asked, all, "each word is asked for");
}

#[test]
fn the_target_is_shown_and_set_for_a_thread_by_those_who_may_run_something_on_it() {
    let stage = Stage::slack();
    let room = stage.room();
    let say = |who, thread: Option<&str>, text| {
        // A look within a wait would wait for itself.
        let before: Vec<String> = room.seen().into_iter().map(|seen| seen.id).collect();
        let asked = room.mention(who, Where::Ops, thread, text);
        let at = thread.unwrap_or(&asked).to_owned();
        room.wait(text, &|seen| {
            beneath(&at)(seen) && !before.contains(&seen.id)
        })
        .text
    };
    let thread = room.mention(Who::Ann, Where::Ops, None, "target shop");
    let seen = room.wait("that it is set", &beneath(&thread));
    assert!(
        seen.text.contains("in this thread now run on"),
        "{}",
        seen.text
    );
    assert!(say(Who::Ann, Some(&thread), "target").contains("healthyproj01 main app"));
    for (who, text, word) in [
        (Who::Ann, "target shpo", "did you mean `shop`?"),
        (Who::Ann, "target nowhere", "There is no target"),
        (
            Who::Ann,
            "target otherproj0001 main app",
            "This channel is about",
        ),
        (Who::Cyd, "target shop", "You may not set"),
        (Who::Away, "target shop", "⛔"),
    ] {
        let said = say(who, None, text);
        let bare = said.replace('`', "");
        assert!(
            bare.contains(&word.replace('`', "")),
            "{who:?} {text}: {said}"
        );
    }
}

#[test]
fn a_second_person_consents_or_says_no_by_words_too() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let ask = || {
        let asked = room.mention(Who::Ann, Where::Ops, None, "probe port");
        let held = room.wait("a question for consent", &|seen| {
            beneath(&asked)(seen) && !seen.buttons.is_empty()
        });
        (asked, held)
    };
    let (asked, held) = ask();
    // Without a reason it is asked for; a message gives no leave for a form.
    room.mention(Who::Ben, Where::Ops, Some(&asked), "deny");
    room.wait("what to type", &|seen| {
        seen.alone.as_deref() == Some("U0BEN") && seen.text.contains("and the reason after it")
    });
    let name = name_of(&held);
    room.mention(
        Who::Ben,
        Where::Ops,
        Some(&asked),
        &format!("deny {name} not now"),
    );
    room.wait("a no", &|seen| {
        seen.id == held.id && seen.text.contains("was denied") && seen.text.contains("not now")
    });
    let (asked, held) = ask();
    room.mention(Who::Ben, Where::Ops, Some(&asked), "approve");
    result(room, &asked);
    // What was run is listed, with what it showed, and its record is shown to those it is about.
    let listed = room.mention(Who::Cyd, Where::Ops, None, "runs");
    let seen = room.wait("the runs", &beneath(&listed));
    for word in [
        &name_of(&held),
        &name,
        "was denied",
        "Something listens on $PORT",
    ] {
        assert!(seen.text.contains(word), "no `{word}`: {}", seen.text);
    }
    for (who, is_theirs) in [(Who::Ann, true), (Who::Ben, false), (Who::Cyd, false)] {
        let asked = room.mention(who, Where::Ops, None, "audit");
        let seen = room.wait("the record", &beneath(&asked));
        assert_eq!(seen.alone.as_deref(), Some(room.id(who).as_str()));
        assert_eq!(
            seen.text.contains("consented"),
            is_theirs,
            "{who:?}: {}",
            seen.text
        );
    }
}

/// The short name of a run, as its message shows it.
pub fn name_of(held: &Seen) -> String {
    let after = held.text.split("Run ").nth(1);
    let name = after.and_then(|text| text.get(..6));
    name.expect("the run's name").to_owned()
}

#[test]
fn why_without_a_name_is_about_the_check_that_was_asked_for_last() {
    let stage = Stage::slack();
    let room = stage.room();
    let asked = room.mention(Who::Cyd, Where::Ops, None, "probe metrics");
    let refused = room.wait("a refusal", &beneath(&asked));
    room.mention(Who::Cyd, Where::Ops, Some(&asked), "why");
    let why = room.wait("why", &|seen| {
        beneath(&asked)(seen) && seen.id != refused.id
    });
    assert!(
        why.text.contains("No rule lets you run probes here"),
        "{}",
        why.text
    );
}

#[test]
fn the_buttons_of_a_result_and_of_an_answer_go_on() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let asked = room.mention(Who::Ann, Where::Ops, None, "why app-log");
    let seen = room.wait("why", &beneath(&asked));
    room.press(Who::Ann, &seen, label(&seen, "Run it"));
    let results = result(room, &asked);
    let last = results
        .iter()
        .find(|seen| seen.buttons.iter().any(|label| label == "Run it again"))
        .expect("it can be run again");
    room.press(Who::Ann, last, "Run it again");
    room.wait("another result", &|seen| {
        !seen.files.is_empty() && !results.iter().any(|had| had.id == seen.id)
    });
    // An answer for one alone becomes one for all.
    room.command(Who::Cyd, Where::Ops, "step 4");
    let seen = room.wait("the answer", &|seen| seen.alone.as_deref() == Some("U0CYD"));
    room.press(Who::Cyd, &seen, label(&seen, "Show it to all here"));
    room.wait("the answer for all", &|seen| {
        seen.alone.is_none() && seen.text.contains("Step 4")
    });
}
