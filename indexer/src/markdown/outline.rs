//! The sections of a page in order: headings, their parents, steps and lines.

use kb::guide::{Command, Lines, Section};
use kb::text::Block;

use super::anchor::Anchors;
use crate::source::Source;

/// A heading that is being read.
pub(crate) struct Title {
    /// 1 to 6.
    pub level: u8,
    /// The anchor that its writer gave it.
    pub id: Option<String>,
    /// What its anchor is made of; empty for that of its words.
    pub source: String,
    /// Offset in the expanded text.
    pub at: usize,
}

/// Sections under construction. The first stands before any heading.
pub(crate) struct Outline {
    sections: Vec<(usize, Section)>,
    title: Option<Title>,
    /// Headings that enclose the next one, outermost first.
    above: Vec<(u8, String)>,
}

impl Default for Outline {
    fn default() -> Self {
        Self {
            sections: vec![(0, empty_section())],
            title: None,
            above: Vec::new(),
        }
    }
}

impl Outline {
    /// Begins a section; its words follow.
    pub fn begin(&mut self, title: Title) {
        self.title = Some(title);
    }

    /// Gives the words of the heading that was begun.
    pub fn name(&mut self, words: String, anchors: &mut Anchors) {
        let Some(title) = self.title.take() else {
            return;
        };
        let anchor = match title.id {
            Some(id) => {
                anchors.take(&id);
                id
            }
            None if title.source.is_empty() => anchors.make(&words),
            None => anchors.make(&title.source),
        };
        let section = Section {
            step: step_number(&words),
            parents: self.parents(title.level, &words),
            heading: words,
            level: title.level,
            anchor,
            ..empty_section()
        };
        self.sections.push((title.at, section));
    }

    /// Adds what stands under the last heading.
    pub fn fill(&mut self, mut blocks: Vec<Block>, mut commands: Vec<Command>) {
        if let Some((_, section)) = self.sections.last_mut() {
            section.blocks.append(&mut blocks);
            section.commands.append(&mut commands);
        }
    }

    /// Gives the sections with their lines: each ends before the next begins.
    pub fn finish(self, line_of: &dyn Fn(usize) -> u32, source: &Source<'_>) -> Vec<Section> {
        let starts: Vec<u32> = self.sections.iter().map(|(at, _)| line_of(*at)).collect();
        let sections = self
            .sections
            .into_iter()
            .enumerate()
            .map(|(i, (_, mut section))| {
                let first = starts[i];
                let end = starts
                    .get(i + 1)
                    .map_or(source.last_line(), |next| next.saturating_sub(1));
                section.lines = Lines {
                    first,
                    last: last_with_text(source, first, end),
                };
                section
            });
        sections.collect()
    }

    /// Gives the headings above one of that level and notes it for those that follow.
    fn parents(&mut self, level: u8, words: &str) -> Vec<String> {
        self.above.retain(|(above, _)| *above < level);
        let parents = self
            .above
            .iter()
            .map(|(_, heading)| heading.clone())
            .collect();
        self.above.push((level, words.to_owned()));
        parents
    }
}

fn last_with_text(source: &Source<'_>, first: u32, end: u32) -> u32 {
    let mut last = end;
    while last > first && source.line(last).trim().is_empty() {
        last -= 1;
    }
    last.max(first)
}

fn empty_section() -> Section {
    Section {
        heading: String::new(),
        level: 1,
        anchor: String::new(),
        parents: Vec::new(),
        step: None,
        lines: Lines { first: 1, last: 1 },
        blocks: Vec::new(),
        commands: Vec::new(),
    }
}

/// Reads "Step 3: Review recent activity".
fn step_number(heading: &str) -> Option<u32> {
    let (word, rest) = heading.split_at_checked(4)?;
    if !word.eq_ignore_ascii_case("step") || !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let rest = rest.trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = rest[digits..].trim_start();
    let ends_there = after.is_empty() || after.starts_with([':', '.', ')', '-', '–', '—']);
    if ends_there {
        rest[..digits].parse().ok()
    } else {
        None
    }
}
