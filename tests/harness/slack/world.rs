//! The workspace of the double: who and what there is, what was said, and what is to go wrong.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::panel::Panel;

/// The workspace.
pub const TEAM: &str = "T0HOME";
/// Another workspace, connected by a shared channel.
pub const OTHER_TEAM: &str = "T0AWAY";
/// The bot's user.
pub const BOT_USER: &str = "U0BOT";
/// The bot, as messages name their sender.
pub const BOT: &str = "B0BOT";
/// The app.
pub const APP: &str = "A0APP";
/// A channel in which the bot is.
pub const CHANNEL: &str = "C0OPS";
/// A channel in which the bot is not.
pub const ELSEWHERE: &str = "C0ELSE";

/// Something that goes wrong at the next call of a method.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// 429 with so many seconds to wait.
    Limited(u64),
    /// A status without an answer.
    Status(u16),
    /// `ok: false` with this word.
    Refused(&'static str),
    /// It is done, and the answer never comes.
    Silent,
    /// It is not done, and no answer comes.
    Deaf,
    /// It is done, and the answer is a server's failure.
    DoneAndFailed,
}

/// A person.
#[derive(Clone, Debug)]
pub struct User {
    /// As `users.info` shows them.
    pub profile: Value,
}

/// A message that was posted.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// The channel.
    pub channel: String,
    /// Its id.
    pub ts: String,
    /// The message that its thread hangs on.
    pub thread: Option<String>,
    /// Who wrote it.
    pub user: String,
    /// To whom alone it is shown.
    pub alone: Option<String>,
    /// What was sent: text, blocks, metadata.
    pub body: Value,
    /// Files that hang on it: name, title and text.
    pub files: Vec<Kept>,
    /// What it was before each change: somebody may still have that before their eyes.
    pub was: Vec<Value>,
    /// It was taken away.
    pub is_gone: bool,
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Bytes that were announced.
    pub announced: usize,
    /// It is shown somewhere.
    pub is_shown: bool,
}

/// Leave that was given to the bot.
#[derive(Clone, Debug)]
pub struct Leave {
    /// Uses that are left of a `response_url`.
    pub uses: u32,
    /// When it was given, in seconds of the double's clock.
    pub at: i64,
    /// Who may be answered where.
    pub channel: String,
    /// The person.
    pub user: String,
}

/// All that the double knows.
#[derive(Default)]
pub struct World {
    pub now: i64,
    pub counter: u64,
    pub bot_token: String,
    pub app_token: String,
    pub is_revoked: bool,
    pub scopes: Vec<&'static str>,
    pub users: BTreeMap<String, User>,
    pub channels: BTreeMap<String, BTreeSet<String>>,
    pub groups: BTreeMap<String, Vec<String>>,
    pub messages: Vec<Posted>,
    pub files: BTreeMap<String, Kept>,
    pub homes: BTreeMap<String, Value>,
    /// Forms that are open: by their id, with the person.
    pub forms: Vec<(String, String, Value)>,
    pub triggers: BTreeMap<String, Leave>,
    pub leaves: BTreeMap<String, Leave>,
    pub faults: BTreeMap<String, VecDeque<Fault>>,
    /// What goes wrong at so many of a hundred calls of a method, by a chance that is the same each time.
    pub often: Option<(&'static str, u64, Fault)>,
    pub chance: u64,
    /// Each call: method and arguments.
    pub calls: Vec<(String, Value)>,
    /// What was refused for breaking a rule.
    pub broken_rules: Vec<String>,
    /// Messages that each channel takes before it asks to slow down; without it, any number.
    pub pace: Option<usize>,
    pub paced: BTreeMap<String, (i64, usize)>,
    /// The id that a message or a file gets next, where a Slack behind the double gave it.
    pub given: Option<String>,
    /// The newer blocks are there.
    pub has_new_surfaces: bool,
    /// The word with which the panel's methods are refused, where there is no panel.
    pub no_panel: Option<&'static str>,
    /// The app is one of the newer kind, whose direct messages are the agent's view: each word to it
    /// begins a thread, and there is no other panel.
    pub is_agent: bool,
    /// Prompts above the direct messages of an agent, by channel.
    pub pinned: BTreeMap<String, Vec<(String, String)>>,
    /// Panels that were opened, by channel and thread.
    pub panels: BTreeMap<(String, String), Panel>,
}

impl World {
    /// Makes a workspace with one of each kind of person.
    pub fn new() -> Self {
        let mut world = Self {
            now: 1_790_000_000,
            bot_token: "xoxb-0-double".to_owned(),
            app_token: "xapp-0-double".to_owned(),
            scopes: vec![
                "app_mentions:read",
                "assistant:write",
                "channels:history",
                "channels:read",
                "chat:write",
                "commands",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:write",
                "mpim:history",
                "usergroups:read",
                "users:read",
            ],
            has_new_surfaces: true,
            ..Self::default()
        };
        for (id, facts) in [
            ("U0ANN", json!({})),
            ("U0BEN", json!({})),
            ("U0CYD", json!({})),
            ("U0GUEST", json!({ "is_restricted": true })),
            (
                "U0SOLO",
                json!({ "is_restricted": true, "is_ultra_restricted": true }),
            ),
            ("U0GONE", json!({ "deleted": true })),
            ("U0ROBOT", json!({ "is_bot": true })),
            (
                "U0AWAY",
                json!({ "team_id": OTHER_TEAM, "is_stranger": true }),
            ),
            (BOT_USER, json!({ "is_bot": true })),
        ] {
            world.add_user(id, &facts);
        }
        let everybody: BTreeSet<String> = world.users.keys().cloned().collect();
        world.channels.insert(CHANNEL.to_owned(), everybody.clone());
        let others = everybody
            .into_iter()
            .filter(|user| user != BOT_USER)
            .collect();
        world.channels.insert(ELSEWHERE.to_owned(), others);
        world.groups.insert(
            "S0ONCALL".to_owned(),
            vec!["U0ANN".to_owned(), "U0BEN".to_owned()],
        );
        world
    }

    /// Adds a person.
    pub fn add_user(&mut self, id: &str, facts: &Value) {
        let mut profile = json!({
            "id": id, "team_id": TEAM, "name": id.to_lowercase(), "deleted": false, "is_bot": false,
            "is_restricted": false, "is_ultra_restricted": false, "real_name": id,
        });
        for (key, value) in facts.as_object().into_iter().flatten() {
            profile[key] = value.clone();
        }
        self.users.insert(id.to_owned(), User { profile });
    }

    /// Gives an id that was never given.
    pub fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Gives the id of a new message.
    pub fn next_ts(&mut self) -> String {
        if let Some(given) = self.given.take() {
            return given;
        }
        let n = self.next();
        format!("{}.{n:06}", self.now)
    }

    /// Gives the channel of the direct messages with a person.
    pub fn direct(user: &str) -> String {
        user.replacen('U', "D", 1)
    }

    /// Takes the next thing that goes wrong with a method.
    pub fn fault(&mut self, method: &str) -> Option<Fault> {
        let planned = self.faults.get_mut(method).and_then(VecDeque::pop_front);
        let Some((often, per_cent, fault)) = self.often.clone() else {
            return planned;
        };
        if planned.is_some() || often != method {
            return planned;
        }
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33)
            .checked_rem(100)
            .is_some_and(|chance| chance < per_cent)
            .then_some(fault)
    }

    /// Gives a message that stands.
    pub fn message(&mut self, channel: &str, ts: &str) -> Option<&mut Posted> {
        self.messages
            .iter_mut()
            .find(|message| message.channel == channel && message.ts == ts && !message.is_gone)
    }
}
