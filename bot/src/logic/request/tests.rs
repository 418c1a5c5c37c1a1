//! What is typed, and what it is read as.

use super::*;
use expect_test::{Expect, expect};

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&format!("{:?}", parse(text)));
}

#[test]
fn nothing_is_a_call_for_help() {
    check("  ", expect![[r#"Help { topic: None }"#]]);
    check("?", expect![[r#"Help { topic: None }"#]]);
    check("/help", expect![[r#"Help { topic: None }"#]]);
    check("HELP step", expect![[r#"Help { topic: Some("step") }"#]]);
}

#[test]
fn a_known_word_with_what_it_takes_is_a_request() {
    check("step 2", expect![[r#"Step { number: 2 }"#]]);
    check("step\u{a0}#3", expect![[r#"Step { number: 3 }"#]]);
    check("step", expect![[r#"Steps"#]]);
    check("Steps", expect![[r#"Steps"#]]);
    check("guides", expect![[r#"Guides"#]]);
    check(
        "step two",
        expect![[
            r#"Unclear { what: "`step` takes a number, and `two` is none; for example `step 2`" }"#
        ]],
    );
}

#[test]
fn anything_else_is_a_question() {
    check(
        "help my app is down",
        expect![[r#"Ask { text: "help my app is down" }"#]],
    );
    check(
        "steps to fix a 502",
        expect![[r#"Ask { text: "steps to fix a 502" }"#]],
    );
    check(
        "“why is $PORT empty?”",
        expect![[r#"Ask { text: "\"why is $PORT empty?\"" }"#]],
    );
    check(
        "```\nEADDRINUSE :::3000\n```",
        expect![[r#"Ask { text: "EADDRINUSE :::3000" }"#]],
    );
}

#[test]
fn every_example_is_the_request_that_it_stands_for() {
    for word in WORDS {
        let parsed = parse(word.example);
        assert!(
            !matches!(parsed, Request::Unclear { .. }),
            "{}: {parsed:?}",
            word.example
        );
        assert!(word.example.starts_with(word.word), "{}", word.example);
    }
}
