//! Runs that wait for consent: how one is shown while it waits, once it is
//! settled, and to those who may not touch it.

use super::{named, tasks};
use crate::logic::approval::{Around, Change, Hold, RunId, State};
use crate::logic::audit;
use crate::logic::catalogue::{Approval, show};
use crate::logic::effect::Effect;
use crate::logic::facts::Held;
use crate::logic::heard::Way;
use crate::logic::message::{Message, Part, Tone, Weight};
use crate::logic::outgoing::Address;
use crate::logic::policy::{Policy, Proposal, Reason, Refusal};
use crate::logic::request::{Request, Which};
use crate::logic::run::{Leave, Run, Stage};
use crate::logic::target::{ProbeId, shown};
use crate::logic::turn::{Turn, news};

impl<'a> Turn<'a> {
    /// Gives the held run that is meant.
    #[must_use]
    pub fn held(&self, run: &Which) -> Option<&'a Held> {
        let facts = self.facts;
        let id = named::which(run, &self.asked.heard, facts.holds, facts.runs)?;
        facts.hold.filter(|held| held.hold.run == id)
    }

    /// Gives the run that is meant.
    #[must_use]
    pub fn run(&self, run: &Which) -> Option<&'a Run> {
        let facts = self.facts;
        let id = named::which(run, &self.asked.heard, facts.holds, facts.runs)?;
        facts.runs.iter().find(|run| run.id == id)
    }

    /// Gives what a decision on a held run looks at.
    #[must_use]
    pub fn around(&self, held: &'a Held) -> Around<'a> {
        Around {
            policy: self.facts.policy,
            catalogue: self.facts.catalogue,
            requester: &held.requester,
            now: self.facts.now,
        }
    }

    /// Gives the run of a held one, with the place where it was asked.
    #[must_use]
    pub fn run_of(&self, hold: &Hold, stage: Stage) -> Option<Run> {
        if let Some(run) = self.facts.runs.iter().find(|run| run.id == hold.run) {
            return Some(Run {
                stage,
                leave: Leave::of(&hold.state),
                ..run.clone()
            });
        }
        Some(Run {
            id: hold.run,
            who: hold.ask.asker.person.clone(),
            place: self.open_place(),
            probe: ProbeId::new(&hold.ask.probe).ok()?,
            values: values(hold),
            target: hold.ask.target.clone(),
            stage,
            at: self.facts.now,
            leave: Leave::of(&hold.state),
        })
    }

    /// Answers a press that settled a run: in the place of its message, or, where the press did not
    /// stand on that, beside it.
    #[must_use]
    pub fn settled(&self, run: RunId, message: Message) -> Vec<Effect> {
        let slot = run.slot();
        match self.asked.heard.way {
            Way::Button | Way::Form if self.asked.heard.message.is_some() => {
                vec![self.reply_instead(slot, message)]
            }
            _ => vec![
                news(Address::Instead(slot), message.clone()),
                self.reply(message),
            ],
        }
    }

    /// Answers a press that is refused; where it showed that the run is at its end, that is kept.
    #[must_use]
    pub fn refused(&self, hold: &Hold, refusal: &Refusal, change: Option<Change>) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(change) = change {
            effects.extend(settled_unpressed(hold, change));
        } else {
            effects.push(Effect::Record(self.record_of(hold, refusal)));
        }
        let message = match &refusal.reason {
            // Who settled it is a person, and is shown as one.
            Reason::Settled(_) => Message {
                title: Some("It is settled already".to_owned()),
                tone: Tone::Warning,
                tasks: Vec::new(),
                ..over(hold, &hold.state)
            },
            Reason::Paused(_) => super::pause::told(refusal_message(refusal), self.facts),
            _ => refusal_message(refusal),
        };
        effects.push(self.reply_alone(message));
        effects
    }

    fn record_of(&self, hold: &Hold, refusal: &Refusal) -> audit::Event {
        audit::Event::Refused {
            who: self.asked.heard.who.clone(),
            channel: self.channel().cloned(),
            probe: shown(&hold.ask.probe),
            target: Some(hold.ask.target.clone()),
            reason: refusal.reason.to_string(),
        }
    }

    /// Answers who would decide on a run that is not known. A button names a run by its id: one that was
    /// never given was made up by somebody, so it is recorded.
    #[must_use]
    pub fn unknown(&self, run: &Which) -> Vec<Effect> {
        let record = |id: &RunId| {
            Effect::Record(audit::Event::Refused {
                who: self.asked.heard.who.clone(),
                channel: self.channel().cloned(),
                probe: format!("run {id}"),
                target: None,
                reason: "No such run is known.".to_owned(),
            })
        };
        let made_up = match run {
            Which::This(id) => Some(record(id)),
            Which::Named(_) | Which::Only => None,
        };
        made_up
            .into_iter()
            .chain([self.reply_alone(self.no_such_run(run))])
            .collect()
    }

    /// Says that no such run is known.
    #[must_use]
    pub fn no_such_run(&self, run: &Which) -> Message {
        let title = match run {
            Which::Named(name) => format!("There is no run `{}` that I know of", shown(name)),
            Which::Only => "It is not clear which run is meant".to_owned(),
            Which::This(_) => "That run is not known any more".to_owned(),
        };
        Message::new(Tone::Warning, title)
            .sentence("`runs` lists those of late, each with its short name.")
            .button("The runs", Request::Runs)
    }
}

