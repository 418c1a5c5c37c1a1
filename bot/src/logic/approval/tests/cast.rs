//! Who and what the tests of approvals are about: people, places, rules, a run that waits.

use crate::logic::approval::{Around, Decision, Hold, Press, RunId};
use crate::logic::catalogue::Catalogue;
use crate::logic::person::{
    Asker, ChannelId, GroupId, Person, Platform, Standing, UserId, WorkspaceId,
};
use crate::logic::policy::{Ask, Policy, Verdict};
use crate::logic::target::{AppName, EnvironmentName, ProjectId, Target};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;
use uuid::Uuid;

pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);

pub const POLICY: &str = r#"
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
    channels = ["C01", "C02"]
    probes = ["*"]
    targets = ["shop"]
    [[rule]]
    id = "named"
    platform = "slack"
    workspace = "T01"
    users = ["U09"]
    channels = ["C02"]
    probes = ["app-log", "sql-select"]
    targets = ["shop", "blog"]
    approval = "second-person"
    approvers = { groups = ["S02"] }
    [[rule]]
    id = "all"
    platform = "slack"
    workspace = "T01"
    anyone = true
    channels = ["C03"]
    probes = ["metrics"]
    targets = ["blog"]
    approval = "asker"
    [[rule]]
    id = "server"
    platform = "discord"
    workspace = "100000000000000001"
    groups = ["300000000000000001"]
    channels = ["400000000000000001"]
    probes = ["sql-select", "app-log"]
    targets = ["shop"]
    approval = "second-person"
    [[rule]]
    id = "terminal"
    platform = "terminal"
    anyone = true
    probes = ["*"]
    any_target = true
"#;

pub fn policy(text: &str) -> Policy {
    Policy::read("policy.toml", text, &CATALOGUE).expect("a policy without a mistake")
}

pub fn now() -> Timestamp {
    "2026-03-01T03:00:00Z".parse().expect("a moment")
}

pub fn after(seconds: u64) -> Timestamp {
    now() + Duration::from_secs(seconds)
}

pub fn target(letter: char) -> Target {
    Target {
        project: ProjectId::new(&letter.to_string().repeat(13)).expect("an id"),
        environment: EnvironmentName::new("main").expect("a name"),
        app: AppName::new("app").expect("a name"),
    }
}

/// Name, platform, workspace, user, groups, standing.
type Somebody = (
    &'static str,
    Platform,
    &'static str,
    &'static str,
    &'static [&'static str],
    Standing,
);

/// Everybody of the matrix: name, platform, workspace, user, groups, standing.
#[rustfmt::skip]
pub const PEOPLE: [Somebody; 14] = [
    ("ann", Platform::Slack, "T01", "U01", &["S01"], Standing::Member),
    ("ben", Platform::Slack, "T01", "U02", &["S01", "S02"], Standing::Member),
    ("cat", Platform::Slack, "T01", "U03", &["S02"], Standing::Member),
    ("dan", Platform::Slack, "T01", "U09", &[], Standing::Member),
    ("eve", Platform::Slack, "T01", "U04", &[], Standing::Member),
    ("gail", Platform::Slack, "T01", "U05", &["S01"], Standing::Guest),
    ("gus", Platform::Slack, "T01", "U06", &[], Standing::Guest),
    ("gina", Platform::Slack, "T01", "U07", &["S02"], Standing::Guest),
    ("oli", Platform::Slack, "T01", "U01", &["S01", "S02"], Standing::Outsider),
    ("ola", Platform::Slack, "T02", "U09", &["S01", "S02"], Standing::Member),
    ("dis", Platform::Discord, "100000000000000001", "200000000000000001", &["300000000000000001"], Standing::Member),
    ("dot", Platform::Discord, "100000000000000001", "200000000000000002", &["300000000000000001"], Standing::Member),
    ("dud", Platform::Discord, "100000000000000009", "200000000000000001", &["300000000000000001"], Standing::Member),
    ("tim", Platform::Terminal, "local", "1000", &[], Standing::Member),
];

pub fn person(name: &str) -> Asker {
    let (_, platform, workspace, user, groups, standing) = PEOPLE
        .iter()
        .find(|(known, ..)| *known == name)
        .expect("somebody of the matrix");
    Asker {
        person: Person {
            platform: *platform,
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

pub fn channel(id: &str) -> Option<ChannelId> {
    (!id.is_empty()).then(|| ChannelId::new(id).expect("an id"))
}

pub fn ask(name: &str, place: &str, probe: &str, on: char) -> Ask {
    Ask {
        asker: person(name),
        channel: channel(place),
        probe: probe.to_owned(),
        target: target(on),
        values: BTreeMap::new(),
    }
}

/// A run that dan asked for and that waits for ben or cat.
pub fn held(policy: &Policy, ask: &Ask, number: u128) -> Hold {
    let Verdict::NeedsApproval(proposal) = policy.judge(&CATALOGUE, ask, now()) else {
        panic!("{ask:?} needs approval");
    };
    Hold::new(RunId(Uuid::from_u128(number)), &proposal, policy, [].iter()).expect("none waits")
}

pub fn consented(policy: &Policy, number: u128) -> Hold {
    let ask = ask("dan", "C02", "app-log", 'a');
    let mut hold = held(policy, &ask, number);
    let around = Around {
        policy,
        catalogue: &CATALOGUE,
        requester: &ask.asker,
        now: after(1),
    };
    let place = channel("C02");
    let Decision::Change(change) =
        hold.press(Press::Approve, &person("ben"), place.as_ref(), around)
    else {
        panic!("ben may consent");
    };
    hold.apply(&change, around.now)
        .expect("nobody else decides");
    hold
}
