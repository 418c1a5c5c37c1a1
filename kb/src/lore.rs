//! What we know beyond the words of the guides: other ways to put what a section is about.
//! Where it comes from (phrasings, causes) is left to those who write it down.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::cause::{Catalogue, Cause};
use crate::guide::{Command, Guide, Section};
use crate::meaning::Table;
use crate::phrasings;

/// The word in the title of the guides whose steps causes name.
pub(crate) const CAUSES_OF: &str = "502";

/// Knowledge that is searched along with the guides.
#[derive(Clone, Debug)]
pub struct Lore {
    /// Passages, each of one section.
    pub passages: Vec<Passage>,
    /// The causes that questions are read against.
    pub causes: Arc<Catalogue>,
}

impl Lore {
    /// Gives what ships with the program and can belong to the guides at hand: phrasings, and
    /// descriptions of causes.
    #[must_use]
    pub fn shipped(guides: &[Guide]) -> Self {
        Self::with_causes(guides, Arc::clone(Catalogue::shipped()))
    }

    /// Gives the same with other causes than the shipped ones, such as an operator's beside them.
    #[must_use]
    pub fn with_causes(guides: &[Guide], causes: Arc<Catalogue>) -> Self {
        let mut passages = phrasings::shipped(guides);
        passages.extend(causes.causes().iter().flat_map(Passage::of_cause));
        Self { passages, causes }
    }

    /// Tells what ships with the program, and the causes, from those of another version.
    pub(crate) fn fingerprint(causes: &Catalogue) -> u32 {
        let mut sum = crc32fast::Hasher::new();
        for file in phrasings::files() {
            sum.update(file.as_bytes());
        }
        sum.update(Table::shipped_bytes());
        for passage in causes.causes().iter().flat_map(Passage::of_cause) {
            sum.update(passage.text.as_bytes());
            if let About::Step { step, .. } = passage.about {
                sum.update(&step.to_le_bytes());
            }
        }
        sum.finalize()
    }

    /// Sorts the passages, so that those of a page are found without a look at all others.
    pub(crate) fn by_page(&self) -> ByPage<'_> {
        let mut sorted = ByPage::default();
        for (place, passage) in (0..).zip(&self.passages) {
            match &passage.about {
                About::Step { guide, .. } | About::Command { guide, .. } => {
                    let of_title = sorted.by_title.entry(guide).or_default();
                    of_title.push((place, passage));
                }
                About::Section { path, .. } => {
                    let of_name = sorted.by_name.entry(name(path)).or_default();
                    of_name.push((place, passage));
                }
            }
        }
        sorted
    }
}

/// A passage with its place among all.
pub(crate) type Placed<'a> = (u64, &'a Passage);

/// The passages by what tells their pages.
#[derive(Default)]
pub(crate) struct ByPage<'a> {
    /// By the word in the title.
    by_title: FxHashMap<&'a str, Vec<Placed<'a>>>,
    /// By the last part of the path.
    by_name: FxHashMap<&'a str, Vec<Placed<'a>>>,
}

impl<'a> ByPage<'a> {
    /// Gives the passages of one page, in their order.
    pub fn of(&self, guide: &Guide) -> Vec<Placed<'a>> {
        let titled = self.by_title.iter();
        let titled = titled.filter(|(word, _)| has_word(&guide.title, word));
        let mut own: Vec<Placed<'a>> = titled.flat_map(|(_, passages)| passages).copied().collect();
        let named = self.by_name.get(name(&guide.path)).into_iter().flatten();
        own.extend(named.filter(|(_, passage)| passage.is_on(guide)));
        own.sort_unstable_by_key(|(place, _)| *place);
        own
    }
}

/// The last part of a path.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Default for Lore {
    /// Nothing but the shipped causes.
    fn default() -> Self {
        Self {
            passages: Vec::new(),
            causes: Arc::clone(Catalogue::shipped()),
        }
    }
}

/// Another way to put what a section is about: how people ask, or what a cause does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it belongs.
    pub about: About,
    /// The words. They are searched and never shown.
    pub text: String,
    /// The cause that it describes, where it does.
    pub cause: Option<String>,
}

/// The section that a passage belongs to, found in whatever guides are at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A step of each guide whose title has this word: `502`.
    Step {
        /// The word.
        guide: String,
        /// The number of the step.
        step: u32,
    },
    /// The section with this command, in each guide whose title has this word.
    Command {
        /// The word.
        guide: String,
        /// The command byte for byte.
        command: String,
    },
    /// A section of a page, by the end of the page's path and by the heading.
    Section {
        /// The path, or its last parts.
        path: String,
        /// The heading; marks and capitals do not count.
        heading: String,
    },
}

