//! A small world around the core: people, channels, a policy, and a store that keeps what was decided
//! by compare and set, all of one step or none of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use kb::{Knowledge, Lore};
use uuid::Uuid;

use super::words::guide;
use crate::logic::approval::{Hold, RunId, State, Step};
use crate::logic::catalogue::Catalogue;
use crate::logic::conversation::{Conversation, Memory};
use crate::logic::effect::Effect;
use crate::logic::event::{Asked, Event};
use crate::logic::facts::{Facts, Held, Pause};
use crate::logic::heard::{Heard, Way, What};
use crate::logic::message::Message;
use crate::logic::outgoing::{Address, Body, Outgoing, Slot};
use crate::logic::person::{
    Asker, ChannelId, GroupId, Person, Platform, Standing, UserId, WorkspaceId,
};
use crate::logic::place::{Kind, MessageId, Place};
use crate::logic::policy::{Permit, Policy, Wish};
use crate::logic::request::Request;
use crate::logic::run::{Run, Stage};
use crate::logic::{named_run, step};

pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);
pub static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::build(&[guide()], &Lore::default()).expect("an index in memory"));
pub static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    Policy::read("policy.toml", RULES, &CATALOGUE).expect("a policy without a mistake")
});

const RULES: &str = r#"
    [[target]]
    name = "shop"
    project = "aaaaaaaaaaaaa"
    environment = "main"
    app = "app"
    [[target]]
    name = "blog"
    project = "bbbbbbbbbbbbb"
    environment = "main"
    app = "app"
    [[channel]]
    platform = "slack"
    workspace = "T01"
    id = "C01"
    target = "shop"
    [[rule]]
    id = "on-call"
    platform = "slack"
    workspace = "T01"
    groups = ["S01"]
    channels = ["C01", "C02", "D01"]
    probes = ["*"]
    targets = ["shop"]
    [[rule]]
    id = "named"
    platform = "slack"
    workspace = "T01"
    users = ["U09"]
    channels = ["C01", "C02"]
    probes = ["app-log", "sql-select"]
    targets = ["shop", "blog"]
    approval = "second-person"
    approvers = { groups = ["S02"] }
    break_glass = true
    [[rule]]
    id = "all"
    platform = "slack"
    workspace = "T01"
    anyone = true
    channels = ["C02"]
    probes = ["metrics"]
    targets = ["blog"]
    approval = "asker"
    [[operators]]
    platform = "slack"
    workspace = "T01"
    users = ["U08"]
    [pending]
    each = 2
    all = 4
"#;

/// Name, workspace, user, groups, standing.
type Somebody = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    Standing,
);

#[rustfmt::skip]
pub const PEOPLE: [Somebody; 11] = [
    ("member on call", "T01", "U01", &["S01"], Standing::Member),
    ("another on call", "T01", "U02", &["S01"], Standing::Member),
    ("member", "T01", "U03", &[], Standing::Member),
    ("named member", "T01", "U09", &[], Standing::Member),
    ("approver", "T01", "U04", &["S02"], Standing::Member),
    ("operator", "T01", "U08", &[], Standing::Member),
    ("guest on call", "T01", "U05", &["S01"], Standing::Guest),
    ("guest", "T01", "U06", &[], Standing::Guest),
    ("outsider", "T02", "U01", &["S01", "S02"], Standing::Outsider),
    ("bot", "T01", "B01", &["S01"], Standing::Outsider),
    ("of unknown standing", "T01", "U07", &[], Standing::Outsider),
];

pub fn somebody(name: &str) -> Asker {
    let (_, workspace, user, groups, standing) = PEOPLE
        .iter()
        .find(|(known, ..)| *known == name)
        .unwrap_or_else(|| panic!("{name} is nobody"));
    Asker {
        person: Person {
            platform: Platform::Slack,
            workspace: WorkspaceId::new(workspace).expect("an id"),
            user: UserId::new(user).expect("an id"),
        },
        groups: groups
            .iter()
            .map(|id| GroupId::new(id).expect("an id"))
            .collect(),
        standing: *standing,
    }
}

/// A place by its name: `C02`, or `C02/1.5` for a thread.
pub fn place(name: &str) -> Place {
    let (channel, thread) = match name.split_once('/') {
        Some((channel, thread)) => (channel, Some(thread)),
        None => (name, None),
    };
    Place {
        platform: Platform::Slack,
        workspace: WorkspaceId::new("T01").expect("an id"),
        channel: ChannelId::new(channel).expect("an id"),
        kind: match channel.as_bytes()[0] {
            b'D' => Kind::Direct,
            b'H' => Kind::Home,
            _ => Kind::Channel,
        },
        thread: thread.map(|id| MessageId::new(id).expect("an id")),
    }
}

