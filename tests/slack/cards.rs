//! Task cards: what they hold, what stands where a workspace does not have them, and that the double
//! and the judges would find what is wrong with one.

use bot::chat::slack::render::{parcels, plainer};
use bot::logic::message::{Message, Progress, Task, Tone};
use bot::logic::outgoing::{Address, Body};
use expect_test::expect;
use serde_json::{Value, json};

use super::edge::{Edge, person, place};
use crate::harness::slack::{Judges, marks, rules};

fn task(title: &str, progress: Progress, outcome: Option<&str>) -> Task {
    Task {
        id: "run-1".to_owned(),
        title: title.to_owned(),
        progress,
        by: None,
        outcome: outcome.map(str::to_owned),
    }
}

fn message(tasks: Vec<Task>) -> Message {
    Message::new(Tone::Plain, "Running `port`")
        .tasks(tasks)
        .field("Target", "healthyproj01 main app")
}

fn sent(tasks: Vec<Task>) -> Value {
    let body = Body::Message(message(tasks));
    parcels(&Address::Here(place(None)), &body).remove(0).body
}

#[test]
fn a_step_is_a_card_above_the_words() {
    let consent = Task {
        id: "run-0".to_owned(),
        by: Some(person("U0BEN")),
        ..task("Approved", Progress::Done, None)
    };
    let run = task(
        "port on healthyproj01 main app",
        Progress::Failed,
        Some("Nothing listens on `$PORT`."),
    );
    let sent = sent(vec![consent, run]);
    rules::message(&sent).expect("within Slack's rules");
    Judges::judge(&[json!({ "blocks": sent["blocks"] })]);
    let lines: Vec<String> = sent["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .map(Value::to_string)
        .collect();
    expect![[r#"
        {"details":{"elements":[{"elements":[{"text":"by ","type":"text"},{"type":"user","user_id":"U0BEN"}],"type":"rich_text_section"}],"type":"rich_text"},"status":"complete","task_id":"run-0","title":"Approved","type":"task_card"}
        {"output":{"elements":[{"elements":[{"text":"Nothing listens on ","type":"text"},{"style":{"code":true},"text":"$PORT","type":"text"},{"text":".","type":"text"}],"type":"rich_text_section"}],"type":"rich_text"},"status":"error","task_id":"run-1","title":"port on healthyproj01 main app","type":"task_card"}
        {"elements":[{"elements":[{"style":{"bold":true},"text":"Running ","type":"text"},{"style":{"bold":true,"code":true},"text":"port","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"\n","type":"text"},{"style":{"bold":true},"text":"Target: ","type":"text"},{"text":"healthyproj01 main app","type":"text"}],"type":"rich_text_section"}],"type":"rich_text"}"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn without_cards_the_message_is_what_it_is_without_steps() {
    let with = sent(vec![task("port on x", Progress::UnderWay, None)]);
    let without = sent(Vec::new());
    assert_ne!(with["blocks"], without["blocks"]);
    assert_eq!(plainer(&with["blocks"]), without["blocks"]);
    assert_eq!(with["text"], without["text"]);
}

#[test]
fn a_workspace_without_cards_is_asked_once() {
    let edge = Edge::new();
    edge.double.world().has_new_surfaces = false;
    let to = bot::chat::To::Place(place(None));
    let body = Body::Message(message(vec![task("port on x", Progress::UnderWay, None)]));
    for mark in ["mark-1", "mark-2"] {
        edge.deliver(&to, &body, mark).expect("delivered");
    }
    assert_eq!(edge.double.count("chat.postMessage"), 3);
    let world = edge.double.world();
    for message in &world.messages {
        assert_eq!(message.body["blocks"], sent(Vec::new())["blocks"]);
    }
}

#[test]
fn text_in_a_card_stays_text() {
    for hostile in [
        "<!here> <@U0BEN>",
        "<https://evil.test|✅ Approved>",
        "`<!channel>`\n\n<!here>",
        "\u{202e}gpj.exe",
        "&lt;!here&gt;",
        "```\n<@U0BEN>\n```",
    ] {
        let sent = sent(vec![task(hostile, Progress::Done, Some(hostile))]);
        assert_eq!(rules::message(&sent), Ok(()), "{hostile:?}");
        assert_eq!(marks::of(&sent), [], "{hostile:?}");
        let title = sent["blocks"][0]["title"].as_str().expect("a title");
        assert!(
            !title.contains(['<', '>', '`', '\n', '\u{202e}']),
            "{title}"
        );
        Judges::judge(&[json!({ "blocks": sent["blocks"] })]);
    }
}

#[test]
fn a_card_that_is_wrong_is_found() {
    let good = json!({ "type": "task_card", "task_id": "a", "title": "b", "status": "pending" });
    let with = |key: &str, value: Value| {
        let mut card = good.clone();
        card[key] = value;
        card
    };
    let section =
        json!({ "type": "rich_text_section", "elements": [{ "type": "text", "text": "x" }] });
    let two = json!({ "type": "rich_text", "elements": [section, section] });
    for wrong in [
        with("title", json!("")),
        with("title", json!({ "type": "plain_text", "text": "x" })),
        with("title", json!("x".repeat(257))),
        with("status", json!("done")),
        with("task_id", json!(null)),
        with("details", json!("x")),
        with("output", two),
        with("note", json!("x")),
    ] {
        assert!(
            rules::blocks(std::slice::from_ref(&wrong), "message").is_err(),
            "{wrong}"
        );
    }
    assert!(rules::blocks(&[good.clone(), good.clone()], "message").is_err());
    assert!(rules::blocks(std::slice::from_ref(&good), "home").is_err());
    assert_eq!(
        rules::blocks(std::slice::from_ref(&good), "message"),
        Ok(())
    );
    let called = json!({ "blocks": [with("title", json!("<!here>"))] });
    assert_eq!(marks::of(&called).len(), 1);
}
