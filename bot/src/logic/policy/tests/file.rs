//! A policy file with a mistake in it is refused, with the place and how to mend it.

use crate::logic::catalogue::Catalogue;
use crate::logic::person::Asker;
use crate::logic::policy::Policy;

fn complaints(text: &str) -> Vec<String> {
    match Policy::read("policy.toml", text, &Catalogue::shipped()) {
        Ok(_) => Vec::new(),
        Err(complaints) => complaints
            .iter()
            .map(|found| format!("{}:{} {}", found.line, found.code, found.message))
            .collect(),
    }
}

const TARGET: &str = "[[target]]\nname = \"shop\"\nproject = \"abcdefghijklm\"\nenvironment = \"main\"\napp = \"app\"\n";

const RULE: &str = r#"[[rule]]
id = "on-call"
platform = "slack"
workspace = "T01"
groups = ["S01"]
channels = ["C01"]
probes = ["app-log"]
targets = ["shop"]
"#;

#[test]
fn the_shipped_policy_gives_the_terminal_everything_and_chat_nothing() {
    let policy = Policy::shipped(&Catalogue::shipped());
    let rules: Vec<&str> = policy.rules().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(rules, ["terminal"]);
    // What the shipped file says of these, and what holds where an operator's leaves them out.
    let empty = Policy::read("policy.toml", "", &Catalogue::shipped()).expect("an empty policy");
    assert_eq!(empty.window(), policy.window());
    assert_eq!(empty.pending_each(), policy.pending_each());
    assert_eq!(empty.pending_all(), policy.pending_all());
    assert!(empty.rules().is_empty());
    let anybody = Asker::at_terminal(1000);
    assert!(!policy.operates(&anybody), "nobody operates until named");
}

#[test]
fn a_whole_policy_is_taken() {
    assert_eq!(complaints(&format!("{TARGET}{RULE}")), [""; 0]);
    let shown = include_str!("../../../../../config/policy.toml");
    let examples: String = shown
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with("[[") || line.contains(" = "))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(
        complaints(&examples),
        [""; 0],
        "the examples in the file\n{examples}"
    );
}

