//! What the shipped guide answers, as a person and as a program see it.

use crate::harness::Program;

#[test]
fn a_refused_connection_leads_to_its_step_command_and_source() {
    let seen = Program::new(&[
        "ask",
        "connect() failed (111: Connection refused) while connecting to upstream",
    ])
    .run()
    .done();
    for words in [
        "Step 2",
        "upsun ssh 'echo $PORT'",
        "502-errors.md:",
        "https://",
    ] {
        assert!(seen.contains(words), "`{words}` is not in:\n{seen}");
    }
}

#[test]
fn an_answer_as_json_has_the_documented_shape() {
    let answer = Program::new(&["ask", "--json", "why is $PORT empty"])
        .run()
        .json();
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["reply"], "answer");
    assert!(
        answer["confidence"]
            .as_f64()
            .is_some_and(|confidence| (0.0..=1.0).contains(&confidence))
    );
    let sections = answer["sections"].as_array().expect("sections");
    assert!((1..=10).contains(&sections.len()));
    let first = &sections[0];
    assert_eq!(first["step"], 2);
    assert_eq!(first["path"], "502-errors.md");
    assert!(
        first["heading"]
            .as_str()
            .is_some_and(|heading| heading.starts_with("Step 2:"))
    );
    assert!(
        first["url"]
            .as_str()
            .is_some_and(|url| url.starts_with("https://"))
    );
    let lines: Vec<u64> = first["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .filter_map(serde_json::Value::as_u64)
        .collect();
    assert!(lines.len() == 2 && lines[0] <= lines[1], "{lines:?}");
    let command = &answer["commands"][0];
    assert_eq!(command["text"], "upsun ssh 'echo $PORT'");
    assert_eq!(command["where"], "local");
    assert_eq!(command["probe"], "port");
    assert!(answer["findings"].is_array());
}

#[test]
fn what_no_guide_covers_is_said() {
    let answer = Program::new(&["ask", "--json", "what goes into the dough of an apple pie"])
        .run()
        .json();
    assert_eq!(answer["reply"], "out_of_scope");
}

#[test]
fn the_same_question_gets_the_same_answer() {
    let ask = || {
        Program::new(&["ask", "--json", "the deploy log is empty"])
            .run()
            .done()
    };
    assert_eq!(ask(), ask());
}

#[test]
fn steps_and_guides_are_shown() {
    let steps = Program::new(&["step"]).run().done();
    for number in 1..=5 {
        assert!(steps.contains(&format!("Step {number}: ")), "{steps}");
    }
    let second = Program::new(&["step", "2"]).run().done();
    assert!(
        second.contains("web.commands.start") && second.contains("socket_family"),
        "{second}"
    );
    let third = Program::new(&["step", "3", "--json"]).run().json();
    assert_eq!(third["commands"][0]["text"], "upsun activity:log");
    assert_eq!(third["commands"][1]["text"], "upsun activity:list");
    let guides = Program::new(&["guides"]).run().done();
    assert!(guides.contains("502-errors.md"), "{guides}");
}

