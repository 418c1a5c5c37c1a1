//! The YAML at the top of a page: title, description, addresses.
//! Shortcodes within its values are left to the page's reader.

use serde::Deserialize;
use serde_saphyr::{budget, options};

use crate::source::{Complaint, Complaints};

/// What a page says about itself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct FrontMatter {
    pub title: Option<String>,
    #[serde(rename = "sidebarTitle", alias = "linkTitle")]
    pub sidebar_title: Option<String>,
    pub description: Option<String>,
    /// Address of the page instead of the one made from its path.
    pub url: Option<String>,
    /// Other addresses that lead to the page.
    pub aliases: Vec<String>,
}

/// Reads the front matter of a page and gives it with the offset at which the body begins.
pub(crate) fn read(text: &str, complaints: &mut Complaints<'_>) -> (FrontMatter, usize) {
    let Some(yaml_start) = opening(text) else {
        return (FrontMatter::default(), 0);
    };
    let Some((yaml_end, body)) = closing(text, yaml_start) else {
        let complaint = Complaint::error("front-matter", "the front matter has no closing `---`")
            .hint("end it with a line that says `---`");
        complaints.at(0, complaint);
        return (FrontMatter::default(), 0);
    };
    let yaml = &text[yaml_start..yaml_end];
    // Front matter is a handful of keys: anything of this size is a mistake or a bomb.
    let strict = options! {
        with_snippet: false,
        budget: budget! {
            max_depth: 32,
            max_nodes: 5_000,
            max_events: 10_000,
            max_aliases: 50,
            max_anchors: 50,
            max_documents: 1,
            max_total_scalar_bytes: 256 << 10,
        },
    };
    match serde_saphyr::from_str_with_options::<Option<FrontMatter>>(yaml, strict) {
        Ok(front_matter) => (front_matter.unwrap_or_default(), body),
        Err(error) => {
            let line = error.location().map_or(1, |location| location.line());
            let at = yaml_start + line_offset(yaml, line);
            let message = format!(
                "the front matter is not the YAML it should be: {}",
                brief(&error)
            );
            let hint = "quote values that hold `: `, `{`, `#` or begin with a special character";
            complaints.at(at, Complaint::error("front-matter", message).hint(hint));
            (salvage(yaml), body)
        }
    }
}

/// Gives the offset after the opening `---`, which counts at the very top only: a rule further
/// down is a rule.
fn opening(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("---")?;
    let line_end = rest.find('\n')?;
    rest[..line_end]
        .trim()
        .is_empty()
        .then_some(3 + line_end + 1)
}

/// Gives where the YAML ends and the body begins.
fn closing(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut start = from;
    for line in text[from..].split_inclusive('\n') {
        let end = start + line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return Some((start, end));
        }
        start = end;
    }
    None
}

/// Takes what can be taken from front matter that is not YAML: plain `key: value` lines.
fn salvage(yaml: &str) -> FrontMatter {
    let value_of = |key: &str| {
        yaml.lines().find_map(|line| {
            let value = line.strip_prefix(key)?.strip_prefix(':')?.trim();
            let value = value.trim_matches(['"', '\'']).trim();
            (!value.is_empty()).then(|| value.to_owned())
        })
    };
    FrontMatter {
        title: value_of("title"),
        sidebar_title: value_of("sidebarTitle"),
        description: value_of("description"),
        ..FrontMatter::default()
    }
}

fn line_offset(text: &str, line: u64) -> usize {
    let lines_before = usize::try_from(line.saturating_sub(1)).unwrap_or(0);
    let offset: usize = text
        .split_inclusive('\n')
        .take(lines_before)
        .map(str::len)
        .sum();
    offset.min(text.len().saturating_sub(1))
}

/// The first line of the reader's own words.
fn brief(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    text.lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_owned()
}
