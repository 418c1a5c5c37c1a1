//! What a question gets: what was understood, how sure we are, the sections and commands that fit,
//! and where each of them stands. How it looks on a platform is left to the renderers.

use serde::{Deserialize, Serialize, Serializer};

use crate::cause::Finding;
use crate::guide::{Command, Guide, Lines, Place, Section};
use crate::text::Block;

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Which of the three replies this is.
    pub reply: Reply,
    /// How likely the first section is what was asked for, 0 to 1.
    pub confidence: f32,
    /// What was understood of the question.
    pub understood: Understood,
    /// Causes that the text shows, most certain first. Filled where it looks like an error.
    pub findings: Vec<Finding>,
    /// Sections, best first, at most ten; also where nothing fits well, for who wants to look.
    pub sections: Vec<Hit>,
    /// Commands of the first section, the one to run first at the front.
    pub commands: Vec<CommandHit>,
}

/// The three replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The first section answers the question.
    Answer,
    /// Nothing fits well; the sections are the nearest.
    Nearest,
    /// It does not look like something the guides cover.
    OutOfScope,
}

/// What was understood of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Understood {
    /// The words that were searched for, as they were asked, most telling first.
    pub words: Vec<String>,
    /// Words that no guide has, and what they were read as.
    pub read_as: Vec<ReadAs>,
    /// Words that no guide has and that resemble nothing.
    pub unknown: Vec<String>,
    /// Whether the text was long and only its telling words were searched for.
    pub is_summary: bool,
}

/// A word and what it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadAs {
    /// The word as it was typed.
    pub typed: String,
    /// The word of the guides that it was taken for.
    pub read: String,
}

/// A section that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it is and where it stands.
    pub section: Located,
    /// How well it fits; comparable within one answer only.
    pub score: f32,
    /// The part of it that fits the question: whole sentences, and code byte for byte.
    /// Empty for sections far down the list, which are shown by their heading alone.
    pub excerpt: Vec<Block>,
}

/// What a section is called and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located {
    /// Path of the page, relative to its guides folder.
    pub path: String,
    /// Title of the page.
    pub title: String,
    /// Heading of the section, as written.
    pub heading: String,
    /// Headings above it, outermost first, without the page's title.
    pub parents: Vec<String>,
    /// Number of the step, where it is one.
    pub step: Option<u32>,
    /// Address that a person can open, with the anchor; where a base URL is configured.
    pub url: Option<String>,
    /// Where it stands in the file.
    pub lines: Lines,
}

impl Located {
    /// Locates a section of a guide.
    #[must_use]
    pub fn new(guide: &Guide, section: &Section) -> Self {
        let url = guide.url.as_ref().map(|url| match section.anchor.as_str() {
            "" => url.clone(),
            anchor => format!("{url}#{anchor}"),
        });
        Self {
            path: guide.path.clone(),
            title: guide.title.clone(),
            heading: section.heading.clone(),
            parents: section.parents.clone(),
            step: section.step,
            url,
            lines: section.lines,
        }
    }
}

impl Serialize for Hit {
    /// Flat, with the lines as a pair: the shape that `ask --json` documents.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let section = &self.section;
        let mut out = serializer.serialize_struct("Hit", 9)?;
        out.serialize_field("path", &section.path)?;
        out.serialize_field("title", &section.title)?;
        out.serialize_field("heading", &section.heading)?;
        out.serialize_field("parents", &section.parents)?;
        out.serialize_field("step", &section.step)?;
        out.serialize_field("url", &section.url)?;
        out.serialize_field("lines", &[section.lines.first, section.lines.last])?;
        out.serialize_field("score", &self.score)?;
        out.serialize_field("excerpt", &self.excerpt)?;
        out.end()
    }
}

/// A command that fits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CommandHit {
    /// The command, byte for byte.
    pub text: String,
    /// Where to run it.
    #[serde(rename = "where")]
    pub place: Place,
    /// The catalogue's probe that does the same; filled by who knows the catalogue.
    pub probe: Option<String>,
    /// The sentence that introduces it.
    pub introduction: Option<String>,
    /// Its own comment.
    pub description: Option<String>,
    /// Where it stands in the file of the first section.
    #[serde(serialize_with = "as_pair")]
    pub lines: Lines,
}

impl From<&Command> for CommandHit {
    fn from(command: &Command) -> Self {
        Self {
            text: command.text.clone(),
            place: command.place,
            probe: None,
            introduction: command.introduction.clone(),
            description: command.description.clone(),
            lines: command.lines,
        }
    }
}

fn as_pair<S: Serializer>(lines: &Lines, serializer: S) -> Result<S::Ok, S::Error> {
    [lines.first, lines.last].serialize(serializer)
}