#[test]
fn a_folder_takes_the_place_of_the_embedded_guide_and_both_can_be_had() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = "---\ntitle: Queue workers\n---\n\n## Step 1: Count the consumers\n\nRun `rabbitmqctl list_consumers` when the queue only grows.\n";
    std::fs::write(folder.path().join("queues.md"), page).expect("a written page");
    let path = folder.path().to_str().expect("a path that is text");
    let paths = |args: &[&str]| -> Vec<String> {
        let guides = Program::new(args).run().json();
        guides
            .as_array()
            .expect("guides")
            .iter()
            .map(|guide| guide["path"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(
        paths(&["guides", "--json", "--guides", path]),
        ["queues.md"]
    );
    assert_eq!(
        paths(&["guides", "--json", "--guides", path, "--guides", "embedded"]),
        ["queues.md", "502-errors.md"]
    );
    let answer = Program::new(&[
        "ask",
        "--json",
        "--guides",
        path,
        "the queue only grows, who consumes it",
    ])
    .run()
    .json();
    assert_eq!(answer["sections"][0]["path"], "queues.md");
}

#[test]
fn a_conversation_answers_and_its_buttons_can_be_pressed() {
    let seen = Program::new(&["chat"])
        .stdin("steps\n2\n```\nEADDRINUSE\n:::3000\n```\nhelp\n")
        .run()
        .done();
    assert!(seen.contains("[1] Step 1"), "{seen}");
    assert!(
        seen.contains("web.commands.start"),
        "the second button shows step 2:\n{seen}"
    );
    assert!(seen.contains("`step N`"), "{seen}");
}

#[test]
fn a_check_in_a_conversation_is_asked_for_confirmed_and_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let seen = Program::new(&["chat"])
        .env("XDG_STATE_HOME", folder.path())
        // Without the platform's CLI a run is permitted, recorded, and not started.
        .env("PATH", folder.path())
        .stdin("probe port\ntarget abcdefghijklm main app\nprobe sql-select\n1\nruns\nprob port\naudit\n")
        .run()
        .done();
    for words in [
        "A probe needs a target",
        "Checks in this channel now run on abcdefghijklm main app",
        "Look at this and confirm it: `sql-select`",
        "[1] Approve",
        "Approved by: terminal local/",
        "`upsun` is in no folder of PATH",
        "Runs here, the newest first",
        "Did you mean `probe port`?",
    ] {
        assert!(seen.contains(words), "`{words}` is not in:\n{seen}");
    }
    let audit = Program::new(&["audit", "list"])
        .env("XDG_STATE_HOME", folder.path())
        .run()
        .done();
    for kind in ["refused", "held", "consented", "intent", "ran"] {
        assert!(audit.contains(kind), "`{kind}` is not in:\n{audit}");
    }
}

#[test]
fn a_step_that_is_not_there_is_the_askers_mistake() {
    for format in ["--color=never", "--json"] {
        let outcome = Program::new(&["step", "9", format]).run();
        assert_eq!(outcome.code, 2, "{}", outcome.seen());
        assert!(
            outcome.stderr.contains("there is no step 9"),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn a_conversation_has_no_json_and_says_what_has() {
    let outcome = Program::new(&["chat", "--json"]).run();
    assert_eq!(outcome.code, 2, "{}", outcome.seen());
    assert!(
        outcome.stderr.contains("try: bot502 ask --json --batch"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_operators_own_cause_is_stated_and_leads_to_its_step() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let causes = folder.path().join("causes");
    std::fs::create_dir(&causes).expect("a folder");
    std::fs::write(causes.join("ours.toml"), OWN_CAUSE).expect("a file of causes");
    let settings = folder.path().join("bot.toml");
    std::fs::write(&settings, format!("[causes]\nfolders = [{causes:?}]\n")).expect("settings");
    let settings = settings.to_str().expect("a path that is text");
    let text = "FATAL lantern: LNT-4711 cannot read the licence of the tenant";
    let answer = Program::new(&["ask", "--json", "--config", settings, text])
        .run()
        .json();
    assert_eq!(
        answer["findings"][0]["cause"], "licence-missing",
        "{answer}"
    );
    assert_eq!(answer["sections"][0]["step"], 4, "{answer}");
    let without = Program::new(&["ask", "--json", text]).run().json();
    assert_ne!(without["findings"][0]["cause"], "licence-missing");
}

const OWN_CAUSE: &str = r#"
[[cause]]
id = "licence-missing"
title = "The licence of a tenant is missing"
what = "The app stops where it finds no licence for the tenant."
fix = "Put the licence in the mount and restart."
steps = [4]
probe = "app-log"
asked_as = ["the tenant has no licence"]
synonyms = []

[[cause.signature]]
strength = "decisive"
pattern = '(?i)\bLNT-4711\b'
example = "LNT-4711 cannot read the licence"
"#;
