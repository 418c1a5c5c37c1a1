//! What nobody should send and somebody will: each ends in a clear message and the right exit code.

use crate::harness::Program;

#[test]
fn an_empty_question_says_what_to_type() {
    for (args, stdin) in [(&["ask", ""][..], ""), (&["ask", "-"][..], " \n")] {
        let outcome = Program::new(args).stdin(stdin).run();
        assert_eq!(outcome.code, 2, "{}", outcome.seen());
        assert!(
            outcome.stderr.contains("nothing was asked") && outcome.stderr.contains("try: "),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(Program::new(&["ask"]).run().code, 2);
}

#[test]
fn a_megabyte_of_log_is_answered() {
    let line = "2026-03-01T12:00:00Z app[web.1]: GET /cart 200 12ms user=4711\n";
    let mut log = line.repeat(1_000_000 / line.len());
    log.push_str("Error: listen EADDRINUSE: address already in use :::3000\n");
    let answer = Program::new(&["ask", "--json", "-"])
        .stdin(log)
        .run()
        .json();
    assert_eq!(answer["version"], 1);
}

#[test]
fn bytes_that_are_no_text_are_answered() {
    let mut bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    bytes.extend_from_slice(b"\nconnect ECONNREFUSED 127.0.0.1:5432\n\xff\xfe\xc3");
    let outcome = Program::new(&["ask", "-"]).stdin(bytes).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(
        !outcome.stdout.contains(['\u{0}', '\u{7}', '\u{1b}']),
        "control characters reached the terminal"
    );
}

#[test]
fn a_folder_that_is_not_there_is_the_operators_mistake() {
    let outcome = Program::new(&["ask", "--guides", "/no/such/folder", "anything"]).run();
    assert_eq!(outcome.code, 3, "{}", outcome.seen());
    assert!(
        outcome.stderr.contains("/no/such/folder"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_folder_without_a_page_is_the_operators_mistake() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("a path that is text");
    let outcome = Program::new(&["ask", "--guides", path, "anything"]).run();
    assert_eq!(outcome.code, 3, "{}", outcome.seen());
    assert!(outcome.stderr.contains("no page"), "{}", outcome.stderr);
}
