//! A permit says what it permits, word for word, and a proposal who may consent to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::logic::catalogue::{Action, Catalogue};
use crate::logic::person::{Asker, ChannelId, Person, Platform, Standing, UserId, WorkspaceId};
use crate::logic::policy::{Ask, Permit, Policy, Verdict, Wish};
use crate::logic::target::Target;

const POLICY: &str = r#"
[[target]]
name = "shop"
project = "abcdefghijklm"
environment = "main"
app = "app"
hosts = ["www.shop.example"]
[[target]]
name = "blog"
project = "nopqrstuvwxyz"
environment = "main"
app = "web"
hosts = ["www.blog.example"]
[[rule]]
id = "on-call"
platform = "slack"
workspace = "T01"
users = ["U01"]
channels = ["C01"]
probes = ["*"]
targets = ["shop"]
approvers = { users = ["U03"] }
"#;

fn now() -> Timestamp {
    "2026-03-01T03:00:00Z".parse().unwrap()
}

fn shop() -> Target {
    Target {
        project: "abcdefghijklm".to_owned().try_into().unwrap(),
        environment: "main".to_owned().try_into().unwrap(),
        app: "app".to_owned().try_into().unwrap(),
    }
}

fn ask(probe: &str) -> Ask {
    Ask {
        asker: Asker {
            person: Person {
                platform: Platform::Slack,
                workspace: WorkspaceId::new("T01").unwrap(),
                user: UserId::new("U01").unwrap(),
            },
            groups: BTreeSet::default(),
            standing: Standing::Member,
        },
        channel: Some(ChannelId::new("C01").unwrap()),
        probe: probe.to_owned(),
        target: shop(),
        values: BTreeMap::new(),
    }
}

fn judge(catalogue: &Catalogue, probe: &str) -> Verdict {
    let policy = Policy::read("policy.toml", POLICY, catalogue).expect("a policy");
    policy.judge(catalogue, &ask(probe), now())
}

fn permit(probe: &str) -> Permit {
    match judge(&Catalogue::shipped(), probe) {
        Verdict::Permitted(permit) => *permit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_says_what_runs_where_for_whom_and_until_when() {
    let permit = permit("app-log");
    let words = permit.argv().join(" ");
    assert_eq!(
        words,
        "upsun environment:logs app -p abcdefghijklm -e main -A app --no --lines 200"
    );
    assert!(permit.environment().contains(&"UPSUN_CLI_TOKEN".to_owned()));
    let is_ours = |name: &String| name.starts_with("UPSUN_CLI_") || name == "HTTPS_PROXY";
    assert!(permit.environment().iter().all(is_ours));
    let catalogue = Catalogue::shipped();
    let probe = catalogue.get(permit.probe()).expect("a probe");
    assert_eq!(permit.touches(), probe.touches);
    assert!(!permit.touches().is_empty());
    assert_eq!(permit.limits(), probe.limits);
    assert_eq!(permit.target(), &shop());
    assert_eq!(permit.channel(), ask("app-log").channel.as_ref());
    assert_eq!(permit.requester(), &ask("app-log").asker.person);
    assert_eq!(permit.rule(), "on-call");
    let left = permit.time_left(now()).expect("it holds now");
    assert_eq!(
        permit.expires_at(),
        now() + SignedDuration::try_from(left).unwrap()
    );
    assert_eq!(permit.time_left(permit.expires_at()), None);
    assert_eq!(
        permit.time_left(now() + SignedDuration::from_hours(24)),
        None
    );
}

#[test]
fn checks_from_outside_reach_the_hosts_of_this_target_alone() {
    let Action::Http { hosts, .. } = permit("url-status").action().clone() else {
        panic!("another action");
    };
    let listed: Vec<&str> = hosts.listed.iter().map(|host| host.as_str()).collect();
    assert_eq!(listed, ["www.shop.example"]);
}

#[test]
fn who_may_consent_is_said_for_what_is_held_already() {
    let catalogue = Catalogue::shipped();
    let policy = Policy::read("policy.toml", POLICY, &catalogue).expect("a policy");
    let said = policy.who_may_consent(&catalogue, &ask("sql-select"));
    assert!(!said.is_empty());
    let Verdict::NeedsApproval(proposal) = judge(&catalogue, "sql-select") else {
        panic!("it asks for consent");
    };
    assert_eq!(said, proposal.who_may);
    let other = policy.who_may_consent(&catalogue, &ask("no-such-probe"));
    assert!(other.contains("probe list"), "{other}");
}

#[test]
fn a_wish_is_empty_when_nothing_was_said() {
    assert!(Wish::default().is_empty());
    assert!(!Wish::of(&shop()).is_empty());
}

#[test]
fn a_policy_that_is_too_large_is_none_and_one_below_it_is() {
    let catalogue = Catalogue::shipped();
    let padded = |bytes: usize| {
        let padding = "#".repeat(bytes - POLICY.len());
        Policy::read("policy.toml", &format!("{POLICY}{padding}"), &catalogue)
    };
    assert!(padded(1 << 20).is_ok());
    assert!(padded((1 << 20) + 1).is_err());
}

#[test]
fn what_the_file_says_of_channels_and_windows_can_be_asked() {
    let catalogue = Catalogue::shipped();
    let text = format!(
        "{POLICY}\n[[channel]]\nplatform = \"slack\"\nworkspace = \"T01\"\nid = \"C07\"\ntarget = \"shop\"\n\n[approval]\nwindow = \"5m\"\n"
    );
    let policy = Policy::read("policy.toml", &text, &catalogue).expect("a policy");
    let ids: Vec<&str> = policy
        .channels()
        .iter()
        .map(|bound| bound.channel.as_str())
        .collect();
    assert_eq!(ids, ["C07"]);
    assert_eq!(policy.window().as_secs(), 300);
}

#[test]
fn a_person_at_the_terminal_is_a_number_and_no_name() {
    let catalogue = Catalogue::shipped();
    let is_taken = |user: &str| {
        let text = format!(
            "[[rule]]\nid = \"r\"\nplatform = \"terminal\"\nusers = [\"{user}\"]\nprobes = [\"port\"]\nany_target = true\n"
        );
        Policy::read("policy.toml", &text, &catalogue).is_ok()
    };
    assert!(is_taken("1000"));
    for other in ["", "root", "10a", "-1"] {
        assert!(!is_taken(other), "{other:?}");
    }
}
