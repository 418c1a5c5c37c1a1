//! Who is there, what they may, and what they say.

use std::sync::Arc;

use bot::logic::approval::RunId;
use bot::logic::catalogue::Catalogue;
use bot::logic::heard::{Heard, Way, What};
use bot::logic::person::{ChannelId, Person, Platform, UserId, WorkspaceId};
use bot::logic::place::{Kind, MessageId, Place};
use bot::logic::policy::Policy;
use bot::logic::request::{Request, Which};
use bot::serve::Snapshot;
use indexer::Options;
use jiff::Timestamp;
use kb::{Knowledge, Lore};

/// Who approves.
pub const BOSS: &str = "UBOSS";

const PAGE: &str = "---\ntitle: 502 errors\n---\n\n## Step 1: Look at the logs\n\nRun `upsun log app`.\n\n## Step 2: Check the port\n\nThe app listens on `$PORT`.\n";

/// Makes what answers come from, small: these tests are about the server. In channels of `free` a
/// probe runs at once, in those of `held` a second person must consent, within `window`.
pub fn snapshot(free: &[String], held: &[String], window: &str) -> Snapshot {
    let (guide, _) = indexer::read_page("502.md", PAGE.as_bytes(), &Options::default());
    let (catalogue, _) = Catalogue::read(&[]);
    let policy = policy(free, held, window, &catalogue);
    Snapshot {
        knowledge: Knowledge::build(&[guide], &Lore::default()).expect("a small index"),
        causes: Arc::new(kb::cause::Catalogue::new([]).0),
        catalogue,
        policy,
    }
}

fn policy(free: &[String], held: &[String], window: &str, catalogue: &Catalogue) -> Policy {
    let mut text = String::from(
        "[[target]]\nname = \"shop\"\nproject = \"abcdefghijklm\"\nenvironment = \"main\"\napp = \"app\"\n",
    );
    for channel in free.iter().chain(held) {
        text.push_str(&format!(
            "[[channel]]\nplatform = \"slack\"\nworkspace = \"T01\"\nid = \"{channel}\"\ntarget = \"shop\"\n"
        ));
    }
    let rule = |id: &str, channels: &[String], more: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\nplatform = \"slack\"\nworkspace = \"T01\"\nanyone = true\n\
             channels = {channels:?}\nprobes = [\"port\"]\ntargets = [\"shop\"]\n{more}\n"
        )
    };
    if !free.is_empty() {
        text.push_str(&rule("free", free, ""));
    }
    if !held.is_empty() {
        let more = format!("approval = \"second-person\"\napprovers = {{ users = [\"{BOSS}\"] }}");
        text.push_str(&rule("held", held, &more));
    }
    text.push_str(&format!(
        "[pending]\neach = 1000\nall = 1000\n[approval]\nwindow = \"{window}\"\n"
    ));
    Policy::read("policy.toml", &text, catalogue)
        .unwrap_or_else(|complaints| panic!("the policy is good: {complaints:?}"))
}

/// Gives a channel and the message that its conversation hangs on.
fn place(channel: &str, thread: Option<&str>) -> Place {
    Place {
        platform: Platform::Slack,
        workspace: WorkspaceId::new("T01").expect("an id"),
        channel: ChannelId::new(channel).expect("an id"),
        kind: Kind::Channel,
        thread: thread.map(|thread| MessageId::new(thread).expect("an id")),
    }
}

/// Gives somebody.
pub fn person(user: &str) -> Person {
    Person {
        platform: Platform::Slack,
        workspace: WorkspaceId::new("T01").expect("an id"),
        user: UserId::new(user).expect("an id"),
    }
}

/// Every conversation of these tests hangs on a message of this id, each in a channel of its own.
const THREAD: &str = "1700000000.000001";

/// Somebody types a slash command.
pub fn typed(key: &str, channel: &str, text: &str) -> Heard {
    Heard {
        key: key.to_owned(),
        who: person("UASKER"),
        standing: None,
        place: place(channel, None),
        way: Way::Slash,
        alone: true,
        message: None,
        what: What::Said {
            text: text.to_owned(),
            files: Vec::new(),
        },
        at: Timestamp::UNIX_EPOCH,
        handle: None,
    }
}

/// Somebody asks for a probe by a mention.
pub fn asks(key: &str, channel: &str) -> Heard {
    Heard {
        way: Way::Mention,
        alone: false,
        message: Some(MessageId::new(THREAD).expect("an id")),
        ..typed(key, channel, "probe port")
    }
}

/// Somebody presses a button of the only open run of a channel.
pub fn presses(key: &str, channel: &str, who: &str, request: fn(Which) -> Request) -> Heard {
    Heard {
        who: person(who),
        place: place(channel, Some(THREAD)),
        way: Way::Button,
        alone: false,
        message: Some(MessageId::new("1700000000.000002").expect("an id")),
        what: What::Pressed {
            request: request(Which::Only),
        },
        ..typed(key, channel, "")
    }
}

/// Consent.
pub fn approve(run: Which) -> Request {
    Request::Approve { run }
}

/// A run's id, for what needs one.
pub fn run_id() -> RunId {
    RunId(uuid::Uuid::now_v7())
}
