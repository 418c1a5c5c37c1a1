//! How far a run is, step by step: asked for, consented to where somebody must, run. The message that
//! changes while it runs carries the steps; its words say the same.

use crate::logic::approval::{Hold, RunId, State};
use crate::logic::catalogue::Approval;
use crate::logic::message::{Progress, Task};
use crate::logic::person::Person;
use crate::logic::run::{Leave, Run};
use crate::logic::target::Target;

/// Gives the steps of a run that is permitted: how far it is, and what came of it.
#[must_use]
pub fn of_run(run: &Run, progress: Progress, outcome: Option<&str>) -> Vec<Task> {
    let last = Task {
        outcome: outcome.map(str::to_owned),
        ..task(run.id, "run", progress, of(&run.words(), &run.target))
    };
    let (title, by) = match &run.leave {
        None => return vec![last],
        Some(Leave::Consent { by }) => ("Approved", by),
        Some(Leave::BrokenGlass { by }) => ("Glass broken", by),
    };
    vec![
        asked(run.id, &run.who),
        Task {
            by: Some(by.clone()),
            ..task(run.id, "consent", Progress::Done, title)
        },
        last,
    ]
}

/// Gives the steps of a held run in this state. What will not run is no step any more.
#[must_use]
pub fn of_hold(hold: &Hold, state: &State) -> Vec<Task> {
    let (title, progress, by) = match state {
        State::Waiting => (awaited(hold.approval), Progress::Waiting, None),
        State::Started { .. } => ("Approved", Progress::Done, None),
        State::Consented { by, .. } => ("Approved", Progress::Done, Some(by)),
        State::BrokenGlass { by, .. } => ("Glass broken", Progress::Done, Some(by)),
        State::Denied { by, .. } => ("Denied", Progress::Failed, Some(by)),
        State::Cancelled { by, .. } => ("Cancelled", Progress::Failed, Some(by)),
        State::Expired { .. } => ("Nobody consented in time", Progress::Failed, None),
        State::Void { .. } => ("What would run had changed", Progress::Failed, None),
    };
    let consent = Task {
        by: by.cloned(),
        ..task(hold.run, "consent", progress, title)
    };
    let run = |progress| {
        let title = of(&words(hold), &hold.ask.target);
        task(hold.run, "run", progress, title)
    };
    let last = match progress {
        Progress::Waiting => Some(run(Progress::Waiting)),
        Progress::UnderWay | Progress::Done => Some(run(Progress::UnderWay)),
        Progress::Failed => None,
    };
    let first = [asked(hold.run, &hold.ask.asker.person), consent];
    first.into_iter().chain(last).collect()
}

fn awaited(approval: Approval) -> &'static str {
    match approval {
        Approval::SecondPerson => "A second person must consent",
        Approval::Asker | Approval::Nobody => "The one who asked must confirm it",
    }
}

fn asked(run: RunId, by: &Person) -> Task {
    Task {
        by: Some(by.clone()),
        ..task(run, "asked", Progress::Done, "Asked for")
    }
}

fn task(run: RunId, step: &str, progress: Progress, title: impl Into<String>) -> Task {
    Task {
        id: format!("{}-{step}", run.slot().0),
        title: title.into(),
        progress,
        by: None,
        outcome: None,
    }
}

fn words(hold: &Hold) -> String {
    let values = hold.ask.values.iter();
    let values = values.map(|(name, value)| format!(" {name}={value}"));
    format!("{}{}", hold.ask.probe, values.collect::<String>())
}

fn of(words: &str, target: &Target) -> String {
    format!("{words} on {target}")
}
