//! What is decided is delivered until it arrives, once, in its order; what never can is recorded, and
//! said to the person in another way.

use std::sync::Arc;
use std::time::Duration;

use bot::chat::Taken;
use bot::logic::audit::Event;
use bot::logic::heard::{Heard, Way};
use bot::serve::{Limits, Server, pass};

use super::child::{Orders, audit, limits, start_with};
use super::far::{Arrived, Far, Fault};
use super::scene::{asks, presses, typed};

/// A server on a far side that can go wrong.
struct Stage {
    folder: tempfile::TempDir,
    far: Far,
    server: Arc<Server>,
}

impl Stage {
    async fn set(change: impl Fn(&mut Far, &mut Limits)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let orders = Orders {
            free: vec!["CF1".to_owned()],
            ..Orders::plain(folder.path())
        };
        let (mut far, mut limits) = (Far::new(folder.path(), true), limits());
        change(&mut far, &mut limits);
        let server = start_with(&orders, (far.clone(), limits), pass()).await;
        Self {
            folder,
            far,
            server,
        }
    }

    async fn hears(&self, heard: Heard) -> Taken {
        self.server.intake().take()(heard)
            .await
            .expect("it is taken")
    }

    /// Waits until all is done, and gives what arrived as way, channel and first line.
    async fn seen(&self) -> Vec<String> {
        self.server.settled().await;
        let shown =
            |arrived: Arrived| format!("{} {}: {}", arrived.way, arrived.channel, arrived.title);
        self.far.arrived().into_iter().map(shown).collect()
    }

    fn recorded(&self) -> Vec<String> {
        let mut recorded = Vec::new();
        let read = audit(self.folder.path()).verify(None, |entry| {
            if let Event::Undelivered { .. } = entry.event {
                recorded.push(entry.event.in_words());
            }
        });
        read.expect("the audit holds");
        recorded
    }
}

async fn check(faults: &[Fault], expected: &[&str]) -> Stage {
    let stage = Stage::set(|_, _| ()).await;
    for fault in faults {
        stage.far.fail(fault.clone());
    }
    stage.hears(typed("key", "CA1", "step 2")).await;
    assert_eq!(stage.seen().await, expected, "{faults:?}");
    stage
}

const ONCE: &[&str] = &["alone CA1@UASKER: Step 2: Check the port"];

#[tokio::test]
async fn what_may_arrive_arrives_once() {
    let soon = Some(Duration::from_millis(1));
    for faults in [
        &[][..],
        &[Fault::Later(soon)],
        &[Fault::Later(None), Fault::Later(soon), Fault::Later(None)],
        &[Fault::Unknown(true)],
        &[Fault::Unknown(false)],
        &[
            Fault::Unknown(false),
            Fault::Later(None),
            Fault::Unknown(true),
        ],
    ] {
        let stage = check(faults, ONCE).await;
        assert_eq!(stage.recorded(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_reply_that_can_never_arrive_is_recorded_and_goes_to_the_person_directly() {
    let stage = check(&[Fault::Never], &["post UASKER: Step 2: Check the port"]).await;
    assert_eq!(
        stage.recorded(),
        ["Slack T01/UASKER could not be answered: planted"]
    );
    let stage = check(&[Fault::Never, Fault::Never], &[]).await;
    assert_eq!(
        stage.recorded(),
        [
            "Slack T01/UASKER could not be answered: planted",
            "a message could not be delivered: planted"
        ]
    );
}

#[tokio::test]
async fn what_comes_later_in_a_thread_waits_for_what_comes_before() {
    let stage = Stage::set(|_, _| ()).await;
    stage.far.fail(Fault::Later(None));
    stage.far.fail(Fault::Later(None));
    stage.hears(asks("key", "CF1")).await;
    let seen = stage.seen().await;
    let order: Vec<&str> = seen
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(order, ["post", "instead", "post", "post"], "{seen:?}");
    assert!(seen[0].starts_with("post CF1: Running"), "{seen:?}");
}

#[tokio::test]
async fn a_run_that_goes_on_says_so_in_the_place_of_its_message() {
    let stage = Stage::set(|far, limits| {
        far.is_slow = true;
        limits.progress_every = Duration::from_millis(1);
    })
    .await;
    stage.hears(asks("key", "CF1")).await;
    let seen = stage.seen().await;
    assert!(seen[1].starts_with("instead CF1: Running"), "{seen:?}");
    let over = seen.iter().filter(|line| line.contains("is over")).count();
    assert_eq!(over, 1, "{seen:?}");
}

#[tokio::test]
async fn a_mistake_of_ours_is_said_and_not_silent() {
    let stage = Stage::set(|_, _| ()).await;
    // The hook of the program says where it was and not what; here it would only clutter.
    stage
        .hears(typed("key", "CA1", "section planted-panic"))
        .await;
    stage.hears(typed("key-2", "CA2", "step 2")).await;
    let mut seen = stage.seen().await;
    seen.sort();
    assert_eq!(
        seen,
        [
            "alone CA1@UASKER: I failed at that",
            "alone CA2@UASKER: Step 2: Check the port"
        ]
    );
}

/// A word in a thread that is not said to the bot.
fn follow_up(key: &str, channel: &str) -> Heard {
    Heard {
        way: Way::FollowUp,
        who: super::scene::person("UASKER"),
        what: typed(key, channel, "step 2").what,
        ..presses(key, channel, "UASKER", super::scene::approve)
    }
}

#[tokio::test]
async fn a_word_in_a_thread_is_ours_where_the_bot_is_about_to_speak() {
    let stage = Stage::set(|_, _| ()).await;
    let long = Duration::from_hours(1);
    stage.far.fail(Fault::Later(Some(long)));
    stage.hears(asks("key-1", "CF1")).await;
    while !stage.far.faults.lock().expect("no panic").is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(stage.far.arrived().is_empty());
    assert_eq!(stage.hears(follow_up("key-2", "CF1")).await, Taken::New);
}

#[tokio::test]
async fn a_word_in_a_thread_is_ours_only_where_the_bot_spoke() {
    let stage = Stage::set(|_, _| ()).await;
    assert_eq!(
        stage.hears(follow_up("key-1", "CF1")).await,
        Taken::NotForUs
    );
    stage.hears(asks("key-2", "CF1")).await;
    let before = stage.seen().await.len();
    assert_eq!(stage.hears(follow_up("key-3", "CF1")).await, Taken::New);
    assert_eq!(stage.seen().await.len(), before + 1);
    assert_eq!(stage.hears(follow_up("key-3", "CF1")).await, Taken::Again);
}
