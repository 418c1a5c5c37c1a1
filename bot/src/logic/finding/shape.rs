//! A finding: what a run shows, the rule that says so, the line that shows it.

use serde::Serialize;

/// What a run shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that says so; for a log the signature's cause.
    pub rule: String,
    /// The cause of a 502 that it points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// How bad it is.
    pub weight: Weight,
    /// What is so, as a sentence.
    pub says: String,
    /// The line that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
}

/// How bad a finding is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// This is broken, and explains a 502 or an outage.
    Broken,
    /// Worth a look: near a limit, or not as usual.
    Doubtful,
    /// This is as it should be.
    Sound,
}

/// A line of the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Its number, counted from 1.
    pub line: u64,
    /// Its text.
    pub text: String,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// Run another probe.
    Probe {
        /// Its name.
        id: String,
        /// Its parameters, `name=value`.
        values: Vec<String>,
    },
    /// Go on with a step of the 502 guide.
    Step(u32),
    /// Do this: a sentence.
    Do(String),
}

impl Finding {
    /// Begins a finding.
    #[must_use]
    pub fn new(rule: &str, weight: Weight, says: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            cause: None,
            weight,
            says: says.into(),
            evidence: None,
            next: None,
        }
    }

    /// Adds the cause that it points to.
    #[must_use]
    pub fn cause(mut self, id: &str) -> Self {
        self.cause = Some(id.to_owned());
        self
    }

    /// Adds the line that shows it.
    #[must_use]
    pub fn shown_by(mut self, evidence: Option<Evidence>) -> Self {
        self.evidence = evidence;
        self
    }

    /// Adds the probe to run next.
    #[must_use]
    pub fn then_probe(mut self, id: &str, values: &[&str]) -> Self {
        self.next = Some(Next::Probe {
            id: id.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        });
        self
    }

    /// Adds what to do next, as a sentence.
    #[must_use]
    pub fn then(mut self, sentence: &str) -> Self {
        self.next = Some(Next::Do(sentence.to_owned()));
        self
    }

    /// Adds the step of the guide to go on with.
    #[must_use]
    pub fn then_step(mut self, step: u32) -> Self {
        self.next = Some(Next::Step(step));
        self
    }
}
