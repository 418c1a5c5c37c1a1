//! One page from bytes to a guide: decode, mend, front matter, shortcodes, Markdown, in that order.

use std::collections::HashSet;

use kb::diagnostic::Diagnostic;
use kb::guide::{Guide, Lines, Section};

use crate::link::{Linker, Site};
use crate::markdown::{self, Input, LinkUse};
use crate::options::Options;
use crate::shortcode::{self, Library, PageContext};
use crate::source::{Complaint, Complaints, Source};
use crate::{decode, front_matter};

/// A page as read, with what the lint needs to judge its links.
pub(crate) struct Page {
    pub guide: Guide,
    pub diagnostics: Vec<Diagnostic>,
    pub links: Vec<LinkUse>,
    pub anchors: HashSet<String>,
    /// Other addresses of the page.
    pub aliases: Vec<String>,
    /// Whether a template that is not at hand may add anchors.
    pub is_incomplete: bool,
    /// The text as it came, for quoting.
    pub text: String,
}

/// What all pages of a folder share.
pub(crate) struct Folder<'a> {
    pub site: Site,
    pub library: Library,
    pub options: &'a Options,
}

/// Reads a page. `None` with a complaint for one that is no text.
pub(crate) fn read(path: &str, bytes: &[u8], folder: &Folder<'_>) -> Result<Page, Box<Diagnostic>> {
    let Some(decoded) = decode::decode(bytes) else {
        let complaint = Complaint::error("binary", "this is not text, so it is not read");
        return Err(Box::new(
            complaint.hint("a guide is Markdown in UTF-8").about(path),
        ));
    };
    let text = decoded.text.into_owned();
    let source = Source::new(path, &text);
    let mut complaints = Complaints::new(&source, folder.options.limits.diagnostics);
    decode::complain_of_bytes(&decoded.guessed, &mut complaints);
    let mended = decode::mend_mojibake(&text, &mut complaints);
    let mut read = read_text(
        &shortcode::without_signs(mended.text()),
        &|at| mended.source_of(at),
        folder,
        &mut complaints,
    );
    read.diagnostics = complaints.finish();
    read.text = text;
    Ok(read)
}

/// Reads mended text. `place` turns its offsets into the source's.
fn read_text(
    text: &str,
    place: &dyn Fn(usize) -> usize,
    folder: &Folder<'_>,
    complaints: &mut Complaints<'_>,
) -> Page {
    let options = folder.options;
    let (front_matter, body_start) = front_matter::read(text, complaints);
    let value = |text: &Option<String>| {
        let text = text.as_ref()?;
        // YAML has escapes: what it gives is looked at again.
        let text = shortcode::without_signs(text);
        Some(shortcode::expand_value(&text, options))
    };
    let description = value(&front_matter.description).filter(|text| !text.is_empty());
    let body = &text[body_start..];
    let in_source = |at: usize| place(body_start + at);
    let page = PageContext {
        options,
        library: &folder.library,
        description: description.as_deref(),
    };
    let expanded = shortcode::expand(body, &page, &in_source, complaints);
    let path = complaints.source().path;
    let linker = Linker::new(&folder.site, options, path, front_matter.url.as_deref());
    let in_page = |at: usize| in_source(expanded.rewrite.source_of(at));
    let input = Input {
        text: expanded.rewrite.text(),
        markers: &expanded.markers,
        place: &in_page,
        linker: &linker,
        options,
    };
    let read = markdown::read(&input, complaints);
    let title = value(&front_matter.title).filter(|title| !title.is_empty());
    let title = title
        .or_else(|| first_heading(&read.sections))
        .unwrap_or_else(|| file_name(path));
    let first_line = complaints
        .source()
        .line_of(in_source(0).min(complaints.source().text.len()));
    let sections = named_sections(read.sections, &title, first_line, complaints.source());
    Page {
        guide: Guide {
            path: path.to_owned(),
            sidebar_title: value(&front_matter.sidebar_title),
            description,
            url: linker.page_url(),
            title,
            sections,
        },
        diagnostics: Vec::new(),
        links: read.links,
        anchors: read.anchors,
        aliases: front_matter.aliases,
        is_incomplete: expanded.is_incomplete,
        text: String::new(),
    }
}

/// Gives the text before the first heading its name, unless it says nothing and the page's title
/// has a section of its own.
fn named_sections(
    mut sections: Vec<Section>,
    title: &str,
    first_line: u32,
    source: &Source<'_>,
) -> Vec<Section> {
    for section in &mut sections[1..] {
        section.parents.retain(|parent| parent != title);
    }
    let has_title_section = sections[1..].iter().any(|section| section.heading == title);
    let intro = &mut sections[0];
    if intro.blocks.is_empty() && has_title_section {
        sections.remove(0);
        return sections;
    }
    title.clone_into(&mut intro.heading);
    let text_line =
        (first_line..=intro.lines.last).find(|line| !source.line(*line).trim().is_empty());
    // Without text, the page's title is where it stands: in the front matter.
    let lines = text_line.filter(|_| !intro.blocks.is_empty());
    intro.lines = match lines {
        Some(first) => Lines {
            first,
            last: intro.lines.last.max(first),
        },
        None => Lines {
            first: 1,
            last: first_line.saturating_sub(1).max(1),
        },
    };
    sections
}

/// A guide that says nothing, for a file that could not be read.
pub(crate) fn empty(path: &str) -> Guide {
    Guide {
        path: path.to_owned(),
        title: file_name(path),
        sidebar_title: None,
        description: None,
        url: None,
        sections: Vec::new(),
    }
}

fn first_heading(sections: &[Section]) -> Option<String> {
    let headings = sections.iter().map(|section| &section.heading);
    headings
        .into_iter()
        .find(|heading| !heading.is_empty())
        .cloned()
}

fn file_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .map_or(name, |(stem, _)| stem)
        .to_owned()
}
