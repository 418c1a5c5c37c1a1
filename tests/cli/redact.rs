//! The filter that takes secrets out of a text: what comes out, and what is said about it.

use crate::harness::Program;

#[test]
fn a_text_comes_out_without_its_secrets_and_the_count_is_said() {
    let outcome = Program::new(&["redact"])
        .stdin("\x1b[31mDB_PASSWORD\x1b[0m=hunter2\nplain line\n")
        .run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(
        outcome.stdout,
        "DB_PASSWORD=[redacted:password]\nplain line\n"
    );
    assert_eq!(outcome.stderr, "1 hidden: 1 password\n");
}

#[test]
fn lines_of_json_keep_their_ids() {
    let outcome = Program::new(&["redact", "--jsonl", "--json"])
        .stdin(
            "{\"id\":7,\"line\":\"redis://:hunter2@cache:6379\"}\n{\"id\":\"b\",\"line\":\"ok\"}",
        )
        .run();
    assert_eq!(
        outcome.stdout,
        "{\"id\":7,\"line\":\"redis://:[redacted:redis-password]@cache:6379\"}\n{\"id\":\"b\",\"line\":\"ok\"}\n"
    );
    assert_eq!(
        outcome.stderr,
        "{\"hidden\":1,\"kinds\":{\"redis-password\":1}}\n"
    );
}

#[test]
fn a_line_that_is_no_json_is_named_but_not_shown() {
    let outcome = Program::new(&["redact", "--jsonl"])
        .stdin("{\"id\":1,\"line\":\"ok\"}\nDB_PASSWORD=hunter2\n")
        .run();
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("line 2"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("hunter2"), "{}", outcome.stderr);
}

#[test]
fn a_secret_on_the_border_of_two_reads_is_hidden_whole() {
    // 64 KiB are read at once.
    for shift in (0..48).step_by(6) {
        let mut text = "x".repeat(64 * 1024 - 40 + shift);
        text.push_str("\nDB_PASSWORD=hunter2-hunter2-hunter2\nend\n");
        let outcome = Program::new(&["redact"]).stdin(text).run();
        assert!(!outcome.stdout.contains("hunte"), "shift {shift}");
        assert!(
            outcome
                .stdout
                .ends_with("\nDB_PASSWORD=[redacted:password]\nend\n")
        );
    }
}
