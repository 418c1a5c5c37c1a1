//! Typed parameters: each type's alphabet leaves no room for an option, a shell's sign or a second
//! word. What was typed becomes a value here or nowhere.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::logic::target::{ActivityId, HostName, ServiceName, shown};

/// One thing that can be said about a probe beyond its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Its name: `lines`.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What it may be.
    pub kind: ParameterType,
    /// Whether it must be said.
    pub need: Need,
}

/// Whether a parameter must be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// It must be.
    Required,
    /// It need not be; then this value holds.
    Default(String),
    /// It need not be; then its word is left out.
    Optional,
}

/// What a parameter may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// One of these words.
    Enum(Vec<String>),
    /// A whole number, both bounds within it.
    Integer {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// An activity's id.
    Activity,
    /// A service's or relationship's name.
    Service,
    /// A host of the project's own routes.
    Host,
}

impl ParameterType {
    /// Checks a text and gives the one way to write it.
    ///
    /// # Errors
    /// A sentence on what was understood and what the parameter may be.
    pub fn check(&self, text: &str) -> Result<String, String> {
        match self {
            Self::Enum(words) => words
                .iter()
                .find(|word| *word == text)
                .cloned()
                .ok_or_else(|| format!("`{}` is not one of {self}", shown(text))),
            Self::Integer { min, max } => integer(text)
                .filter(|number| (min..=max).contains(&number))
                .map(|number| number.to_string())
                .ok_or_else(|| format!("`{}` is no {self}", shown(text))),
            Self::Activity => ActivityId::new(text)
                .map(String::from)
                .map_err(|error| error.to_string()),
            Self::Service => ServiceName::new(text)
                .map(String::from)
                .map_err(|error| error.to_string()),
            Self::Host => HostName::new(text)
                .map(String::from)
                .map_err(|error| error.to_string()),
        }
    }

    /// Tells whether every value may stand in the text of a remote command: only small letters,
    /// digits, `.`, `_` and `-`, the first a letter or digit.
    #[must_use]
    pub fn may_go_remote(&self) -> bool {
        match self {
            Self::Enum(words) => words.iter().all(|word| ServiceName::new(word).is_ok()),
            Self::Integer { .. } | Self::Activity | Self::Service | Self::Host => true,
        }
    }
}

impl fmt::Display for ParameterType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enum(words) => f.write_str(&words.join(", ")),
            Self::Integer { min, max } => write!(f, "whole number from {min} to {max}"),
            Self::Activity => f.write_str("activity id"),
            Self::Service => f.write_str("service or relationship name"),
            Self::Host => f.write_str("host of the project's own routes"),
        }
    }
}

/// Reads a number that is written with digits alone: no sign, no space, no leading zero.
fn integer(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}
