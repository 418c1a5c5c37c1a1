//! What a probe is run against, and the alphabets that its names are made of. Which target a
//! channel or a person may use is left to the policy.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is no name of its kind: what was understood, in a person's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAName {
    /// What it should have been, e.g. `project id`.
    pub kind: &'static str,
    /// What such a name is made of.
    pub alphabet: &'static str,
    /// What was given, shortened and with everything outside printable ASCII escaped.
    pub given: String,
}

impl fmt::Display for NotAName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no {}: {}", self.given, self.kind, self.alphabet)
    }
}

impl std::error::Error for NotAName {}

/// Shows a text that may hold anything, between back-ticks: printable ASCII as it is, the rest as
/// `\u{…}`, a back-tick too, at most 80 characters.
#[must_use]
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut letters = text.chars();
    let head: String = letters.by_ref().take(LONGEST).collect();
    let end = letters.next().map_or("", |_| "...");
    format!("{}{end}", escaped(&head).replace('`', "\\u{60}"))
}

/// Writes a text on one line that can hide and turn around nothing: printable ASCII as it is, the
/// rest as `\u{…}`.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            ' '..='~' => out.push(letter),
            _ => out.extend(letter.escape_unicode()),
        }
    }
    out
}

/// Defines a name whose alphabet is checked once, when it is made.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $alphabet:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the text and takes it.
            ///
            /// # Errors
            /// When a character, the length or the first character is not allowed.
            pub fn new(text: &str) -> Result<Self, NotAName> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    return Ok(Self(text.to_owned()));
                }
                Err(NotAName { kind: $kind, alphabet: $alphabet, given: shown(text) })
            }

            /// Gives the name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAName;

            fn try_from(text: String) -> Result<Self, NotAName> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(super) use name;

name!(
    /// An Upsun project's id: 13 small letters and digits.
    ProjectId,
    "project id",
    "it is 13 small letters and digits, as in `abcdefghijklm`; an address is not taken",
    |text| text.len() == 13 && text.bytes().all(is_small)
);

name!(
    /// An environment's name, which is a Git branch's: `main`, `feature/login`.
    EnvironmentName,
    "environment name",
    "it begins with a letter or digit and holds up to 64 letters, digits, `.`, `_`, `-` and `/`, without `..`",
    |text| is_plain(text, 64, b"._-/") && !text.contains("..") && !text.ends_with('/')
);

name!(
    /// An app's name, as `.upsun/config.yaml` has it; a worker's is `app--worker`.
    AppName,
    "app name",
    "it begins with a small letter or digit and holds up to 63 small letters, digits, `_` and `-`",
    |text| is_small_plain(text, 63, b"_-")
);

name!(
    /// A service's or relationship's name, as it stands before `.internal`.
    ServiceName,
    "service name",
    "it begins with a small letter or digit and holds up to 63 small letters, digits, `.`, `_` and `-`, without `..`",
    |text| is_small_plain(text, 63, b"._-") && !text.contains("..")
);

name!(
    /// An activity's id.
    ActivityId,
    "activity id",
    "it is 8 to 32 small letters and digits, as `activity-list` shows it",
    |text| (8..=32).contains(&text.len()) && text.bytes().all(is_small)
);

name!(
    /// A host name of the project's own routes: at least two labels, no address and no port.
    HostName,
    "host name",
    "it is a name such as `www.example.com`: small letters, digits, `-` and dots, without `https://`, path or port",
    is_host
);

name!(
    /// The name of a probe in the catalogue: `app-log`.
    ProbeId,
    "probe",
    "it begins with a small letter and holds up to 40 small letters, digits and `-`",
    |text| is_small_plain(text, 40, b"-") && text.as_bytes()[0].is_ascii_lowercase()
);

fn is_small(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_small_plain(text: &str, longest: usize, others: &[u8]) -> bool {
    is_plain(text, longest, others) && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Tells whether a text begins with a letter or digit and holds only letters, digits and `others`.
fn is_plain(text: &str, longest: usize, others: &[u8]) -> bool {
    (1..=longest).contains(&text.len())
        && text.as_bytes()[0].is_ascii_alphanumeric()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
}

fn is_host(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let last_is_name = labels
        .last()
        .is_some_and(|last| last.len() >= 2 && !last.as_bytes()[0].is_ascii_digit());
    text.len() <= 253
        && labels.len() >= 2
        && last_is_name
        && labels
            .iter()
            .all(|label| is_small_plain(label, 63, b"-") && !label.ends_with('-'))
}

/// What a probe is run against.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The project.
    pub project: ProjectId,
    /// Its environment.
    pub environment: EnvironmentName,
    /// Its app, named even where the project has one only: without it the CLI asks or guesses.
    pub app: AppName,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.project, self.environment, self.app)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_only_within_their_alphabets() {
        let fits = |name: &str| {
            [
                ProjectId::new(name).is_ok(),
                EnvironmentName::new(name).is_ok(),
                AppName::new(name).is_ok(),
                ServiceName::new(name).is_ok(),
                ActivityId::new(name).is_ok(),
                HostName::new(name).is_ok(),
                ProbeId::new(name).is_ok(),
            ]
            .map(|fits| if fits { 'x' } else { '.' })
            .iter()
            .collect::<String>()
        };
        let rows = [
            ("abcdefghijklm", "xxxxx.x"),
            ("main", ".xxx..x"),
            ("feature/log-in", ".x....."),
            ("Feature_1.2", ".x....."),
            ("app--queue", ".xxx..x"),
            ("database.internal", ".x.x.x."),
            ("www.example.com", ".x.x.x."),
            ("127.0.0.1", ".x.x..."),
            ("a.b.1c", ".x.x..."),
            ("", "......."),
            ("-p", "......."),
            ("a..b", "......."),
            ("main/", "......."),
            ("a b", "......."),
            ("a\n", "......."),
            ("m\u{430}in", "......."),
            ("https://x.test", "......."),
            ("$(id)", "......."),
        ];
        for (name, expected) in rows {
            assert_eq!(fits(name), expected, "{name:?}");
        }
    }

    #[test]
    fn what_is_shown_of_a_text_is_printable_and_short() {
        assert_eq!(shown("m\u{430}in\u{202e}`"), "m\\u{430}in\\u{202e}\\u{60}");
        assert_eq!(shown(&"x".repeat(500)).len(), 83);
    }
}
