//! What the bot says, as plain data. How it looks, and how it is cut to a platform's limits, is each
//! platform's business; what to cut first is said here, by the order of the parts.

use kb::text::{Block, Span};

use super::request::Request;

/// One reply. Parts stand in the order of importance: where a limit bites, the last is dropped first.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// How it is meant.
    pub tone: Tone,
    /// Its first line, which alone should already help.
    pub title: Option<String>,
    /// What it says.
    pub parts: Vec<Part>,
    /// What may be asked next with one press.
    pub buttons: Vec<Button>,
}

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// An answer or a piece of news.
    Plain,
    /// It worked, it is healthy, it is allowed.
    Good,
    /// Look here: something is unclear, or waits for a person.
    Warning,
    /// It failed, or it is refused.
    Bad,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text with structure, as a guide has it.
    Text(Vec<Block>),
    /// A command to run, byte for byte.
    Command {
        /// The command.
        text: String,
        /// Where to run it, and what it shows.
        remark: Option<String>,
    },
    /// Named values side by side.
    Fields(Vec<(String, String)>),
    /// Lines of a log or of output, byte for byte, with the number of the first one.
    Evidence {
        /// The lines.
        text: String,
        /// The number of its line, counted from 1.
        line: Option<u64>,
    },
    /// Where it comes from.
    Source(Source),
    /// Small print.
    Remark(String),
}

/// The place that an answer comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Title of the guide and heading of the section.
    pub name: String,
    /// Path within its guides folder, with the lines: `502-errors.md:84-96`.
    pub place: String,
    /// Where a person can open it.
    pub url: Option<String>,
}

/// Something to press. It carries a typed request, never a command line.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What pressing it asks for.
    pub request: Request,
}

impl Message {
    /// Begins a message with its first line.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self {
            tone,
            title: Some(title.into()),
            parts: Vec::new(),
            buttons: Vec::new(),
        }
    }

    /// Adds a part.
    #[must_use]
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Adds a sentence or a few.
    #[must_use]
    pub fn sentence(self, text: impl Into<String>) -> Self {
        self.part(Part::Text(vec![Block::Paragraph(vec![Span::Text(
            text.into(),
        )])]))
    }

    /// Adds a button.
    #[must_use]
    pub fn button(mut self, label: impl Into<String>, request: Request) -> Self {
        self.buttons.push(Button {
            label: label.into(),
            request,
        });
        self
    }
}
