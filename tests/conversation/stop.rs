//! A stop with work under way: nothing more is taken, what can end ends, what is due is delivered, the
//! rest is the next life's to tell of.

use rustix::process::Signal;

use super::checks::{beneath, result, under_way};
use super::stage::{Stage, until, wait_for_listener};
use crate::harness::room::{Room, Seen, Where, Who};
use crate::harness::slack::world::Fault;

fn open_in<'a>(seen: &'a [Seen], thread: &'a str) -> Vec<&'a Seen> {
    let open = seen.iter().filter(|seen| seen.alone.is_none());
    open.filter(|seen| beneath(thread)(seen)).collect()
}

#[test]
fn a_run_under_way_is_finished_and_what_comes_meanwhile_is_left_to_the_next_life() {
    let settings = [("BOT502__SERVE__STOP_WITHIN", "60s")];
    let Some(mut stage) = Stage::slack_about("sshslowly0001", &settings) else {
        return;
    };
    let (asked, running) = under_way(&stage, "sshslowly0001");
    stage.served.signal(Signal::TERM);
    stage.room.wait_for_no_sockets();
    let late = stage.room.mention(Who::Cyd, Where::Ops, None, "step 2");
    let log = stage.served.ended();
    assert!(log.contains("stopping") && log.contains("stopped"), "{log}");
    let seen = result(stage.room(), &asked);
    let run = seen.iter().find(|seen| seen.id == running.id);
    assert!(
        run.is_some_and(|run| run.text.contains("is over")),
        "{seen:#?}"
    );
    assert_eq!(seen.len(), 3, "the run, its result, its file: {seen:#?}");
    assert_eq!(stage.room.unacked(), 2, "a message and the mention in it");
    assert!(open_in(&stage.room().seen(), &late).is_empty());
    stage.served.go_on();
    stage.room.wait_for_sockets(1);
    stage.room.pass(4);
    stage.room().wait("the answer", &beneath(&late));
    stage.served.stop();
    let seen = stage.room().seen();
    assert_eq!(open_in(&seen, &late).len(), 1, "{seen:#?}");
    assert_eq!(
        open_in(&seen, &asked).len(),
        3,
        "a finished run is not told of again"
    );
}

#[test]
fn a_run_that_does_not_end_in_time_is_stopped_and_the_next_life_tells_of_it_once() {
    let settings = [("BOT502__SERVE__STOP_WITHIN", "500ms")];
    let Some(mut stage) = Stage::slack_about("sshhangs00001", &settings) else {
        return;
    };
    let (asked, running) = under_way(&stage, "sshhangs00001");
    let command = |child: &u32| std::fs::read(format!("/proc/{child}/cmdline"));
    let children: Vec<_> = stage.served.children();
    let children: Vec<_> = children
        .iter()
        .filter_map(|child| Some((*child, command(child).ok()?)))
        .collect();
    assert!(children.len() > 1, "the platform's CLI runs");
    let log = stage.served.stop();
    assert!(log.contains("taken up at the next start"), "{log}");
    until("nothing of it that lives on", || {
        let lives = |(child, was): &(u32, Vec<u8>)| command(child).is_ok_and(|now| now == *was);
        (!children.iter().any(lives)).then_some(())
    });
    for _ in 0..2 {
        stage.room.wait_for_no_sockets();
        stage.served.go_on();
        stage.room.wait_for_sockets(1);
        stage.room().wait("what became of it", &|seen| {
            seen.id == running.id && seen.text.contains("was interrupted")
        });
        stage.served.stop();
    }
    let seen = stage.room().seen();
    let told = open_in(&seen, &asked);
    assert_eq!(told.len(), 2, "in its place and beneath: {told:#?}");
    assert!(
        told[1].text.contains("was interrupted") && told[1].buttons == ["Run it again"],
        "{told:#?}"
    );
    let audit = stage.served.audit();
    let kinds: Vec<&str> = audit
        .iter()
        .filter_map(|event| event["kind"].as_str())
        .filter(|kind| *kind != "loaded")
        .collect();
    assert_eq!(kinds, ["intent", "interrupted"]);
}

#[test]
fn what_is_due_is_delivered_before_the_end() {
    let mut stage = Stage::slack();
    stage.room.fail("chat.postMessage", Fault::Limited(1));
    let asked = stage.room.mention(Who::Cyd, Where::Ops, None, "step 2");
    stage.room.wait_for("a post that is put off", |world| {
        let mut calls = world.calls.iter();
        calls
            .any(|(method, _)| method == "chat.postMessage")
            .then_some(())
    });
    stage.served.stop();
    let seen = stage.room().seen();
    assert_eq!(open_in(&seen, &asked).len(), 1, "{seen:#?}");
}

#[test]
fn over_signed_http_nothing_is_acknowledged_while_it_stops() {
    let settings = [("BOT502__SLACK__TIMEOUT", "1s")];
    let mut stage = Stage::slack_over_http_with(&settings);
    // A post that nobody answers keeps the server at work.
    stage.room.fail("chat.postMessage", Fault::Deaf);
    let asked = stage.room.mention(Who::Cyd, Where::Ops, None, "step 2");
    stage.room.wait_for("a post", |world| {
        let mut calls = world.calls.iter();
        calls
            .any(|(method, _)| method == "chat.postMessage")
            .then_some(())
    });
    stage.served.signal(Signal::TERM);
    wait_for_listener(&stage.address, false);
    let late = stage.room.mention(Who::Cyd, Where::Ops, None, "step 3");
    stage.served.ended();
    assert_eq!(stage.room.unacked(), 2, "a message and the mention in it");
    assert_eq!(
        open_in(&stage.room().seen(), &asked).len(),
        1,
        "what was due"
    );
    stage.served.go_on();
    wait_for_listener(&stage.address, true);
    stage.room.pass(4);
    stage.room().wait("the answer", &beneath(&late));
    stage.served.stop();
    let seen = stage.room().seen();
    assert_eq!(open_in(&seen, &late).len(), 1, "{seen:#?}");
}
