//! Who decides at once: every order of reads and writes.

use super::cast::*;
use crate::logic::approval::{Around, Change, Decision, Hold, Press, Start, State, Step};
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

/// How far one of those who decide is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seat {
    Fresh,
    Read(Option<Change>),
    Done,
}

/// The run and everybody, between two reads or writes.
#[derive(Clone, Debug)]
struct Moment {
    hold: Hold,
    seats: Vec<Seat>,
    starts: usize,
    starts_after_end: usize,
    ended: bool,
}

impl World<'_> {
    fn decide(&self, actor: Actor, hold: &Hold, now: Timestamp) -> Option<Change> {
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

    /// Takes every order of reads and writes that can follow a moment.
    fn explore(&self, actors: &[Actor], moment: &Moment, worst: &mut Worst) {
        if moment.seats.iter().all(|seat| *seat == Seat::Done) {
            worst.orders += 1;
            worst.starts = worst.starts.max(moment.starts);
            worst.starts_after_end = worst.starts_after_end.max(moment.starts_after_end);
        }
        for (at, actor) in actors.iter().enumerate() {
            let mut next = moment.clone();
            match &moment.seats[at] {
                Seat::Fresh => {
                    next.seats[at] = Seat::Read(self.decide(*actor, &moment.hold, after(1)));
                }
                Seat::Read(change) => {
                    next.seats[at] = Seat::Done;
                    if let Some(change) = change {
                        self.write(change, &mut next);
                    }
                }
                Seat::Done => continue,
            }
            self.explore(actors, &next, worst);
        }
    }

    fn write(&self, change: &Change, moment: &mut Moment) {
        let took = if self.checked {
            moment.hold.apply(change, after(1)).is_ok()
        } else {
            moment.hold.state = change.to.clone();
            true
        };
        match change.to.step() {
            Step::Started if took => {
                moment.starts += 1;
                moment.starts_after_end += usize::from(moment.ended);
            }
            Step::Cancelled | Step::Denied | Step::Expired => moment.ended |= took,
            _ => {}
        }
    }

    fn worst(&self, actors: &[Actor], hold: &Hold) -> Worst {
        let moment = Moment {
            hold: hold.clone(),
            seats: vec![Seat::Fresh; actors.len()],
            starts: 0,
            starts_after_end: 0,
            ended: false,
        };
        let mut worst = Worst::default();
        self.explore(actors, &moment, &mut worst);
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
