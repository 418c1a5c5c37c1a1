//! Holds the house to its rules: which folder may name which, who owns an outside library, how long
//! a file may be. A remark made twice in review, and that a tool can check, belongs here.

use std::fs;
use std::path::{Path, PathBuf};

/// Which part of the bot may name which others; itself and outside libraries apart.
const ARROWS: &[(&str, &[&str])] = &[
    ("main.rs", &[]),
    ("lib.rs", &[]),
    ("failure.rs", &[]),
    (
        "cli",
        &[
            "chat", "config", "failure", "logic", "probe", "serve", "store", "web",
        ],
    ),
    (
        "serve",
        &["chat", "config", "logic", "probe", "store", "web"],
    ),
    ("config", &["failure", "logic"]),
    ("chat", &["logic"]),
    ("probe", &["logic"]),
    ("store", &["logic"]),
    ("web", &["logic"]),
    ("logic", &[]),
];

/// Who may name an outside library or a word of the language: the paths that begin so.
const OWNERS: &[(&str, &[&str])] = &[
    ("tantivy::", &["kb/src/"]),
    ("pulldown_cmark::", &["indexer/src/"]),
    ("serde_saphyr::", &["indexer/src/"]),
    ("slack_morphism::", &["bot/src/chat/slack/"]),
    ("serenity::", &["bot/src/chat/discord/"]),
    ("sqlx::", &["bot/src/store/"]),
    ("sqlparser::", &["bot/src/logic/catalogue"]),
    ("landlock::", &["bot/src/probe/sandbox"]),
    ("seccompiler::", &["bot/src/probe/sandbox"]),
    ("unsafe {", &["bot/src/probe/sandbox"]),
    ("clap::", &["bot/src/cli/"]),
];

/// What the pure core must not know: the world, the clock, chance, waiting.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "Zoned::now",
    "tokio",
    "async fn",
    ".await",
    "rand::",
    "Uuid::now",
    "println!",
    "eprintln!",
];

/// Lines of a file at most; what is longer is two things.
const LONGEST_FILE: usize = 500;

/// Files that are tables, and may be longer.
const TABLES: &[&str] = &[];

/// Never in the repository.
const BANNED: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run is no test"),
    ("#[should_panic", "assert on the value instead"),
    ("#[allow(", "say #[expect(.., reason = \"..\")] instead"),
    (
        "todo!(",
        "finish it, or say in the docs that it is not there",
    ),
    (
        "unimplemented!(",
        "finish it, or say in the docs that it is not there",
    ),
    ("dbg!(", "left over"),
];

struct Source {
    /// Path from the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The lines that are shipped, without comments: those before the tests at the end of the file.
    fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_shipped(&self) -> bool {
        self.path.contains("/src/")
            && !self.path.ends_with("/tests.rs")
            && !self.path.contains("/tests/")
    }
}

#[test]
fn arrows_run_one_way() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.is_shipped()) {
        let Some(inner) = source.path.strip_prefix("bot/src/") else {
            continue;
        };
        let part = inner.split('/').next().expect("split gives at least one");
        let here = part.trim_end_matches(".rs");
        let Some((_, allowed)) = ARROWS
            .iter()
            .find(|(name, _)| name.trim_end_matches(".rs") == here)
        else {
            wrong.push(format!(
                "{}: `{part}` is not on the map in tests/tidy.rs",
                source.path
            ));
            continue;
        };
        for (number, line) in source.shipped() {
            for named in crate_names(line) {
                let known = ARROWS
                    .iter()
                    .any(|(name, _)| name.trim_end_matches(".rs") == named);
                if known && named != here && !allowed.contains(&named) {
                    wrong.push(format!(
                        "{}:{number}: `{here}` must not name `{named}`",
                        source.path
                    ));
                }
            }
        }
    }
    report(&wrong);
}

#[test]
fn each_outside_library_has_one_owner() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.is_shipped()) {
        for (number, line) in source.shipped() {
            for (word, owners) in OWNERS {
                let owned = owners.iter().any(|owner| source.path.starts_with(owner));
                if line.contains(word) && !owned {
                    wrong.push(format!(
                        "{}:{number}: `{word}` belongs to {}",
                        source.path,
                        owners.join(", ")
                    ));
                }
            }
        }
    }
    report(&wrong);
}

#[test]
fn the_core_is_pure() {
    let mut wrong = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| source.path.starts_with("bot/src/logic/") && source.is_shipped())
    {
        for (number, line) in source.shipped() {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!(
                    "{}:{number}: `{word}` in the pure core",
                    source.path
                ));
            }
        }
    }
    report(&wrong);
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE && !TABLES.contains(&source.path.as_str()) {
            wrong.push(format!(
                "{}: {lines} lines; at most {LONGEST_FILE}",
                source.path
            ));
        }
        if !source.text.starts_with("//!") && !source.text.starts_with("#!") {
            wrong.push(format!(
                "{}: the first line must say what the file is for (`//! ...`)",
                source.path
            ));
        }
    }
    report(&wrong);
}

#[test]
fn a_mod_file_only_joins_its_folder() {
    let mut wrong = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| source.path.ends_with("/mod.rs"))
    {
        for (number, line) in source.shipped() {
            let joins = line.is_empty()
                || line.starts_with([' ', '}', '#'])
                || [
                    "mod ",
                    "pub mod ",
                    "pub(crate) mod ",
                    "pub(super) mod ",
                    "use ",
                    "pub use ",
                    "pub(crate) use ",
                    "pub(super) use ",
                    "pub(in crate::",
                ]
                .iter()
                .any(|start| line.starts_with(start));
            if !joins {
                wrong.push(format!(
                    "{}:{number}: only `mod` and `use` lines here: {line}",
                    source.path
                ));
            }
        }
    }
    report(&wrong);
}

#[test]
fn nothing_banned_is_in_the_repository() {
    let mut wrong = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| source.path != "tests/tidy.rs")
    {
        for (number, line) in source.text.lines().enumerate() {
            for (word, why) in BANNED.iter().filter(|(word, _)| line.contains(word)) {
                wrong.push(format!("{}:{}: `{word}`: {why}", source.path, number + 1));
            }
        }
        if source.is_shipped() {
            for (number, line) in source
                .shipped()
                .filter(|(_, line)| line.contains(".unwrap()"))
            {
                wrong.push(format!(
                    "{}:{number}: no unwrap in shipped code: {}",
                    source.path,
                    line.trim()
                ));
            }
        }
    }
    report(&wrong);
}

/// Gives the parts of the crate that a line names: `use crate::logic::{...}` names `logic`.
fn crate_names(line: &str) -> Vec<&str> {
    line.match_indices("crate::")
        .map(|(at, word)| {
            let rest = &line[at + word.len()..];
            &rest[..rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len())]
        })
        .collect()
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate stands in the workspace")
        .to_owned()
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["kb", "indexer", "bot", "tests"] {
        collect(&root().join(folder), &mut sources);
    }
    assert!(sources.len() > 10, "the sources were not found");
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with("node_modules") {
                collect(&path, sources);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path
                .strip_prefix(root())
                .expect("a path below the root")
                .to_string_lossy()
                .replace('\\', "/");
            sources.push(Source {
                path: name,
                text: fs::read_to_string(&path).expect("a readable source"),
            });
        }
    }
}
