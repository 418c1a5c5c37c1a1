//! Whatever people do, in whatever order and however many at once: each gets exactly one reply, each
//! run is started once at most and by right, and what is settled cannot be settled again.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::scene::{CATALOGUE, PEOPLE, POLICY, Scene, can_settle, heard, replies, said, somebody};
use crate::logic::approval::{Hold, RunId, State};
use crate::logic::audit::Ran;
use crate::logic::catalogue::Approval;
use crate::logic::digest::Digest;
use crate::logic::effect::Effect;
use crate::logic::event::{Ended, Event};
use crate::logic::finding::{About, Report, Shown};
use crate::logic::heard::{Heard, Way, What};
use crate::logic::outcome::{Capture, Ending, Outcome};
use crate::logic::request::{Request, Which};
use crate::logic::run::Run;

/// Something that happens.
#[derive(Clone, Debug)]
enum Deed {
    /// Somebody types or presses.
    Does(Doing),
    /// Two do something at once: both decide on the same facts, one after the other is kept.
    AtOnce(Doing, Doing),
    /// Time passes, in seconds, and is noticed.
    Passes(u64),
    /// A run that is under way ends.
    Ends(usize),
    /// The program is restarted.
    Restarts,
}

#[derive(Clone, Debug)]
struct Doing {
    who: usize,
    at: usize,
    way: usize,
    what: Doable,
}

#[derive(Clone, Debug)]
enum Doable {
    Types(usize),
    Approves(usize),
    Denies(usize, bool),
    Cancels(usize),
    Breaks(usize, bool),
    Opens,
}

const PLACES: [&str; 6] = ["C01", "C02", "C02/7.7", "C09", "D01", "H01"];

const WAYS: [Way; 6] = [
    Way::Slash,
    Way::Mention,
    Way::Direct,
    Way::FollowUp,
    Way::Button,
    Way::Form,
];

const TEXTS: [&str; 24] = [
    "probe app-log",
    "probe sql-select",
    "probe metrics",
    "probe port",
    "probe app-log lines=5",
    "probe app-log lines=0",
    "probe nothing",
    "target shop",
    "target blog",
    "target",
    "runs",
    "approve",
    "cancel",
    "deny",
    "break-glass",
    "why app-log",
    "why",
    "share",
    "share steps",
    "pause for the night",
    "resume",
    "audit",
    "help",
    "status",
];

fn doing() -> impl Strategy<Value = Doing> {
    let what = prop_oneof![
        6 => (0..TEXTS.len()).prop_map(Doable::Types),
        4 => (0..6_usize).prop_map(Doable::Approves),
        2 => (0..6_usize, any::<bool>()).prop_map(|(run, why)| Doable::Denies(run, why)),
        2 => (0..6_usize).prop_map(Doable::Cancels),
        2 => (0..6_usize, any::<bool>()).prop_map(|(run, why)| Doable::Breaks(run, why)),
        1 => Just(Doable::Opens),
    ];
    (0..PEOPLE.len(), 0..PLACES.len(), 0..WAYS.len(), what).prop_map(|(who, at, way, what)| Doing {
        who,
        at,
        way,
        what,
    })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => doing().prop_map(Deed::Does),
        3 => (doing(), doing()).prop_map(|(one, other)| Deed::AtOnce(one, other)),
        2 => prop_oneof![1..60_u64, 300..900_u64].prop_map(Deed::Passes),
        2 => (0..4_usize).prop_map(Deed::Ends),
        1 => Just(Deed::Restarts),
    ]
}

fn happened(scene: &Scene, doing: &Doing) -> Heard {
    let (who, ..) = PEOPLE[doing.who];
    let (at, way) = (PLACES[doing.at], WAYS[doing.way]);
    // Newest first: low numbers find what has just been asked for.
    let run = |index: usize| {
        let run = scene.runs.get(index).map(|run| run.id);
        Which::This(run.unwrap_or(RunId(uuid::Uuid::from_u128(99))))
    };
    let reason = |given: bool| given.then(|| "the site is down".to_owned());
    let (way, what) = match &doing.what {
        Doable::Types(index) => (way, said(TEXTS[*index])),
        Doable::Opens => (Way::Home, What::Opened),
        Doable::Approves(index) => (way, pressed(Request::Approve { run: run(*index) })),
        Doable::Cancels(index) => (way, pressed(Request::Cancel { run: run(*index) })),
        Doable::Denies(index, given) => {
            let (run, reason) = (run(*index), reason(*given));
            (way, pressed(Request::Deny { run, reason }))
        }
        Doable::Breaks(index, given) => {
            let (run, reason) = (run(*index), reason(*given));
            (way, pressed(Request::BreakGlass { run, reason }))
        }
    };
    heard(who, at, way, what)
}

fn pressed(request: Request) -> What {
    What::Pressed { request }
}

pub fn ended(run: &Run) -> Event {
    let outcome = Outcome {
        ending: Ending::Exited { status: 0 },
        stdout: Capture::default(),
        stderr: Capture::default(),
        took: Duration::from_secs(1),
        layers: Vec::new(),
        swept: 0,
    };
    let about = About {
        probe: run.probe.as_str(),
        title: "A check",
        target: &run.target,
        argv: &[],
        shared: false,
    };
    let shown = Shown {
        stdout: "a line\n".to_owned(),
        ..Shown::default()
    };
    Event::Ended(Box::new(Ended {
        run: run.clone(),
        report: Report::of(&about, &outcome, &shown, kb::cause::Catalogue::shipped()),
        ran: Ran {
            run: run.id,
            ending: "ended".to_owned(),
            took_ms: 1,
            output_bytes: 7,
            output: Digest::of(b"a line\n"),
            hidden: 0,
            lacking: Vec::new(),
        },
    }))
}

