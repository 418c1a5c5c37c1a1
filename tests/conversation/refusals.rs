//! Every refusal, in chat: why, and who could. And people and places that the bot does not know.

use rustix::process::Signal;

use super::checks::{beneath, label};
use super::stage::{Stage, until};
use crate::harness::room::{Where, Who};

#[test]
fn each_refusal_says_why_and_who_could() {
    let stage = Stage::slack();
    let room = stage.room();
    for (who, text, why, who_could) in [
        (
            Who::Ann,
            "probe app-log lines=zero",
            "`zero` is no whole number",
            "",
        ),
        (Who::Ann, "probe app-log colour=red", "colour", ""),
        (
            Who::Ann,
            "probe metrics",
            "do not name this probe",
            "Nobody may",
        ),
        (
            Who::Cyd,
            "probe app-log",
            "No rule lets you run probes here",
            "S0ONCALL",
        ),
        (
            Who::Guest,
            "probe app-log",
            "No rule lets you run probes here",
            "S0ONCALL",
        ),
        (
            Who::Away,
            "probe app-log",
            "not a member of the workspace",
            "",
        ),
    ] {
        let asked = room.mention(who, Where::Ops, None, text);
        let seen = room.wait("a refusal", &beneath(&asked));
        let said = seen.text.replace('`', "");
        assert!(
            said.contains('⛔') && said.contains(&why.replace('`', "")) && said.contains(who_could),
            "{who:?} {text}: {said}"
        );
    }
    // A wrong parameter can be mended in a form.
    let asked = room.mention(Who::Ann, Where::Ops, None, "probe app-log lines=zero");
    let seen = room.wait("a refusal", &beneath(&asked));
    room.press(Who::Ann, &seen, label(&seen, "Fill in a form"));
    assert!(room.form(Who::Ann).contains(&"lines".to_owned()));
    room.command(Who::Ann, Where::Elsewhere, "probe app-log");
    let seen = room.wait("a refusal elsewhere", &|seen| seen.alone.is_some());
    assert!(
        seen.text.contains("⛔") && seen.text.contains("shop"),
        "{}",
        seen.text
    );
    let audit = stage.served.audit();
    let refused = audit.iter().filter(|event| event["kind"] == "refused");
    assert_eq!(refused.count(), 8, "each is recorded: {audit:#?}");
}

#[test]
fn more_than_three_of_ones_own_do_not_wait_at_once() {
    let stage = Stage::slack();
    let room = stage.room();
    for _ in 0..3 {
        let asked = room.mention(Who::Ann, Where::Ops, None, "probe port");
        room.wait("a question for consent", &beneath(&asked));
    }
    let asked = room.mention(Who::Ann, Where::Ops, None, "probe port");
    let seen = room.wait("a refusal", &beneath(&asked));
    assert!(
        seen.text.contains("You have 3 approvals waiting already"),
        "{}",
        seen.text
    );
}

#[test]
fn what_would_run_and_has_changed_meanwhile_is_void() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let last = || {
        let audit = stage.served.audit();
        audit
            .last()
            .and_then(|event| event["what"].as_str().map(str::to_owned))
    };
    let reload = |what: &str| {
        stage.served.signal(Signal::HUP);
        until(what, || (last()? == what).then_some(()));
    };
    let path = stage.served.path("policy.toml");
    let policy = std::fs::read_to_string(&path).expect("the policy");
    let held_too = policy
        .replace(", \"latest\"]", "]")
        .replace("\"listeners\"", "\"latest\"");
    std::fs::write(&path, held_too).expect("another policy");
    reload("policy");
    let asked = room.mention(Who::Ann, Where::Ops, None, "probe latest count=3");
    let held = room.wait("a question for consent", &|seen| {
        beneath(&asked)(seen) && !seen.buttons.is_empty()
    });
    let path = stage.own.path().join("latest.toml");
    let probe = std::fs::read_to_string(&path).expect("the probe");
    std::fs::write(&path, probe.replace("id,type,state", "id,state")).expect("another probe");
    reload("catalogue");
    room.press(Who::Ben, &held, label(&held, "Approve"));
    let void = room.wait("that it is void", &|seen| {
        seen.id == held.id && seen.text.contains("is void")
    });
    assert_eq!(void.buttons, ["Ask again"]);
    let audit = stage.served.audit();
    assert!(
        !audit.iter().any(|event| event["kind"] == "intent"),
        "{audit:#?}"
    );
}

#[test]
fn whom_the_platform_does_not_know_is_answered_and_has_no_right() {
    let stage = Stage::slack();
    let room = stage.room();
    for who in [Who::Gone, Who::Nobody, Who::Away] {
        let asked = room.mention(who, Where::Ops, None, "step 2");
        let seen = room.wait("the answer", &beneath(&asked));
        assert!(seen.text.contains("Step 2"), "{who:?}: {}", seen.text);
        for text in ["probe app-log", "probe port"] {
            let asked = room.mention(who, Where::Ops, None, text);
            let seen = room.wait("a refusal", &beneath(&asked));
            assert!(
                seen.text.contains("not a member of the workspace"),
                "{who:?} {text}: {}",
                seen.text
            );
        }
        room.command(who, Where::Ops, "pause");
        let id = room.id(who);
        room.wait("a refusal", &|seen| {
            seen.alone.as_deref() == Some(&id) && seen.text.contains("⛔")
        });
    }
}

#[test]
fn in_a_channel_that_it_is_not_in_the_answer_comes_directly() {
    let stage = Stage::slack();
    let room = stage.room();
    room.mention(Who::Ann, Where::Elsewhere, None, "step 2");
    let seen = room.wait("the answer", &|seen| seen.channel == "D0ANN");
    assert!(seen.text.contains("Step 2"), "{}", seen.text);
}
