//! Who may run what, and the record of it: seen from outside, with a stand-in for the CLI that leaves
//! a mark when it is started.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use expect_test::expect;

use crate::harness::{Outcome, Program};

const ON: [&str; 6] = ["-p", "abcdefghijklm", "-e", "main", "-A", "app"];

/// A folder with a stand-in for the CLI, the state and whatever else a test puts there.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cli = folder.path().join("upsun");
        fs::write(
            &cli,
            "#!/bin/sh\n: > \"$HOME/was-started\"\necho \"all is well\"\n",
        )
        .expect("a written file");
        fs::set_permissions(&cli, fs::Permissions::from_mode(0o755)).expect("a mode");
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a written file");
    }

    fn run(&self, args: &[&str]) -> Outcome {
        self.program(args).run()
    }

    pub fn program(&self, args: &[&str]) -> Program {
        // Where the kernel lacks a layer the probe runs all the same: this is about who may.
        Program::new(args)
            .within(self.folder.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("BOT502__PROBES__CLI", self.path("upsun"))
            .env("BOT502__PROBES__SANDBOX", "warn")
    }

    fn probe(&self, args: &[&str]) -> Outcome {
        let args: Vec<&str> = ["probe", "run"]
            .iter()
            .chain(args)
            .chain(&ON)
            .copied()
            .collect();
        self.run(&args)
    }

    /// Tells whether the CLI was ever started.
    pub fn was_started(&self) -> bool {
        found(&self.path("state"), "was-started")
    }
}

fn found(folder: &Path, name: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        entry.file_name() == name || (entry.path().is_dir() && found(&entry.path(), name))
    })
}

