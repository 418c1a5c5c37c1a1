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

#[test]
fn what_names_a_run_acts_and_what_asks_about_one_does_not() {
    check("cancel", expect!["Cancel { run: Only }"]);
    check(
        "cancel #e21CAC",
        expect![[r#"Cancel { run: Named("e21cac") }"#]],
    );
    check(
        "cancel the deployment hangs",
        expect![[r#"Ask { text: "cancel the deployment hangs" }"#]],
    );
    check(
        "approve e21cac",
        expect![[r#"Approve { run: Named("e21cac") }"#]],
    );
    check(
        "deny e21cac the site is in maintenance",
        expect![[r#"Deny { run: Named("e21cac"), reason: Some("the site is in maintenance") }"#]],
    );
    check(
        "deny all answers 502",
        expect![[r#"Ask { text: "deny all answers 502" }"#]],
    );
    check(
        "break-glass e21cac nobody is awake",
        expect![[r#"BreakGlass { run: Named("e21cac"), reason: Some("nobody is awake") }"#]],
    );
    check(
        "pause the platform is in maintenance",
        expect![[r#"Pause { why: Some("the platform is in maintenance") }"#]],
    );
    check(
        "pause between deploys?",
        expect![[r#"Ask { text: "pause between deploys?" }"#]],
    );
    check(
        "why app-log lines=5",
        expect![[r#"Why { id: Some("app-log"), values: ["lines=5"] }"#]],
    );
    check(
        "why is my app down",
        expect![[r#"Ask { text: "why is my app down" }"#]],
    );
    check(
        "share share /share step 2",
        expect!["Share { of: Some(Step { number: 2 }) }"],
    );
    check(
        "probe failed with exit code 1",
        expect![[r#"Ask { text: "probe failed with exit code 1" }"#]],
    );
    check("Steps!", expect!["Steps"]);
}

#[test]
fn a_word_said_a_million_times_is_read_too() {
    let text = "share ".repeat(1_000_000);
    check(&text, expect!["Share { of: Some(Share { of: None }) }"]);
}

#[test]
fn the_book_lists_the_words_of_the_table() {
    let mut page = String::from(
        "# What can be asked\n\nWritten from the table that the parser and `help` read.\n\n\
         | say | it will | for example |\n|---|---|---|\n",
    );
    for word in WORDS {
        let usage = word.usage.replace('|', "\\|");
        page.push_str(&format!(
            "| `{usage}` | {} | `{}` |\n",
            word.about, word.example
        ));
    }
    page.push('\n');
    for word in WORDS {
        page.push_str(&format!("## {}\n\n{}\n\n", word.word, word.more));
    }
    let page = format!("{}\n", page.trim_end());
    expect_test::expect_file!["../../../../docs/src/use/words.md"].assert_eq(&page);
}
