//! Many questions at once: each line has its answer, in order, and a bad line stops nothing.

use crate::harness::Program;

#[test]
fn each_line_has_its_answer_in_order() {
    let lines = "{\"id\": \"a\", \"query\": \"why is $PORT empty\"}\n\nnot json\n{\"id\": 7, \"query\": \"\"}\n{\"id\": \"c\"}\n";
    let outcome = Program::new(&["ask", "--json", "--batch"])
        .stdin(lines)
        .run();
    assert_eq!(outcome.code, 2, "{}", outcome.seen());
    let answers: Vec<serde_json::Value> = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    assert_eq!(answers.len(), 4, "{}", outcome.stdout);
    assert_eq!(
        (&answers[0]["id"], &answers[0]["reply"]),
        (&"a".into(), &"answer".into())
    );
    assert_eq!(answers[1]["line"], 3);
    assert_eq!(
        (&answers[2]["id"], &answers[2]["reply"]),
        (&7.into(), &"out_of_scope".into())
    );
    assert!(
        answers[3]["error"]
            .as_str()
            .is_some_and(|error| error.contains("query")),
        "{}",
        answers[3]
    );
    assert!(
        outcome.stderr.contains("2 of the lines are no questions"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn batch_needs_json() {
    let outcome = Program::new(&["ask", "--batch"]).run();
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("--json"), "{}", outcome.stderr);
}
