//! Settings, seen from outside: mistakes are shown where they stand and end in exit code 3.

use crate::harness::Program;
use expect_test::expect;

#[test]
fn a_mistake_in_the_configuration_is_shown_where_it_stands() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("bot.toml"), "[guides]\nfolder = []\n")
        .expect("a written file");
    let outcome = Program::new(&["--config", "bot.toml", "generate", "completions", "bash"])
        .within(folder.path())
        .run();
    expect![[r#"
        exit code 3
        --- stderr
        error: read the configuration
        error: unknown key `guides.folder`
         --> bot.toml:2:1
          |
        2 | folder = []
          | ^^^^^^ here
        try: did you mean `guides.folders`?
    "#]]
    .assert_eq(&outcome.seen());
}

#[test]
fn an_unknown_command_names_the_nearest() {
    let outcome = Program::new(&["generat"]).run();
    assert_eq!(outcome.code, 2, "{}", outcome.seen());
    assert!(outcome.stderr.contains("generate"), "{}", outcome.seen());
}

#[test]
fn completions_and_man_pages_are_made() {
    let completions = Program::new(&["generate", "completions", "bash"])
        .run()
        .done();
    assert!(completions.contains("_bot502"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    Program::new(&["generate", "man", "man"])
        .within(folder.path())
        .run()
        .done();
    assert!(folder.path().join("man/bot502.1").is_file());
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    // The writing end of a pipe whose reader is gone: `bot502 ... | head -0`.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_bot502"))
        .args(["generate", "completions", "zsh"])
        .stdout(writer)
        .stderr(std::process::Stdio::null())
        .status()
        .expect("the program runs");
    assert_eq!(status.code(), Some(0));
}
