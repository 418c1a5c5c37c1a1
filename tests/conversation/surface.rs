//! Slack's newer surfaces around the same conversation: task cards for a run, the assistant's panel, and
//! what is left of them where a workspace does not have them.

use bot::chat::slack::render::plainer;
use serde_json::Value;
use sqlx::ConnectOptions as _;

use super::stage::{OnSlack, Stage};
use crate::harness::room::{Seen, Where, Who};
use crate::harness::slack::panel::Panel;
use crate::harness::slack::world::{BOT_USER, World};

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

const ERROR: &str = "connect() failed (111: Connection refused) while connecting to upstream";

/// Opens the panel and waits for the greeting; gives its channel and thread.
fn opened(stage: &OnSlack, user: &str) -> (String, String) {
    let act = stage.room.opens_panel(user);
    stage.room.done(&act);
    let key = (World::direct(user), act.ts);
    said_in(stage, &key.1, 1);
    key
}

/// Waits until so much was said in a thread; gives it.
fn said_in(stage: &OnSlack, thread: &str, count: usize) -> Vec<Seen> {
    let all = || -> Vec<Seen> {
        let seen = stage.room().seen();
        seen.into_iter().filter(beneath(thread)).collect()
    };
    stage.room.wait_for("what is said in the panel", |world| {
        let ours = world.messages.iter().filter(|message| {
            message.user == BOT_USER && message.thread.as_deref() == Some(thread)
        });
        (ours.count() >= count).then_some(())
    });
    all()
}

/// Waits until something can be seen on a panel.
fn panel<T>(stage: &OnSlack, key: &(String, String), seen: impl Fn(&Panel) -> Option<T>) -> T {
    let shown = |world: &mut World| seen(world.panels.get(key)?);
    stage.room.wait_for("something on the panel", shown)
}

#[test]
fn who_opens_the_panel_is_greeted_once_with_what_they_could_ask() {
    let mut stage = Stage::slack();
    let act = stage.room.opens_panel("U0BEN");
    stage.room.done(&act);
    // Slack brings it again where it is not sure.
    stage.room.repeat(&act.id);
    let ben = (World::direct("U0BEN"), act.ts);
    let prompts = |panel: &Panel| {
        let texts = panel.prompts.iter().map(|(_, text)| text.clone());
        (!panel.prompts.is_empty()).then(|| texts.collect::<Vec<_>>())
    };
    let texts = panel(&stage, &ben, prompts);
    assert_eq!(texts[0], "probe app-log");
    assert_eq!(texts.len(), 4, "{texts:?}");
    // Cyd may run nothing, and is offered nothing to run.
    let cyd = opened(&stage, "U0CYD");
    let texts = panel(&stage, &cyd, prompts);
    assert!(texts[0].starts_with("ask "), "{texts:?}");
    assert!(
        !texts
            .iter()
            .any(|text| text.starts_with("probe ") || text == "runs"),
        "{texts:?}"
    );
    stage.served.stop();
    for thread in [&ben.1, &cyd.1] {
        let greetings = said_in(&stage, thread, 1);
        assert_eq!(greetings.len(), 1, "{greetings:#?}");
        assert!(greetings[0].text.contains("step N"), "{greetings:#?}");
    }
}

#[test]
fn what_a_prompt_types_is_answered() {
    let stage = Stage::slack();
    let key = opened(&stage, "U0CYD");
    let prompts = panel(&stage, &key, |panel| {
        (!panel.prompts.is_empty()).then(|| panel.prompts.clone())
    });
    for (index, (_, text)) in prompts.iter().enumerate() {
        stage.room.says("U0CYD", &key.0, Some(&key.1), text);
        let seen = said_in(&stage, &key.1, index + 2);
        let last = &seen[index + 1].text;
        assert!(
            !last.contains("Nothing in the guides fits"),
            "{text}: {last}"
        );
    }
}

#[test]
fn an_error_asked_in_the_panel_has_a_status_a_title_and_one_reply() {
    let mut stage = Stage::slack();
    let key = opened(&stage, "U0CYD");
    stage.room.says("U0CYD", &key.0, Some(&key.1), ERROR);
    let seen = said_in(&stage, &key.1, 2);
    assert!(
        seen[1].text.contains("Nothing accepts at the place"),
        "{seen:#?}"
    );
    panel(&stage, &key, |panel| {
        (!panel.titles.is_empty()).then_some(())
    });
    panel(&stage, &key, |panel| panel.statuses.first().cloned());
    stage.room.says("U0CYD", &key.0, Some(&key.1), "step 2");
    said_in(&stage, &key.1, 3);
    stage.served.stop();
    assert_eq!(said_in(&stage, &key.1, 3).len(), 3);
    let world = stage.room.world();
    let panel = &world.panels[&key];
    assert_eq!(panel.statuses[0], "is reading the guide...");
    assert_eq!(panel.status(world.now), None);
    assert_eq!(
        panel.titles.len(),
        1,
        "the first thing asked names the thread"
    );
    assert!(
        panel.titles[0].contains("Nothing accepts at the place"),
        "{:?}",
        panel.titles
    );
}

#[test]
fn an_agents_messages_are_threads_with_prompts_above_them() {
    let mut stage = Stage::slack();
    stage.room.world().is_agent = true;
    stage.room.opens_tab("U0BEN", "messages");
    let pinned = stage
        .room
        .wait_for("prompts", |world| world.pinned.get("D0BEN").cloned());
    assert_eq!(pinned[0].1, "probe app-log");
    let asked = stage.room.says("U0BEN", "D0BEN", None, ERROR);
    let key = ("D0BEN".to_owned(), asked.ts.clone());
    said_in(&stage, &key.1, 1);
    panel(&stage, &key, |panel| panel.titles.first().cloned());
    panel(&stage, &key, |panel| panel.statuses.first().cloned());
    stage.room.says("U0BEN", "D0BEN", Some(&key.1), "step 2");
    said_in(&stage, &key.1, 2);
    stage.served.stop();
    let world = stage.room.world();
    let ours = world
        .messages
        .iter()
        .filter(|message| message.user == BOT_USER);
    assert_eq!(
        ours.count(),
        2,
        "opening is answered on the page and not with a message"
    );
    assert!(world.homes.contains_key("U0BEN"));
    assert_eq!(world.panels[&key].status(world.now), None);
}

