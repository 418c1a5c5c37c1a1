//! Turns a place in a file into a complaint with path, line, column and the line itself.

use std::ops::Range;

use kb::diagnostic::{Diagnostic, Severity};

/// A file that is being read.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// Its path, as the reader should name it.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// What is wrong, without the place.
pub(crate) struct Wrong {
    /// The kind of mistake.
    pub code: &'static str,
    /// The mistake.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

impl Wrong {
    /// Makes a mistake without a hint.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
        }
    }

    /// Adds how to mend it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Source<'_> {
    /// Makes the complaint about the value at `span`, given in bytes.
    pub fn complain(self, span: Range<usize>, wrong: Wrong) -> Diagnostic {
        let start = (0..=span.start.min(self.text.len()))
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or(0);
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        let quote = self.text[line_start..].lines().next().unwrap_or_default();
        Diagnostic {
            severity: Severity::Error,
            code: wrong.code,
            path: self.path.to_owned(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            quote: quote.chars().take(LONGEST_QUOTE).collect(),
            message: wrong.message,
            hint: wrong.hint,
        }
    }
}

/// Characters of a line that are quoted at most: a hostile file can be one line of a megabyte.
const LONGEST_QUOTE: usize = 200;
