//! How far a run is, step by step, in the message that changes while it runs.

use expect_test::{Expect, expect};

use super::scene::{Scene, heard, message, said};
use super::seen::press;
use super::sequence::ended;
use crate::logic::effect::Effect;
use crate::logic::event::Event;
use crate::logic::heard::{Way, What};
use crate::logic::outgoing::{Address, Outgoing};
use crate::logic::request::{Request, Which};

/// Asserts the steps of the run's own message after something happened.
fn check(effects: &[Effect], expected: Expect) {
    let is_the_runs = |outgoing: &&Outgoing| {
        outgoing.slot.is_some() || matches!(outgoing.to, Address::Instead(_))
    };
    let outgoing = effects.iter().filter_map(|effect| match effect {
        Effect::Send(outgoing) => Some(outgoing.as_ref()),
        _ => None,
    });
    let message = outgoing
        .filter(is_the_runs)
        .find_map(message)
        .expect("the run has a message");
    let lines: Vec<String> = message
        .tasks
        .iter()
        .map(|task| {
            let by = task.by.as_ref().map(|by| format!(" by {}", by.user));
            let outcome = task.outcome.as_ref().map(|text| format!(": {text}"));
            format!(
                "{:?} {}{}{}\n",
                task.progress,
                task.title,
                by.unwrap_or_default(),
                outcome.unwrap_or_default()
            )
        })
        .collect();
    expected.assert_eq(&lines.concat());
}

fn ask(scene: &mut Scene, who: &str, what: What) -> Vec<Effect> {
    scene.hear(heard(who, "C01", Way::Slash, what))
}

fn presses(scene: &mut Scene, who: &str, request: fn(Which) -> Request) -> Vec<Effect> {
    let run = Which::This(scene.runs[0].id);
    scene.hear(heard(who, "C01", Way::Button, press(request(run))))
}

#[test]
fn a_run_is_one_step_from_its_start_to_its_end() {
    let mut scene = Scene::default();
    let effects = ask(&mut scene, "member on call", said("probe app-log lines=7"));
    check(
        &effects,
        expect![[r#"
            UnderWay app-log lines=7 on aaaaaaaaaaaaa main app
        "#]],
    );
    let run = scene.started[0].0.clone();
    let effects = scene.happen(ended(&run));
    check(
        &effects,
        expect![[r#"
            Done app-log lines=7 on aaaaaaaaaaaaa main app: Its one line reports no error.
        "#]],
    );
    let effects = scene.happen(Event::Interrupted { run: Box::new(run) });
    check(
        &effects,
        expect![[r#"
            Failed app-log lines=7 on aaaaaaaaaaaaa main app: A restart interrupted it.
        "#]],
    );
}

#[test]
fn who_consented_is_still_named_when_the_run_is_over() {
    let mut scene = Scene::default();
    let effects = ask(&mut scene, "named member", said("probe app-log"));
    check(
        &effects,
        expect![[r#"
            Done Asked for by U09
            Waiting A second person must consent
            Waiting app-log on aaaaaaaaaaaaa main app
        "#]],
    );
    let effects = presses(&mut scene, "approver", |run| Request::Approve { run });
    check(
        &effects,
        expect![[r#"
            Done Asked for by U09
            Done Approved by U04
            UnderWay app-log on aaaaaaaaaaaaa main app
        "#]],
    );
    let run = scene.started[0].0.clone();
    check(
        &scene.happen(ended(&run)),
        expect![[r#"
            Done Asked for by U09
            Done Approved by U04
            Done app-log on aaaaaaaaaaaaa main app: Its one line reports no error.
        "#]],
    );
}

#[test]
fn broken_glass_is_no_approval() {
    let mut scene = Scene::default();
    ask(&mut scene, "named member", said("probe app-log"));
    let effects = presses(&mut scene, "named member", |run| Request::BreakGlass {
        run,
        reason: Some("nobody is awake".to_owned()),
    });
    check(
        &effects,
        expect![[r#"
            Done Asked for by U09
            Done Glass broken by U09
            UnderWay app-log on aaaaaaaaaaaaa main app
        "#]],
    );
    let run = scene.started[0].0.clone();
    check(
        &scene.happen(Event::NotStarted {
            run: Box::new(run),
            why: "the disk is full".to_owned(),
        }),
        expect![[r#"
            Done Asked for by U09
            Done Glass broken by U09
            Failed app-log on aaaaaaaaaaaaa main app: Nothing ran: the disk is full.
        "#]],
    );
}

#[test]
fn what_will_not_run_is_no_step_any_more() {
    let mut scene = Scene::default();
    ask(&mut scene, "named member", said("probe app-log"));
    let effects = presses(&mut scene, "approver", |run| Request::Deny {
        run,
        reason: Some("not now".to_owned()),
    });
    check(
        &effects,
        expect![[r#"
            Done Asked for by U09
            Failed Denied by U04
        "#]],
    );
}
