//! `explain`, `causes` and `eval --causes`, seen from outside: what a pasted error means, with the
//! line that shows it.

use crate::harness::Program;

const LOG: &str = "Server listening on port 3000\n\
    2026/11/22 16:27:34 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting \
    to upstream, client: 192.0.2.7, server: _, request: \"GET / HTTP/1.1\", \
    upstream: \"http://127.0.0.1:8888/\", host: \"shop\"\n";

#[test]
fn a_log_is_explained_with_both_lines_that_show_the_cause() {
    let shown = Program::new(&["explain", "-"]).stdin(LOG).run().done();
    for part in [
        "wrong-port",
        "1 | Server listening on port 3000",
        "port 3000",
        "127.0.0.1:8888",
        "Fix: ",
    ] {
        assert!(shown.contains(part), "`{part}` is missing in:\n{shown}");
    }
}

#[test]
fn a_healthy_log_is_said_to_have_no_cause() {
    let shown = Program::new(&["explain"])
        .stdin("INFO ready, 0 errors\n")
        .run()
        .done();
    assert!(shown.contains("nothing in it reports an error"), "{shown}");
}

#[test]
fn an_error_that_nothing_fits_is_admitted() {
    let shown = Program::new(&["explain"])
        .stdin("ok\nfatal: flux capacitor ran dry\n")
        .run()
        .done();
    assert!(shown.contains("No cause that I know fits"), "{shown}");
    assert!(
        shown.contains("2 | fatal: flux capacitor ran dry"),
        "{shown}"
    );
}

#[test]
fn every_line_of_a_batch_has_its_answer() {
    let outcome = Program::new(&["explain", "--json", "--batch"])
        .stdin("{\"id\":\"a\",\"text\":\"Error: listen EADDRINUSE: address already in use :::3000\"}\n{\"id\":7,\"text\":\"\"}\nnonsense\n")
        .run();
    let lines: Vec<serde_json::Value> = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(outcome.code, 2, "{}", outcome.seen());
    assert_eq!(lines.len(), 3);
    let best = &lines[0]["findings"][0];
    assert_eq!(
        (&lines[0]["id"], &best["cause"]),
        (&"a".into(), &"port-in-use".into())
    );
    for field in [
        "cause",
        "strength",
        "step",
        "line",
        "evidence",
        "fix",
        "next_probe",
    ] {
        assert!(!best[field].is_null(), "{field}");
    }
    assert_eq!(lines[1], serde_json::json!({"id": 7, "findings": []}));
    assert_eq!(lines[2]["line"], 3);
}

#[test]
fn causes_are_listed_and_shown_with_their_examples() {
    let list = Program::new(&["causes"]).run().done();
    assert!(list.contains("port-in-use"), "{list}");
    let one = Program::new(&["causes", "port-in-use"]).run().done();
    assert!(one.contains("example: ") && one.contains("Fix: "), "{one}");
    let outcome = Program::new(&["causes", "port-in-us"]).run();
    assert_eq!(outcome.code, 2, "{}", outcome.seen());
    assert!(outcome.stderr.contains("port-in-use"), "{}", outcome.seen());
}

#[test]
fn scores_of_causes_are_a_gate() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows = "{\"id\":\"1\",\"text\":\"listen EADDRINUSE :::3000\",\"stack\":\"node\",\"cause\":\"port-in-use\",\"step\":2}\n\
                {\"id\":\"2\",\"text\":\"all is well\",\"stack\":\"node\",\"cause\":\"none\",\"step\":0}\n\
                {\"id\":\"3\",\"text\":\"all is well\",\"stack\":\"go\",\"cause\":\"disk-full\",\"step\":4}\n";
    std::fs::write(folder.path().join("rows.jsonl"), rows).expect("a written file");
    let run = |least: &str| {
        Program::new(&[
            "--json",
            "eval",
            "--causes",
            "--min-acceptable",
            least,
            "rows.jsonl",
        ])
        .within(folder.path())
        .run()
    };
    assert_eq!(run("0.6").code, 1);
    let scores = run("0.5").json();
    assert_eq!(scores["all"]["acceptable"], 0.5);
    assert_eq!(scores["all"]["silent"], 0.5);
    assert_eq!(scores["all"]["false_alarms"], 0.0);
}

#[test]
fn an_operators_own_causes_are_read_and_their_mistakes_shown() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let causes = "[[cause]]\nid = \"flux\"\ntitle = \"No flux\"\nwhat = \"Dry.\"\nfix = \"Refill.\"\nsteps = [1]\nprobe = \"app-log\"\n\
                  [[cause.signature]]\nstrength = \"decisive\"\npattern = 'flux capacitor'\nexample = \"flux capacitor ran dry\"\n";
    let explain = |text: &str| {
        std::fs::write(folder.path().join("own.toml"), text).expect("a written file");
        Program::new(&["explain"])
            .env("BOT502__CAUSES__FOLDERS", format!("[{:?}]", folder.path()))
            .stdin("fatal: flux capacitor ran dry\n")
            .run()
    };
    assert!(explain(causes).done().contains("Cause: No flux (flux)"));
    let outcome = explain(&causes.replace("title", "titel"));
    assert_eq!(outcome.code, 3, "{}", outcome.seen());
    assert!(outcome.stderr.contains("own.toml:3:"), "{}", outcome.seen());
}
