//! A complaint about a file that a person wrote: where, what, the quoted line, and how to mend it.
//! Drawing it with colour and carets is left to the program.

use std::fmt;

use serde::Serialize;

/// One complaint about a guide, a cause, a probe or a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Stable name of the kind of complaint, e.g. `mojibake`, `unclosed-shortcode`.
    pub code: &'static str,
    /// The file, as the reader should name it.
    pub path: String,
    /// Line, counted from 1; 0 where the complaint is about the file as a whole.
    pub line: u32,
    /// Column in characters, counted from 1; 0 where it is about the line as a whole.
    pub column: u32,
    /// The line itself, without its line break; empty where there is none.
    pub quote: String,
    /// What is wrong: a lower-case fragment without a full stop.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

/// How much a complaint matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing was lost.
    Note,
    /// Mended or guessed; the writer should look.
    Warning,
    /// Lost or misleading; `bot502 check` fails.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}
