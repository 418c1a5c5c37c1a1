//! How writing becomes knowledge: folders of Hugo-flavoured Markdown in, guides and complaints out.
//!
//! The only crate that names a Markdown parser. Everything that can be wrong with a page is a
//! [`Diagnostic`] and never stops the rest; what is done with a guide is left to `kb` and the bot.

#![deny(missing_docs)]

mod command;
mod decode;
mod front_matter;
mod link;
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

/// Reads all pages beneath a folder, in a stable order. Paths are relative to it.
///
/// What is mended, refused or unreadable is a diagnostic; a folder that cannot be opened gives no
/// guides and one diagnostic.
#[must_use]
pub fn read_folder(root: &Path, options: &Options) -> (Vec<Guide>, Vec<Diagnostic>) {
    let (pages, mut diagnostics) = read_pages(root, options, &mut |_| {});
    let mut guides = Vec::with_capacity(pages.len());
    for page in pages {
        guides.push(page.guide);
        diagnostics.extend(page.diagnostics);
    }
    (guides, diagnostics)
}

/// Reads one page. `path` is what the guide and its diagnostics call it.
///
/// Links to other pages are turned into URLs without a look at whether those exist.
#[must_use]
pub fn read_page(path: &str, text: &[u8], options: &Options) -> (Guide, Vec<Diagnostic>) {
    let library = Library::open(options.includes.iter().map(std::path::PathBuf::as_path));
    let folder = Folder {
        site: Site::default(),
        library,
        options,
    };
    match page::read(path, text, &folder) {
        Ok(page) => (page.guide, page.diagnostics),
        Err(diagnostic) => (page::empty(path), vec![*diagnostic]),
    }
}

fn read_pages(
    root: &Path,
    options: &Options,
    seen: &mut dyn FnMut(&str),
) -> (Vec<Page>, Vec<Diagnostic>) {
    let (raw, mut diagnostics) = walk::walk(root, &options.limits, seen);
    let folders =
        std::iter::once(root).chain(options.includes.iter().map(std::path::PathBuf::as_path));
    let folder = Folder {
        site: Site::new(raw.iter().map(|page| page.path.as_str())),
        library: Library::open(folders),
        options,
    };
    let mut pages = Vec::with_capacity(raw.len());
    for page in raw {
        match page::read(&page.path, &page.bytes, &folder) {
            Ok(page) => pages.push(page),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    (pages, diagnostics)
}
