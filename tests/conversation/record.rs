//! What is recorded beside runs: what decides and answers, from when on; and why somebody said no.

use rustix::process::Signal;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::checks::{beneath, label};
use super::commands::name_of;
use super::stage::{OnSlack, Stage, until};
use crate::harness::room::{Room, Where, Who};

/// Waits until the audit has so many entries; gives them.
fn entries(stage: &OnSlack, count: usize) -> Vec<Value> {
    let audit = until("entries of the audit", || {
        let audit = stage.served.audit();
        (audit.len() >= count).then_some(audit)
    });
    assert_eq!(audit.len(), count, "{audit:#?}");
    audit
}

fn loaded(audit: &[Value]) -> Vec<&str> {
    let loaded = audit.iter().filter(|event| event["kind"] == "loaded");
    loaded.filter_map(|event| event["what"].as_str()).collect()
}

/// What anybody computes of the file, as with `sha256sum`.
fn digest_of_policy(stage: &OnSlack) -> String {
    let file = std::fs::read(stage.served.path("policy.toml")).expect("the policy");
    let digest = Sha256::digest(file);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A rule by which anybody may read the log.
fn widen(stage: &OnSlack) {
    let path = stage.served.path("policy.toml");
    let policy = std::fs::read_to_string(&path).expect("the policy");
    let wider = policy.replace(
        "[[operators]]",
        r#"
        [[rule]]
        id = "anyone-reads-logs"
        platform = "slack"
        workspace = "T0HOME"
        anyone = true
        channels = ["C0OPS"]
        probes = ["app-log"]
        targets = ["shop"]

        [[operators]]"#,
    );
    assert_ne!(policy, wider);
    std::fs::write(path, wider).expect("a wider policy");
}

/// Tells whether Cyd, whom no rule names, would be let.
fn is_let(room: &dyn Room) -> bool {
    let asked = room.mention(Who::Cyd, Where::Ops, None, "why app-log");
    let seen = room.wait("why", &beneath(&asked));
    !seen.text.contains("No rule lets you")
}

#[test]
fn what_decides_and_answers_is_recorded_at_the_start_and_when_it_changes() {
    let stage = Stage::slack();
    let audit = entries(&stage, 4);
    assert_eq!(loaded(&audit), ["catalogue", "policy", "causes", "guides"]);
    for event in &audit {
        assert!(
            event["occasion"] == "start"
                && event["by"]
                    .as_str()
                    .is_some_and(|by| by.starts_with("bot502 "))
                && event["count"].as_u64().is_some_and(|count| count > 0),
            "{event:#}"
        );
    }
    let policy = &audit[1];
    assert_eq!(policy["digest"], digest_of_policy(&stage).as_str());
    assert_eq!(policy["count"], 3, "rules");
    assert!(!is_let(stage.room()));
    // Nothing changed: nothing new is in force.
    widen(&stage);
    stage.served.signal(Signal::HUP);
    let audit = entries(&stage, 5);
    let wider = &audit[4];
    assert!(
        wider["what"] == "policy" && wider["count"] == 4 && wider["occasion"] == "told",
        "{wider:#}"
    );
    assert_eq!(wider["digest"], digest_of_policy(&stage).as_str());
    assert_ne!(wider["digest"], policy["digest"]);
    until("the wider policy", || is_let(stage.room()).then_some(()));
    let listed = stage.served.bot502(&["audit", "list"]).run().done();
    let line = listed.lines().last().unwrap_or_default();
    assert!(
        line.contains("loaded")
            && line.contains("policy")
            && line.contains("4 rules, read by signal, by bot502"),
        "{listed}"
    );
    let exported = stage.served.bot502(&["audit", "export"]).run().done();
    assert!(exported.contains(&digest_of_policy(&stage)), "{exported}");
    let asked = stage.room.mention(Who::Ann, Where::Ops, None, "audit");
    let seen = stage.room().wait("the record", &beneath(&asked));
    assert!(
        seen.alone.is_some() && seen.text.contains("4 rules, read by signal"),
        "{}",
        seen.text
    );
}

#[test]
fn a_change_that_is_noticed_by_itself_is_recorded_too() {
    let settings = [("BOT502__SERVE__RELOAD_EVERY", "20ms")];
    let stage = Stage::slack_with(&settings);
    entries(&stage, 4);
    widen(&stage);
    let audit = entries(&stage, 5);
    assert!(
        audit[4]["what"] == "policy" && audit[4]["occasion"] == "change",
        "{audit:#?}"
    );
}

#[test]
fn a_reading_that_is_refused_is_recorded_with_the_number_of_mistakes_and_never_their_text() {
    let stage = Stage::slack();
    entries(&stage, 4);
    let path = stage.served.path("policy.toml");
    let policy = std::fs::read_to_string(&path).expect("the policy");
    let wrong = policy
        .replace("\"app-log\"", "\"planted-probe\"")
        .replace("S0ONCALL", "planted group");
    std::fs::write(&path, &wrong).expect("a wrong policy");
    stage.served.signal(Signal::HUP);
    let audit = entries(&stage, 5);
    let refused = &audit[4];
    assert!(
        refused["kind"] == "not-loaded"
            && refused["mistakes"].as_u64().is_some_and(|count| count >= 2)
            && refused["occasion"] == "told",
        "{refused:#}"
    );
    let file = std::fs::read_to_string(stage.served.path("audit.jsonl")).expect("the audit");
    assert!(!file.contains("planted"), "{file}");
    assert!(!is_let(stage.room()), "the old stays in force");
    // Mended: the last word on each is what holds.
    std::fs::write(&path, &policy).expect("the old policy");
    stage.served.signal(Signal::HUP);
    let audit = entries(&stage, 9);
    assert_eq!(
        loaded(&audit[5..]),
        ["catalogue", "policy", "causes", "guides"]
    );
}

#[test]
fn what_cannot_be_recorded_gives_nobody_a_right() {
    let mut stage = Stage::slack();
    // A folder in the place of the lock: no entry can be written, whoever runs the test.
    let lock = stage.served.path("audit.lock");
    std::fs::remove_file(&lock).expect("the lock");
    std::fs::create_dir(&lock).expect("a folder");
    widen(&stage);
    stage.served.signal(Signal::HUP);
    until("a word on it", || {
        let asked = stage.room.mention(Who::Ann, Where::Ops, None, "status");
        let seen = stage.room().wait("how it is", &beneath(&asked));
        seen.text.contains("was refused").then_some(())
    });
    assert!(!is_let(stage.room()));
    let log = stage.served.stop();
    assert!(log.contains("could not be recorded"), "{log}");
    std::fs::remove_dir(&lock).expect("the folder");
    let audit = stage.served.audit();
    assert_eq!(audit.len(), 4, "{audit:#?}");
}

#[test]
fn why_somebody_said_no_is_recorded_without_secrets_and_within_bounds() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let room = stage.room();
    let secret = "hunter2-hunter2";
    let reason = format!(
        "not with postgresql://main:{secret}@database.internal:5432/main in it {}",
        "and so on ".repeat(40)
    );
    let ends = [
        ("Deny", Who::Ben, "ended"),
        ("Break glass", Who::Ann, "broken-glass"),
    ];
    for (button, who, kind) in ends {
        let asked = room.mention(Who::Ann, Where::Ops, None, "probe port");
        let held = room.wait("a question for consent", &|seen| {
            beneath(&asked)(seen) && !seen.buttons.is_empty()
        });
        room.press(who, &held, label(&held, button));
        room.form(who);
        // A form takes 300 characters; what is typed may be longer.
        let name = name_of(&held);
        let word = if button == "Deny" {
            "deny"
        } else {
            "break-glass"
        };
        room.mention(
            who,
            Where::Ops,
            Some(&asked),
            &format!("{word} {name} {reason}"),
        );
        room.wait("the end of the wait", &|seen| {
            seen.id == held.id && seen.text.contains("not with")
        });
        let audit = stage.served.audit();
        let event = audit.iter().find(|event| event["kind"] == kind);
        let event = event.expect("it is recorded");
        let kept = event["reason"].as_str().expect("with its reason");
        assert!(
            kept.starts_with("not with") && kept.chars().count() <= 300,
            "{kept}"
        );
    }
    let listed = stage.served.bot502(&["audit", "list"]).run().done();
    assert!(
        listed.contains("denied by Slack T0HOME/U0BEN: not with"),
        "{listed}"
    );
    let file = std::fs::read_to_string(stage.served.path("audit.jsonl")).expect("the audit");
    assert!(!file.contains(secret), "{file}");
    let told = room.seen();
    let leaks = told.iter().find(|seen| seen.text.contains(secret));
    assert!(leaks.is_none(), "{leaks:?}");
}
