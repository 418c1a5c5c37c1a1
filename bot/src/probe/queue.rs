//! How many runs go on at once: in all, for one person, against one target. Who waits is served in
//! turn by person, so that a hundred of one do not hold up the one of another.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// How many runs at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// In all.
    pub total: usize,
    /// For one person.
    pub per_person: usize,
    /// Against one target.
    pub per_target: usize,
    /// Waiting, for one person; one more is refused.
    pub waiting_per_person: usize,
}

/// Who wants to run against what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The person.
    pub person: String,
    /// The target.
    pub target: String,
}

/// The line in front of the runner.
#[derive(Debug)]
pub struct Queue {
    state: Arc<Mutex<State>>,
}

/// A place, first in the line and then among those that run; given back when dropped.
#[derive(Debug)]
pub struct Place {
    state: Arc<Mutex<State>>,
    number: u64,
}

#[derive(Debug)]
struct State {
    limits: Limits,
    last_number: u64,
    running: BTreeMap<u64, Ticket>,
    /// Each person's own line; the one at the front is served next.
    lines: VecDeque<Line>,
}

#[derive(Debug)]
struct Line {
    person: String,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    target: String,
    call: oneshot::Sender<()>,
}

impl Queue {
    /// Makes an empty queue.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                limits,
                last_number: 0,
                running: BTreeMap::new(),
                lines: VecDeque::new(),
            })),
        }
    }

    /// Takes a place in the line at once, and gives what waits until it is one among those that run. To
    /// stop waiting, drop the future.
    ///
    /// # Errors
    /// When this person waits for too many already: how many.
    pub fn place(
        &self,
        ticket: Ticket,
    ) -> impl Future<Output = Result<Place, usize>> + Send + use<> {
        let (call, called) = oneshot::channel();
        let place = self.line_up(ticket, call);
        async move {
            let place = place?;
            // The other end lives in the queue until it calls, or until the place is dropped.
            let _ = called.await;
            Ok(place)
        }
    }

    fn line_up(&self, ticket: Ticket, call: oneshot::Sender<()>) -> Result<Place, usize> {
        let mut state = lock(&self.state);
        let number = state.line_up(ticket, call)?;
        state.serve();
        Ok(Place {
            state: Arc::clone(&self.state),
            number,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.leave(self.number);
        state.serve();
    }
}

impl State {
    fn line_up(&mut self, ticket: Ticket, call: oneshot::Sender<()>) -> Result<u64, usize> {
        let known = self
            .lines
            .iter()
            .position(|line| line.person == ticket.person);
        let at = known.unwrap_or_else(|| {
            self.lines.push_back(Line {
                person: ticket.person,
                waiting: VecDeque::new(),
            });
            self.lines.len() - 1
        });
        let line = &mut self.lines[at].waiting;
        if line.len() >= self.limits.waiting_per_person {
            return Err(line.len());
        }
        self.last_number += 1;
        line.push_back(Waiting {
            number: self.last_number,
            target: ticket.target,
            call,
        });
        Ok(self.last_number)
    }

    fn leave(&mut self, number: u64) {
        self.running.remove(&number);
        for line in &mut self.lines {
            line.waiting.retain(|waiting| waiting.number != number);
        }
        self.lines.retain(|line| !line.waiting.is_empty());
    }

    /// Calls as many as there are places for, one of each person in turn.
    fn serve(&mut self) {
        let mut passed_over = 0;
        while self.running.len() < self.limits.total && passed_over < self.lines.len() {
            let Some(mut line) = self.lines.pop_front() else {
                return;
            };
            let next = self.next_of(&line).and_then(|at| line.waiting.remove(at));
            passed_over = if next.is_some() { 0 } else { passed_over + 1 };
            if let Some(next) = next {
                let person = line.person.clone();
                let target = next.target;
                self.running.insert(next.number, Ticket { person, target });
                // One who gave up this moment leaves by dropping the place.
                let _ = next.call.send(());
            }
            if !line.waiting.is_empty() {
                self.lines.push_back(line);
            }
        }
    }

    /// Finds the first of a person's line that may run now.
    fn next_of(&self, line: &Line) -> Option<usize> {
        let running = self.running.values();
        let of_person = running
            .filter(|ticket| ticket.person == line.person)
            .count();
        if of_person >= self.limits.per_person {
            return None;
        }
        line.waiting.iter().position(|waiting| {
            let running = self.running.values();
            let on_target = running
                .filter(|ticket| ticket.target == waiting.target)
                .count();
            on_target < self.limits.per_target
        })
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A panic elsewhere leaves counts that are whole: every change is one push or one removal.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn queue(total: usize, per_person: usize, per_target: usize) -> Queue {
        Queue::new(Limits {
            total,
            per_person,
            per_target,
            waiting_per_person: 1_000,
        })
    }

    fn ticket(person: &str, target: &str) -> Ticket {
        Ticket {
            person: person.to_owned(),
            target: target.to_owned(),
        }
    }

    /// Polls once: a queue needs no clock and no runtime.
    fn poll<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }

    #[test]
    fn each_limit_holds_and_a_place_given_back_is_taken() {
        let queue = queue(3, 2, 2);
        let asked = [
            ("ana", "x"),
            ("ana", "y"),
            ("ana", "z"),
            ("bob", "x"),
            ("eve", "y"),
        ];
        let mut waiting: Vec<_> = asked
            .iter()
            .map(|(person, target)| Box::pin(queue.place(ticket(person, target))))
            .collect();
        let mut places: Vec<_> = waiting.iter_mut().map(|one| poll(one.as_mut())).collect();
        let has: Vec<bool> = places.iter().map(Option::is_some).collect();
        assert_eq!(has, [true, true, false, true, false]);
        places[0] = None;
        // Ana asked before Eve, and runs one only now.
        let third = poll(waiting[2].as_mut());
        assert!(third.is_some());
        assert!(poll(waiting[4].as_mut()).is_none());
    }

    #[test]
    fn five_hundred_of_one_person_hold_up_another_by_one_place() {
        let queue = queue(2, 2, 1_000);
        let mut many: Vec<_> = (0..500)
            .map(|_| Box::pin(queue.place(ticket("ana", "x"))))
            .collect();
        let mut running: Vec<_> = many
            .iter_mut()
            .filter_map(|one| poll(one.as_mut()))
            .collect();
        assert_eq!(running.len(), 2);
        let mut other = pin!(queue.place(ticket("bob", "x")));
        assert!(poll(other.as_mut()).is_none());
        running.pop();
        let later = many.iter_mut().skip(2);
        running.extend(later.filter_map(|one| poll(one.as_mut())));
        assert_eq!(running.len(), 2, "one place given back, one taken");
        assert!(
            poll(other.as_mut()).is_none(),
            "hers were first in the line"
        );
        running.pop();
        assert!(poll(other.as_mut()).is_some(), "and then his turn has come");
    }

    #[test]
    fn who_gives_up_leaves_the_line_and_gives_back_a_place_that_was_just_given() {
        let queue = queue(1, 1, 1);
        let first = poll(pin!(queue.place(ticket("ana", "x")))).expect("the only one");
        let mut second = Box::pin(queue.place(ticket("bob", "x")));
        let mut third = pin!(queue.place(ticket("eve", "x")));
        assert!(poll(second.as_mut()).is_none());
        assert!(poll(third.as_mut()).is_none());
        drop(first);
        // Bob was called and has not heard it yet.
        drop(second);
        assert!(poll(third.as_mut()).is_some());
    }

    #[test]
    fn too_many_of_one_person_are_refused() {
        let queue = Queue::new(Limits {
            total: 0,
            per_person: 1,
            per_target: 1,
            waiting_per_person: 2,
        });
        let mut waiting: Vec<_> = (0..2)
            .map(|_| Box::pin(queue.place(ticket("ana", "x"))))
            .collect();
        waiting
            .iter_mut()
            .for_each(|one| assert!(poll(one.as_mut()).is_none()));
        let refused = poll(pin!(queue.place(ticket("ana", "x"))));
        assert!(matches!(refused, Some(Err(2))));
        let other = poll(pin!(queue.place(ticket("bob", "x"))));
        assert!(other.is_none());
    }
}
