//! Fixed patterns of the reader itself: over bytes, with ASCII classes, since those run several times
//! faster than Unicode ones. Signatures' patterns are the matcher's.

use regex::bytes::{Captures, Regex, RegexBuilder};

/// Compiles a pattern of this crate.
pub(super) fn fixed(pattern: &str) -> Regex {
    RegexBuilder::new(pattern)
        .unicode(false)
        .build()
        .expect("the pattern is a constant that the tests run")
}

/// Gives a named part of what was found, as text.
pub(super) fn part<'t>(found: &Captures<'t>, name: &str) -> Option<&'t str> {
    found
        .name(name)
        .and_then(|part| std::str::from_utf8(part.as_bytes()).ok())
}

/// Declares patterns that are compiled on first use.
macro_rules! patterns {
    ($($(#[$about:meta])* $name:ident = $pattern:expr;)*) => {
        $($(#[$about])* static $name: std::sync::LazyLock<regex::bytes::Regex> =
            std::sync::LazyLock::new(|| $crate::cause::pattern::fixed($pattern));)*
    };
}

pub(super) use patterns;
