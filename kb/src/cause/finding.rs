//! What reading a text gives: findings, best first, each with the line that shows it.
//! How they are shown is left to the program.

use serde::Serialize;

/// What a text says, after all of it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Findings, best first; empty for a healthy text and for one that nothing fits.
    pub findings: Vec<Finding>,
    /// Lines that report an error which no signature knows, the first few of them.
    pub unexplained: Vec<Evidence>,
    /// How many lines report an error, known or not.
    pub error_lines: u64,
    /// How many lines were read; text after the last line break counts as one.
    pub lines: u64,
}

/// A cause that a text points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Id of the cause.
    pub cause: String,
    /// Its title.
    pub title: String,
    /// How surely the text says so.
    pub strength: Certainty,
    /// Step of the 502 guide where it belongs.
    pub step: u32,
    /// Line of the evidence, counted from 1.
    pub line: u64,
    /// The line that shows it, cleaned and shortened.
    pub evidence: String,
    /// A second line that shows it together with the first: "the router expects 8888".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<Evidence>,
    /// What the two lines say together, or how a structural rule read the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// How many lines show it.
    pub count: u64,
    /// The pattern that matched, or the name of the rule.
    pub signature: String,
    /// What fixes it.
    pub fix: String,
    /// Id of the probe to run next.
    pub next_probe: String,
    /// Ids of causes that look alike, with what tells them apart.
    pub or: Vec<Alternative>,
}

/// A line of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Its number, counted from 1.
    pub line: u64,
    /// Its text, cleaned and shortened.
    pub text: String,
}

/// What a finding could be mistaken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alternative {
    /// Id of the other cause.
    pub cause: String,
    /// What tells the two apart.
    pub tell: String,
}

/// How surely a text points to a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The wording is near: it looks like this cause, and may be another.
    LooksLike,
    /// Only that the app did not answer: the reason is elsewhere.
    Symptom,
    /// Speaks for the cause without naming it.
    Supporting,
    /// The text names the cause.
    Decisive,
}
