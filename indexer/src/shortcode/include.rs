//! Text of templates and partial includes, from the folders where they may lie.
//! Of a template's language only parameters and the inner text are understood; its other actions
//! leave the text around them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use super::marker::without_signs;
use super::scan::Params;
use crate::walk::Folder;

/// Largest include, in bytes: shared paragraphs, not pages.
const INCLUDE_BYTES: u64 = 256 << 10;

/// Folders of includes, read on first use.
pub(crate) struct Library {
    folders: Vec<Folder>,
    read: RefCell<HashMap<String, Option<Rc<str>>>>,
}

impl Library {
    /// Opens the folders; one that cannot be opened holds nothing.
    pub fn open<'a>(folders: impl Iterator<Item = &'a Path>) -> Self {
        let folders = folders
            .filter_map(|folder| Folder::open(folder).ok())
            .collect();
        Self {
            folders,
            read: RefCell::default(),
        }
    }

    /// Gives the template of a shortcode: `NAME.md` or `NAME.html`.
    pub fn template(&self, name: &str) -> Option<Rc<str>> {
        self.file(&format!("{name}.md"))
            .or_else(|| self.file(&format!("{name}.html")))
    }

    /// Gives a file by its path within one of the folders.
    pub fn file(&self, path: &str) -> Option<Rc<str>> {
        let path = path.trim_start_matches('/');
        if self.folders.is_empty() || path.is_empty() {
            return None;
        }
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let bytes = self
            .folders
            .iter()
            .find_map(|folder| folder.read(path, INCLUDE_BYTES).ok());
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let text: Option<Rc<str>> = text.map(|text| Rc::from(&*without_signs(&text)));
        self.read.borrow_mut().insert(path.to_owned(), text.clone());
        text
    }
}

/// Fills a template: `{{ .Get "x" }}`, `{{ .Get 0 }}` and `{{ .Inner }}` are replaced, comments and
/// all other actions removed. Shortcodes within it stay for the caller.
pub(crate) fn fill(template: &str, params: &Params, inner: &str) -> String {
    let mut out = String::with_capacity(template.len() + inner.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        if rest.starts_with("{{<") || rest.starts_with("{{%") {
            out.push_str(&rest[..3]);
            rest = &rest[3..];
            continue;
        }
        let Some(end) = rest.find("}}") else { break };
        let action = rest[2..end].trim_matches(['-', ' ', '\t', '\n']);
        if action.starts_with(".Inner") {
            out.push_str(inner);
        } else if let Some(key) = action.strip_prefix(".Get ") {
            let key = key
                .split('|')
                .next()
                .unwrap_or_default()
                .trim()
                .trim_matches('"');
            let value = key
                .parse()
                .map_or_else(|_| params.named(key), |index| params.at(index));
            out.push_str(value.unwrap_or_default());
        }
        rest = &rest[end + 2..];
    }
    out.push_str(rest);
    out
}
