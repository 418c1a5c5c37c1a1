//! Slack's newer surfaces around the same conversation: task cards for a run, the assistant's panel, and
//! what is left of them where a workspace does not have them.

use serde_json::Value;

use super::stage::{OnSlack, Stage};
use crate::harness::room::{Seen, Where, Who};

fn beneath(message: &str) -> impl Fn(&Seen) -> bool {
    move |seen| seen.thread.as_deref() == Some(message)
}

/// Runs a check to its end; gives all that its own message said, one after the other.
fn ran(stage: &OnSlack, probe: &str, approver: Option<Who>) -> Vec<Value> {
    let room = stage.room();
    let asked = room.mention(Who::Ann, Where::Ops, None, &format!("probe {probe}"));
    if let Some(approver) = approver {
        let held = room.wait("a question for consent", &|seen| {
            beneath(&asked)(seen) && seen.buttons.iter().any(|label| label == "Approve")
        });
        room.press(approver, &held, "Approve");
    }
    room.wait("the whole output", &|seen| {
        beneath(&asked)(seen) && !seen.files.is_empty()
    });
    let world = stage.room.world();
    let mut messages = world.messages.iter();
    let own = messages
        .find(|message| message.thread.as_deref() == Some(&asked) && !message.was.is_empty());
    let own = own.expect("the run's message was changed");
    own.was.iter().chain([&own.body]).cloned().collect()
}

/// Says each card of a message in a line.
fn cards(body: &Value) -> Vec<String> {
    let blocks = body["blocks"].as_array().into_iter().flatten();
    let cards = blocks.filter(|block| block["type"] == "task_card");
    let text = |card: &Value, key: &str| card[key].as_str().unwrap_or_default().to_owned();
    cards
        .map(|card| format!("{} {}", text(card, "status"), text(card, "title")))
        .collect()
}

#[test]
fn a_runs_card_goes_from_running_to_done() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let said = ran(&stage, "app-log", None);
    let title = "app-log on healthyproj01 main app";
    let first = said.first().expect("it was said");
    assert_eq!(cards(first), [format!("in_progress {title}")]);
    let last = said.last().expect("it was said");
    assert_eq!(cards(last), [format!("complete {title}")]);
    let output = last["blocks"][0]["output"].to_string();
    assert!(output.contains("reports no error"), "{output}");
}

#[test]
fn a_run_that_was_held_shows_who_asked_and_who_approved_to_its_end() {
    let Some(stage) = Stage::slack_with_checks() else {
        return;
    };
    let said = ran(&stage, "port", Some(Who::Ben));
    let title = "port on healthyproj01 main app";
    let first = said.first().expect("it was said");
    let waits = ["complete Asked for", "pending A second person must consent"];
    assert_eq!(cards(first)[..2], waits);
    assert_eq!(cards(first)[2], format!("pending {title}"));
    let approved = ["complete Asked for", "complete Approved"];
    assert_eq!(cards(&said[1])[..2], approved);
    assert_eq!(cards(&said[1])[2], format!("in_progress {title}"));
    let last = said.last().expect("it was said");
    assert_eq!(cards(last)[..2], approved);
    assert_eq!(cards(last)[2], format!("complete {title}"));
    assert!(last["blocks"][1].to_string().contains("U0BEN"), "{last}");
}
