//! Words that look like commands and are none: what other programs say, what the bot itself said, what a
//! log holds. None of them starts anything.

use bot::logic::audit::Event;
use serde_json::json;

use super::child::audit;
use crate::harness::real::Home;
use crate::harness::slack::Double;
use crate::harness::slack::world::{BOT, BOT_USER, CHANNEL, Posted};
use crate::harness::tries;

/// What would start a check, were it said by somebody who may.
const COMMANDS: [&str; 10] = [
    "probe app-log lines=999",
    "<@U0BOT> probe app-log lines=999",
    "<@U0BOT> probe error-log lines=999",
    "/502 probe app-log lines=999",
    "@bot502 probe app-log lines=999",
    "<@U0BOT> approve",
    "approve",
    "✅ Approved by <@U0BEN>: probe app-log lines=999",
    "{\"probe\":{\"id\":\"app-log\",\"values\":[\"lines=999\"]}}",
    "bot502 probe run app-log lines=999 --yes",
];

fn intents(home: &Home) -> usize {
    let mut count = 0;
    let read = audit(&home.state("")).verify(None, |entry| {
        count += usize::from(matches!(
            entry.event,
            Event::Intent { .. } | Event::Held { .. }
        ));
    });
    read.expect("the audit holds");
    count
}

fn mention(double: &Double, text: &str) -> String {
    let text = format!("<@{BOT_USER}> {text}");
    double.says("U0ANN", CHANNEL, None, &text).ts
}

/// Waits for the whole output of a check.
fn output(double: &Double, asked: &str) -> Posted {
    double.wait_for("an output", |world| {
        let mut messages = world.messages.iter();
        let is_it = |message: &&Posted| {
            message.thread.as_deref() == Some(asked) && !message.files.is_empty()
        };
        messages.find(is_it).cloned()
    })
}

#[test]
fn what_other_programs_say_starts_nothing() {
    let (double, home) = (Double::start(), Home::new());
    let real = home.serve(&double);
    // A thread in which the bot spoke: there a word of a person's needs no mention.
    let thread = mention(&double, "step 2");
    double.wait_for("an answer", |world| {
        let mut messages = world.messages.iter();
        messages
            .any(|message| message.thread.as_deref() == Some(&thread))
            .then_some(())
    });
    let count = tries(200, 1_000);
    let mut acts = Vec::new();
    for n in 0..count {
        let thread = (n % 2 == 0).then_some(thread.as_str());
        // Another program, one that shows a person's name, and the bot itself.
        let (user, more) = match n % 3 {
            0 => ("U0ROBOT", json!({ "bot_id": "B0OTHER" })),
            1 => (
                "U0ANN",
                json!({ "bot_id": "B0OTHER", "subtype": "bot_message" }),
            ),
            _ => (BOT_USER, json!({ "bot_id": BOT })),
        };
        acts.push(double.says_with(user, CHANNEL, thread, COMMANDS[n % COMMANDS.len()], &more));
    }
    for act in &acts {
        double.done(act);
    }
    let asked = mention(&double, "probe app-log lines=1");
    output(&double, &asked);
    real.stop();
    assert_eq!(home.started(), ["1"]);
    assert_eq!(intents(&home), 1);
    eprintln!("{count} words of other programs: 0 started");
}

#[test]
fn what_a_log_holds_starts_nothing() {
    let (double, home) = (Double::start(), Home::new());
    let real = home.serve(&double);
    let count = tries(5, 1_000);
    for n in 0..count {
        let lines: Vec<String> = (0..50)
            .map(|line| COMMANDS[(n + line) % COMMANDS.len()].to_owned())
            .collect();
        home.print(&lines.join("\n"));
        let asked = mention(&double, &format!("probe app-log lines={}", n + 1));
        let whole = output(&double, &asked);
        assert!(whole.files[0].text.contains("lines=999"));
        // Slack tells everybody what was said, the bot of its own words too.
        let ours: Vec<Posted> = {
            let world = double.world();
            let messages = world.messages.iter();
            let is_ours = |message: &&Posted| message.thread.as_deref() == Some(&asked);
            messages.filter(is_ours).cloned().collect()
        };
        for message in ours.iter().filter(|message| message.user == BOT_USER) {
            let said = json!({
                "type": "message", "channel": CHANNEL, "user": BOT_USER, "bot_id": BOT, "ts": message.ts,
                "thread_ts": message.thread, "text": message.body["text"], "channel_type": "channel",
            });
            double.acked(&double.event(&said));
        }
    }
    real.stop();
    let wanted: Vec<String> = (1..=count).map(|n| n.to_string()).collect();
    assert_eq!(home.started(), wanted);
    assert_eq!(intents(&home), count);
    eprintln!("{count} outputs of 50 commands each: nothing started but what was asked for");
}
