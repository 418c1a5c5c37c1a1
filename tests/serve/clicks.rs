//! What was done once and is brought again, or made up: no second effect, and none at all.

use std::time::{Duration, Instant};

use bot::logic::approval::RunId;
use bot::logic::audit::Event;
use bot::logic::request::{Request, Which};
use serde_json::json;
use uuid::Uuid;

use super::child::audit;
use super::real::{figure, is_ready};
use super::story::{Story, alone};
use crate::harness::real::{Real, SIGNING};
use crate::harness::slack::Line;
use crate::harness::slack::world::{CHANNEL, Posted};
use crate::harness::tries;

/// How long a test waits at most. Nothing waits this long unless something hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often what was done is brought again.
const AGAIN: usize = 1_000;

/// All that anybody can see or that was done: messages and their changes, starts, records.
fn effects(story: &Story) -> [usize; 4] {
    let world = story.double.world();
    let changes = world.messages.iter().map(|message| message.was.len());
    let (messages, changes) = (world.messages.len(), changes.sum());
    drop(world);
    [
        messages,
        changes,
        story.home.started().len(),
        records(story),
    ]
}

fn records(story: &Story) -> usize {
    let mut count = 0;
    let read = audit(&story.home.state("")).verify(None, |_| count += 1);
    read.expect("the audit holds");
    count
}

fn intents(story: &Story) -> usize {
    let mut count = 0;
    let read = audit(&story.home.state("")).verify(None, |entry| {
        count += usize::from(matches!(
            entry.event,
            Event::Intent { .. } | Event::Consented { .. }
        ));
    });
    read.expect("the audit holds");
    count
}

/// Lives until all that was asked for is done and seen.
fn done(story: &mut Story, real: &Real) {
    story.work();
    assert!(story.go_on(real));
    let files = story.checks.len();
    story.double.wait_for("the whole outputs", |world| {
        let with_files = world
            .messages
            .iter()
            .filter(|message| !message.files.is_empty());
        (with_files.count() == files).then_some(())
    });
    story.double.wait_for("an answer to the command", |world| {
        (alone(world, "U0CYD") > 0).then_some(())
    });
}

fn brought_again(story: &mut Story, real: &Real, address: &str) {
    done(story, real);
    let acts: Vec<String> = [&story.acts, &story.commands, &story.presses]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let before = effects(story);
    let repeated = || figure(address, "outcome=\"repeated\"");
    let mut so_far = repeated();
    // As many at once as Slack might send.
    for burst in 0..AGAIN / 50 {
        for n in 0..50 {
            story.double.repeat(&acts[(burst * 50 + n) % acts.len()]);
        }
        so_far += 50;
        let until = Instant::now() + PATIENCE;
        while repeated() < so_far {
            assert!(Instant::now() < until, "{} of {so_far}", repeated());
            std::thread::yield_now();
        }
    }
    assert_eq!(effects(story), before);
    eprintln!(
        "{} acts brought again {AGAIN} times: {before:?}",
        acts.len()
    );
}

#[test]
fn what_is_brought_again_over_a_socket_has_no_second_effect() {
    let mut story = Story::begin();
    let real = Real::start(story.home.server(&story.double));
    let address = real.address();
    story.double.wait_for_sockets(1);
    brought_again(&mut story, &real, &address);
    real.stop();
    assert_eq!(story.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_signed_and_brought_again_over_http_has_no_second_effect() {
    let mut story = Story::begin();
    let server = story.home.server(&story.double);
    let real = Real::start(server.env("BOT502__SLACK__MODE", "http"));
    let address = real.address();
    while !is_ready(&address) {}
    let line = Line::Http(address.parse().expect("an address"), SIGNING.to_owned());
    story.double.use_line(line);
    brought_again(&mut story, &real, &address);
    real.stop();
    assert_eq!(story.complaints(), Vec::<String>::new());
}

/// Waits until somebody was answered so often.
fn answered(story: &Story, who: &str, times: usize) {
    story.double.wait_for("an answer to each", |world| {
        (alone(world, who) >= times).then_some(())
    });
}

#[test]
fn a_recorded_click_that_is_made_anew_finds_all_settled() {
    let mut story = Story::begin();
    let real = story.home.serve(&story.double);
    done(&mut story, &real);
    let held: Vec<Posted> = {
        let world = story.double.world();
        let messages = world.messages.iter();
        let was_held = |message: &&Posted| {
            message
                .was
                .iter()
                .any(|was| was.to_string().contains("Approve"))
        };
        messages.filter(was_held).cloned().collect()
    };
    assert_eq!(held.len(), 1);
    let (started, before) = (story.home.started(), intents(&story));
    let already = alone(&story.double.world(), "U0BEN");
    // Whoever holds a stolen session clicks with leave of their own, on what is long gone.
    let count = tries(50, 1_000);
    for n in 0..count {
        let label = ["Approve", "Deny"][n % 2];
        let act = story.double.presses("U0BEN", &held[0], label);
        story.double.done(&act);
    }
    let forms = || story.double.count("views.open");
    story.double.wait_for("an answer to each", |world| {
        let opened = world
            .calls
            .iter()
            .filter(|(method, _)| method == "views.open");
        (alone(world, "U0BEN") + opened.count() >= already + count).then_some(())
    });
    assert_eq!(story.home.started(), started);
    assert_eq!(intents(&story), before);
    eprintln!(
        "{count} recorded clicks made anew: 0 effects, {} forms",
        forms()
    );
    real.stop();
}

#[test]
fn a_button_with_an_id_that_was_never_given_does_nothing() {
    let mut story = Story::begin();
    let real = story.home.serve(&story.double);
    done(&mut story, &real);
    let some = story.double.world().messages[0].clone();
    let (started, before) = (story.home.started(), intents(&story));
    let (already, recorded) = (alone(&story.double.world(), "U0ANN"), records(&story));
    let count = tries(200, 10_000);
    for n in 0..count {
        let id = match n % 2 {
            0 => Uuid::now_v7(),
            _ => Uuid::from_u128(u128::MAX / (n as u128 + 1)),
        };
        let run = Which::This(RunId(id));
        let reason = Some("none".to_owned());
        let request = match n % 3 {
            0 => Request::Deny { run, reason },
            _ => Request::Approve { run },
        };
        let value = serde_json::to_string(&request).expect("plain data");
        let action = json!({ "type": "button", "action_id": "request-0", "value": value });
        story
            .double
            .done(&story.double.acts("U0ANN", &some, &action));
    }
    answered(&story, "U0ANN", already + count);
    assert_eq!(story.home.started(), started);
    assert_eq!(intents(&story), before);
    assert_eq!(records(&story), recorded + count, "each is recorded");
    eprintln!("{count} made-up ids in {CHANNEL}: 0 accepted");
    real.stop();
}
