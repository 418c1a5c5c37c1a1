//! What is said when a run is over: its progress message is settled, and the result stands beneath
//! it, findings first, the whole output as a file.

use super::tasks;
use crate::logic::audit;
use crate::logic::effect::Effect;
use crate::logic::event::Ended;
use crate::logic::finding::{Next, Report};
use crate::logic::message::{Message, Progress, Tone};
use crate::logic::outgoing::Address;
use crate::logic::request::Request;
use crate::logic::run::{Run, Stage};
use crate::logic::turn::{file, news};

/// Buttons for what to do next at most.
const NEXT_SHOWN: usize = 3;

/// Says what a run shows.
#[must_use]
pub fn ended(ended: &Ended) -> Vec<Effect> {
    let Ended { run, report, ran } = ended;
    let slot = run.id.slot();
    let says = headline(report);
    let stage = match report.ok {
        true => Stage::Done { says },
        false => Stage::Failed { says },
    };
    let mut effects = vec![
        Effect::Record(audit::Event::Ran(ran.clone())),
        Effect::Close { run: run.id, stage },
        news(Address::Instead(slot.clone()), over(run, report)),
        news(Address::Beneath(slot.clone()), result(run, report)),
    ];
    if !report.output.trim().is_empty() {
        effects.push(file(
            Address::Beneath(slot),
            format!("{}-{}.txt", report.probe, run.id.short()),
            format!("{} on {}", report.title, report.target),
            report.output.clone(),
        ));
    }
    effects
}

/// Says that a run was not started.
#[must_use]
pub fn not_started(run: &Run, why: &str) -> Vec<Effect> {
    let message = about(
        Message::new(Tone::Bad, format!("`{}` was not started", run.words())),
        run,
    )
    .tasks(tasks::of_run(
        run,
        Progress::Failed,
        Some(&format!("Nothing ran: {why}.")),
    ))
    .sentence(format!("Nothing ran: {why}."))
    .button("Ask again", run.again());
    let stage = Stage::Failed {
        says: format!("was not started: {why}"),
    };
    vec![
        Effect::Close { run: run.id, stage },
        news(Address::Instead(run.id.slot()), message.clone()),
        news(Address::Beneath(run.id.slot()), message),
    ]
}

/// Says that a restart interrupted a run.
#[must_use]
pub fn interrupted(run: &Run) -> Vec<Effect> {
    let title = format!(
        "`{}` was interrupted: I was restarted while it ran",
        run.words()
    );
    let message = about(Message::new(Tone::Warning, title), run)
        .tasks(tasks::of_run(
            run,
            Progress::Failed,
            Some("A restart interrupted it."),
        ))
        .sentence("It only reads, so nothing is half done. It was not run again by itself.")
        .button("Run it again", run.again());
    vec![
        Effect::Record(audit::Event::Interrupted { run: run.id }),
        Effect::Close {
            run: run.id,
            stage: Stage::Interrupted,
        },
        news(Address::Instead(run.id.slot()), message.clone()),
        news(Address::Beneath(run.id.slot()), message),
    ]
}

fn over(run: &Run, report: &Report) -> Message {
    let tone = match report.ok {
        true => Tone::Plain,
        false => Tone::Warning,
    };
    let title = format!("`{}` is over: it {}", run.words(), report.ended);
    let progress = match report.ok {
        true => Progress::Done,
        false => Progress::Failed,
    };
    about(Message::new(tone, title), run).tasks(tasks::of_run(
        run,
        progress,
        Some(&headline(report)),
    ))
}

fn about(message: Message, run: &Run) -> Message {
    message
        .field("Target", run.target.to_string())
        .field("Asked by", &run.who)
}

fn result(run: &Run, report: &Report) -> Message {
    let message = report.message();
    let nexts = report
        .findings
        .iter()
        .filter_map(|finding| finding.next.as_ref());
    let mut requests: Vec<(String, Request)> = Vec::new();
    for next in nexts {
        let button = match next {
            Next::Probe { id, values } => {
                let (id, values) = (id.clone(), values.clone());
                (format!("Run `{id}`"), Request::Probe { id, values })
            }
            Next::Step(number) => (format!("Step {number}"), Request::Step { number: *number }),
            Next::Do(_) => continue,
        };
        if !requests.contains(&button) {
            requests.push(button);
        }
    }
    let message = requests
        .into_iter()
        .take(NEXT_SHOWN)
        .fold(message, |message, (label, request)| {
            message.button(label, request)
        });
    message.button("Run it again", run.again())
}

fn headline(report: &Report) -> String {
    match report.findings.first() {
        Some(finding) => finding.says.clone(),
        None => format!("it {}", report.ended),
    }
}
