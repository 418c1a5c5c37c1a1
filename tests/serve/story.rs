//! A story of the real program: what people do, on one folder and before one Slack, through as many
//! lives as it takes; and what must be so at its end, however each life ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use bot::logic::audit::Event;

use super::child::audit;
use super::database;
use crate::harness::real::{Home, Real};
use crate::harness::slack::Double;
use crate::harness::slack::world::{BOT_USER, CHANNEL, Posted, World};

/// How long a life may say nothing until Slack brings again what was not acknowledged.
const QUIET: Duration = Duration::from_millis(500);

/// How often Slack does so until the life is held to hang.
const MOST_QUIET: usize = 120;

/// What people did, and where.
pub struct Story {
    /// Where the program lives.
    pub home: Home,
    /// The Slack that it speaks to.
    pub double: Double,
    /// Every message of a person's, as it was brought.
    pub acts: Vec<String>,
    /// The messages that ask a question.
    pub questions: Vec<String>,
    /// The messages that ask for a check, and the lines that each wants: its own number.
    pub checks: BTreeMap<String, usize>,
    /// Typed commands.
    pub commands: Vec<String>,
    /// Presses of `Approve`.
    pub presses: Vec<String>,
    /// Messages on which it was pressed in this life.
    pressed: BTreeSet<String>,
}

impl Story {
    /// Begins one in which nothing happened yet.
    pub fn begin() -> Self {
        Self {
            home: Home::new(),
            double: Double::start(),
            acts: Vec::new(),
            questions: Vec::new(),
            checks: BTreeMap::new(),
            commands: Vec::new(),
            presses: Vec::new(),
            pressed: BTreeSet::new(),
        }
    }

    fn ask(&mut self, text: &str) -> String {
        let text = format!("<@{BOT_USER}> {text}");
        let act = self.double.says("U0ANN", CHANNEL, None, &text);
        self.acts.push(act.id);
        act.ts
    }

    /// Begins a life in which there is something of each kind to do.
    pub fn work(&mut self) {
        self.pressed.clear();
        // What was not acknowledged comes again, as Slack brings it.
        self.double.pass(4);
        for n in 1..=2 {
            let asked = self.ask(&format!("step {n}"));
            self.questions.push(asked);
        }
        for probe in ["app-log", "error-log"] {
            let lines = self.checks.len() + 1;
            let asked = self.ask(&format!("probe {probe} lines={lines}"));
            self.checks.insert(asked, lines);
        }
        let typed = self.double.types("U0CYD", CHANNEL, "step 3");
        self.commands.push(typed.id);
        self.consent();
    }

    /// Consents to all that can be seen to wait, once in a life.
    pub fn consent(&mut self) {
        let waiting: Vec<Posted> = {
            let world = self.double.world();
            let messages = world.messages.iter();
            messages
                .filter(|message| is_waiting(message) && !self.pressed.contains(&message.ts))
                .cloned()
                .collect()
        };
        for message in waiting {
            self.pressed.insert(message.ts.clone());
            let act = self.double.presses("U0BEN", &message, "Approve");
            self.presses.push(act.id);
        }
    }

    /// Goes on until all is done that anybody asked for, or the life ends; true where all is done.
    pub fn go_on(&mut self, real: &Real) -> bool {
        let (mut quiet, mut log) = (0, Vec::new());
        loop {
            self.consent();
            if self.is_done() {
                return true;
            }
            match real.line(QUIET) {
                Ok(line) => {
                    quiet = 0;
                    log.push(line);
                }
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => {
                    quiet += 1;
                    assert!(
                        quiet < MOST_QUIET,
                        "it hangs: {:#?} {log:#?}",
                        self.complaints()
                    );
                    self.double.pass(4);
                    // Whoever was refused tries again.
                    self.pressed.clear();
                }
            }
        }
    }

    /// Lives until all is done that anybody asked for.
    pub fn end(&mut self) {
        self.pressed.clear();
        let real = self.home.serve(&self.double);
        self.double.pass(4);
        assert!(self.go_on(&real), "it ended by itself");
        real.stop();
    }

    fn is_done(&self) -> bool {
        let world = self.double.world();
        let is_answered = |asked: &String| !beneath(&world, asked).is_empty();
        self.questions.iter().all(is_answered)
            && self.checks.keys().all(|asked| {
                let seen = beneath(&world, asked);
                let (refused, words): (Vec<&Posted>, Vec<&Posted>) =
                    seen.iter().partition(|message| is_refused(message));
                let is_over = words.len() >= 2 || (words.is_empty() && !refused.is_empty());
                is_over && !words.iter().any(|message| is_waiting(message))
            })
    }

