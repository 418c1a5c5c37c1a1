//! The shipped phrasings: how people ask about what a section says, written down as data.
//! Which section each belongs to is found by `lore`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::guide::Guide;
use crate::lore::{About, Passage};

/// How people ask about the 502 guide.
const GUIDE: &str = include_str!("../phrasings/502.toml");

/// How people ask about what Upsun's public documentation covers, a file an area.
const PAGES: [&str; 8] = [
    include_str!("../phrasings/upsun/create-apps.toml"),
    include_str!("../phrasings/upsun/development.toml"),
    include_str!("../phrasings/upsun/domains.toml"),
    include_str!("../phrasings/upsun/environments.toml"),
    include_str!("../phrasings/upsun/languages.toml"),
    include_str!("../phrasings/upsun/observe.toml"),
    include_str!("../phrasings/upsun/rest.toml"),
    include_str!("../phrasings/upsun/services.toml"),
];

/// What people ask about that no guide on 502 errors covers.
#[cfg(test)]
const ELSEWHERE: &str = include_str!("../phrasings/elsewhere.toml");

/// Why a shipped file can be read.
const SHIPPED: &str = "the phrasings are compiled in, and a test reads them";

/// Phrasings for a guide with steps.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    /// The word by which the guide's title is recognised.
    guide: String,
    /// By the number of the step.
    steps: BTreeMap<String, Vec<String>>,
    /// By the command that answers.
    commands: BTreeMap<String, Vec<String>>,
}

/// Phrasings for pages: by path, then by heading.
type Pages = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Gives the shipped phrasings that can belong to the guides at hand.
#[must_use]
pub fn shipped(guides: &[Guide]) -> Vec<Passage> {
    let mut passages = of_steps(GUIDE).expect(SHIPPED);
    for file in PAGES {
        // Reading a file takes longer than looking for a path in it, and a program that only
        // carries the 502 guide is asked most and must start fastest.
        if guides.iter().any(|guide| file.contains(&quoted(guide))) {
            passages.extend(of_pages(file).expect(SHIPPED));
        }
    }
    passages
}

/// Gives the text of every shipped file of phrasings.
pub(crate) fn files() -> impl Iterator<Item = &'static str> {
    [GUIDE].into_iter().chain(PAGES)
}

/// Gives what people ask about that lies elsewhere, by whatever trade. Answering goes by their meanings,
/// which are made of these and compiled in, `crate::elsewhere`.
#[cfg(test)]
pub(crate) fn elsewhere() -> Vec<String> {
    let trades: BTreeMap<String, Vec<String>> = toml::from_str(ELSEWHERE).expect(SHIPPED);
    trades.into_values().flatten().collect()
}

/// The page's path as it stands in a file of phrasings, if it is one of the pages.
fn quoted(guide: &Guide) -> String {
    let parts: Vec<&str> = guide.path.rsplit('/').take(2).collect();
    let end: Vec<&str> = parts.into_iter().rev().collect();
    format!("{}\"]", end.join("/"))
}

fn of_steps(file: &str) -> Result<Vec<Passage>, toml::de::Error> {
    let file: Steps = toml::from_str(file)?;
    let steps = file.steps.iter().flat_map(|(step, texts)| {
        let about = About::Step {
            guide: file.guide.clone(),
            step: step.parse().unwrap_or_default(),
        };
        passages(about, texts)
    });
    let commands = file.commands.iter().flat_map(|(command, texts)| {
        let about = About::Command {
            guide: file.guide.clone(),
            command: command.clone(),
        };
        passages(about, texts)
    });
    Ok(steps.chain(commands).collect())
}

fn of_pages(file: &str) -> Result<Vec<Passage>, toml::de::Error> {
    let pages: Pages = toml::from_str(file)?;
    let mut found = Vec::new();
    for (path, sections) in &pages {
        for (heading, texts) in sections {
            let about = About::Section {
                path: path.clone(),
                heading: heading.clone(),
            };
            found.extend(passages(about, texts));
        }
    }
    Ok(found)
}

fn passages(about: About, texts: &[String]) -> Vec<Passage> {
    let passage = |text: &String| Passage {
        about: about.clone(),
        text: text.clone(),
        cause: None,
    };
    texts.iter().map(passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str) -> Guide {
        Guide {
            path: path.to_owned(),
            title: String::new(),
            sidebar_title: None,
            description: None,
            url: None,
            sections: Vec::new(),
        }
    }

    #[test]
    fn every_shipped_file_can_be_read() {
        let steps = of_steps(GUIDE).unwrap();
        assert!(elsewhere().len() > 50);
        let pages = PAGES.map(|file| of_pages(file).unwrap());
        for passage in pages.iter().flatten().chain(&steps) {
            let words = passage.text.split_whitespace().count();
            assert!((1..=30).contains(&words), "{:?}", passage.text);
        }
        assert!(
            steps
                .iter()
                .all(|passage| !matches!(passage.about, About::Step { step: 0, .. }))
        );
    }

    #[test]
    fn the_phrasings_of_pages_come_with_their_pages() {
        let count = |paths: &[&str]| {
            let guides: Vec<Guide> = paths.iter().map(|path| page(path)).collect();
            shipped(&guides).len()
        };
        let steps_only = count(&["502-error-resolution-guide.md"]);
        assert_eq!(steps_only, of_steps(GUIDE).unwrap().len());
        let below_a_folder = count(&["docs/src/create-apps/image-properties/mounts.md"]);
        assert!(below_a_folder > steps_only);
    }
}
