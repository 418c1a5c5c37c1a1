//! `bot502 eval`: a table for people, a gate for CI, and a clear word about a row that is none.

use std::path::PathBuf;

use crate::harness::{Outcome, Program};

/// One question with the right answer, one with a wrong one, and one that no guide covers.
const ROWS: &str = r#"
{"id": "1", "query": "why is $PORT empty", "kind": "kw", "relevant": [{"path": "502-errors.md", "heading": "Step 2: Make sure that the web start command runs"}]}
{"id": "2", "query": "$PORT", "kind": "kw", "relevant": [{"path": "nowhere.md", "heading": "Nothing"}]}
{"id": "3", "query": "what goes into the dough of an apple pie", "kind": "oos", "oos": true}
"#;

fn eval(rows: &str, arguments: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file: PathBuf = folder.path().join("rows.jsonl");
    std::fs::write(&file, rows).expect("the rows can be written");
    Program::new(&[&["eval", "rows.jsonl"], arguments].concat())
        .within(folder.path())
        .run()
}

/// The rows with the heading that the shipped guide has.
fn rows() -> String {
    let answer = Program::new(&["ask", "--json", "why is $PORT empty"])
        .run()
        .json();
    let heading = answer["sections"][0]["heading"]
        .as_str()
        .expect("a heading");
    ROWS.replace("Step 2: Make sure that the web start command runs", heading)
}

#[test]
fn scores_are_given_for_each_kind_and_for_all() {
    let report = eval(&rows(), &["--json"]).json();
    let kinds = report["kinds"].as_array().expect("kinds");
    let names: Vec<_> = kinds
        .iter()
        .filter_map(|kind| kind["kind"].as_str())
        .collect();
    assert_eq!(names, ["kw", "oos", "all"]);
    assert_eq!(kinds[2]["success_at_1"], 0.5);
    assert_eq!(kinds[2]["rejected"], 1.0);
    assert_eq!(kinds[1]["success_at_1"], serde_json::Value::Null);
    assert_eq!(report["rows"][1]["place"], serde_json::Value::Null);
    assert_eq!(report["version"], 1);
}

#[test]
fn a_score_that_is_not_reached_is_exit_code_1_and_says_so() {
    let reached = eval(
        &rows(),
        &["--min-success-at-1", "0.5", "--min-rejected", "1"],
    );
    assert_eq!(reached.code, 0, "{}", reached.stderr);
    let missed = eval(&rows(), &["--min-success-at-1", "0.9", "--misses"]);
    assert_eq!(missed.code, 1);
    assert_eq!(
        missed.stderr,
        "not reached: success@1 is 0.500, not 0.900\n"
    );
    assert!(missed.stdout.contains("  2  place -"), "{}", missed.stdout);
}

#[test]
fn what_is_no_row_is_named_with_its_line() {
    let broken = eval(
        "{\"id\": \"1\", \"query\": \"?\", \"oos\": true}\n{\"id\": \"2\"}\n",
        &[],
    );
    assert_eq!(broken.code, 2);
    assert!(
        broken
            .stderr
            .contains("rows.jsonl:2: missing field `query`"),
        "{}",
        broken.stderr
    );
    let empty = eval("\n", &[]);
    assert_eq!(empty.code, 2);
    assert!(empty.stderr.contains("has none"), "{}", empty.stderr);
    let gate = eval(&rows(), &["--min-success-at-1", "90"]);
    assert_eq!(gate.code, 2);
}