pub fn said(text: &str) -> What {
    What::Said {
        text: text.to_owned(),
        files: Vec::new(),
    }
}

/// What somebody did, as an edge reports it.
pub fn heard(name: &str, at: &str, way: Way, what: What) -> Heard {
    let who = somebody(name);
    let is_on_message = !matches!(way, Way::Slash | Way::Form | Way::Home);
    Heard {
        key: "key".to_owned(),
        who: who.person,
        standing: None,
        place: place(at),
        way,
        alone: matches!(way, Way::Slash | Way::Shortcut),
        message: is_on_message.then(|| MessageId::new("1.5").expect("an id")),
        what,
        at: now(),
        handle: None,
    }
}

pub fn now() -> Timestamp {
    "2026-03-01T03:00:00Z".parse().expect("a moment")
}

/// What was read before a decision, and the decision: what a process may hold while another acts.
#[derive(Clone, Debug)]
pub struct Decided {
    pub event: Event,
    pub effects: Vec<Effect>,
}

/// Somebody else was faster: nothing of the step holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

/// What a store keeps, and what was seen of it from outside.
#[derive(Clone, Default)]
pub struct Scene {
    pub elapsed: Duration,
    next: u128,
    holds: BTreeMap<RunId, Hold>,
    pub runs: Vec<Run>,
    memories: BTreeMap<Conversation, Memory>,
    targets: BTreeMap<Place, Wish>,
    pub pause: Option<Pause>,
    /// The newest message of each slot.
    pub slots: BTreeMap<Slot, Message>,
    /// Every run that was started, with its permit, and whether running was paused then.
    pub started: Vec<(Run, Permit, bool)>,
    /// When each was started.
    times: BTreeMap<RunId, Timestamp>,
    /// All that went out, in its order.
    pub sent: Vec<Outgoing>,
    /// The consent of each run that had one.
    pub consents: BTreeMap<RunId, State>,
    /// Runs that are under way.
    pub running: BTreeSet<RunId>,
}

impl Scene {
    pub fn now(&self) -> Timestamp {
        now() + self.elapsed
    }

    /// Decides on what somebody did, without keeping it.
    pub fn decide_on(&mut self, heard: Heard) -> Decided {
        let name = PEOPLE
            .iter()
            .map(|(name, ..)| *name)
            .find(|name| somebody(name).person == heard.who)
            .expect("somebody");
        let asked = Asked {
            asker: somebody(name),
            heard,
            files: Vec::new(),
        };
        self.decide(Event::Heard(Box::new(asked)))
    }

    pub fn decide(&mut self, event: Event) -> Decided {
        self.next += 1;
        let fresh = RunId(Uuid::from_u128(self.next << 64 | self.next));
        let waiting: Vec<Hold> = self
            .holds
            .values()
            .filter(|hold| hold.state.step() == Step::Waiting)
            .cloned()
            .collect();
        let (mut memory, mut held, mut target) = (Memory::NONE, None, None);
        if let Event::Heard(asked) = &event {
            let conversation = Conversation::of(&asked.heard);
            target = self.targets.get(&channel_of(&conversation.place));
            memory = self
                .memories
                .get(&conversation)
                .cloned()
                .unwrap_or_default();
            held = named_run(&asked.heard, &waiting, &self.runs)
                .and_then(|id| self.holds.get(&id))
                .map(|hold| Held {
                    hold: hold.clone(),
                    requester: hold.ask.asker.clone(),
                });
        }
        let facts = Facts {
            now: self.now(),
            fresh,
            memory: &memory,
            channel_target: target,
            hold: held.as_ref(),
            holds: &waiting,
            runs: &self.runs,
            pause: self.pause.as_ref(),
            ..Facts::new(&KNOWLEDGE, &CATALOGUE, &POLICY)
        };
        let effects = step(&facts, event.clone());
        assert_eq!(
            effects,
            step(&facts, event.clone()),
            "the same facts, another decision"
        );
        Decided { event, effects }
    }

