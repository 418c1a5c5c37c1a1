//! Who decides at once: every order of reads and writes.

use super::cast::*;
use crate::logic::approval::{Around, Decision, Hold, Press, Start, State, Step};
use crate::logic::person::ChannelId;
use crate::logic::policy::{Ask, Policy};
use jiff::Timestamp;

/// One who decides: reads the run, and later tries to write what was decided on that ground.
#[derive(Clone, Copy, Debug)]
enum Actor {
    Approve(&'static str),
    Cancel,
    Deny,
    Expire,
    Start,
}

struct World<'a> {
    policy: &'a Policy,
    ask: &'a Ask,
    place: Option<ChannelId>,
    checked: bool,
}

/// How often a run was started, and how often settled otherwise, in the worst of all orders.
#[derive(Debug, Default, PartialEq, Eq)]
struct Worst {
    orders: usize,
    starts: usize,
    starts_after_end: usize,
}

impl World<'_> {
    fn decide(
        &self,
        actor: Actor,
        hold: &Hold,
        now: Timestamp,
    ) -> Option<crate::logic::approval::Change> {
        let around = Around {
            policy: self.policy,
            catalogue: &CATALOGUE,
            requester: &self.ask.asker,
            now,
        };
        let press = |press, who| match hold.press(press, &person(who), self.place.as_ref(), around)
        {
            Decision::Change(change) | Decision::Refused(_, Some(change)) => Some(change),
            Decision::Refused(_, None) => None,
        };
        match actor {
            Actor::Approve(who) => press(Press::Approve, who),
            Actor::Cancel => press(Press::Cancel, "dan"),
            Actor::Deny => press(Press::Deny, "cat"),
            Actor::Expire => hold.tick(after(600)),
            Actor::Start => match &hold.state {
                State::Consented { by, .. } => {
                    let name = PEOPLE.iter().map(|(name, ..)| *name);
                    let by = name.map(person).find(|asker| asker.person == *by)?;
                    match hold.start(&by, around) {
                        Start::Run(_, change) => Some(change),
                        Start::Refused(_, change) => change,
                    }
                }
                _ => None,
            },
        }
    }

    /// Takes every order of reads and writes. `read` holds what each actor decided, once it has.
    fn explore(
        &self,
        actors: &[Actor],
        decided: &mut Vec<Option<Option<crate::logic::approval::Change>>>,
        done: u32,
        hold: &Hold,
        counts: (usize, usize, bool),
        worst: &mut Worst,
    ) {
        let (starts, late, ended) = counts;
        if done.count_ones() as usize == actors.len() {
            worst.orders += 1;
            worst.starts = worst.starts.max(starts);
            worst.starts_after_end = worst.starts_after_end.max(late);
            return;
        }
        for at in 0..actors.len() {
            if done & (1 << at) != 0 {
                continue;
            }
            match decided[at].take() {
                None => {
                    decided[at] = Some(self.decide(actors[at], hold, after(1)));
                    self.explore(actors, decided, done, hold, counts, worst);
                    decided[at] = None;
                }
                Some(change) => {
                    let mut next = hold.clone();
                    let wrote = change.as_ref().is_some_and(|change| {
                        if self.checked {
                            return next.apply(change, after(1)).is_ok();
                        }
                        next.state = change.to.clone();
                        true
                    });
                    let step = change.as_ref().map(|change| change.to.step());
                    let started = wrote && step == Some(Step::Started);
                    let ends = matches!(step, Some(Step::Cancelled | Step::Denied | Step::Expired));
                    let counts = (
                        starts + usize::from(started),
                        late + usize::from(started && ended),
                        ended || (wrote && ends),
                    );
                    self.explore(actors, decided, done | 1 << at, &next, counts, worst);
                    decided[at] = Some(change);
                }
            }
        }
    }

    fn worst(&self, actors: &[Actor], hold: &Hold) -> Worst {
        let mut worst = Worst::default();
        let mut decided = vec![None; actors.len()];
        self.explore(actors, &mut decided, 0, hold, (0, 0, false), &mut worst);
        worst
    }
}

#[test]
fn of_all_who_decide_at_once_exactly_one_wins() {
    use Actor::{Approve, Cancel, Deny, Expire, Start};
    let policy = policy(POLICY);
    let ask = ask("dan", "C02", "app-log", 'a');
    let waiting = held(&policy, &ask, 1);
    let consented = consented(&policy, 1);
    let casts: [(&Hold, &[Actor]); 6] = [
        (&consented, &[Start, Start, Expire, Start]),
        (&waiting, &[Approve("ben"), Approve("cat"), Start, Start]),
        (&waiting, &[Approve("ben"), Cancel, Start, Start]),
        (&waiting, &[Approve("ben"), Deny, Expire, Start]),
        (&waiting, &[Approve("ben"), Expire, Start, Start]),
        (&waiting, &[Cancel, Deny, Expire, Start]),
    ];
    let mut world = World {
        policy: &policy,
        ask: &ask,
        place: channel("C02"),
        checked: true,
    };
    let mut orders = 0;
    for (hold, actors) in casts {
        let worst = world.worst(actors, hold);
        assert!(
            worst.starts <= 1 && worst.starts_after_end == 0,
            "{actors:?} {worst:?}"
        );
        orders += worst.orders;
    }
    assert!(orders >= 10_000, "{orders}");
    // The same without the comparison runs twice and runs what was cancelled: the search can see it.
    world.checked = false;
    let twice = world.worst(&[Start, Start], &consented);
    assert_eq!(twice.starts, 2);
    let late = world.worst(&[Start, Expire], &consented);
    assert_eq!(late.starts_after_end, 1);
}
