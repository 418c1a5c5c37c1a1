//! The name of what was hidden, as it stands in the text in place of the secret.

use std::fmt;

/// What a hidden text was, such as `postgres-password`.
///
/// Lower-case letters, digits and hyphens only, so that a marker is plain on every platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(&'static str);

impl Kind {
    /// Names a kind.
    pub(super) const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Gives the name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Gives what stands in the text in place of the secret; its length tells nothing.
    #[must_use]
    pub fn marker(self) -> String {
        format!("{MARKER}{}]", self.0)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How every marker begins.
const MARKER: &str = "[redacted:";

/// Gives the length of the marker that starts at `at`, if one does.
pub(super) fn marker_at(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?.strip_prefix(MARKER.as_bytes())?;
    let name = rest
        .iter()
        .take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || **byte == b'-')
        .count();
    (name > 0 && rest.get(name) == Some(&b']')).then_some(MARKER.len() + name + 1)
}
