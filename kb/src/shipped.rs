//! What the program carries inside, so that the first answer needs no file.

/// The shipped guides: path within their folder, and text.
pub const GUIDES: &[(&str, &str)] =
    &[("502-errors.md", include_str!("../guides/502/502-errors.md"))];
