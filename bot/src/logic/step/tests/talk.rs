//! Conversations in a channel, as people see them.

use expect_test::expect;

use super::scene::{Scene, heard, said};
use super::seen::{check, press, whole};
use crate::logic::heard::{Way, What};
use crate::logic::request::{Request, Which};

#[test]
fn help_is_about_this_person_here() {
    let help = |who, at| whole(&mut Scene::default(), who, at, Way::Slash, said(""));
    let on_call = help("member on call", "C01");
    assert!(on_call.contains("`probe ID [NAME=VALUE]`"), "{on_call}");
    assert!(
        on_call.contains("Checks that you may run here, on `shop`: `app-log`,"),
        "{on_call}"
    );
    assert!(!on_call.contains("`pause"), "{on_call}");
    assert!(!on_call.contains("`break-glass"), "{on_call}");
    assert!(help("named member", "C01").contains("`break-glass"));
    assert!(help("approver", "C01").contains("`approve [RUN]`"));
    assert!(help("operator", "C01").contains("`pause [REASON]`"));
    let guest = help("guest", "C01");
    assert!(!guest.contains("`probe ID"), "{guest}");
    assert!(
        guest.contains("Checks: No rule lets you run probes here."),
        "{guest}"
    );
    let elsewhere = help("member on call", "C09");
    assert!(
        elsewhere.contains("Checks: No rule lets anybody run probes here."),
        "{elsewhere}"
    );
    let outsider = help("outsider", "C01");
    assert!(
        outsider.contains("You are not a member of the workspace"),
        "{outsider}"
    );
}

