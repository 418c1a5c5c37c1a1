//! The redactor of a command: it knows the values that bot502 itself holds.

use crate::logic::redact::Redactor;

/// Variables whose values are secrets of bot502's own.
const OWN_SECRETS: [&str; 1] = ["UPSUN_CLI_TOKEN"];

/// Makes a redactor that knows what bot502 itself holds.
#[must_use]
pub fn redactor() -> Redactor {
    redactor_with(std::iter::empty())
}

/// Makes a redactor that knows more values beside those, such as the tokens of a chat platform.
#[must_use]
pub fn redactor_with(more: impl Iterator<Item = String>) -> Redactor {
    let own = OWN_SECRETS
        .iter()
        .filter_map(|name| std::env::var(name).ok());
    Redactor::new(own.chain(more))
}
