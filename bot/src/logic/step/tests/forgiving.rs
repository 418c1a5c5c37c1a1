//! What people type, paste, attach and point to, and what becomes of it.

use expect_test::expect;

use super::scene::{Scene, heard, message, replies, said, somebody};
use super::seen::{check, whole};
use crate::chat::terminal::plain_text;
use crate::logic::event::{Asked, Attached, Event};
use crate::logic::heard::{File, Way, What};

#[test]
fn what_a_shortcut_points_to_is_read_and_never_obeyed() {
    let mut scene = Scene::default();
    check(
        &mut scene,
        ("member on call", "C01", Way::Shortcut),
        said("probe app-log"),
        expect![[r#"
            to U01 alone: This does not look like something the guides cover [The steps of the guide] [What can be asked] [Helpful] [Not helpful] [Show it to all here]
        "#]],
    );
}

#[test]
fn what_is_nearly_a_request_is_asked_back() {
    let mut scene = Scene::default();
    let who = ("member on call", "C01", Way::Slash);
    check(
        &mut scene,
        who,
        said("probs"),
        expect![[r#"
        to U01 alone: This does not look like something the guides cover [The steps of the guide] [What can be asked] [probes] [Helpful] [Not helpful] [Show it to all here]
    "#]],
    );
    check(
        &mut scene,
        who,
        said("prob app-log lines=9"),
        expect![[r#"
            to U01 alone: This does not look like something the guides cover [The steps of the guide] [What can be asked] [probe app-log lines=9] [Helpful] [Not helpful] [Show it to all here]
        "#]],
    );
    check(
        &mut scene,
        who,
        said("hlep"),
        expect![[r#"
        to U01 alone: This does not look like something the guides cover [The steps of the guide] [What can be asked] [help] [Helpful] [Not helpful] [Show it to all here]
    "#]],
    );
}

#[test]
fn what_was_meant_for_others_in_a_thread_is_answered_alone() {
    let mut scene = Scene::default();
    let who = ("member", "C01/7.7", Way::FollowUp);
    check(
        &mut scene,
        who,
        said("thanks, lunch at noon then?"),
        expect![[r#"
            to U03 alone: This does not look like something the guides cover [The steps of the guide] [What can be asked] [Helpful] [Not helpful]
        "#]],
    );
    check(
        &mut scene,
        who,
        said("which port must the app listen on"),
        expect![[r#"
            in C01/7.7: Step 2: Check the port [Show the whole section] [See also: Step 1: Read the logs] [Helpful] [Not helpful]
        "#]],
    );
}

#[test]
fn a_secret_in_a_paste_is_not_shown_again() {
    let mut scene = Scene::default();
    let paste =
        "Error: connect ECONNREFUSED postgresql://main:hunter2hunter2@database.internal:5432/main";
    let shown = whole(&mut scene, "member", "C01", Way::Mention, said(paste));
    assert!(shown.contains("ECONNREFUSED"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_file_is_read_with_what_was_typed() {
    let mut asked = Asked {
        heard: heard("member", "C01", Way::Mention, said("")),
        asker: somebody("member"),
        files: vec![
            Attached {
                name: "app.log".to_owned(),
                text: Ok("Error: listen EADDRINUSE: address already in use :::8888".to_owned()),
            },
            Attached {
                name: "`x`.bin".to_owned(),
                text: Err("it is no text".to_owned()),
            },
        ],
    };
    asked.heard.what = What::Said {
        text: String::new(),
        files: vec![File {
            name: "app.log".to_owned(),
            url: "https://files.test/1".to_owned(),
            size_bytes: 60,
        }],
    };
    let effects = Scene::default().happen(Event::Heard(Box::new(asked)));
    let [reply] = replies(&effects)[..] else {
        panic!("not exactly one reply: {effects:?}");
    };
    let text = message(reply).map(plain_text).unwrap_or_default();
    assert!(text.contains("EADDRINUSE"), "{text}");
    assert!(text.contains("could not be read: it is no text."), "{text}");
}
