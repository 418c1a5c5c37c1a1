//! A form that a person fills in: a probe's missing parameters, a reason. What is sent comes back as
//! a typed request.

use serde::{Deserialize, Serialize};

use super::catalogue::ParameterType;
use super::message::Message;
use super::request::Request;

/// A form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its heading.
    pub title: String,
    /// What the button that sends it says.
    pub send: String,
    /// What stands above the fields.
    pub intro: Message,
    /// What to fill in, at least one.
    pub fields: Vec<Field>,
    /// What sending asks for; [`Request::with_field`] lays the filled-in values into it.
    pub request: Request,
    /// Whether it was asked for alone; sending it is then heard so too.
    pub alone: bool,
    /// What is said where no form can be shown.
    pub plain: Message,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name: a parameter's, or `reason`.
    pub name: String,
    /// What it says.
    pub label: String,
    /// What to know about it.
    pub hint: Option<String>,
    /// What may be given.
    pub input: Input,
    /// What stands there at first.
    pub initial: Option<String>,
    /// Whether it may be left empty.
    pub optional: bool,
}

/// What may be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A line of text.
    Line {
        /// Characters at most.
        longest: usize,
        /// What it must be, where it is a parameter's.
        kind: Option<ParameterType>,
    },
    /// Some lines of text.
    Lines {
        /// Characters at most.
        longest: usize,
    },
    /// One of these.
    Choice(Vec<String>),
}

/// What was filled in must pass this for the form to be taken: told in the form itself, where nothing
/// that was typed is lost. A platform carries it with the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Something must be said.
    Said,
    /// It must be of this type.
    Kind(ParameterType),
    /// It must be of this type, or left empty.
    MaybeKind(ParameterType),
}

impl Field {
    /// Gives what is checked of it when the form is sent.
    #[must_use]
    pub fn check(&self) -> Option<Check> {
        match &self.input {
            Input::Line {
                kind: Some(kind), ..
            } if self.optional => Some(Check::MaybeKind(kind.clone())),
            Input::Line {
                kind: Some(kind), ..
            } => Some(Check::Kind(kind.clone())),
            Input::Line { kind: None, .. } | Input::Lines { .. } => {
                (!self.optional).then_some(Check::Said)
            }
            // The platform gives back one of them or nothing; the policy looks again.
            Input::Choice(_) => None,
        }
    }
}

impl Check {
    /// Says what is wrong with a value, in a sentence; `None` where nothing is.
    #[must_use]
    pub fn wrong(&self, value: &str) -> Option<String> {
        let value = value.trim();
        match self {
            Self::Said | Self::Kind(_) if value.is_empty() => {
                Some("Something must be said here.".to_owned())
            }
            Self::MaybeKind(_) if value.is_empty() => None,
            Self::Said => None,
            Self::Kind(kind) | Self::MaybeKind(kind) => {
                kind.check(value).err().map(|why| format!("{why}."))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_field_must_be_is_said_in_a_sentence() {
        let field = |input, optional| Field {
            name: "count".to_owned(),
            label: "count".to_owned(),
            hint: None,
            input,
            initial: None,
            optional,
        };
        let number = |optional| {
            let kind = Some(ParameterType::Integer { min: 1, max: 20 });
            field(Input::Line { longest: 9, kind }, optional)
        };
        let wrong = |field: Field, value: &str| field.check().and_then(|check| check.wrong(value));
        assert_eq!(wrong(number(false), " 20 "), None);
        assert_eq!(
            wrong(number(false), "21").as_deref(),
            Some("`21` is no whole number from 1 to 20.")
        );
        assert_eq!(wrong(number(true), " "), None);
        let nothing = Some("Something must be said here.");
        assert_eq!(wrong(number(false), " ").as_deref(), nothing);
        let reason = |optional| field(Input::Lines { longest: 300 }, optional);
        assert_eq!(wrong(reason(false), "\n \t").as_deref(), nothing);
        assert_eq!(wrong(reason(false), "x"), None);
        assert_eq!(wrong(reason(true), ""), None);
        assert_eq!(field(Input::Choice(Vec::new()), false).check(), None);
    }
}
