//! The questions that the shipped guide must answer, written by us: `kb/questions`.

use crate::harness::Program;

const QUESTIONS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../kb/questions/502-errors.jsonl"
);

#[test]
fn the_shipped_guide_answers_its_questions() {
    let gates = [
        "--min-success-at-1=0.9",
        "--min-success-at-3=1",
        "--min-rejected=1",
        "--min-kept=0.95",
        "--min-command-first=0.85",
    ];
    let outcome = Program::new(&[&["eval", "--misses", QUESTIONS], &gates[..]].concat()).run();
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}
