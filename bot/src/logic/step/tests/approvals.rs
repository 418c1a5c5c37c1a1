//! Consent, refusal, the glass and the time that runs out, as people see them.

use expect_test::expect;

use super::scene::{Scene, heard, said};
use super::seen::{check, outgoing, press, whole};
use crate::chat::terminal::plain_text;
use crate::logic::event::Event;
use crate::logic::heard::Way;
use crate::logic::request::{Request, Which};

#[test]
fn a_second_person_consents_in_front_of_all() {
    let mut scene = Scene::default();
    check(
        &mut scene,
        ("named member", "C01", Way::Slash),
        said("probe app-log"),
        expect![[r#"
            records held
            in C01: A second person must consent to `app-log` [Approve] [Deny] [Break glass] [Cancel]
        "#]],
    );
    let run = Which::This(scene.runs[0].id);
    check(
        &mut scene,
        ("named member", "C01", Way::Button),
        press(Request::Approve { run: run.clone() }),
        expect![[r#"
            records refused
            to U09 alone: You asked for it, and a second person must consent.
        "#]],
    );
    check(
        &mut scene,
        ("member on call", "C01", Way::Button),
        press(Request::Approve { run: run.clone() }),
        expect![[r#"
            records refused
            to U01 alone: You may not consent to this.
        "#]],
    );
    check(
        &mut scene,
        ("approver", "C01", Way::Button),
        press(Request::Approve { run: run.clone() }),
        expect![[r#"
            records consented
            starts app-log
            in the run's place: `app-log` is approved, and runs [Stop it]
        "#]],
    );
    check(
        &mut scene,
        ("approver", "C01", Way::Button),
        press(Request::Deny { run, reason: None }),
        expect![[r#"
            records refused
            to U04 alone: It is settled already
        "#]],
    );
}

#[test]
fn who_asked_is_shown_what_would_run_word_for_word() {
    let mut scene = Scene::default();
    let shown = whole(
        &mut scene,
        "named member",
        "C01",
        Way::Mention,
        said("probe app-log lines=7"),
    );
    expect![[r#"
        A second person must consent to `app-log`

        Target:   aaaaaaaaaaaaa main app
        Asked by: Slack T01/U09
        Until:    2026-03-01 03:10:00 UTC

            upsun environment:logs app -p aaaaaaaaaaaaa -e main -A app --no --lines 7
            what would run, word for word

        A second person must consent: members of S02 (rule `named`).

        Run 000001, rule named, digest a7dc09a35d3a.

        [1] Approve
        [2] Deny
        [3] Break glass
        [4] Cancel
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_no_comes_with_its_reason() {
    let mut scene = Scene::default();
    scene.hear(heard(
        "named member",
        "C01",
        Way::Slash,
        said("probe app-log"),
    ));
    let run = Which::This(scene.runs[0].id);
    check(
        &mut scene,
        ("approver", "C01", Way::Button),
        press(Request::Deny {
            run: run.clone(),
            reason: None,
        }),
        expect![[r#"
            to U04 alone: Say why not
        "#]],
    );
    let reason = Some("the site is in maintenance".to_owned());
    check(
        &mut scene,
        ("approver", "C01", Way::Form),
        press(Request::Deny { run, reason }),
        expect![[r#"
            records ended
            (news) in the run's place: `app-log` was denied
            in C01: `app-log` was denied
        "#]],
    );
    let settled = scene.slots.values().next().expect("a slot");
    expect![[r#"
        `app-log` was denied

        Target:    aaaaaaaaaaaaa main app
        Asked by:  Slack T01/U09
        Denied by: Slack T01/U04
        At:        2026-03-01 03:00:00 UTC
        Why:       the site is in maintenance
    "#]]
    .assert_eq(&plain_text(settled));
}

#[test]
fn a_lone_person_breaks_the_glass_for_a_reason_that_the_channel_reads() {
    let mut scene = Scene::default();
    scene.hear(heard(
        "named member",
        "C01/7.7",
        Way::FollowUp,
        said("probe app-log"),
    ));
    let run = Which::This(scene.runs[0].id);
    let glass = |reason: Option<&str>| {
        press(Request::BreakGlass {
            run: run.clone(),
            reason: reason.map(str::to_owned),
        })
    };
    check(
        &mut scene,
        ("approver", "C01/7.7", Way::Button),
        glass(Some("I say so")),
        expect![[r#"
            records refused
            to U04 alone: The policy does not let you start this without the second person.
        "#]],
    );
    check(
        &mut scene,
        ("named member", "C01/7.7", Way::Button),
        glass(None),
        expect![[r#"
        to U09 alone: Say why it cannot wait
    "#]],
    );
    check(
        &mut scene,
        ("named member", "C01/7.7", Way::Form),
        glass(Some("checkout is down, nobody else is awake")),
        expect![[r#"
            records broken-glass
            starts app-log
            (news) in the run's place: `app-log` runs without a second person: glass broken [Stop it]
            in C01/7.7: `app-log` runs without a second person: glass broken [Stop it]
            (news) in C01: Glass broken: `app-log` runs without a second person
        "#]],
    );
}

#[test]
fn nobody_consents_after_the_time_is_over() {
    let mut scene = Scene::default();
    scene.hear(heard(
        "named member",
        "C01",
        Way::Slash,
        said("probe app-log"),
    ));
    let run = Which::This(scene.runs[0].id);
    scene.elapsed = std::time::Duration::from_secs(600);
    let mut late = scene.clone();
    check(
        &mut late,
        ("approver", "C01", Way::Button),
        press(Request::Approve { run }),
        expect![[r#"
            records ended
            (news) in the run's place: `app-log` expired: nobody consented in time [Ask again]
            (news) beneath the run: `app-log` expired: nobody consented in time [Ask again]
            to U04 alone: The time to consent has run out.
        "#]],
    );
    expect![[r#"
        records ended
        (news) in the run's place: `app-log` expired: nobody consented in time [Ask again]
        (news) beneath the run: `app-log` expired: nobody consented in time [Ask again]
    "#]]
    .assert_eq(&outgoing(&scene.happen(Event::Tick)));
}