#[test]
fn mistakes_are_refused_each_with_its_reason() {
    let replaced = |from: &str, to: &str| {
        let text = format!("{TARGET}{RULE}");
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    };
    let cases = [
        (replaced("[\"S01\"]", "[\"oncall\"]"), "`oncall` is no group id of Slack"),
        (replaced("[\"S01\"]", "[\"U01\"]"), "`U01` is no group id of Slack"),
        (replaced("groups = [\"S01\"]", "users = [\"@ana\"]"), "`@ana` is no user id of Slack"),
        (replaced("groups = [\"S01\"]", "users = [\"ana@example.com\"]"), "is no user id of Slack"),
        (replaced("\"C01\"", "\"#ops\""), "`#ops` is no channel id of Slack"),
        (replaced("\"T01\"", "\"acme\""), "`acme` is no workspace id of Slack"),
        (replaced("\"slack\"", "\"discord\""), "`S01` is no group id of Discord"),
        (replaced("workspace = \"T01\"\n", ""), "needs `workspace`"),
        (replaced("channels = [\"C01\"]\n", ""), "needs `channels` in chat"),
        (replaced("groups = [\"S01\"]\n", ""), "`on-call` names nobody"),
        (replaced("[\"app-log\"]", "[]"), "names no probe"),
        (replaced("[\"app-log\"]", "[\"app-lgo\"]"), "there is no probe `app-lgo`"),
        (replaced("[\"app-log\"]", "[\"*\", \"port\"]"), "there is no probe `*`"),
        (replaced("[\"app-log\"]", "[\"app-*\"]"), "there is no probe `app-*`"),
        (replaced("targets = [\"shop\"]\n", ""), "names no target"),
        (replaced("targets = [\"shop\"]", "targets = [\"shpo\"]"), "there is no target `shpo`"),
        (replaced("targets = [\"shop\"]", "any_target = true"), "`any_target` is for the terminal"),
        (replaced("targets = [\"shop\"]", "targets = [\"shop\"]\nany_target = true"), "`any_target`"),
        (replaced("targets = [\"shop\"]", "targets = [\"shop\"]\napprovers = {}"), "`approvers` names"),
        (replaced("targets = [\"shop\"]", "targets = [\"shop\"]\napproval = \"always\""), "unknown variant"),
        (replaced("targets = [\"shop\"]", "targets = [\"shop\"]\ndeny = true"), "unknown field `deny`"),
        (replaced("id = \"on-call\"", "id = \"on-call\"\nid = \"x\""), "duplicate key"),
        (replaced("id = \"on-call\"", "id = \"On Call\""), "no name for a rule"),
        (replaced("\"abcdefghijklm\"", "\"https://console.upsun.com/acme/abcdefghijklm\""), "is no project id"),
        (replaced("\"main\"", "\"main; id\""), "is no environment name"),
        (replaced("app = \"app\"", "app = \"app\"\nhosts = [\"127.0.0.1\"]"), "is no host name"),
        (
            "[[rule]]\nid = \"x\"\nplatform = \"terminal\"\nanyone = true\nprobes = [\"*\"]\nany_target = true\nbreak_glass = true\n".to_owned(),
            "`break_glass` is for chat",
        ),
        ("[[operators]]\nplatform = \"slack\"\nworkspace = \"T01\"\n".to_owned(), "`operators` names nobody"),
        ("[[operators]]\nplatform = \"slack\"\nusers = [\"U01\"]\n".to_owned(), "`operators` needs `workspace`"),
        ("[[operators]]\nplatform = \"slack\"\nworkspace = \"T01\"\nanyone = true\n".to_owned(), "unknown field `anyone`"),
        ("[[operators]]\nplatform = \"slack\"\nworkspace = \"T01\"\nusers = [\"@ana\"]\n".to_owned(), "`@ana` is no user id of Slack"),
        (format!("{TARGET}{TARGET}"), "there is a target `shop` already"),
        (format!("{TARGET}{RULE}{RULE}"), "there is a rule `on-call` already"),
        (
            "[[channel]]\nplatform = \"slack\"\nworkspace = \"T01\"\nid = \"C01\"\ntarget = \"shop\"\n".to_owned(),
            "there is no target `shop`",
        ),
        (
            format!("{TARGET}{0}{0}", "[[channel]]\nplatform = \"slack\"\nworkspace = \"T01\"\nid = \"C01\"\ntarget = \"shop\"\n"),
            "the channel `C01` is bound already",
        ),
        ("[approval]\nwindow = \"5s\"\n".to_owned(), "no window from 1m to 8h"),
        ("[approval]\nwindow = \"9h\"\n".to_owned(), "no window from 1m to 8h"),
        ("[pending]\neach = 0\nall = 1\n".to_owned(), "`each` is not from 1 to 1000"),
        ("rule = 1\n".to_owned(), "invalid type"),
        (format!("# {}", "x".repeat(1 << 20)), "more than 1048576"),
    ];
    for (text, expected) in cases {
        let found = complaints(&text);
        assert!(
            found.iter().any(|found| found.contains(expected)),
            "{expected}: {found:?}\n{}",
            &text[..text.len().min(800)]
        );
    }
}

#[test]
fn every_mistake_is_named_at_its_line() {
    let text = format!("{TARGET}{}", RULE.replace("S01", "oncall"))
        + "[[rule]]\nid = \"x\"\nplatform = \"terminal\"\nanyone = true\nprobes = [\"nope\"]\nany_target = true\n";
    let found = complaints(&text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("6:policy-id"), "{found:?}");
    assert!(found[1].starts_with("14:rule-probes"), "{found:?}");
}
