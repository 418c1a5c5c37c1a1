//! Conversations in a channel, as people see them.

use expect_test::{Expect, expect};

use super::scene::{Scene, heard, message, replies, said};
use crate::chat::terminal::plain_text;
use crate::logic::effect::Effect;
use crate::logic::event::Event;
use crate::logic::heard::{Way, What};
use crate::logic::outgoing::{Address, Outgoing};
use crate::logic::request::{Request, Which};

/// Asserts what goes out when somebody does something, the first line of each, with its address.
fn check(scene: &mut Scene, (who, at, way): (&str, &str, Way), what: What, expected: Expect) {
    let effects = scene.hear(heard(who, at, way, what));
    expected.assert_eq(&outgoing(&effects));
}

fn outgoing(effects: &[Effect]) -> String {
    let lines = effects.iter().filter_map(|effect| match effect {
        Effect::Send(outgoing) => Some(line(outgoing)),
        Effect::Start { run, .. } => Some(format!("starts {}\n", run.words())),
        Effect::Record(event) => Some(format!("records {}\n", event.kind())),
        Effect::Cancel(_) => Some("stops it\n".to_owned()),
        Effect::Feedback(feedback) => Some(format!("keeps {feedback:?}\n")),
        Effect::Hold { .. }
        | Effect::Change(_)
        | Effect::Close { .. }
        | Effect::Remember { .. }
        | Effect::Bind { .. }
        | Effect::Pause(_)
        | Effect::Resume => None,
    });
    lines.collect()
}

fn line(outgoing: &Outgoing) -> String {
    let to = match &outgoing.to {
        Address::Asker { person, .. } => format!("to {} alone", person.user),
        Address::Here(place) => match &place.thread {
            Some(thread) => format!("in {}/{thread}", place.channel),
            None => format!("in {}", place.channel),
        },
        Address::Beneath(_) => "beneath the run".to_owned(),
        Address::Instead(_) => "in the run's place".to_owned(),
        Address::Home(person) => format!("on the page of {}", person.user),
    };
    let title = message(outgoing).and_then(|message| message.title.clone());
    let buttons: Vec<&str> = message(outgoing)
        .map(|message| {
            message
                .buttons
                .iter()
                .map(|button| button.label.as_str())
                .collect()
        })
        .unwrap_or_default();
    let buttons = match buttons.is_empty() {
        true => String::new(),
        false => format!(" [{}]", buttons.join("] [")),
    };
    let mark = if outgoing.is_reply { "" } else { "(news) " };
    format!(
        "{mark}{to}: {}{buttons}\n",
        title.unwrap_or_else(|| "a file".to_owned())
    )
}

fn whole(scene: &mut Scene, who: &str, at: &str, way: Way, what: What) -> String {
    let effects = scene.hear(heard(who, at, way, what));
    let text: Vec<String> = replies(&effects)
        .iter()
        .filter_map(|reply| message(reply))
        .map(plain_text)
        .collect();
    text.concat()
}

fn press(request: Request) -> What {
    What::Pressed { request }
}

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
fn what_a_shortcut_points_to_is_read_and_never_obeyed() {
    let mut scene = Scene::default();
    check(
        &mut scene,
        ("member on call", "C01", Way::Shortcut),
        said("probe app-log"),
        expect![[r#"
            to U01 alone: Step 1: Read the logs [Run the check `app-log`] [Show the whole section] [See also: Step 2: Check the port] [Next: step 2] [Helpful] [Not helpful] [Show it to all here]
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
