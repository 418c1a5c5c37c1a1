//! What goes wrong at the platform: slowness, failures, closed connections, a token that is taken away.
//! Each thing is still answered exactly once, or it is recorded why it could not be.

use super::stage::Stage;
use crate::harness::room::{Room, Where, Who};
use crate::harness::slack::world::Fault;

fn replies(room: &dyn Room, thread: &str) -> usize {
    room.seen()
        .iter()
        .filter(|seen| seen.thread.as_deref() == Some(thread))
        .count()
}

#[test]
fn whatever_one_post_meets_there_is_one_reply() {
    for fault in [
        Fault::Limited(1),
        Fault::Refused("ratelimited"),
        Fault::Refused("internal_error"),
        Fault::Status(500),
        Fault::Status(503),
        Fault::DoneAndFailed,
    ] {
        let mut stage = Stage::slack();
        stage.room.fail("chat.postMessage", fault.clone());
        let asked = stage.room.mention(Who::Cyd, Where::Ops, None, "step 2");
        stage
            .room
            .wait("the answer", &|seen| seen.thread.as_deref() == Some(&asked));
        stage.served.stop();
        assert_eq!(replies(&stage.room, &asked), 1, "{fault:?}");
    }
}

#[test]
fn a_third_of_all_calls_may_fail() {
    let mut stage = Stage::slack();
    for _ in 0..4 {
        for fault in [
            Fault::Refused("ratelimited"),
            Fault::DoneAndFailed,
            Fault::Status(502),
        ] {
            stage.room.fail("chat.postMessage", fault);
        }
    }
    let asked: Vec<String> = (0..60)
        .map(|n| {
            stage
                .room
                .mention(Who::Cyd, Where::Ops, None, &format!("step {}", n % 7 + 1))
        })
        .collect();
    for asked in &asked {
        stage
            .room
            .wait("the answer", &|seen| seen.thread.as_deref() == Some(asked));
    }
    stage.served.stop();
    for asked in &asked {
        assert_eq!(replies(&stage.room, asked), 1);
    }
}

#[test]
fn closed_connections_lose_nothing() {
    let stage = Stage::slack();
    for round in 0..3 {
        stage.room.disconnect(round % 2 == 0);
        let asked = stage.room.mention(Who::Cyd, Where::Ops, None, "step 2");
        stage
            .room
            .wait("the answer", &|seen| seen.thread.as_deref() == Some(&asked));
    }
}

#[test]
fn leave_that_ran_out_is_no_reason_to_be_silent() {
    let stage = Stage::slack();
    for word in ["used_url", "expired_url"] {
        stage.room.fail("response_url", Fault::Refused(word));
        stage.room.command(Who::Cyd, Where::Ops, "step 2");
    }
    stage.room.wait("both", &|seen| {
        seen.alone.as_deref() == Some("U0CYD") && seen.text.contains("Step 2")
    });
}

#[test]
fn a_token_that_is_taken_away_is_recorded() {
    let mut stage = Stage::slack();
    stage.room.world().is_revoked = true;
    stage.room.mention(Who::Cyd, Where::Ops, None, "step 2");
    stage.room.settled();
    stage.room.wait_for("a call that was refused", |world| {
        world
            .calls
            .iter()
            .any(|(method, _)| method == "chat.postMessage")
            .then_some(())
    });
    let log = stage.served.stop();
    assert!(
        log.contains("a delivery is given up") && log.contains("token_revoked"),
        "{log}"
    );
}