impl Passage {
    /// Makes a passage about a step of the guides whose title has a word.
    #[must_use]
    pub fn of_step(guide: &str, step: u32, text: &str) -> Self {
        let about = About::Step {
            guide: guide.to_owned(),
            step,
        };
        Self {
            about,
            text: text.to_owned(),
            cause: None,
        }
    }

    /// Makes the passages that describe a cause, about the step where it belongs.
    fn of_cause(cause: &Cause) -> impl Iterator<Item = Self> + '_ {
        let texts = [&cause.title, &cause.what]
            .into_iter()
            .chain(&cause.asked_as);
        texts.map(|text| Self {
            cause: Some(cause.id.clone()),
            ..Self::of_step(CAUSES_OF, cause.step(), text)
        })
    }

    /// Whether the page has the section that the passage is about, as far as its title or path say.
    #[must_use]
    pub fn is_on(&self, guide: &Guide) -> bool {
        match &self.about {
            About::Step { guide: word, .. } | About::Command { guide: word, .. } => {
                has_word(&guide.title, word)
            }
            About::Section { path, .. } => {
                let rest = guide.path.strip_suffix(path.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            }
        }
    }

    /// Whether the passage asks for a command of a page that it [is on](Passage::is_on).
    #[must_use]
    pub fn asks_for(&self, own: &Command) -> bool {
        matches!(&self.about, About::Command { command, .. } if own.text == *command)
    }

    /// Whether the passage is about a section of a page that it [is on](Passage::is_on).
    #[must_use]
    pub fn is_about(&self, section: &Section) -> bool {
        match &self.about {
            About::Step { step, .. } => section.step == Some(*step),
            About::Command { command, .. } => {
                section.commands.iter().any(|own| own.text == *command)
            }
            About::Section { heading, .. } => same_words(heading, &section.heading),
        }
    }
}

/// Whether a title has a word, as it is written.
pub(crate) fn has_word(title: &str, word: &str) -> bool {
    title
        .split(|c: char| !c.is_alphanumeric())
        .any(|own| own == word)
}

/// Compares headings by their words.
fn same_words(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase)
    }
    one == other || letters(one).eq(letters(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::{Command, Lines, Place};

    fn section(heading: &str, step: Option<u32>, command: &str) -> Section {
        let lines = Lines { first: 1, last: 2 };
        Section {
            heading: heading.to_owned(),
            level: 2,
            anchor: String::new(),
            parents: Vec::new(),
            step,
            lines,
            blocks: Vec::new(),
            commands: vec![Command {
                text: command.to_owned(),
                introduction: None,
                description: None,
                place: Place::Local,
                lines,
            }],
        }
    }

    fn guide(path: &str, title: &str) -> Guide {
        Guide {
            path: path.to_owned(),
            title: title.to_owned(),
            sidebar_title: None,
            description: None,
            url: None,
            sections: Vec::new(),
        }
    }

    #[test]
    fn a_step_is_found_in_any_guide_of_that_name() {
        let passage = Passage::of_step("502", 2, "which port");
        assert!(passage.is_on(&guide("a.md", "502 error resolution guide")));
        assert!(passage.is_on(&guide("b/c.md", "When you see a 502")));
        assert!(!passage.is_on(&guide("a.md", "5021 things to know")));
        assert!(passage.is_about(&section("Step 2: Port", Some(2), "")));
        assert!(!passage.is_about(&section("Step 3: Activity", Some(3), "")));
    }

    #[test]
    fn a_section_is_found_by_the_end_of_its_path_and_its_heading() {
        let about = About::Section {
            path: "apps/mounts.md".to_owned(),
            heading: "Can't write?".to_owned(),
        };
        let passage = Passage {
            about,
            text: String::new(),
            cause: None,
        };
        assert!(passage.is_on(&guide("apps/mounts.md", "")));
        assert!(passage.is_on(&guide("src/apps/mounts.md", "")));
        assert!(!passage.is_on(&guide("src/myapps/mounts.md", "")));
        assert!(passage.is_about(&section("Can’t write", None, "")));
        assert!(!passage.is_about(&section("Write", None, "")));
    }

    #[test]
    fn a_command_leads_to_its_section() {
        let about = About::Command {
            guide: "502".to_owned(),
            command: "upsun log app".to_owned(),
        };
        let passage = Passage {
            about,
            text: String::new(),
            cause: None,
        };
        assert!(passage.is_about(&section("Logs", Some(1), "upsun log app")));
        assert!(!passage.is_about(&section("Logs", Some(1), "upsun log")));
    }
}