/// Says why something is refused, and who could do it.
#[must_use]
pub fn refusal_message(refusal: &Refusal) -> Message {
    Message::new(Tone::Bad, refusal.reason.to_string()).sentence(refusal.who_may.clone())
}

/// Shows a run that waits: word for word what would run, on what, for whom, until when.
#[must_use]
pub fn waiting(hold: &Hold, proposal: &Proposal, policy: &Policy) -> Message {
    let run = Which::This(hold.run);
    let title = match hold.approval {
        Approval::SecondPerson => format!("A second person must consent to `{}`", hold.ask.probe),
        Approval::Asker | Approval::Nobody => {
            format!("Look at this and confirm it: `{}`", hold.ask.probe)
        }
    };
    let mut message = about(Message::new(Tone::Warning, title), hold)
        .tasks(tasks::of_hold(hold, &State::Waiting))
        .field("Until", hold.expires_at)
        .part(Part::Command {
            text: show(proposal.action.argv()),
            remark: Some("what would run, word for word".to_owned()),
        })
        .sentence(proposal.who_may.clone())
        .part(Part::Remark(format!(
            "Run {}, rule {}, digest {}.",
            hold.run.short(),
            proposal.rule,
            hold.digest.short()
        )))
        .weighty(
            Weight::Main,
            "Approve",
            Request::Approve { run: run.clone() },
        );
    if hold.approval == Approval::SecondPerson {
        message = message.weighty(
            Weight::Grave,
            "Deny",
            Request::Deny {
                run: run.clone(),
                reason: None,
            },
        );
        let has_glass = policy
            .rules()
            .iter()
            .any(|rule| rule.id == proposal.rule && rule.break_glass);
        if has_glass {
            message = message.weighty(
                Weight::Grave,
                "Break glass",
                Request::BreakGlass {
                    run: run.clone(),
                    reason: None,
                },
            );
        }
    }
    message.button("Cancel", Request::Cancel { run })
}

/// Settles a held run that nobody pressed anything for: its time is over, or what would run has
/// changed.
#[must_use]
pub fn settled_unpressed(hold: &Hold, change: Change) -> Vec<Effect> {
    let message = over(hold, &change.to);
    let slot = hold.run.slot();
    let mut effects: Vec<Effect> = audit::Event::settled(&change)
        .map(Effect::Record)
        .into_iter()
        .collect();
    effects.push(Effect::Change(change));
    effects.push(news(Address::Instead(slot.clone()), message.clone()));
    // What is put in a message's place calls nobody: the one who asked reads it beneath.
    effects.push(news(Address::Beneath(slot), message));
    effects
}

/// Shows a held run that is settled, without any buttons to settle it again.
#[must_use]
pub fn over(hold: &Hold, state: &State) -> Message {
    let probe = &hold.ask.probe;
    let (tone, title) = match state {
        State::Waiting => (Tone::Warning, format!("`{probe}` waits for consent")),
        State::Consented { .. } | State::Started { .. } => {
            (Tone::Plain, format!("`{probe}` is approved, and runs"))
        }
        State::BrokenGlass { .. } => (
            Tone::Warning,
            format!("`{probe}` runs without a second person: glass broken"),
        ),
        State::Denied { .. } => (Tone::Bad, format!("`{probe}` was denied")),
        State::Cancelled { .. } => (Tone::Plain, format!("`{probe}` was cancelled")),
        State::Expired { .. } => (
            Tone::Warning,
            format!("`{probe}` expired: nobody consented in time"),
        ),
        State::Void { .. } => (
            Tone::Warning,
            format!("`{probe}` is void: what would run had changed, or may no longer run"),
        ),
    };
    let message = about(Message::new(tone, title), hold).tasks(tasks::of_hold(hold, state));
    let message = match state {
        State::Waiting => message,
        State::Started { at } => message.field("Started", *at),
        State::Consented { by, at } => message.field("Approved by", by).field("At", *at),
        State::BrokenGlass { by, at, reason } => message
            .field("Glass broken by", by)
            .field("At", *at)
            .field("Why", reason.as_str()),
        State::Denied { by, at, reason } => {
            let message = message.field("Denied by", by).field("At", *at);
            match reason.as_deref().filter(|reason| !reason.is_empty()) {
                Some(reason) => message.field("Why", reason),
                None => message,
            }
        }
        State::Cancelled { by, at } => message.field("Cancelled by", by).field("At", *at),
        State::Expired { at } | State::Void { at } => message.field("At", *at),
    };
    let may_ask_again = matches!(state, State::Expired { .. } | State::Void { .. });
    match may_ask_again {
        true => message.button("Ask again", again(hold)),
        false => message,
    }
}

fn about(message: Message, hold: &Hold) -> Message {
    message
        .field("Target", hold.ask.target.to_string())
        .field("Asked by", &hold.ask.asker.person)
}

fn again(hold: &Hold) -> Request {
    Request::Probe {
        id: hold.ask.probe.clone(),
        values: values(hold),
    }
}

fn values(hold: &Hold) -> Vec<String> {
    let values = hold.ask.values.iter();
    values
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}
