//! The world of one conversation at a terminal: what it remembers, what waits, what ran. It does
//! what the core decides, in place and at once; what `serve` keeps in a database, it keeps in memory.

use jiff::Timestamp;
use kb::Knowledge;
use uuid::Uuid;

use crate::cli::probe::perform;
use crate::cli::rules::{self, Rules};
use crate::cli::{Context, talk};
use crate::logic::approval::{Hold, RunId};
use crate::logic::audit;
use crate::logic::conversation::Memory;
use crate::logic::effect::Effect;
use crate::logic::event::{Ended, Event};
use crate::logic::facts::{Facts, Figures, Held, Pause};
use crate::logic::heard::What;
use crate::logic::message::{Button, Message};
use crate::logic::outgoing::{Address, Body};
use crate::logic::person::Asker;
use crate::logic::policy::{Permit, Wish};
use crate::logic::redact::{Redactor, Secrets};
use crate::logic::run::{Run, Stage};
use crate::logic::{named_run, step};
use crate::store::audit::AuditLog;

/// Runs that are kept for `runs`.
const KEPT: usize = 50;

/// What one conversation at a terminal knows.
pub struct World<'a> {
    ctx: &'a Context,
    knowledge: &'a Knowledge,
    rules: Rules,
    audit: Option<AuditLog>,
    /// What this conversation recorded.
    recorded: Vec<audit::Entry>,
    memory: Memory,
    target: Option<Wish>,
    holds: Vec<Hold>,
    runs: Vec<Run>,
    pause: Option<Pause>,
    began: Timestamp,
    /// The buttons of the last message that had any.
    pub buttons: Vec<Button>,
}

impl<'a> World<'a> {
    /// Begins a conversation.
    ///
    /// # Errors
    /// When the catalogue or the policy cannot be read.
    pub fn new(ctx: &'a Context, knowledge: &'a Knowledge) -> anyhow::Result<Self> {
        Ok(Self {
            ctx,
            knowledge,
            rules: rules::rules(ctx)?,
            audit: None,
            recorded: Vec::new(),
            memory: Memory::NONE,
            target: None,
            holds: Vec::new(),
            runs: Vec::new(),
            pause: None,
            began: Timestamp::now(),
            buttons: Vec::new(),
        })
    }