fn perform(scene: &mut Scene, deed: &Deed) {
    match deed {
        Deed::Does(doing) => {
            let heard = happened(scene, doing);
            let effects = scene.hear(heard);
            assert_one_reply(&effects);
        }
        Deed::AtOnce(one, other) => {
            let first = happened(scene, one);
            let second = happened(scene, other);
            let first = scene.decide_on(first);
            let second = scene.decide_on(second);
            for decided in [first, second] {
                let effects = scene.settle(decided);
                assert_one_reply(&effects);
            }
        }
        Deed::Passes(seconds) => {
            scene.elapsed += Duration::from_secs(*seconds);
            let effects = scene.happen(Event::Tick);
            assert!(replies(&effects).is_empty(), "{effects:?}");
        }
        Deed::Ends(index) => {
            let run = under_way(scene).into_iter().nth(*index);
            if let Some(run) = run {
                let effects = scene.happen(ended(&run));
                assert!(replies(&effects).is_empty(), "{effects:?}");
            }
        }
        Deed::Restarts => {
            for run in under_way(scene) {
                scene.happen(Event::Interrupted { run: Box::new(run) });
            }
        }
    }
}

fn under_way(scene: &Scene) -> Vec<Run> {
    let is_running = |run: &&Run| scene.running.contains(&run.id);
    scene.runs.iter().filter(is_running).cloned().collect()
}

fn assert_one_reply(effects: &[Effect]) {
    assert_eq!(
        replies(effects).len(),
        1,
        "not exactly one reply: {effects:?}"
    );
}

fn assert_sound(scene: &Scene) {
    let mut seen = BTreeSet::new();
    for (run, permit, was_paused) in &scene.started {
        assert!(seen.insert(run.id), "started twice: {run:?}");
        assert!(!was_paused, "started while paused: {run:?}");
        assert!(
            scene.slots.contains_key(&run.id.slot()),
            "nobody was told: {run:?}"
        );
        assert_eq!(*permit.requester(), run.who);
        assert_eq!(*permit.target(), run.target);
    }
    for hold in scene.holds() {
        assert_hold(scene, hold, seen.contains(&hold.run));
    }
}

fn assert_hold(scene: &Scene, hold: &Hold, is_started: bool) {
    let message = scene.slots.get(&hold.run.slot()).expect("it was shown");
    let is_open = hold.state == State::Waiting;
    assert_eq!(
        can_settle(message),
        is_open,
        "{:?}: {message:?}",
        hold.state
    );
    assert_eq!(
        is_started,
        matches!(hold.state, State::Started { .. }),
        "{hold:?}"
    );
    if is_started {
        let asker = &hold.ask.asker.person;
        let by_right = match (&scene.consents[&hold.run], hold.approval) {
            (State::Consented { by, .. }, Approval::SecondPerson) => {
                by != asker && *by == somebody("approver").person
            }
            (State::Consented { by, .. }, Approval::Asker) => by == asker,
            (State::BrokenGlass { by, reason, .. }, Approval::SecondPerson) => {
                by == asker && !reason.is_empty()
            }
            _ => false,
        };
        assert!(by_right, "{hold:?}");
    }
    if hold.approval == Approval::Asker && is_started {
        assert!(
            hold.expires_at > scene.started_at(hold.run),
            "started late: {hold:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_each_gets_one_reply_and_nothing_is_run_without_right(
        deeds in proptest::collection::vec(deed(), 1..40),
    ) {
        let mut scene = Scene::default();
        for deed in &deeds {
            perform(&mut scene, deed);
            assert_sound(&scene);
        }
    }
}

/// Somebody, and what they press on a run.
type Actor = (&'static str, fn(Which) -> Request);

/// Decides at once on one run that waits, in every order: one wins, and the others are told who did.
#[test]
fn of_those_who_settle_at_once_one_wins_and_all_are_answered() {
    let actors: [Actor; 4] = [
        ("approver", |run| Request::Approve { run }),
        ("approver", |run| Request::Deny {
            run,
            reason: Some("no".to_owned()),
        }),
        ("named member", |run| Request::Cancel { run }),
        ("named member", |run| Request::BreakGlass {
            run,
            reason: Some("alone".to_owned()),
        }),
    ];
    let (mut races, mut starts) = (0, 0);
    for orders in 0..(4_usize.pow(4) * 40) {
        let mut scene = Scene::default();
        scene.elapsed = Duration::from_secs((orders / 256) as u64);
        scene.hear(heard(
            "named member",
            "C01",
            Way::Slash,
            said("probe app-log"),
        ));
        let id = scene.runs[0].id;
        let picks: Vec<usize> = (0..4_u32).map(|at| orders / 4_usize.pow(at) % 4).collect();
        let decided: Vec<_> = picks
            .iter()
            .map(|pick| {
                let (who, request) = actors[*pick];
                let heard = heard(who, "C01", Way::Button, pressed(request(Which::This(id))));
                scene.decide_on(heard)
            })
            .collect();
        for decided in decided {
            let effects = scene.settle(decided);
            assert_one_reply(&effects);
        }
        assert!(scene.started.len() <= 1);
        assert_sound(&scene);
        races += 1;
        starts += scene.started.len();
    }
    assert!(
        races >= 10_000 && starts >= 1_000,
        "{races} races, {starts} starts"
    );
}

#[test]
fn everybody_of_the_cast_is_known_to_the_policy_or_to_nobody() {
    assert!(POLICY.operates(&somebody("operator")));
    assert!(!POLICY.operates(&somebody("outsider")));
    assert_eq!(CATALOGUE.probes().count(), 23);
}