    /// Keeps all of a decision, or none of it where a change is lost.
    pub fn keep(&mut self, decided: &Decided) -> Result<(), Lost> {
        let before = self.clone();
        for effect in &decided.effects {
            if self.apply(effect) == Err(Lost) {
                *self = before;
                return Err(Lost);
            }
        }
        Ok(())
    }

    /// Decides and keeps, again as often as somebody else was faster.
    pub fn hear(&mut self, heard: Heard) -> Vec<Effect> {
        let decided = self.decide_on(heard);
        self.settle(decided)
    }

    pub fn happen(&mut self, event: Event) -> Vec<Effect> {
        let decided = self.decide(event);
        self.settle(decided)
    }

    pub fn settle(&mut self, mut decided: Decided) -> Vec<Effect> {
        for _ in 0..5 {
            if self.keep(&decided).is_ok() {
                return decided.effects;
            }
            decided = self.decide(decided.event);
        }
        panic!("a decision on facts of now is lost: {:?}", decided.effects);
    }

    fn apply(&mut self, effect: &Effect) -> Result<(), Lost> {
        match effect {
            Effect::Send(outgoing) => self.send(outgoing),
            Effect::Hold { hold, run } => {
                self.holds.insert(hold.run, hold.as_ref().clone());
                self.runs.insert(0, run.as_ref().clone());
            }
            Effect::Change(change) => {
                let now = self.now();
                let hold = self.holds.get_mut(&change.run).ok_or(Lost)?;
                hold.apply(change, now).map_err(|_| Lost)?;
                if hold.state.step() == Step::Consented {
                    self.consents.insert(change.run, hold.state.clone());
                }
                let stage = Stage::of(&hold.state);
                self.stage(change.run, stage);
            }
            Effect::Start { run, permit } => {
                self.runs.retain(|kept| kept.id != run.id);
                self.runs.insert(0, run.as_ref().clone());
                self.running.insert(run.id);
                self.times.insert(run.id, self.now());
                self.started.push((
                    run.as_ref().clone(),
                    permit.as_ref().clone(),
                    self.pause.is_some(),
                ));
            }
            Effect::Close { run, stage } => {
                self.running.remove(run);
                self.stage(*run, stage.clone());
            }
            Effect::Remember {
                conversation,
                memory,
            } => {
                self.memories.insert(conversation.clone(), memory.clone());
            }
            Effect::Bind { place, target } => {
                match target {
                    Some(target) => self.targets.insert(channel_of(place), target.clone()),
                    None => self.targets.remove(&channel_of(place)),
                };
            }
            Effect::Pause(pause) => self.pause = Some(pause.clone()),
            Effect::Resume => self.pause = None,
            Effect::Record(_) | Effect::Cancel(_) | Effect::Feedback(_) | Effect::Hint { .. } => {}
        }
        Ok(())
    }

    fn send(&mut self, outgoing: &Outgoing) {
        self.sent.push(outgoing.clone());
        let Body::Message(message) = &outgoing.body else {
            return;
        };
        let slot = match &outgoing.to {
            Address::Instead(slot) => Some(slot),
            _ => outgoing.slot.as_ref(),
        };
        if let Some(slot) = slot {
            self.slots.insert(slot.clone(), message.clone());
        }
    }

    fn stage(&mut self, id: RunId, stage: Stage) {
        if let Some(run) = self.runs.iter_mut().find(|run| run.id == id) {
            run.stage = stage;
        }
    }

    pub fn started_at(&self, run: RunId) -> Timestamp {
        self.times[&run]
    }

    pub fn holds(&self) -> impl Iterator<Item = &Hold> {
        self.holds.values()
    }
}

fn channel_of(place: &Place) -> Place {
    Place {
        thread: None,
        ..place.clone()
    }
}

/// Gives the replies among effects.
pub fn replies(effects: &[Effect]) -> Vec<&Outgoing> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(outgoing) if outgoing.is_reply => Some(outgoing.as_ref()),
            _ => None,
        })
        .collect()
}

/// Gives what an effect would deliver as a message, form and all.
pub fn message(outgoing: &Outgoing) -> Option<&Message> {
    match &outgoing.body {
        Body::Message(message) => Some(message),
        Body::Form(form) => Some(&form.plain),
        Body::File { .. } => None,
    }
}

/// Gives whether a message can still settle a run.
pub fn can_settle(message: &Message) -> bool {
    message.buttons.iter().any(|button| {
        matches!(
            button.request,
            Request::Approve { .. } | Request::Deny { .. } | Request::BreakGlass { .. }
        )
    })
}
