//! A guide and its parts: sections, steps and commands, each with the place that it comes from.

use serde::{Deserialize, Serialize};

use crate::text::Block;

/// One Markdown page of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// Path relative to its guides folder, with `/` between parts.
    pub path: String,
    /// Title from the front matter, else the first heading, else the file's name.
    pub title: String,
    /// Short title for menus, where the front matter has one.
    pub sidebar_title: Option<String>,
    /// One sentence from the front matter on what the page is for.
    pub description: Option<String>,
    /// Address that a person can open, where a base URL is configured.
    pub url: Option<String>,
    /// Sections in the order of the page. The text before the first heading is a section of its
    /// own, headed by the title, with an empty anchor.
    pub sections: Vec<Section>,
}

/// The text under one heading, up to the next heading of any level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The heading as written, its inline markup removed and shortcodes expanded.
    pub heading: String,
    /// Level of the heading, 1 to 6; 1 for the text before the first heading.
    pub level: u8,
    /// Anchor as Hugo makes it; empty for the text before the first heading.
    pub anchor: String,
    /// Headings above this one, outermost first, without the page's title.
    pub parents: Vec<String>,
    /// Number of the step, where the heading begins with "Step N:".
    pub step: Option<u32>,
    /// Where it stands in the file.
    pub lines: Lines,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Commands that it tells a person to run, in order.
    pub commands: Vec<Command>,
}

/// A line that a guide tells a person to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The command byte for byte, without its comment and without stray marks that were mended.
    pub text: String,
    /// The sentence that introduces it.
    pub introduction: Option<String>,
    /// Its own comment: `upsun activity:log     # View the most recent log`.
    pub description: Option<String>,
    /// Where it must be run.
    pub place: Place,
    /// Where it stands in the file.
    pub lines: Lines,
}

/// Where a command must be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// On the engineer's own machine.
    Local,
    /// In the app's container, after `upsun ssh`.
    Container,
    /// In the web console.
    Console,
}

/// A range of lines in a file, both ends within it, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// First line.
    pub first: u32,
    /// Last line; not before the first.
    pub last: u32,
}