#[test]
fn why_says_by_which_rule_or_who_could() {
    let place = Place::new();
    let why = |args: &[&str]| {
        let args: Vec<&str> = ["why"].iter().chain(args).copied().collect();
        place.run(&args).seen()
    };
    let on: Vec<&str> = ["app-log", "lines=5"].iter().chain(&ON).copied().collect();
    expect![[r#"
        exit code 0
        --- stdout
        Yes, by rule `terminal`.
        It runs: upsun environment:logs app -p abcdefghijklm -e main -A app --no --lines 5
    "#]]
    .assert_eq(&why(&on));
    let chat: Vec<&str> = ["port", "--as", "slack:T01/U01", "--channel", "C01"]
        .iter()
        .chain(&ON)
        .copied()
        .collect();
    expect![[r#"
        exit code 1
        --- stdout
        No. No rule lets anybody run probes here. Who may: anyone at the terminal (rule `terminal`). The operator can give it to you with a rule in the policy.
    "#]]
    .assert_eq(&why(&chat));
    assert!(!place.was_started());
}

#[test]
fn what_runs_is_recorded_before_and_after() {
    let place = Place::new();
    let outcome = place.probe(&["app-log"]);
    assert_eq!(outcome.code, 0, "{}", outcome.seen());
    assert!(place.was_started());
    let refused = place.probe(&["app-log", "lines=0"]);
    assert_eq!(refused.code, 1, "{}", refused.seen());
    // Nobody sits at this terminal to click a second time.
    assert_eq!(place.probe(&["sql-select"]).code, 1);
    assert_eq!(place.probe(&["sql-select", "--yes"]).code, 0);
    let listed = place.run(&["audit", "list", "--json"]).done();
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let kinds: Vec<&str> = listed["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .filter_map(|entry| entry["event"]["kind"].as_str())
        .collect();
    expect![[r#"
        [
            "intent",
            "ran",
            "refused",
            "held",
            "ended",
            "held",
            "consented",
            "intent",
            "ran",
        ]
    "#]]
    .assert_debug_eq(&kinds);
    let text = fs::read_to_string(place.path("state/bot502/audit.jsonl")).expect("the audit");
    assert!(
        !text.contains("all is well"),
        "what was printed is in the audit"
    );
}

#[test]
fn nothing_runs_where_the_record_cannot_be_written() {
    let place = Place::new();
    // A folder in the place of the audit's lock, of its entries, of its key; a key that others read.
    for (taken, mode) in [
        ("audit.lock", 0o700),
        ("audit.jsonl", 0o700),
        ("audit.key", 0o700),
    ] {
        let folder = place.path(&format!("state/bot502/{taken}"));
        fs::create_dir_all(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).expect("a mode");
        let outcome = place.probe(&["app-log"]);
        assert!(matches!(outcome.code, 3 | 4), "{taken}: {}", outcome.seen());
        fs::remove_dir(&folder).expect("the folder");
    }
    assert!(!place.was_started());
    assert_eq!(place.probe(&["app-log"]).code, 0);
    assert!(place.was_started(), "the mark is there when it runs");
}

#[test]
fn a_record_that_was_changed_or_cut_is_seen() {
    let place = Place::new();
    place.probe(&["app-log"]);
    place.probe(&["port"]);
    let head = place.run(&["audit", "export", "--head"]).done();
    place.run(&["audit", "verify", "--head", &head]).done();
    let path = place.path("state/bot502/audit.jsonl");
    let whole = fs::read_to_string(&path).expect("the audit");
    let verify = |text: &str, args: &[&str]| {
        fs::write(&path, text).expect("a changed audit");
        let args: Vec<&str> = ["audit", "verify"].iter().chain(args).copied().collect();
        let outcome = place.run(&args);
        assert_eq!(outcome.code, 1, "{}", outcome.seen());
        outcome.stdout
    };
    let lines: Vec<&str> = whole.lines().collect();
    let cut = format!("{}\n", lines[..3].join("\n"));
    expect![[r#"
        The audit does not hold: the chain ends at entry 3, and the head says that there were 4: the end was cut off.
    "#]]
    .assert_eq(&verify(&cut, &["--head", head.trim()]));
    let taken_out = format!("{}\n{}\n{}\n", lines[0], lines[2], lines[3]);
    expect![[r#"
        The audit does not hold: line 2 should be entry 2 and is entry 3: entries were taken out, put in, moved or doubled.
    "#]]
    .assert_eq(&verify(&taken_out, &[]));
    expect![[r#"
        The audit does not hold: line 1 was changed, or was written with another key.
    "#]]
    .assert_eq(&verify(&whole.replacen("app-log", "web-log", 1), &[]));
    // And nothing is added to an end that was changed.
    let (before, last) = whole.trim_end().rsplit_once('\n').expect("lines");
    let other = last.replace("ended well", "ended ill");
    assert_ne!(other, last);
    fs::write(&path, format!("{before}\n{other}\n")).expect("a changed audit");
    assert_eq!(place.probe(&["app-log"]).code, 3);
}

#[test]
fn an_operator_narrows_extends_and_is_told_of_mistakes() {
    let place = Place::new();
    place.write(
        "probes/own.toml",
        r#"
[[narrow]]
id = "sql-select"
disabled = true

[[probe]]
id = "worker-log"
title = "The worker's log"
tells = "What the worker printed."
argv = ["upsun", "environment:ssh", "-p", "{project}", "-e", "{environment}", "-A", "{app}", "--no", "-o", "BatchMode yes", "--"]
remote = { program = "tail", arguments = ["-n", "{lines}", "/app/worker.log"] }
parameters = [{ name = "lines", about = "lines from the end", kind = "integer", min = 1, max = 100, default = "50" }]
time = "30s"
output_kib = 64
touches = [
  { what = "upsun-api", reason = "finds the app" },
  { what = "upsun-ssh", reason = "reads the log" },
  { what = "cli-home", reason = "keeps the session" },
]
"#,
    );
    let program = |args: &[&str]| {
        place
            .program(args)
            .env("BOT502__PROBES__CATALOGUE", place.path("probes"))
            .run()
    };
    let list = program(&["probe", "list"]).done();
    assert!(
        list.contains("worker-log") && !list.contains("sql-select"),
        "{list}"
    );
    let show = program(&["probe", "show", "worker-log"]).done();
    assert!(show.contains("tail -n {lines} /app/worker.log"), "{show}");
    program(&["check"]).done();
    place.write(
        "probes/worse.toml",
        "[[narrow]]\nid = \"port\"\ntime = \"2m\"\n",
    );
    let outcome = program(&["probe", "list"]);
    assert_eq!(outcome.code, 3, "{}", outcome.seen());
    assert!(
        outcome.stderr.contains("worse.toml:2:6"),
        "{}",
        outcome.seen()
    );
    assert_eq!(program(&["check"]).code, 1);
}
