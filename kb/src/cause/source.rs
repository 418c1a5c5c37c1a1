//! From a TOML file to causes, with a complaint for each thing that is wrong in it.
//! What a catalogue as a whole must fulfil is left to `lint`.

use memchr::memchr_iter;
use serde::Deserialize;
use toml::Spanned;

use super::catalogue::{Cause, Confusable, Signature, Strength};
use crate::diagnostic::{Diagnostic, Severity};

/// Reads one file of causes; gives what could be read.
pub(super) fn read(path: &str, text: &str, complaints: &mut Vec<Diagnostic>) -> Vec<Cause> {
    match toml::from_str::<File>(text) {
        Ok(file) => {
            let lines = Lines::of(text);
            let causes = file.cause.into_iter();
            causes.map(|cause| cause.into_cause(path, &lines)).collect()
        }
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().replace('\n', " ");
            complaints.push(complaint(path, text, at, ("unreadable-causes", message)));
            Vec::new()
        }
    }
}

/// Makes a complaint about the place `at`, a byte offset, of a file.
fn complaint(path: &str, text: &str, at: usize, what: (&'static str, String)) -> Diagnostic {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let quote = text[start..].lines().next().unwrap_or_default();
    Diagnostic {
        severity: Severity::Error,
        code: what.0,
        path: path.to_owned(),
        line: Lines::of(text).line_of(at),
        column: u32::try_from(text[start..at].chars().count() + 1).unwrap_or(u32::MAX),
        quote: quote.to_owned(),
        message: what.1,
        hint: Some("the format is described in kb/causes/README.md".to_owned()),
    }
}

/// Where the lines of a file end.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// Gives the line of a byte offset, counted from 1.
    fn line_of(&self, at: usize) -> u32 {
        let before = self.0.partition_point(|&end| end < at);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    cause: Vec<RawCause>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCause {
    id: Spanned<String>,
    title: String,
    what: String,
    fix: String,
    steps: Vec<u32>,
    probe: String,
    #[serde(default)]
    asked_as: Vec<String>,
    #[serde(default)]
    synonyms: Vec<String>,
    #[serde(default)]
    consequence: bool,
    #[serde(default)]
    confused_with: Vec<Confusable>,
    #[serde(default)]
    signature: Vec<RawSignature>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSignature {
    strength: Strength,
    pattern: Spanned<String>,
    #[serde(default)]
    unless: Option<String>,
    #[serde(default)]
    with: Option<String>,
    #[serde(default)]
    example: String,
    #[serde(default)]
    with_example: Option<String>,
}

impl RawCause {
    fn into_cause(self, path: &str, lines: &Lines) -> Cause {
        let line = lines.line_of(self.id.span().start);
        Cause {
            id: self.id.into_inner(),
            title: self.title,
            what: self.what,
            fix: self.fix,
            steps: self.steps,
            probe: self.probe,
            asked_as: self.asked_as,
            synonyms: self.synonyms,
            consequence: self.consequence,
            confused_with: self.confused_with,
            signatures: self
                .signature
                .into_iter()
                .map(|raw| raw.into_signature(lines))
                .collect(),
            path: path.to_owned(),
            line,
        }
    }
}

impl RawSignature {
    fn into_signature(self, lines: &Lines) -> Signature {
        let line = lines.line_of(self.pattern.span().start);
        Signature {
            strength: self.strength,
            pattern: self.pattern.into_inner(),
            unless: self.unless,
            with: self.with,
            example: self.example,
            with_example: self.with_example,
            line,
        }
    }
}
