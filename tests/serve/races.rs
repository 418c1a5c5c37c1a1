//! Consent, taking back and the passing of time at the same moment: one of them wins.

use std::sync::Arc;

use bot::logic::approval::{Around, Change, Decision, Hold, Press, RunId, State};
use bot::logic::audit::Event;
use bot::logic::effect::Effect;
use bot::logic::person::{Asker, Standing};
use bot::logic::place::Place;
use bot::logic::policy::{Ask, Verdict};
use bot::logic::run::{Run, Stage};
use bot::logic::target::ProbeId;
use bot::serve::Snapshot;
use bot::store::audit::AuditLog;
use bot::store::{Decision as Kept, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::child::audit;
use super::scene::{BOSS, asks, person, run_id, snapshot};
use crate::harness::tries;

fn races() -> usize {
    tries(300, 10_000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_consent_taking_back_and_expiry_exactly_one_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("bot502.db"))
        .await
        .expect("a database");
    let audit = Arc::new(audit(folder.path()));
    let snapshot = snapshot(&[], &["C01".to_owned()], "1h");
    let mut won = [0; 3];
    for race in 0..races() {
        let winner = one(&store, &audit, &snapshot, race).await;
        won[winner] += 1;
    }
    let mut settled = 0;
    audit
        .verify(None, |entry| {
            settled += usize::from(matches!(
                entry.event,
                Event::Consented { .. } | Event::Ended { .. }
            ))
        })
        .expect("the audit holds");
    assert_eq!(settled, races(), "what lost is not recorded");
    eprintln!(
        "of {} races consent won {}, taking back {}, expiry {}",
        races(),
        won[0],
        won[1],
        won[2]
    );
    assert!(
        won.iter().all(|won| *won > 0),
        "each of them wins some: {won:?}"
    );
}

/// Holds one race and gives the winner.
async fn one(store: &Store, audit: &Arc<AuditLog>, snapshot: &Snapshot, race: usize) -> usize {
    let hold = hold(snapshot);
    let run = run(&hold);
    let held = vec![Effect::Hold {
        hold: Box::new(hold.clone()),
        run: Box::new(run),
    }];
    keep(store, audit, held).await.expect("the run is held");
    let mut changes = changes(snapshot, &hold)
        .into_iter()
        .enumerate()
        .collect::<Vec<_>>();
    changes.rotate_left(race % 3);
    let mut contest = tokio::task::JoinSet::new();
    for (who, change) in changes {
        let (store, audit) = (store.clone(), Arc::clone(audit));
        let record = Event::settled(&change).map(Effect::Record);
        let effects = vec![Effect::Change(change)]
            .into_iter()
            .chain(record)
            .collect();
        contest.spawn(async move { (who, keep(&store, &audit, effects).await) });
    }
    let mut winners = Vec::new();
    while let Some(end) = contest.join_next().await {
        let (who, kept) = end.expect("each comes to an end");
        match kept {
            Ok(()) => winners.push(who),
            Err(error) => assert!(error.is_lost(), "{error}"),
        }
    }
    assert_eq!(winners.len(), 1, "race {race}");
    let state = store
        .hold(hold.run)
        .await
        .expect("it is read")
        .expect("it is there")
        .state;
    let is_so = match winners[0] {
        0 => matches!(state, State::Consented { .. }),
        1 => matches!(state, State::Cancelled { .. }),
        _ => matches!(state, State::Expired { .. }),
    };
    assert!(is_so, "race {race}: {state:?}");
    winners[0]
}

async fn keep(
    store: &Store,
    audit: &Arc<AuditLog>,
    effects: Vec<Effect>,
) -> Result<(), StoreError> {
    let decision = Kept {
        correlation: Uuid::now_v7(),
        answers: None,
        letters: Vec::new(),
        effects,
        holds_seen: usize::MAX,
        now: Timestamp::now(),
    };
    store.decide(decision, Arc::clone(audit)).await.map(drop)
}

fn asker(user: &str) -> Asker {
    Asker {
        person: person(user),
        groups: Default::default(),
        standing: Standing::Member,
    }
}

fn hold(snapshot: &Snapshot) -> Hold {
    let place: Place = asks("key", "C01").place;
    let asker = asker("UASKER");
    let settled = snapshot
        .policy
        .settle(&asker, Some(&place.channel), &Default::default());
    let ask = Ask {
        target: settled.expect("the channel has a target"),
        asker,
        channel: Some(place.channel),
        probe: "port".to_owned(),
        values: Default::default(),
    };
    let verdict = snapshot
        .policy
        .judge(&snapshot.catalogue, &ask, Timestamp::now());
    let Verdict::NeedsApproval(proposal) = verdict else {
        panic!("it needs consent: {verdict:?}");
    };
    Hold::new(run_id(), &proposal, &snapshot.policy, std::iter::empty()).expect("there is room")
}

fn run(hold: &Hold) -> Run {
    Run {
        id: RunId(hold.run.0),
        who: hold.ask.asker.person.clone(),
        place: asks("key", "C01").place,
        probe: ProbeId::new("port").expect("a name"),
        values: Vec::new(),
        target: hold.ask.target.clone(),
        stage: Stage::Waiting,
        at: Timestamp::now(),
        leave: None,
    }
}

/// Gives what each of the three decides, on the ground of the same state.
fn changes(snapshot: &Snapshot, hold: &Hold) -> [Change; 3] {
    let requester = asker("UASKER");
    let around = Around {
        policy: &snapshot.policy,
        catalogue: &snapshot.catalogue,
        requester: &requester,
        now: Timestamp::now(),
    };
    let channel = hold.ask.channel.as_ref();
    let press = |press, who: &Asker| match hold.press(press, who, channel, around) {
        Decision::Change(change) => change,
        Decision::Refused(refusal, _) => panic!("{refusal}"),
    };
    let late = hold.expires_at + SignedDuration::from_secs(1);
    [
        press(Press::Approve, &asker(BOSS)),
        press(Press::Cancel, &requester),
        hold.tick(late).expect("it is due then"),
    ]
}
