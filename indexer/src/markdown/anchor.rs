//! Anchors of headings, as Hugo's default `autoHeadingIDType: github` makes them
//! (gohugoio/hugo, markup/goldmark/autoid.go).

use std::collections::HashMap;

/// The anchors that a page has given out.
#[derive(Default)]
pub(crate) struct Anchors {
    /// With each name, the next number to try when it is wanted again.
    taken: HashMap<String, usize>,
}

impl Anchors {
    /// Makes the anchor of a heading from its source, without its marks at either end.
    pub fn make(&mut self, heading: &str) -> String {
        let mut name: String = heading
            .trim()
            .chars()
            .filter_map(anchor_char)
            .flatten()
            .collect();
        if name.is_empty() {
            "heading".clone_into(&mut name);
        }
        let Some(first_free) = self.taken.get(&name).copied() else {
            self.take(&name);
            return name;
        };
        let mut number = first_free;
        let unique = loop {
            let candidate = format!("{name}-{number}");
            if !self.taken.contains_key(&candidate) {
                break candidate;
            }
            number += 1;
        };
        self.taken.insert(name, number + 1);
        self.take(&unique);
        unique
    }

    /// Records an anchor that the writer gave: `{#id}`, `id="..."`.
    pub fn take(&mut self, name: &str) {
        self.taken.entry(name.to_owned()).or_insert(1);
    }

    /// Gives all names.
    pub fn into_names(self) -> impl Iterator<Item = String> {
        self.taken.into_keys()
    }
}

fn anchor_char(c: char) -> Option<impl Iterator<Item = char>> {
    let kept = match c {
        '-' | ' ' | '\t' => Some('-'),
        c if c == '_' || c.is_alphanumeric() => Some(c),
        _ => None,
    };
    kept.map(char::to_lowercase)
}

/// Cuts a heading's source down to what its anchor is made of: the last line, without the marks.
pub(crate) fn heading_source(source: &str, has_attributes: bool) -> &str {
    let source = source.trim();
    let line = if source.starts_with('#') {
        let text = source.trim_start_matches('#').trim();
        // A closing run of marks counts only after a space: `# C#` keeps its last one.
        let open = text.trim_end_matches('#');
        if open.ends_with([' ', '\t']) || open.is_empty() {
            open.trim_end()
        } else {
            text
        }
    } else {
        let above = source
            .rsplit_once('\n')
            .map_or(source, |(above, _underline)| above);
        above.trim_end().rsplit('\n').next().unwrap_or(above).trim()
    };
    match line.rfind('{') {
        Some(at) if has_attributes => line[..at].trim_end(),
        _ => line,
    }
}