#[test]
fn the_switch_stops_all_but_answers() {
    let mut scene = Scene::default();
    check(
        &mut scene,
        ("member on call", "C01", Way::Slash),
        said("pause"),
        expect![[r#"
        to U01 alone: Only those who run the bot may pause and resume
    "#]],
    );
    check(
        &mut scene,
        ("operator", "C01", Way::Slash),
        said("pause the platform is in maintenance"),
        expect![[r#"
            records paused
            to U08 alone: Running is paused [Resume]
        "#]],
    );
    check(
        &mut scene,
        ("member on call", "C01", Way::Slash),
        said("probe app-log"),
        expect![[r#"
        records refused
        to U01 alone: All running is paused: the platform is in maintenance.
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C01", Way::Slash),
        said("steps"),
        expect![[r#"
        to U01 alone: Resolve a 502 error [Step 1] [Step 2] [Show it to all here]
    "#]],
    );
    check(
        &mut scene,
        ("operator", "C01", Way::Mention),
        said("resume"),
        expect![[r#"
        records resumed
        in C01/1.5: Checks can be started again
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C01", Way::Slash),
        said("probe app-log"),
        expect![[r#"
        starts app-log
        in C01: Running `app-log` [Stop it]
    "#]],
    );
}

#[test]
fn a_run_is_stopped_by_those_who_may() {
    let mut scene = Scene::default();
    scene.hear(heard(
        "member on call",
        "C01",
        Way::Slash,
        said("probe app-log"),
    ));
    let run = Which::This(scene.runs[0].id);
    let stop = || press(Request::Cancel { run: run.clone() });
    check(
        &mut scene,
        ("guest", "C01", Way::Button),
        stop(),
        expect![[r#"
        to U06 alone: You may not stop this
    "#]],
    );
    check(
        &mut scene,
        ("another on call", "C01", Way::Button),
        stop(),
        expect![[r#"
        stops it
        in C01/1.5: Stopping `app-log`
    "#]],
    );
    let name = scene.runs[0].id.short();
    check(
        &mut scene,
        ("operator", "C02", Way::Slash),
        said(&format!("cancel {name}")),
        expect![[r#"
        stops it
        to U08 alone: Stopping `app-log`
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C01", Way::Slash),
        said("cancel"),
        expect![[r#"
        stops it
        to U01 alone: Stopping `app-log`
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C01", Way::Slash),
        said("cancel abcdef"),
        expect![[r#"
        to U01 alone: There is no run `abcdef` that I know of [The runs]
    "#]],
    );
}

#[test]
fn an_answer_for_one_is_shared_with_all() {
    let mut scene = Scene::default();
    let me = ("member", "C02");
    check(
        &mut scene,
        (me.0, me.1, Way::Slash),
        said("share"),
        expect![[r#"
        to U03 alone: There is nothing to share yet
    "#]],
    );
    check(
        &mut scene,
        (me.0, me.1, Way::Slash),
        said("step 2"),
        expect![[r#"
        to U03 alone: Step 2: Check the port [Step 1] [Show it to all here]
    "#]],
    );
    check(
        &mut scene,
        (me.0, me.1, Way::Slash),
        said("share"),
        expect![[r#"
        in C02: Step 2: Check the port [Step 1]
    "#]],
    );
    check(
        &mut scene,
        (me.0, me.1, Way::Slash),
        said("share share step 1"),
        expect![[r#"
        in C02: Step 1: Read the logs [Step 2]
    "#]],
    );
    check(
        &mut scene,
        (me.0, me.1, Way::Mention),
        said("step 1"),
        expect![[r#"
        in C02/1.5: Step 1: Read the logs [Step 2]
    "#]],
    );
}

#[test]
fn a_thread_remembers_what_its_checks_run_on() {
    let mut scene = Scene::default();
    check(
        &mut scene,
        ("member on call", "C02", Way::Mention),
        said("probe app-log"),
        expect![[r#"
        records refused
        in C02/1.5: A probe needs a target, and this one has no project, no environment, no app.
    "#]],
    );
    check(
        &mut scene,
        ("guest", "C02/1.5", Way::FollowUp),
        said("target shop"),
        expect![[r#"
        in C02/1.5: You may not set what checks run on here
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C02/1.5", Way::FollowUp),
        said("target shpo"),
        expect![[r#"
        in C02/1.5: There is no target `shpo`; did you mean `shop`?
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C02/1.5", Way::FollowUp),
        said("target shop"),
        expect![[r#"
        in C02/1.5: Checks in this thread now run on aaaaaaaaaaaaa main app [The checks]
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C02/1.5", Way::FollowUp),
        said("probe app-log"),
        expect![[r#"
        starts app-log
        in C02/1.5: Running `app-log` [Stop it]
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C02/8.8", Way::FollowUp),
        said("probe app-log"),
        expect![[r#"
        records refused
        in C02/8.8: A probe needs a target, and this one has no project, no environment, no app.
    "#]],
    );
    check(
        &mut scene,
        ("member on call", "C01", Way::Slash),
        said("target blog"),
        expect![[r#"
        to U01 alone: This channel is about `aaaaaaaaaaaaa main app`, so `bbbbbbbbbbbbb main app` cannot be asked about here.
    "#]],
    );
}

#[test]
fn what_is_wrong_with_a_check_is_said_with_a_way_on() {
    let mut scene = Scene::default();
    let who = ("member on call", "C01", Way::Slash);
    check(
        &mut scene,
        who,
        said("probe app-lgo"),
        expect![[r#"
        to U01 alone: There is no probe `app-lgo` [Run `app-log`] [The checks]
    "#]],
    );
    check(
        &mut scene,
        who,
        said("probe app-log lines=many"),
        expect![[r#"
        records refused
        to U01 alone: `lines` of `app-log`: `many` is no whole number from 1 to 2000. [Fill in a form]
    "#]],
    );
    check(
        &mut scene,
        who,
        said("probe app-log color=red"),
        expect![[r#"
        records refused
        to U01 alone: `app-log` does not take `color`; it takes `lines`. [Fill in a form]
    "#]],
    );
    let fill = |id: &str| {
        press(Request::Fill {
            id: id.to_owned(),
            values: Vec::new(),
        })
    };
    check(
        &mut scene,
        who,
        fill("app-log"),
        expect![[r#"
        to U01 alone: `app-log` needs to be told more [Fill it in]
    "#]],
    );
    check(
        &mut scene,
        ("guest", "C01", Way::Slash),
        fill("app-log"),
        expect![[r#"
        records refused
        to U06 alone: No rule lets you run probes here.
    "#]],
    );
    check(
        &mut scene,
        who,
        said("why app-log"),
        expect![[r#"
        to U01 alone: You may run `app-log` on aaaaaaaaaaaaa main app, by rule `on-call` [Run it]
    "#]],
    );
    check(
        &mut scene,
        ("guest", "C01", Way::Slash),
        said("why app-log"),
        expect![[r#"
        to U06 alone: No rule lets you run probes here.
    "#]],
    );
}

#[test]
fn what_was_missing_is_asked_for_and_kept() {
    let mut scene = Scene::default();
    let feedback = |helpful, missing: Option<&str>| {
        press(Request::Feedback {
            about: "502.md:20-25".to_owned(),
            helpful,
            missing: missing.map(str::to_owned),
        })
    };
    let who = ("guest", "C09", Way::Button);
    check(
        &mut scene,
        who,
        feedback(true, None),
        expect![[r#"
        keeps Feedback { about: "502.md:20-25", helpful: true, missing: None }
        to U06 alone: Good to know, thank you
    "#]],
    );
    check(
        &mut scene,
        who,
        feedback(false, None),
        expect![[r#"
        to U06 alone: What was missing? [Say what was missing]
    "#]],
    );
    check(
        &mut scene,
        who,
        feedback(false, Some("what about Varnish?")),
        expect![[r#"
        keeps Feedback { about: "502.md:20-25", helpful: false, missing: Some("what about Varnish?") }
        to U06 alone: Thank you, that is noted
    "#]],
    );
    check(
        &mut scene,
        who,
        feedback(false, Some("")),
        expect![[r#"
        keeps Feedback { about: "502.md:20-25", helpful: false, missing: None }
        to U06 alone: Thank you, that is noted
    "#]],
    );
}

#[test]
fn the_page_of_a_person_shows_what_concerns_them() {
    let mut scene = Scene::default();
    scene.hear(heard(
        "named member",
        "C01",
        Way::Slash,
        said("probe app-log"),
    ));
    scene.hear(heard(
        "member on call",
        "C01",
        Way::Slash,
        said("probe port"),
    ));
    let page = |who| whole(&mut scene.clone(), who, "H01", Way::Home, What::Opened);
    expect![[r#"
        Questions about HTTP 502, answered from the guides

        Ask in your own words or paste an error: in a direct message, by naming me in a channel, or with the slash command.

        - `502 after a deploy, the log says EADDRINUSE`
        - `step 2`
        - `help` in a channel: what you may run there

        Targets you may run checks on

        - `shop`: aaaaaaaaaaaaa main app
        - `blog`: bbbbbbbbbbbbb main app

        Waiting for consent

        - `000001` `app-log` on aaaaaaaaaaaaa main app, 2026-03-01 03:00 UTC: waits for consent

        [1] The steps of the guide
        [2] The causes
        [3] The guides
        [4] How I am
    "#]].assert_eq(&page("named member"));
    assert!(page("approver").contains("Waiting for consent"));
    assert!(!page("guest").contains("Waiting for consent"));
    assert!(page("guest").contains("None: no rule of the policy names you."));
}