    /// Says everything that is not as it must be.
    pub fn complaints(&self) -> Vec<String> {
        let acked = self.acked();
        let mut complaints = Vec::new();
        let world = self.double.world();
        for asked in &self.questions {
            let count = beneath(&world, asked).len();
            if count != 1 {
                complaints.push(format!("{asked}: answered {count} times"));
            }
        }
        let started = self.home.started();
        for (asked, lines) in &self.checks {
            let ran = started
                .iter()
                .filter(|word| **word == lines.to_string())
                .count();
            complaints.extend(check(&beneath(&world, asked), ran).map(|why| {
                let seen: Vec<&str> = beneath(&world, asked).into_iter().map(text).collect();
                format!("{asked}, lines={lines}: {why}: {seen:#?}")
            }));
        }
        complaints.extend(unanswered(&world, acked));
        drop(world);
        complaints.extend(self.records(&started));
        complaints
    }

    /// Counts the presses and the commands that were taken and not answered at once.
    fn acked(&self) -> (usize, usize) {
        let is_acked = |id: &&String| self.double.is_acked(id);
        let pressed = self.presses.iter().filter(is_acked).count();
        // Where it could not be written down, that is said with the acknowledgement.
        let typed = self.commands.iter().filter(is_acked);
        let typed = typed.filter(|id| self.double.acked(id).payload.is_none());
        (pressed, typed.count())
    }

    /// Holds what was started against the audit, and the database against itself.
    fn records(&self, started: &[String]) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut intents = 0;
        let verified = audit(&self.home.state("")).verify(None, |entry| {
            intents += usize::from(matches!(entry.event, Event::Intent { .. }));
        });
        if let Err(error) = verified {
            complaints.push(format!("the audit does not hold: {error}"));
        }
        if intents < started.len() {
            complaints.push(format!("{} started, {intents} recorded", started.len()));
        }
        let sound = database::ask(&self.home.state("bot502.db"), "PRAGMA integrity_check");
        if sound != ["ok"] {
            complaints.push(format!("the database is damaged: {sound:?}"));
        }
        complaints
    }

    /// Gives what happened, in figures.
    pub fn sums(&self) -> String {
        let world = self.double.world();
        let titled = |word: &str| {
            let messages = world.messages.iter();
            messages
                .filter(|message| text(message).contains(word))
                .count()
        };
        format!(
            "{} questions, {} commands, {} checks, {} started, {} interrupted, {} not started, {} \
             presses, {} messages",
            self.questions.len(),
            self.commands.len(),
            self.checks.len(),
            self.home.started().len(),
            titled("interrupted"),
            titled("not started"),
            self.presses.len(),
            world.messages.len(),
        )
    }
}

/// Says what is wrong with what stands beneath a check that ran so often.
fn check(seen: &[&Posted], ran: usize) -> Option<String> {
    let (refused, said): (Vec<&Posted>, Vec<&Posted>) =
        seen.iter().partition(|message| is_refused(message));
    let (files, words): (Vec<&Posted>, Vec<&Posted>) =
        said.iter().partition(|message| !message.files.is_empty());
    if ran > 1 {
        return Some(format!("run {ran} times"));
    }
    if words.is_empty() && !refused.is_empty() {
        return (ran > 0).then(|| "it ran, and was refused".to_owned());
    }
    if words.len() != 2 {
        return Some("not one run and one outcome".to_owned());
    }
    let says = |word: &str| words.iter().any(|message| text(message).contains(word));
    let has_result = !says("interrupted") && !says("not started");
    if says("not started") && ran > 0 {
        return Some("it ran, and was said not to have".to_owned());
    }
    if has_result && ran == 0 {
        return Some("it did not run, and has a result".to_owned());
    }
    let is_lost = says("could not be kept");
    (files.len() != usize::from(has_result && !is_lost)).then(|| format!("{} files", files.len()))
}

fn text(message: &Posted) -> &str {
    message.body["text"].as_str().unwrap_or_default()
}

/// Counts what one person alone was told.
pub fn alone(world: &World, who: &str) -> usize {
    let messages = world.messages.iter();
    messages
        .filter(|message| message.alone.as_deref() == Some(who))
        .count()
}

/// Says where somebody was left without a word. What only one person sees cannot be looked for, and is
/// rather said twice than never.
fn unanswered(world: &World, (pressed, typed): (usize, usize)) -> Vec<String> {
    let settled = world.messages.iter().filter(|message| {
        let mut was = message.was.iter();
        is_refused(message) || was.any(|was| was.to_string().contains("\"Approve\""))
    });
    let rows = [
        ("presses", pressed, alone(world, "U0BEN") + settled.count()),
        ("commands", typed, alone(world, "U0CYD")),
    ];
    rows.into_iter()
        .filter(|(_, asked, replies)| replies < asked)
        .map(|(what, asked, replies)| format!("{asked} {what}, {replies} replies"))
        .collect()
}

/// Gives what all see beneath a message.
fn beneath<'a>(world: &'a World, asked: &str) -> Vec<&'a Posted> {
    let messages = world.messages.iter();
    messages
        .filter(|message| message.user == BOT_USER && message.alone.is_none())
        .filter(|message| message.thread.as_deref() == Some(asked))
        .collect()
}

/// Where what is asked for cannot be recorded, it is refused.
fn is_refused(message: &Posted) -> bool {
    text(message).contains("the audit cannot be written")
}

fn is_waiting(message: &Posted) -> bool {
    message.body["blocks"].to_string().contains("\"Approve\"")
}
