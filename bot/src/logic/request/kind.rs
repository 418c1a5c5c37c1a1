//! The requests that there are.

use serde::{Deserialize, Serialize};

use crate::logic::approval::RunId;

/// What a person asks for. A button carries one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// What can be asked; with a topic, more on that one.
    Help {
        /// A word of the table, or something mistyped.
        topic: Option<String>,
    },
    /// The answer to a question, or the meaning of an error or a log.
    Ask {
        /// The text, as pasted.
        text: String,
    },
    /// One step of the guide.
    Step {
        /// Its number, counted from 1.
        number: u32,
    },
    /// All steps of the guide.
    Steps,
    /// The guides that there are.
    Guides,
    /// One section of a guide, whole: the one that covers a line of a page.
    Section {
        /// Path of the page within its folder.
        path: String,
        /// A line of the section, counted from 1.
        line: u32,
    },
    /// The causes that are known.
    Causes,
    /// One cause.
    Cause {
        /// Its id, or what another platform calls it.
        id: String,
    },
    /// The probes that there are.
    Probes,
    /// One run of a probe, on the target of the conversation.
    Probe {
        /// Its id, as typed.
        id: String,
        /// Its parameters, each `name=value`, as typed.
        values: Vec<String>,
    },
    /// The form of a probe's parameters.
    Fill {
        /// Its id, as typed.
        id: String,
        /// Its parameters as far as they are known, each `name=value`.
        values: Vec<String>,
    },
    /// Whether the person may run a probe, and who could; without an id, the one asked for last.
    Why {
        /// Its id, as typed.
        id: Option<String>,
        /// Its parameters, each `name=value`, as typed.
        values: Vec<String>,
    },
    /// What probes run on.
    Target {
        /// A name of the policy, or project, environment and app; empty to be told.
        words: Vec<String>,
    },
    /// What was asked for and run of late.
    Runs,
    /// Consent to a run.
    Approve {
        /// Which.
        run: Which,
    },
    /// Say no to a run.
    Deny {
        /// Which.
        run: Which,
        /// Why; without it, it is asked for.
        reason: Option<String>,
    },
    /// Start a run of one's own without the second person, where the policy lets the asker.
    BreakGlass {
        /// Which.
        run: Which,
        /// Why; without it, it is asked for.
        reason: Option<String>,
    },
    /// Take back or stop a run.
    Cancel {
        /// Which.
        run: Which,
    },
    /// How the bot itself is.
    Status,
    /// What was recorded of late.
    Audit,
    /// Let nothing be started.
    Pause {
        /// Why.
        why: Option<String>,
    },
    /// Let runs be started again.
    Resume,
    /// Show an answer to all who are there.
    Share {
        /// What to answer; without it, what was asked last.
        of: Option<Box<Self>>,
    },
    /// Say whether an answer helped.
    Feedback {
        /// The answer: the place of its source, or the id of its cause.
        about: String,
        /// Whether it helped.
        helpful: bool,
        /// What was missing; without it, it is asked for.
        missing: Option<String>,
    },
    /// Something that begins like a request and cannot be one.
    Unclear {
        /// What is wrong with it, and what would be right.
        what: String,
    },
}

/// Which run is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// The only one that it can be: of this thread, or of the person.
    Only,
    /// The one of this short name, as typed.
    Named(String),
    /// This one: what a button carries.
    This(RunId),
}

impl Request {
    /// Gives what a person typed in words of their own, to be kept: a reason, what was missing.
    pub fn typed_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Deny { reason: text, .. }
            | Self::BreakGlass { reason: text, .. }
            | Self::Pause { why: text }
            | Self::Feedback { missing: text, .. } => text.as_mut(),
            Self::Share { of } => of.as_mut()?.typed_mut(),
            _ => None,
        }
    }

    /// Lays the value of a form's field into the request: a parameter of a probe, a reason.
    #[must_use]
    pub fn with_field(mut self, name: &str, value: &str) -> Self {
        match &mut self {
            Self::Probe { values, .. } => {
                let is_other =
                    |given: &String| given.split_once('=').is_none_or(|(given, _)| given != name);
                values.retain(is_other);
                if !value.is_empty() {
                    values.push(format!("{name}={value}"));
                }
            }
            Self::Deny { reason: text, .. }
            | Self::BreakGlass { reason: text, .. }
            | Self::Feedback { missing: text, .. } => *text = Some(value.to_owned()),
            _ => {}
        }
        self
    }
}
