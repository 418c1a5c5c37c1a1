//! What the bot says, as plain data. How it looks, and how it is cut to a platform's limits, is each
//! platform's business; what to cut first is said here, by the order of the parts.

use jiff::Timestamp;
use kb::text::{Block, Span};

use super::person::Person;
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
    /// How far what it speaks of is, step by step, for a platform that can show steps; title and parts
    /// say the same in words.
    pub tasks: Vec<Task>,
}

/// One step of something that takes time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id, the same in each message that stands in the place of this one.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// How far it is.
    pub progress: Progress,
    /// Who did it, where a person did.
    pub by: Option<Person>,
    /// What came of it, in a sentence; redacted.
    pub outcome: Option<String>,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It waits, for a person or for the step before it.
    Waiting,
    /// It is under way.
    UnderWay,
    /// It is over.
    Done,
    /// It is over, and not as it should be.
    Failed,
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
    Fields(Vec<(String, Value)>),
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

/// A value beside its name. What names a person is shown as the platform names people, and calls
/// nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words.
    Text(String),
    /// Something that is typed or run, byte for byte.
    Code(String),
    /// A person.
    Person(Person),
    /// A moment, shown in the reader's own time where the platform can.
    Time(Timestamp),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&Person> for Value {
    fn from(person: &Person) -> Self {
        Self::Person(person.clone())
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Self::Time(moment)
    }
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
    /// How it stands out among others.
    pub weight: Weight,
}

/// How a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// One of several.
    #[default]
    Plain,
    /// The one that is most likely meant.
    Main,
    /// One to think about before pressing.
    Grave,
}

impl Message {
    /// Begins a message with its first line.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self {
            tone,
            title: Some(title.into()),
            parts: Vec::new(),
            buttons: Vec::new(),
            tasks: Vec::new(),
        }
    }

    /// Says how far what it speaks of is.
    #[must_use]
    pub fn tasks(self, tasks: Vec<Task>) -> Self {
        Self { tasks, ..self }
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
        self.part(Part::Text(vec![Block::Paragraph(spans(&text.into()))]))
    }

    /// Adds a button.
    #[must_use]
    pub fn button(self, label: impl Into<String>, request: Request) -> Self {
        self.weighty(Weight::Plain, label, request)
    }

    /// Adds a button that stands out.
    #[must_use]
    pub fn weighty(mut self, weight: Weight, label: impl Into<String>, request: Request) -> Self {
        self.buttons.push(Button {
            label: label.into(),
            request,
            weight,
        });
        self
    }

    /// Adds a named value; named values that follow each other stand side by side.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> Self {
        let field = (name.to_owned(), value.into());
        match self.parts.last_mut() {
            Some(Part::Fields(fields)) => fields.push(field),
            _ => self.parts.push(Part::Fields(vec![field])),
        }
        self
    }
}

/// Reads a sentence of ours, in which back-ticks stand around what is typed or named.
#[must_use]
pub fn spans(text: &str) -> Vec<Span> {
    if !text.contains('`') || !text.matches('`').count().is_multiple_of(2) {
        return vec![Span::Text(text.to_owned())];
    }
    text.split('`')
        .enumerate()
        .filter(|(_, piece)| !piece.is_empty())
        .map(|(index, piece)| match index % 2 {
            0 => Span::Text(piece.to_owned()),
            _ => Span::Code(piece.to_owned()),
        })
        .collect()
}

/// Makes a list of sentences, as [`spans`] reads them.
#[must_use]
pub fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Part {
    let items = items
        .into_iter()
        .map(|item| vec![Block::Paragraph(spans(item.as_ref()))])
        .collect();
    Part::Text(vec![Block::List { first: None, items }])
}
