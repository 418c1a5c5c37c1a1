//! Each verdict says why, and who could; a target is what was meant.

use std::collections::BTreeMap;

use crate::logic::catalogue::Catalogue;
use crate::logic::person::{Asker, ChannelId, Person, Platform, Standing, UserId, WorkspaceId};
use crate::logic::policy::{Ask, Policy, Verdict, Wish};
use crate::logic::target::Target;

const POLICY: &str = r#"
[[target]]
name = "shop"
project = "abcdefghijklm"
environment = "main"
app = "app"
[[target]]
name = "blog"
project = "nopqrstuvwxyz"
environment = "main"
app = "web"
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
channels = ["C01"]
probes = ["app-log", "sql-select"]
targets = ["shop"]
[[rule]]
id = "ana"
platform = "slack"
workspace = "T01"
users = ["U01"]
channels = ["C01", "C02"]
probes = ["port"]
targets = ["shop"]
approval = "second-person"
approvers = { groups = ["S02"], users = ["U03"] }
[[rule]]
id = "terminal"
platform = "terminal"
anyone = true
probes = ["*"]
any_target = true
approval = "second-person"
"#;

fn policy() -> Policy {
    Policy::read("policy.toml", POLICY, &Catalogue::shipped()).expect("a policy")
}

fn slack(user: &str, standing: Standing) -> Asker {
    Asker {
        person: Person {
            platform: Platform::Slack,
            workspace: WorkspaceId::new("T01").unwrap(),
            user: UserId::new(user).unwrap(),
        },
        groups: Default::default(),
        standing,
    }
}

fn shop(app: &str) -> Target {
    Target {
        project: "abcdefghijklm".to_owned().try_into().unwrap(),
        environment: "main".to_owned().try_into().unwrap(),
        app: app.to_owned().try_into().unwrap(),
    }
}

/// Judges, and gives the verdict as a person reads it.
fn check(asker: Asker, place: &str, probe: &str, target: Target, expected: &str) {
    let ask = Ask {
        asker,
        channel: (!place.is_empty()).then(|| ChannelId::new(place).unwrap()),
        probe: probe.to_owned(),
        target,
        values: BTreeMap::new(),
    };
    let now = "2026-03-01T03:00:00Z".parse().unwrap();
    let said = match policy().judge(&Catalogue::shipped(), &ask, now) {
        Verdict::Refused(refusal) => refusal.to_string(),
        Verdict::NeedsApproval(proposal) => proposal.who_may,
        Verdict::Permitted(permit) => format!("permitted by {}", permit.rule()),
    };
    assert_eq!(said, expected);
}

#[test]
fn a_verdict_says_why_and_who_could() {
    let member = |user| slack(user, Standing::Member);
    check(
        member("U01"),
        "C01",
        "port",
        shop("app"),
        "A second person must consent: U03 or members of S02 (rule `ana`).",
    );
    check(
        member("U02"),
        "C01",
        "port",
        shop("app"),
        "No rule lets you run probes here. Who may: U01 on Slack in C01, C02 (rule `ana`); anyone at the terminal (rule `terminal`). The operator can give it to you with a rule in the policy.",
    );
    check(
        member("U01"),
        "C01",
        "app-log",
        shop("app"),
        "Your rules here do not name this probe. Who may: members of S01 on Slack in C01 (rule `on-call`); anyone at the terminal (rule `terminal`). The operator can give it to you with a rule in the policy.",
    );
    check(
        member("U01"),
        "C02",
        "port",
        shop("other"),
        "Your rules here do not give you this probe on `abcdefghijklm main other`. Who may: anyone at the terminal (rule `terminal`). The operator can give it to you with a rule in the policy.",
    );
    check(
        member("U01"),
        "C01",
        "port",
        shop("other"),
        "This channel is about `abcdefghijklm main app`, so `abcdefghijklm main other` cannot be asked about here. Who may: anyone at the terminal (rule `terminal`). The operator can give it to you with a rule in the policy.",
    );
    check(
        slack("U01", Standing::Outsider),
        "C01",
        "port",
        shop("app"),
        "You are not a member of the workspace that this bot serves, or it cannot tell. Who may: U01 on Slack in C01, C02 (rule `ana`); anyone at the terminal (rule `terminal`). The operator can give it to you with a rule in the policy.",
    );
    check(
        member("U01"),
        "C01",
        "prot",
        shop("app"),
        "There is no probe `prot`; did you mean `port`? Only probes of the catalogue can be run, by anybody; `probe list` shows them.",
    );
    check(
        member("U01"),
        "C09",
        "port",
        shop("app"),
        "No rule lets anybody run probes here. Who may: U01 on Slack in C01, C02 (rule `ana`); anyone at the terminal (rule `terminal`). The operator can give it to you with a rule in the policy.",
    );
    check(
        Asker::at_terminal(1000),
        "",
        "port",
        shop("app"),
        "A second person must consent, and there is none at a terminal. Who may: U01 on Slack in C01, C02 (rule `ana`); anyone at the terminal (rule `terminal`). The operator can give it to you with a rule in the policy.",
    );
}

fn settle(place: &str, wish: [&str; 4], expected: &str) {
    let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let [name, project, environment, app] = wish.map(part);
    let wish = Wish {
        name,
        project,
        environment,
        app,
    };
    let channel = (!place.is_empty()).then(|| ChannelId::new(place).unwrap());
    let asker = slack("U01", Standing::Member);
    let said = match policy().settle(&asker, channel.as_ref(), &wish) {
        Ok(target) => target.to_string(),
        Err(refusal) => refusal.to_string(),
    };
    assert_eq!(said, expected);
}

#[test]
fn a_target_is_what_was_meant() {
    let whole = "abcdefghijklm main app";
    settle("C01", ["", "", "", ""], whole);
    settle("C01", ["shop", "", "", ""], whole);
    settle("C02", ["shop", "", "", "api"], "abcdefghijklm main api");
    settle("C02", ["", "abcdefghijklm", "main", "app"], whole);
    settle(
        "C01",
        ["blog", "", "", ""],
        "This channel is about `abcdefghijklm main app`, so `nopqrstuvwxyz main web` cannot be asked about here. Ask in the channel of that target, or at a terminal.",
    );
    settle(
        "C01",
        ["", "", "staging", ""],
        "This channel is about `abcdefghijklm main app`, so `abcdefghijklm staging app` cannot be asked about here. Ask in the channel of that target, or at a terminal.",
    );
    settle(
        "C02",
        ["", "nopqrstuvwxyz", "", ""],
        "A probe needs a target, and this one has no environment, no app. Say which project, environment and app, or ask in a channel that is bound to a target. A target's name does as well: shop, blog.",
    );
    settle(
        "C02",
        ["shpo", "", "", ""],
        "There is no target `shpo`; did you mean `shop`? The operator can name targets in the policy.",
    );
    settle(
        "C02",
        ["", "ABC", "", ""],
        "`ABC` is no project id: it is 13 small letters and digits, as in `abcdefghijklm`; an address is not taken. Say it again with an id or a name as the platform has it.",
    );
}
