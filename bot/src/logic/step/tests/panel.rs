//! What is hinted in a panel beside the answer, and that nothing is hinted elsewhere.

use expect_test::{Expect, expect};

use super::scene::{Scene, heard, said};
use super::seen::press;
use crate::logic::effect::Effect;
use crate::logic::heard::{Way, What};
use crate::logic::hint::{self, Hint};
use crate::logic::request::Request;

const ERROR: &str = "connect() failed (111: Connection refused) while connecting to upstream";

fn hints(scene: &mut Scene, who: &str, (at, way): (&str, Way), what: What) -> Vec<Hint> {
    let effects = scene.hear(heard(who, at, way, what));
    let hints = effects.into_iter().filter_map(|effect| match effect {
        Effect::Hint { hint, .. } => Some(hint),
        _ => None,
    });
    hints.collect()
}

fn prompts(who: &str, expected: Expect) {
    let opened = press(Request::Help { topic: None });
    let hints = hints(&mut Scene::default(), who, ("D01/1.5", Way::Direct), opened);
    let [Hint::Prompts(prompts)] = hints.as_slice() else {
        panic!("prompts and nothing else: {hints:?}");
    };
    let lines = prompts
        .iter()
        .map(|prompt| format!("{}: {}\n", prompt.title, prompt.text));
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn prompts_are_what_this_person_may_ask() {
    prompts(
        "member on call",
        expect![[r#"
        The app's log (app-log): probe app-log
        Answer a question, or say what an error means: ask connect() failed (111: Connection refused) while connecting to upstream
        List what was asked for and run of late: runs
        List the steps of the guide: steps
    "#]],
    );
    prompts(
        "member",
        expect![[r#"
        Answer a question, or say what an error means: ask connect() failed (111: Connection refused) while connecting to upstream
        List the steps of the guide: steps
        List the causes that are known: causes
        List what the answers come from: guides
    "#]],
    );
    prompts(
        "outsider",
        expect![[r#"
        Answer a question, or say what an error means: ask connect() failed (111: Connection refused) while connecting to upstream
        List the steps of the guide: steps
        List the causes that are known: causes
        List what the answers come from: guides
    "#]],
    );
}

#[test]
fn the_first_thing_asked_names_the_thread() {
    let mut scene = Scene::default();
    let at = ("D01/1.5", Way::Direct);
    let first = hints(&mut scene, "member", at, said(ERROR));
    expect![[r#"
        [Title("Symptom: Nothing accepts at the place the router sends requests to")]
    "#]]
    .assert_eq(&format!("{first:?}\n"));
    assert_eq!(hints(&mut scene, "member", at, said(ERROR)), []);
    let asked = said("\n  a question about nothing that is known\nand more");
    let other = hints(&mut scene, "member", ("D01/2.5", Way::Direct), asked);
    expect![[r#"
        [Title("a question about nothing that is known")]
    "#]]
    .assert_eq(&format!("{other:?}\n"));
}

#[test]
fn a_run_names_the_thread_too() {
    let mut scene = Scene::default();
    let at = ("D01/1.5", Way::Direct);
    hints(&mut scene, "member on call", at, said("target shop"));
    let first = hints(&mut scene, "member on call", at, said("probe app-log"));
    expect![[r#"
        [Title("app-log on aaaaaaaaaaaaa main app")]
    "#]]
    .assert_eq(&format!("{first:?}\n"));
    assert_eq!(
        hints(&mut scene, "member on call", at, said("probe app-log")),
        []
    );
}

#[test]
fn nothing_is_hinted_outside_of_a_panel() {
    for (at, way) in [
        ("C01", Way::Mention),
        ("C01/1.5", Way::FollowUp),
        ("C01", Way::Slash),
        ("D01", Way::Direct),
    ] {
        for what in [
            said(ERROR),
            said("probe app-log"),
            press(Request::Help { topic: None }),
        ] {
            let thing = heard("member on call", at, way, what.clone());
            assert_eq!(hint::heard(&thing), None, "{at}");
            let hints = hints(&mut Scene::default(), "member on call", (at, way), what);
            assert_eq!(hints, [], "{at}");
        }
    }
}

#[test]
fn only_what_is_searched_for_has_a_status() {
    let doing = |text: &str| hint::heard(&heard("member", "D01/1.5", Way::Direct, said(text)));
    let reading = Hint::Answering {
        doing: "is reading the guide...".to_owned(),
    };
    assert_eq!(doing(ERROR), Some(reading));
    for text in ["help", "step 2", "probe app-log", "runs"] {
        assert_eq!(doing(text), None, "{text}");
    }
}
