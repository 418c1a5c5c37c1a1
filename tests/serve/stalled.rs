//! Slack or a check that does not answer, and a Slack that asks to slow down: what is said to the bot is
//! acknowledged all the same, others are answered, and each answer arrives once.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::json;

use crate::harness::real::{Home, Real};
use crate::harness::slack::Double;
use crate::harness::slack::world::{BOT_USER, CHANNEL, Fault, World};
use crate::harness::{is_full, tries};

/// Counts what the bot said, by channel and thread.
fn said(world: &World) -> BTreeMap<(String, Option<String>), usize> {
    let mut said = BTreeMap::new();
    for message in world
        .messages
        .iter()
        .filter(|message| message.user == BOT_USER)
    {
        *said
            .entry((message.channel.clone(), message.thread.clone()))
            .or_default() += 1;
    }
    said
}

fn count(world: &World) -> usize {
    said(world).into_values().sum()
}

#[test]
fn what_is_said_is_acknowledged_while_slack_does_not_answer() {
    let (double, home) = (Double::start(), Home::new());
    let server = home.server(&double);
    let real = Real::start(server.env("BOT502__SERVE__DELIVER_WITHIN", "1s"));
    double.wait_for_sockets(1);
    double.world().often = Some(("chat.postMessage", 100, Fault::Deaf));
    let many = tries(50, 500);
    let mut took = Vec::new();
    for n in 0..many {
        let begun = Instant::now();
        let text = format!("<@{BOT_USER}> step {}", n % 7 + 1);
        double.done(&double.says("U0ANN", CHANNEL, None, &text));
        took.push(begun.elapsed());
    }
    assert_eq!(count(&double.world()), 0, "no answer has arrived");
    double.world().often = None;
    double.wait_for("all answers", |world| (count(world) >= many).then_some(()));
    real.stop();
    let said = said(&double.world());
    assert_eq!(said.len(), many);
    assert!(said.values().all(|count| *count == 1), "{said:?}");
    took.sort();
    eprintln!(
        "{many} acknowledged while nothing could be said: half within {:?}, 99 of 100 within {:?}",
        took[many / 2],
        took[many * 99 / 100]
    );
}

#[test]
fn what_is_said_is_answered_while_a_check_hangs() {
    let (double, home) = (Double::start(), Home::new());
    let hangs = "#!/bin/sh\nwhile [ ! -e \"$HOME/gate\" ]; do sleep 0.05; done\necho over\n";
    std::fs::write(home.path("upsun"), hangs).expect("a script");
    let real = home.serve(&double);
    let probe = format!("<@{BOT_USER}> probe app-log lines=1");
    let asked = double.says("U0ANN", CHANNEL, None, &probe);
    double.wait_for("a run", |world| {
        said(world)
            .get(&(CHANNEL.to_owned(), Some(asked.ts.clone())))
            .copied()
    });
    for n in 1..=7 {
        let text = format!("<@{BOT_USER}> step {n}");
        let question = double.says("U0ANN", CHANNEL, None, &text);
        double.done(&question);
        double.wait_for("an answer", |world| {
            said(world)
                .get(&(CHANNEL.to_owned(), Some(question.ts.clone())))
                .copied()
        });
    }
    std::fs::write(home.state("probes/home/gate"), "").expect("the gate");
    double.wait_for("the result", |world| {
        let mut messages = world.messages.iter();
        messages
            .any(|message| !message.files.is_empty())
            .then_some(())
    });
    real.stop();
}

#[test]
fn where_a_third_of_all_messages_is_put_off_each_arrives_once() {
    let (double, home) = (Double::start(), Home::new());
    let real = home.serve(&double);
    let (people, each) = (tries(20, 100), 10);
    for n in 0..people {
        double.world().add_user(&format!("U1{n:03}"), &json!({}));
    }
    // In full Slack has its usual word: not within a second.
    let limited = Fault::Limited(u64::from(is_full()));
    double.world().often = Some(("chat.postMessage", 30, limited));
    for round in 0..each {
        for n in 0..people {
            let user = format!("U1{n:03}");
            double.says(
                &user,
                &World::direct(&user),
                None,
                &format!("step {}", round % 7 + 1),
            );
        }
    }
    let all = people * each;
    double.wait_for("all answers", |world| (count(world) >= all).then_some(()));
    // A moment in which one too many could still come: until it stops in order.
    real.stop();
    let mut by_channel: BTreeMap<String, usize> = BTreeMap::new();
    for ((channel, _), count) in said(&double.world()) {
        *by_channel.entry(channel).or_default() += count;
    }
    assert_eq!(by_channel.len(), people);
    assert!(
        by_channel.values().all(|count| *count == each),
        "{by_channel:?}"
    );
    let calls = double.count("chat.postMessage");
    let put_off = calls - all;
    assert!(put_off * 5 > all, "{put_off} of {calls} calls were put off");
    eprintln!("{all} messages, {put_off} of {calls} calls put off: 0 lost, 0 doubled");
}
