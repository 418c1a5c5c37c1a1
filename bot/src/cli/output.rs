//! Where commands write: standard output, with colour and wrapping on a terminal only.

use std::io::{self, Write};

use serde::Serialize;

/// Columns that text is wrapped to at most: longer lines tire the eye.
const WIDEST: usize = 100;

/// Where and how to write.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Whether standard output is a terminal: progress bars and live lines only then.
    pub terminal: bool,
    /// Whether to colour.
    pub colour: bool,
    /// Columns to wrap to; `None` where a program reads us.
    pub width: Option<usize>,
}

impl Output {
    /// Makes an output for a terminal or a pipe.
    #[must_use]
    pub fn new(terminal: bool, colour: bool) -> Self {
        let width = terminal.then(|| textwrap::termwidth().clamp(40, WIDEST));
        Self {
            terminal,
            colour,
            width,
        }
    }

    /// Writes text to standard output, with a final line break.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn text(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            stdout.write_all(b"\n")?;
        }
        stdout.flush()
    }

    /// Writes a value as JSON on standard output: indented for a terminal, one line for a pipe.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn json<T: Serialize>(&self, value: &T) -> io::Result<()> {
        let text = if self.terminal {
            serde_json::to_string_pretty(value)?
        } else {
            serde_json::to_string(value)?
        };
        self.text(&text)
    }
}
