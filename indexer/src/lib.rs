//! How writing becomes knowledge: folders of Hugo-flavoured Markdown in, guides and complaints out.
//!
//! The only crate that names a Markdown parser. Everything that can be wrong with a page is a
//! [`Diagnostic`] and never stops the rest; what is done with a guide is left to `kb` and the bot.

#![deny(missing_docs)]

mod command;
mod decode;
mod front_matter;
mod link;
mod lint;
mod markdown;
mod options;
mod page;
mod rewrite;
mod shortcode;
mod source;
mod walk;

use std::path::Path;

use kb::diagnostic::Diagnostic;
use kb::guide::Guide;

pub use options::{Limits, Options};

use link::Site;
use page::{Folder, Page};
use shortcode::Library;

/// What was read from a folder.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The guides, in a stable order.
    pub guides: Vec<Guide>,
    /// What was mended, refused or unreadable.
    pub diagnostics: Vec<Diagnostic>,
    /// Size of the pages, in bytes.
    pub bytes: u64,
}

/// Reads all pages beneath a folder, in a stable order. Paths are relative to it.
///
/// What is mended, refused or unreadable is a diagnostic; a folder that cannot be opened gives no
/// guides and one diagnostic.
#[must_use]
pub fn read_folder(root: &Path, options: &Options) -> (Vec<Guide>, Vec<Diagnostic>) {
    let reading = read_folder_with(root, options, &mut |_, _| {});
    (reading.guides, reading.diagnostics)
}

/// Reads a folder as [`read_folder`] does. `progress` is told how many pages of how many are read.
pub fn read_folder_with(
    root: &Path,
    options: &Options,
    progress: &mut dyn FnMut(usize, usize),
) -> Reading {
    reading(read_pages(root, options, progress), Vec::new())
}

/// Calls `each` with the path and the bytes of every page beneath a folder, and with the path, size
/// and time of every other file, which a page may include; in a stable order.
///
/// Who digests them can tell whether [`read_folder`] would read the same again, in a fraction of the
/// time.
pub fn each_source(root: &Path, options: &Options, each: &mut dyn FnMut(&str, &[u8])) {
    let folders =
        std::iter::once(root).chain(options.includes.iter().map(std::path::PathBuf::as_path));
    for folder in folders {
        let found = walk::walk(folder, &options.limits);
        for page in &found.pages {
            each(&page.path, &page.bytes);
        }
        for other in &found.others {
            let stamp = format!("{} bytes at {}", other.size_bytes, other.modified_ns);
            each(&other.path, stamp.as_bytes());
        }
    }
}

/// Reads a folder and judges it as `bot502 check` does: besides what [`read_folder`] complains of,
/// links and anchors that lead nowhere and steps out of order.
#[must_use]
pub fn check_folder(root: &Path, options: &Options) -> Reading {
    let read = read_pages(root, options, &mut |_, _| {});
    let found = lint::lint(&read.0, options.limits.diagnostics);
    reading(read, found)
}

fn reading(
    (pages, mut diagnostics): (Vec<Page>, Vec<Diagnostic>),
    found: Vec<Diagnostic>,
) -> Reading {
    let bytes = pages.iter().map(|page| page.text.len() as u64).sum();
    let mut guides = Vec::with_capacity(pages.len());
    for page in pages {
        guides.push(page.guide);
        diagnostics.extend(page.diagnostics);
    }
    diagnostics.extend(found);
    diagnostics.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    Reading {
        guides,
        diagnostics,
        bytes,
    }
}

/// Reads one page. `path` is what the guide and its diagnostics call it.
///
/// Links to other pages are turned into URLs without a look at whether those exist.
#[must_use]
pub fn read_page(path: &str, text: &[u8], options: &Options) -> (Guide, Vec<Diagnostic>) {
    match page::read(path, text, &alone(path, options)) {
        Ok(page) => (page.guide, page.diagnostics),
        Err(diagnostic) => (page::empty(path), vec![*diagnostic]),
    }
}

/// Reads one page and judges it as [`check_folder`] does; of links, only those to itself.
#[must_use]
pub fn check_page(path: &str, text: &[u8], options: &Options) -> (Guide, Vec<Diagnostic>) {
    match page::read(path, text, &alone(path, options)) {
        Ok(mut page) => {
            let mut diagnostics = std::mem::take(&mut page.diagnostics);
            let pages = [page];
            diagnostics.extend(lint::lint(&pages, options.limits.diagnostics));
            let [page] = pages;
            (page.guide, diagnostics)
        }
        Err(diagnostic) => (page::empty(path), vec![*diagnostic]),
    }
}

/// What a page that stands alone shares with others.
fn alone<'a>(path: &str, options: &'a Options) -> Folder<'a> {
    let library = Library::open(options.includes.iter().map(std::path::PathBuf::as_path));
    // A page that calls itself `_index.md` claims to be a whole site, but the site is not here.
    let site = if path == "_index.md" {
        Site::default()
    } else {
        Site::new(std::iter::once(path))
    };
    Folder {
        site,
        library,
        options,
    }
}

fn read_pages(
    root: &Path,
    options: &Options,
    progress: &mut dyn FnMut(usize, usize),
) -> (Vec<Page>, Vec<Diagnostic>) {
    let walk::Walked {
        pages: raw,
        mut diagnostics,
        ..
    } = walk::walk(root, &options.limits);
    let folders =
        std::iter::once(root).chain(options.includes.iter().map(std::path::PathBuf::as_path));
    let folder = Folder {
        site: Site::new(raw.iter().map(|page| page.path.as_str())),
        library: Library::open(folders),
        options,
    };
    let count = raw.len();
    let mut pages = Vec::with_capacity(count);
    for (index, page) in raw.into_iter().enumerate() {
        match page::read(&page.path, &page.bytes, &folder) {
            Ok(page) => pages.push(page),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
        progress(index + 1, count);
    }
    (pages, diagnostics)
}
