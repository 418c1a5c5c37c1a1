//! The values that this program holds itself. Never shown, not even by accident.

use std::fmt;

use super::name;

/// The values that this program holds: tokens, passwords, keys.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// None: for a text that this program's own values cannot be in.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Takes the values of those variables whose names say that they are secret, as `SLACK_BOT_TOKEN`
    /// and `PGPASSWORD` do.
    pub fn among(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let secret = variables
            .into_iter()
            .filter(|(name, _)| name::says_secret(name));
        Self(secret.map(|(_, value)| value).collect())
    }

    /// Adds others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Gives the values, to be searched for.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<S: Into<String>> FromIterator<S> for Secrets {
    fn from_iter<I: IntoIterator<Item = S>>(values: I) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}
