//! The book's page of commands is what `--help` says; `UPDATE_EXPECT=1 tests/run` writes it again.

use std::fmt::Write as _;

use crate::harness::Program;
use expect_test::expect_file;

#[test]
fn the_book_lists_every_command() {
    let overview = Program::new(&["--help"]).run().done();
    let mut page = format!(
        "# Commands\n\nWritten from `--help`.\n\n```text\n{}\n```\n",
        overview.trim_end()
    );
    for name in commands(&overview) {
        let help = Program::new(&[name, "--help"]).run().done();
        write!(page, "\n## {name}\n\n```text\n{}\n```\n", help.trim_end())
            .expect("a String takes all");
    }
    expect_file!["../../docs/src/reference/commands.md"].assert_eq(&page);
}

/// Gives the names under `Commands:`, but for `help`, which repeats the others.
fn commands(overview: &str) -> Vec<&str> {
    overview
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            line.strip_prefix("  ")?
                .split_whitespace()
                .next()
                .filter(|_| !line.starts_with("   "))
        })
        .filter(|name| *name != "help")
        .collect()
}
