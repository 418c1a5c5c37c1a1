//! Draws complaints about files that people wrote: place, quoted line, hint. What is complained of
//! is left to those who read the files.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use kb::diagnostic::{Diagnostic, Severity};

use super::output::Output;

/// Draws complaints, one after the other, with an empty line between.
pub(super) fn draw(diagnostics: &[&Diagnostic], out: &Output) -> String {
    let renderer = if out.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = match out.width {
        Some(width) => renderer.term_width(width),
        None => renderer,
    };
    let mut drawn = String::new();
    for diagnostic in diagnostics {
        // Writing to a String cannot fail.
        let _ = write!(drawn, "{}\n\n", renderer.render(&[group(diagnostic)]));
    }
    drawn
}

/// Says how many complaints of each kind there are: `2 errors, 1 warning`.
pub(super) fn count(diagnostics: &[Diagnostic]) -> String {
    let of = |severity| {
        let found = diagnostics.iter();
        let n = found
            .filter(|diagnostic| diagnostic.severity == severity)
            .count();
        (n > 0).then(|| format!("{n} {severity}{}", if n == 1 { "" } else { "s" }))
    };
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(of)
        .collect();
    if counts.is_empty() {
        "nothing to complain of".to_owned()
    } else {
        counts.join(", ")
    }
}

fn group(diagnostic: &Diagnostic) -> Group<'_> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code);
    let group = if diagnostic.line == 0 {
        title.element(annotate_snippets::Origin::path(diagnostic.path.as_str()))
    } else {
        let start = column_offset(&diagnostic.quote, diagnostic.column);
        let end = start
            + diagnostic.quote[start..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        title.element(
            Snippet::source(diagnostic.quote.as_str())
                .path(diagnostic.path.as_str())
                .line_start(diagnostic.line as usize)
                .annotation(AnnotationKind::Primary.span(start..end).label("here")),
        )
    };
    match &diagnostic.hint {
        Some(hint) => group.element(Level::HELP.message(hint.as_str())),
        None => group,
    }
}

/// Turns a column in characters into an offset in bytes; the end where the line was cut.
fn column_offset(line: &str, column: u32) -> usize {
    let before = (column as usize).saturating_sub(1);
    line.char_indices()
        .nth(before)
        .map_or(line.len(), |(offset, _)| offset)
}
