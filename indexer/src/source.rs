//! A page's text as it came, with its lines: where an offset stands and what its line says.
//! Mending and reading it are left to others.

use kb::diagnostic::{Diagnostic, Severity};

/// The text of one page and where its lines begin.
pub(crate) struct Source<'a> {
    /// Path as the reader should name it.
    pub path: &'a str,
    /// The whole text, line breaks as they came.
    pub text: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> Source<'a> {
    /// Takes the text of the page at `path`.
    pub fn new(path: &'a str, text: &'a str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self {
            path,
            text,
            line_starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// Gives the line of a byte offset, counted from 1.
    pub fn line_of(&self, offset: usize) -> u32 {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        u32::try_from(line.max(1)).unwrap_or(u32::MAX)
    }

    /// Gives the number of the last line that holds anything.
    pub fn last_line(&self) -> u32 {
        self.line_of(self.text.trim_end().len().saturating_sub(1))
    }

    /// Gives a line's text without its line break; empty beyond the end.
    pub fn line(&self, line: u32) -> &'a str {
        let index = (line as usize).saturating_sub(1);
        let Some(start) = self.line_starts.get(index) else {
            return "";
        };
        let end = self
            .line_starts
            .get(index + 1)
            .copied()
            .unwrap_or(self.text.len());
        self.text[*start..end].trim_end_matches(['\n', '\r'])
    }

    /// Gives the offset at which a line begins; that of the end beyond it.
    pub fn offset_of(&self, line: u32) -> usize {
        let index = (line as usize).saturating_sub(1);
        self.line_starts
            .get(index)
            .copied()
            .unwrap_or(self.text.len())
    }

    fn column_of(&self, offset: usize) -> u32 {
        let start = self.line_starts[self.line_of(offset) as usize - 1];
        let end = self.text.floor_char_boundary(offset);
        u32::try_from(self.text[start..end.max(start)].chars().count() + 1).unwrap_or(u32::MAX)
    }
}

/// Longest quoted line, in bytes: a page without line breaks must not be quoted whole each time.
const QUOTE_BYTES: usize = 400;

/// What there is to say about one page, up to a limit.
pub(crate) struct Complaints<'a> {
    source: &'a Source<'a>,
    limit: usize,
    list: Vec<Diagnostic>,
    dropped: usize,
}

/// What is wrong, without the place.
pub(crate) struct Complaint {
    pub severity: Severity,
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
}

impl Complaint {
    /// Something that was lost or misleads.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            hint: None,
        }
    }

    /// Something that was mended or guessed.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Something worth knowing.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(code, message)
        }
    }

    /// Adds how to mend it.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Makes a diagnostic about a file as a whole.
    pub fn about(self, path: &str) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            code: self.code,
            path: path.to_owned(),
            line: 0,
            column: 0,
            quote: String::new(),
            message: self.message,
            hint: self.hint,
        }
    }
}

impl<'a> Complaints<'a> {
    /// Starts a list for one page.
    pub fn new(source: &'a Source<'a>, limit: usize) -> Self {
        Self {
            source,
            limit,
            list: Vec::new(),
            dropped: 0,
        }
    }

    /// The page that is complained about.
    pub fn source(&self) -> &'a Source<'a> {
        self.source
    }

    /// Complains about the byte at `offset` of the source.
    pub fn at(&mut self, offset: usize, complaint: Complaint) {
        if self.list.len() >= self.limit {
            self.dropped += 1;
            return;
        }
        let line = self.source.line_of(offset);
        let quote = self.source.line(line);
        let column = self.source.column_of(offset);
        let quote = quote[..quote.floor_char_boundary(QUOTE_BYTES)].to_owned();
        self.list.push(Diagnostic {
            line,
            column,
            quote,
            ..complaint.about(self.source.path)
        });
    }

    /// Gives the list in the order of the page, with a last line that counts what was left out.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.list
            .sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
        if self.dropped > 0 {
            let message = format!(
                "{} more complaints about this page are not shown",
                self.dropped
            );
            self.list
                .push(Complaint::note("more", message).about(self.source.path));
        }
        self.list
    }
}
