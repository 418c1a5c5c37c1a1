//! The causes that are known: shipped ones, and an operator's own beside them.
//! Reading their TOML is left to `source`, matching them to `matcher`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

use serde::{Deserialize, Serialize};

use super::likeness::Likeness;
use super::matcher::Matcher;
use super::{shipped, source};
use crate::diagnostic::Diagnostic;

/// A named reason for a 502 or one of its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Stable name: `port-in-use`.
    pub id: String,
    /// What a person would call it.
    pub title: String,
    /// What happens, in a sentence or two.
    pub what: String,
    /// What fixes it, in a sentence or two.
    pub fix: String,
    /// Steps of the 502 guide; the first is where it belongs.
    pub steps: Vec<u32>,
    /// Id of the probe to run next.
    pub probe: String,
    /// How people put it when they ask.
    pub asked_as: Vec<String>,
    /// Other platforms' codes for the same thing: `heroku:H14`.
    pub synonyms: Vec<String>,
    /// Whether it usually follows from another cause (a crash loop, a generic 500): such a cause
    /// yields to one that says why.
    pub consequence: bool,
    /// Causes that look alike, and what tells them apart.
    pub confused_with: Vec<Confusable>,
    /// What recognises it in a line.
    pub signatures: Vec<Signature>,
    /// The file that it was read from.
    pub path: String,
    /// Line of its `id` in that file, counted from 1.
    pub line: u32,
}

impl Cause {
    /// Gives the step of the guide where it belongs; 1, the look at the logs, where it names none.
    #[must_use]
    pub fn step(&self) -> u32 {
        self.steps.first().copied().unwrap_or(1)
    }
}

/// A cause that is easily taken for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confusable {
    /// Id of the other cause.
    pub id: String,
    /// What tells the two apart.
    pub tell: String,
}

/// A pattern that recognises a cause in one cleaned line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// What a match is worth.
    pub strength: Strength,
    /// The pattern, in the `regex` crate's syntax, matched against bytes without Unicode classes.
    pub pattern: String,
    /// The line is no evidence where this matches it too; the crate has no look-around.
    pub unless: Option<String>,
    /// Some line of the same text must match this as well.
    pub with: Option<String>,
    /// A line that it matches, written by us or taken from a program that we ran.
    pub example: String,
    /// Another line of the example text that matches `with`.
    pub with_example: Option<String>,
    /// Line of the pattern in the cause's file, counted from 1.
    pub line: u32,
}

/// What a match of a signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Only that the app did not answer: the reason is elsewhere.
    Symptom,
    /// Speaks for the cause without naming it.
    Supporting,
    /// Names the cause.
    Decisive,
}

/// Every cause that is known, ready to read texts with.
#[derive(Debug)]
pub struct Catalogue {
    causes: Vec<Cause>,
    by_id: HashMap<String, usize>,
    matcher: OnceLock<Matcher>,
    likeness: OnceLock<Likeness>,
}

/// What an app, its server and the router write when something is wrong: what is read of a line before
/// its signatures is made ready by it.
const ORDINARY: &str = "\
2026-01-02T03:04:05.678Z app[1]: \u{1b}[31mERROR\u{1b}[0m connection to upstream failed: refused
2026/01/02 03:04:05 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream
{\"level\":\"error\",\"msg\":\"request failed\",\"time\":\"2026-01-02T03:04:05Z\"}
";

impl Catalogue {
    /// Reads causes from TOML files, each a pair of the name to complain under and its text.
    ///
    /// A file or a cause that cannot be read is left out and complained about; a later cause with
    /// the id of an earlier one replaces it, so that an operator can mend a shipped cause.
    #[must_use]
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<Diagnostic>) {
        let mut complaints = Vec::new();
        let mut catalogue = Self {
            causes: Vec::new(),
            by_id: HashMap::new(),
            matcher: OnceLock::new(),
            likeness: OnceLock::new(),
        };
        for (path, text) in files {
            for cause in source::read(path, text, &mut complaints) {
                catalogue.put(cause);
            }
        }
        (catalogue, complaints)
    }

    /// Gives the causes that are compiled in; read on first use.
    #[must_use]
    pub fn shipped() -> &'static Arc<Self> {
        static SHIPPED: LazyLock<Arc<Catalogue>> =
            LazyLock::new(|| Arc::new(Catalogue::new(shipped::FILES.iter().copied()).0));
        &SHIPPED
    }

    /// Reads the shipped causes and an operator's files after them.
    #[must_use]
    pub fn with_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<Diagnostic>) {
        Self::new(shipped::FILES.iter().copied().chain(files))
    }

    /// Gives every cause, in the order of the files.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// Finds a cause by its id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Cause> {
        self.by_id.get(id).map(|&index| &self.causes[index])
    }

    /// Finds a cause by its id or by another platform's code for it: `H14`, `heroku:H14`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Cause> {
        let means = |synonym: &String| {
            synonym.eq_ignore_ascii_case(name)
                || synonym
                    .split_once(':')
                    .is_some_and(|(_, code)| code.eq_ignore_ascii_case(name))
        };
        self.get(name).or_else(|| {
            self.causes
                .iter()
                .find(|cause| cause.synonyms.iter().any(means))
        })
    }

    /// Makes ready now what the first text would wait for: the keys of all signatures, the examples, the
    /// reader's own patterns.
    ///
    /// The signatures themselves stay to be compiled when a key of theirs is first seen: all of them
    /// take half a second and nearly 40 MB, most of them for errors that never come.
    pub fn warm(&self) {
        self.likeness();
        // What is found does not matter: reading makes ready what reads.
        let _ = self.read(ORDINARY.as_bytes());
    }

    /// Builds what finds signatures, on first use.
    pub(super) fn matcher(&self) -> &Matcher {
        self.matcher.get_or_init(|| Matcher::new(&self.causes))
    }

    /// Builds what compares lines with examples, on first use.
    pub(super) fn likeness(&self) -> &Likeness {
        self.likeness.get_or_init(|| Likeness::new(self))
    }

    fn put(&mut self, cause: Cause) {
        if let Some(&index) = self.by_id.get(&cause.id) {
            self.causes[index] = cause;
        } else {
            self.by_id.insert(cause.id.clone(), self.causes.len());
            self.causes.push(cause);
        }
    }
}