#[test]
fn a_threads_title_holds_no_secret_and_does_nothing() {
    let stage = Stage::slack();
    let key = opened(&stage, "U0CYD");
    let text = "why does password=hunter2hunter2 fail for &lt;!here&gt;?";
    stage.room.says("U0CYD", &key.0, Some(&key.1), text);
    let title = panel(&stage, &key, |panel| panel.titles.first().cloned());
    assert!(title.starts_with("why does password="), "{title}");
    assert!(
        !title.contains("hunter2") && !title.contains('<'),
        "{title}"
    );
}

#[test]
fn a_check_asked_in_the_panel_says_that_it_runs_until_it_is_over() {
    let Some(mut stage) = Stage::slack_with_checks() else {
        return;
    };
    let key = opened(&stage, "U0BEN");
    stage
        .room
        .says("U0BEN", &key.0, Some(&key.1), "probe app-log");
    stage.room().wait("the whole output", &|seen| {
        beneath(&key.1)(seen) && !seen.files.is_empty()
    });
    panel(&stage, &key, |panel| panel.titles.first().cloned());
    stage.served.stop();
    let world = stage.room.world();
    let panel = &world.panels[&key];
    assert!(
        panel.statuses.contains(&"is running app-log...".to_owned()),
        "{:?}",
        panel.statuses
    );
    assert_eq!(panel.status(world.now), None, "{:?}", panel.statuses);
    assert_eq!(panel.titles, ["app-log on healthyproj01 main app"]);
}

#[test]
fn without_the_newer_surfaces_the_replies_are_the_same() {
    let talk = |has_them: bool| {
        let mut stage = Stage::slack();
        if !has_them {
            let mut world = stage.room.world();
            world.no_panel = Some("unknown_method");
            world.has_new_surfaces = false;
        }
        let key = opened(&stage, "U0CYD");
        for (index, text) in [ERROR, "step 2", "help", "probe app-log"]
            .iter()
            .enumerate()
        {
            stage.room.says("U0CYD", &key.0, Some(&key.1), text);
            said_in(&stage, &key.1, index + 2);
        }
        let log = stage.served.stop();
        let told = log.matches("lacks the assistant's panel").count();
        assert_eq!(told, usize::from(!has_them), "{log}");
        let seen = said_in(&stage, &key.1, 5);
        let seen = seen.into_iter().map(|seen| (seen.text, seen.buttons));
        seen.collect::<Vec<_>>()
    };
    assert_eq!(talk(true), talk(false));
}

#[test]
fn without_task_cards_a_check_says_the_same_in_words() {
    let talk = |has_them: bool| {
        let mut stage = Stage::slack_with_checks()?;
        stage.room.world().has_new_surfaces = has_them;
        let said = ran(&stage, "port", Some(Who::Ben));
        stage.served.stop();
        Some(said)
    };
    let (Some(with), Some(without)) = (talk(true), talk(false)) else {
        return;
    };
    let ends = |said: &[Value]| said.first().cloned().zip(said.last().cloned());
    let (with, without) = (ends(&with), ends(&without));
    let pairs = with
        .zip(without)
        .map(|(with, without)| [(with.0, without.0), (with.1, without.1)]);
    for (with, without) in pairs.iter().flatten() {
        assert!(!cards(with).is_empty() && cards(without).is_empty());
        assert_eq!(kinds(&plainer(&with["blocks"])), kinds(&without["blocks"]));
    }
}

/// Gives the kinds of blocks: what stands in them names moments and runs.
fn kinds(blocks: &Value) -> Vec<String> {
    let blocks = blocks.as_array().into_iter().flatten();
    let kind = |block: &Value| block["type"].as_str().unwrap_or_default().to_owned();
    blocks.map(kind).collect()
}

#[test]
fn what_was_missing_is_kept_without_its_secrets() {
    let mut stage = Stage::slack();
    let room = stage.room();
    let asked = room.mention(Who::Cyd, Where::Ops, None, ERROR);
    let answer = room.wait("the answer", &beneath(&asked));
    room.press(Who::Cyd, &answer, "Not helpful");
    let fields = room.form(Who::Cyd);
    let text = "how to rotate password=hunter2hunter2";
    room.submit(Who::Cyd, &[(fields[0].as_str(), text)]);
    room.wait("thanks", &|seen| seen.alone.as_deref() == Some("U0CYD"));
    stage.served.stop();
    let kept = stage.room.block_on(feedback(&stage));
    let [(about, helpful, missing)] = kept.as_slice() else {
        panic!("one verdict was given: {kept:?}");
    };
    assert!(about.starts_with("cause ") && !helpful, "{kept:?}");
    assert!(missing.starts_with("how to rotate password="), "{missing}");
    assert!(!missing.contains("hunter2"), "{missing}");
}

/// Reads what people thought of answers, as it is kept.
async fn feedback(stage: &OnSlack) -> Vec<(String, bool, String)> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(stage.served.database());
    let mut db = options.connect().await.expect("the database opens");
    sqlx::query_as("SELECT about, helpful, missing FROM feedback")
        .fetch_all(&mut db)
        .await
        .expect("it can be read")
}
