//! Where links lead: from what a page says to the address that a person can open, and to the page
//! of the folder behind it. Whether the anchor exists is left to the lint.

use std::collections::{HashMap, HashSet};

use crate::options::Options;

/// The pages of a folder by address, for resolving links between them.
#[derive(Default)]
pub(crate) struct Site {
    /// Path of the file by the page's address without its ending: `add-services/redis`.
    pages: HashMap<String, String>,
    /// First parts of those addresses.
    tops: HashSet<String>,
    /// Whether the folder is a whole site, so that what is not here does not exist.
    is_whole: bool,
}

impl Site {
    /// Notes the paths of a folder's pages.
    pub fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut site = Self::default();
        for path in paths {
            let key = key_of(path);
            site.is_whole |= path == "_index.md";
            site.tops
                .insert(key.split('/').next().unwrap_or_default().to_owned());
            site.pages.entry(key).or_insert_with(|| path.to_owned());
        }
        site
    }
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The address to show: absolute where a base is known.
    pub url: String,
    pub kind: TargetKind,
}

/// What is known about a link's target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    /// Another site, a file, or a part of the site that is not in this folder.
    Elsewhere,
    /// A page of this folder, by its path, and the anchor on it.
    Page {
        path: String,
        anchor: Option<String>,
    },
    /// A page that this folder should hold and does not, by its address.
    Missing(String),
}

/// Resolves the links of one page.
pub(crate) struct Linker<'a> {
    site: &'a Site,
    options: &'a Options,
    /// Path of the page's file.
    path: &'a str,
    /// Address of the page itself, as its front matter may set it.
    address: String,
}

impl<'a> Linker<'a> {
    pub fn new(site: &'a Site, options: &'a Options, path: &'a str, own_url: Option<&str>) -> Self {
        let address = own_url.map_or_else(|| address_of(&key_of(path), options), str::to_owned);
        Self {
            site,
            options,
            path,
            address,
        }
    }

    /// Gives the page's own URL, where a base is configured.
    pub fn page_url(&self) -> Option<String> {
        self.options
            .base_url
            .as_ref()
            .map(|base| join(base, &self.address))
    }

    /// Resolves a link as the page writes it.
    pub fn resolve(&self, written: &str) -> Target {
        let written = written.trim();
        let elsewhere = |url: &str| Target {
            url: url.to_owned(),
            kind: TargetKind::Elsewhere,
        };
        if written.starts_with("//") || has_scheme(written) {
            return elsewhere(written);
        }
        let (before, anchor) = match written.split_once('#') {
            Some((before, anchor)) => (before, Some(anchor.to_owned())),
            None => (written, None),
        };
        let (path, query) = match before.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (before, None),
        };
        if path.is_empty() {
            let url = self.url(&self.address, query, anchor.as_deref());
            return Target {
                url,
                kind: TargetKind::Page {
                    path: self.path.to_owned(),
                    anchor,
                },
            };
        }
        let Some(key) = self.key_for(path) else {
            let rooted = if path.starts_with('/') {
                path.to_owned()
            } else {
                self.relative(path)
            };
            return elsewhere(&self.url(&rooted, query, anchor.as_deref()));
        };
        let url = self.url(&address_of(&key, self.options), query, anchor.as_deref());
        let kind = match self.site.pages.get(&key) {
            Some(found) => TargetKind::Page {
                path: found.clone(),
                anchor,
            },
            None if self.should_hold(&key, path) => TargetKind::Missing(key),
            None => TargetKind::Elsewhere,
        };
        Target { url, kind }
    }

    /// Gives the key of the page that a path names; `None` for a path that names a file.
    fn key_for(&self, path: &str) -> Option<String> {
        let last = path.rsplit('/').next().unwrap_or_default();
        let names_page = match last.rsplit_once('.') {
            Some((_, ending)) => matches!(ending, "md" | "html" | "htm" | "markdown"),
            None => true,
        };
        if !names_page {
            return None;
        }
        if path.starts_with('/') {
            return Some(key_of(path.trim_start_matches('/')));
        }
        let by_file = key_of(self.relative(path).trim_start_matches('/'));
        let is_here = |key: &String| self.site.pages.contains_key(key);
        // Hugo's `relref` looks beside the page's file, then from the root; a browser, which is
        // what follows a link to `.html`, goes by the page's address. The two differ in a
        // folder's own page (`_index.md`).
        if is_here(&by_file) {
            return Some(by_file);
        }
        if !last.ends_with(".html") {
            return Some(Some(key_of(path)).filter(is_here).unwrap_or(by_file));
        }
        let folder = self
            .address
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        Some(key_of(
            normal(&format!("{folder}/{path}")).trim_start_matches('/'),
        ))
    }

    fn relative(&self, path: &str) -> String {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        normal(&format!("/{folder}/{path}"))
    }

    /// Whether the folder claims to hold the page: it is the whole site, it holds that part of it,
    /// or the link is relative to the page's own file.
    fn should_hold(&self, key: &str, path: &str) -> bool {
        let top = key.split('/').next().unwrap_or_default();
        self.site.is_whole
            || self.site.tops.contains(top) && !self.site.pages.is_empty()
            || !path.starts_with('/') && !self.site.pages.is_empty()
    }

    fn url(&self, path: &str, query: Option<&str>, anchor: Option<&str>) -> String {
        let mut url = match &self.options.base_url {
            Some(base) => join(base, path),
            None => path.to_owned(),
        };
        for (mark, part) in [('?', query), ('#', anchor)] {
            if let Some(part) = part {
                url.push(mark);
                url.push_str(part);
            }
        }
        url
    }
}

fn join(base: &str, path: &str) -> String {
    format!(
        "{}/{}",
        base.trim_end_matches('/'),
        path.trim_start_matches('/')
    )
}

/// Gives the address of a page from its key, with a leading slash.
fn address_of(key: &str, options: &Options) -> String {
    match key {
        "" => "/".to_owned(),
        key if options.ugly_urls => format!("/{key}.html"),
        key => format!("/{key}/"),
    }
}

/// Brings the ways to name a page together: `a/b.md`, `a/b.html`, `a/b/`, `a/b/_index.md`.
pub(crate) fn key_of(path: &str) -> String {
    let path = path.trim_matches('/');
    let stem = match path.rsplit_once('.') {
        Some((stem, "md" | "html" | "htm" | "markdown")) => stem,
        _ => path,
    };
    let folder = match stem.rsplit_once('/') {
        Some((folder, "_index" | "index")) => folder,
        None if matches!(stem, "_index" | "index") => "",
        _ => stem,
    };
    folder.to_lowercase()
}

/// Resolves `.` and `..` within a path; it cannot lead above the root.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let end = if path.ends_with('/') { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}