    /// Lets the core decide on something that the person did, and does what it says.
    ///
    /// # Errors
    /// When the terminal cannot be written.
    pub fn turn(&mut self, what: What) -> anyhow::Result<()> {
        self.buttons.clear();
        let mut events = vec![talk::event(what)];
        while let Some(event) = events.pop() {
            for effect in self.decide(event) {
                // What cannot be done is said, and the conversation goes on.
                match self.apply(effect) {
                    Ok(more) => events.extend(more),
                    Err(error) => {
                        self.ctx.out.text(&format!("{error:#}"))?;
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn decide(&self, mut event: Event) -> Vec<Effect> {
        event.redact(|typed| Redactor::new(&Secrets::none()).redact(typed).text);
        let held = match &event {
            Event::Heard(asked) => named_run(&asked.heard, &self.holds, &self.runs),
            _ => None,
        };
        let held = held
            .and_then(|id| self.holds.iter().find(|hold| hold.run == id))
            .map(|hold| Held {
                hold: hold.clone(),
                requester: Asker::at_terminal(rustix::process::getuid().as_raw()),
            });
        let figures = self.figures();
        let waiting: Vec<Hold> = self.waiting();
        let facts = Facts {
            causes: self.knowledge.causes(),
            memory: &self.memory,
            channel_target: self.target.as_ref(),
            hold: held.as_ref(),
            holds: &waiting,
            runs: &self.runs,
            pause: self.pause.as_ref(),
            figures: &figures,
            audit: &self.recorded,
            now: Timestamp::now(),
            fresh: RunId(Uuid::now_v7()),
            ..Facts::new(self.knowledge, &self.rules.catalogue, &self.rules.policy)
        };
        step(&facts, event)
    }

    fn waiting(&self) -> Vec<Hold> {
        let waits = |hold: &&Hold| Stage::of(&hold.state) == Stage::Waiting;
        self.holds.iter().filter(waits).cloned().collect()
    }

    fn figures(&self) -> Figures {
        let up = Timestamp::now().duration_since(self.began);
        Figures {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            up: up.try_into().unwrap_or_default(),
            ..Figures::default()
        }
    }

    fn apply(&mut self, effect: Effect) -> anyhow::Result<Option<Event>> {
        match effect {
            // Nothing that was printed can be changed: what comes in its place is news of what
            // stands there already.
            Effect::Send(outgoing)
                if !outgoing.is_reply && matches!(outgoing.to, Address::Instead(_)) => {}
            Effect::Send(outgoing) => self.send(outgoing.body)?,
            Effect::Hold { hold, run } => {
                self.holds.push(*hold);
                self.keep(*run);
            }
            Effect::Change(change) => {
                if let Some(hold) = self.holds.iter_mut().find(|hold| hold.run == change.run) {
                    // One person at one terminal: nobody else can have been faster.
                    let _ = hold.apply(&change, Timestamp::now());
                    let stage = Stage::of(&hold.state);
                    self.stage(change.run, stage);
                }
            }
            Effect::Record(event) => self.record(event)?,
            Effect::Start { run, permit } => return self.start(*run, &permit).map(Some),
            // Nothing is under way while the person types: a run is waited for.
            Effect::Cancel(_) | Effect::Feedback(_) | Effect::Hint { .. } => {}
            Effect::Close { run, stage } => self.stage(run, stage),
            Effect::Remember { memory, .. } => self.memory = memory,
            Effect::Bind { target, .. } => self.target = target,
            Effect::Pause(pause) => self.pause = Some(pause),
            Effect::Resume => self.pause = None,
        }
        Ok(None)
    }

    fn start(&mut self, run: Run, permit: &Permit) -> anyhow::Result<Event> {
        self.keep(run.clone());
        self.open_audit()?;
        let Some(audit) = &self.audit else {
            anyhow::bail!("the audit is not open");
        };
        let performed = perform(run.id, permit, (&self.rules.catalogue, audit), self.ctx);
        Ok(match performed {
            Ok((report, ran)) => Event::Ended(Box::new(Ended { run, report, ran })),
            Err(error) => Event::NotStarted {
                run: Box::new(run),
                why: format!("{error:#}"),
            },
        })
    }

    fn send(&mut self, body: Body) -> anyhow::Result<()> {
        let message: Message = match body {
            Body::Message(message) => message,
            Body::Form(form) => form.plain,
            // The result shows what matters; `probe run --output` keeps all of it.
            Body::File { .. } => return Ok(()),
        };
        let page = talk::terminal(self.ctx).message(&message);
        self.ctx.out.text(&page)?;
        if !message.buttons.is_empty() {
            self.buttons = message.buttons;
        }
        Ok(())
    }

    fn record(&mut self, event: audit::Event) -> anyhow::Result<()> {
        self.open_audit()?;
        if let Some(audit) = &self.audit {
            let at = Timestamp::now();
            let head = audit
                .append(event.clone(), at)
                .map_err(rules::audit_failure)?;
            self.recorded.push(audit::Entry {
                seq: head.seq,
                at,
                event,
                // The chain itself is the file's; this is to be shown.
                prev: audit::Mac::NONE,
            });
        }
        Ok(())
    }

    /// Opens the audit at the first need: a question leaves no trace.
    fn open_audit(&mut self) -> anyhow::Result<()> {
        if self.audit.is_none() {
            self.audit = Some(rules::audit(self.ctx)?);
        }
        Ok(())
    }

    fn keep(&mut self, run: Run) {
        self.runs.retain(|kept| kept.id != run.id);
        self.runs.insert(0, run);
        self.runs.truncate(KEPT);
    }

    fn stage(&mut self, id: RunId, stage: Stage) {
        if let Some(run) = self.runs.iter_mut().find(|run| run.id == id) {
            run.stage = stage;
        }
    }
}
