//! `bot502 doctor` on Slack's set-up: what is wrong, and what to do.

use serde_json::Value;

use crate::harness::Program;
use crate::harness::slack::Double;
use crate::harness::slack::world::{BOT_USER, ELSEWHERE, Fault, TEAM};

/// Gives what the doctor says of one thing.
fn ask(double: &Double, name: &str, variables: &[(&str, &str)]) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.toml");
    let text = format!(
        "[[target]]\nname = \"shop\"\nproject = \"healthyproj01\"\nenvironment = \"main\"\napp = \"app\"\n\
         [[channel]]\nplatform = \"slack\"\nworkspace = \"{TEAM}\"\nid = \"{ELSEWHERE}\"\ntarget = \"shop\"\n"
    );
    std::fs::write(&policy, text).expect("a policy");
    let mut program = Program::new(&[
        "--json",
        "doctor",
        "--project",
        "healthyproj01",
        "--environment",
        "main",
        "--app",
        "app",
    ])
    .env("XDG_STATE_HOME", folder.path())
    .env("BOT502__SLACK__API_URL", double.api_url())
    .env("BOT502__PROBES__CLI", "/nonexistent/upsun");
    for (name, value) in variables {
        let value = value.replace("POLICY", &policy.display().to_string());
        program = program.env(name, value);
    }
    let outcome = program.run();
    let said: Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|_| panic!("{}{}", outcome.stdout, outcome.stderr));
    assert!(
        !outcome.stdout.contains("xoxb-0") && !outcome.stderr.contains("xoxb-0"),
        "it tells a secret"
    );
    let checks = said["checks"].as_array().expect("checks");
    let check = checks
        .iter()
        .find(|check| check["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {said:#}"));
    let text = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
    (
        text("state"),
        format!("{} | {}", text("detail"), text("remedy")),
    )
}

const TOKENS: [(&str, &str); 2] = [
    ("SLACK_BOT_TOKEN", "xoxb-0-double"),
    ("SLACK_APP_TOKEN", "xapp-0-double"),
];

#[test]
fn a_good_setup_is_good() {
    let double = Double::start();
    for name in ["slack", "scopes", "socket", "channels"] {
        let (state, detail) = ask(&double, name, &TOKENS);
        assert_eq!(state, "good", "{name}: {detail}");
    }
}

#[test]
fn what_is_wrong_is_named_with_what_to_do() {
    let double = Double::start();
    assert_eq!(ask(&double, "slack", &[]).0, "weak");
    let (state, detail) = ask(&double, "slack", &[("SLACK_BOT_TOKEN", "xapp-0-double")]);
    assert!(state == "bad" && detail.contains("xoxb-"), "{detail}");
    let (state, detail) = ask(&double, "slack", &[("SLACK_BOT_TOKEN", "xoxb-0-wrong")]);
    assert!(
        state == "bad" && detail.contains("invalid_auth") && detail.contains("Install App"),
        "{detail}"
    );
    let (state, detail) = ask(&double, "socket", &TOKENS[..1]);
    assert!(
        state == "bad" && detail.contains("connections:write"),
        "{detail}"
    );
    double.fail("apps.connections.open", Fault::Refused("missing_scope"));
    let (state, detail) = ask(&double, "socket", &TOKENS);
    assert!(
        state == "bad" && detail.contains("connections:write"),
        "{detail}"
    );
    double.world().scopes.retain(|scope| *scope != "chat:write");
    let (state, detail) = ask(&double, "scopes", &TOKENS);
    assert!(
        state == "bad"
            && detail.contains("chat:write (to answer)")
            && detail.contains("install the app anew"),
        "{detail}"
    );
    double.world().scopes.extend(["chat:write", "admin"]);
    let (state, detail) = ask(&double, "scopes", &TOKENS);
    assert!(state == "weak" && detail.contains("admin"), "{detail}");
    let (state, detail) = ask(&double, "channels", &NAMED);
    assert!(
        state == "bad" && detail.contains(ELSEWHERE) && detail.contains("/invite"),
        "{detail}"
    );
}

/// Puts the bot into so many channels more; they come before all others.
fn join(double: &Double, count: usize) {
    let mut world = double.world();
    for n in 0..count {
        let members = [BOT_USER.to_owned()].into();
        world.channels.insert(format!("C{n:06}"), members);
    }
}

const NAMED: [(&str, &str); 3] = [TOKENS[0], TOKENS[1], ("BOT502__PROBES__POLICY", "POLICY")];

#[test]
fn all_channels_are_looked_at_page_by_page_as_fast_as_slack_allows() {
    let double = Double::start();
    join(&double, 449);
    let last = double
        .world()
        .channels
        .get_mut(ELSEWHERE)
        .map(|members| members.insert(BOT_USER.to_owned()));
    assert_eq!(last, Some(true));
    double.fail("users.conversations", Fault::Limited(1));
    let asked = std::time::Instant::now();
    let (state, detail) = ask(&double, "channels", &NAMED);
    assert!(
        state == "good" && detail.contains("it is in 451: ") && detail.contains("and 431 more"),
        "{state}: {detail}"
    );
    assert!(
        asked.elapsed().as_secs() >= 1,
        "it waits as long as Slack says"
    );
    assert_eq!(
        double.count("users.conversations"),
        4,
        "three pages, one twice"
    );
}

#[test]
fn where_there_are_more_channels_than_it_looks_at_it_says_so_and_claims_nothing() {
    let double = Double::start();
    join(&double, 10_001);
    let (state, detail) = ask(&double, "channels", &NAMED);
    assert!(
        state == "weak"
            && detail.contains("more than the 10000 channels")
            && detail.contains(ELSEWHERE),
        "{state}: {detail}"
    );
    let (state, detail) = ask(&double, "channels", &TOKENS);
    assert!(
        state == "good" && detail.contains("at least 10000"),
        "{state}: {detail}"
    );
}

#[test]
fn a_slack_that_asks_to_slow_down_without_end_is_not_waited_for() {
    let double = Double::start();
    double.fail("users.conversations", Fault::Limited(3600));
    let (state, detail) = ask(&double, "channels", &TOKENS);
    assert!(
        state == "weak" && detail.contains("slow down") && detail.contains("Try again"),
        "{state}: {detail}"
    );
    assert_eq!(double.count("users.conversations"), 1);
}
