//! Replaces the shortcodes of a page by what they stand for and remembers where each byte came
//! from. Blocks that Markdown has no word for become markers.

use std::collections::HashSet;
use std::ops::Range;

use super::include::{Library, fill};
use super::marker::{Marker, Markers};
use super::scan::{Role, Tag, scan};
use super::snippet;
use super::value::{expand_value, value_of};
use crate::options::Options;
use crate::rewrite::Rewrite;
use crate::source::{Complaint, Complaints};

/// How deep includes may include: shared paragraphs hold values, seldom more.
const INCLUDE_DEPTH: usize = 4;

/// Shortcodes of this and other themes that set text apart.
const NOTES: &[&str] = &[
    "note",
    "alert",
    "admonition",
    "callout",
    "hint",
    "warning",
    "info",
    "tip",
    "details",
    "expand",
];

/// A page's text with its shortcodes resolved.
pub(crate) struct Expansion {
    pub rewrite: Rewrite,
    pub markers: Markers,
    /// Whether text was left out because the template that makes it is not at hand.
    pub is_incomplete: bool,
}

/// Resolves the shortcodes of `text`. `place` turns its offsets into the source's.
pub(crate) fn expand(
    text: &str,
    page: &PageContext<'_>,
    place: &dyn Fn(usize) -> usize,
    complaints: &mut Complaints<'_>,
) -> Expansion {
    let mut expander = Expander {
        page,
        place,
        complaints,
        out: Rewrite::with_capacity(text.len() + text.len() / 16),
        markers: Markers::default(),
        frames: Vec::new(),
        muted: 0,
        depth: 0,
        line_start: 0,
        broken: None,
        missing: HashSet::new(),
    };
    expander.text(text, None);
    let is_incomplete = !expander.missing.is_empty();
    Expansion {
        rewrite: expander.out,
        markers: expander.markers,
        is_incomplete,
    }
}

/// What an expansion needs to know about its page.
pub(crate) struct PageContext<'a> {
    pub options: &'a Options,
    pub library: &'a Library,
    pub description: Option<&'a str>,
}

pub(super) struct Expander<'a, 'b, 'c> {
    pub(super) page: &'a PageContext<'a>,
    pub(super) place: &'a dyn Fn(usize) -> usize,
    pub(super) complaints: &'b mut Complaints<'c>,
    pub(super) out: Rewrite,
    pub(super) markers: Markers,
    pub(super) frames: Vec<Frame>,
    /// How many open frames leave their text out at the moment.
    pub(super) muted: usize,
    pub(super) depth: usize,
    /// Where the last line of the output begins.
    pub(super) line_start: usize,
    /// The last line that was begun by a break of ours, with its indentation.
    pub(super) broken: Option<(usize, String)>,
    /// Names of templates that are not at hand.
    pub(super) missing: HashSet<String>,
}

/// An open shortcode.
pub(super) enum Frame {
    Note,
    /// A tab of its own shortcode.
    Tab,
    /// Tabs divided by separators; the header between `+++` lines is gathered.
    Tabs {
        header: Option<String>,
        is_open: bool,
        fence: bool,
    },
    /// Alternatives divided by separators, of which one is wanted.
    Alternatives {
        wanted: u32,
        current: u32,
    },
    /// Lines get this indentation.
    Indented(&'static str),
    /// Text becomes fenced code.
    Fence,
    /// Text is kept as it is.
    Plain,
    /// Text is left out.
    Muted,
}

impl Expander<'_, '_, '_> {
    /// Resolves a text; with `pin`, all of it stands for that offset of the page.
    fn text(&mut self, text: &str, pin: Option<usize>) {
        let (tags, malformed) = scan(text);
        if pin.is_none() {
            malformed
                .iter()
                .for_each(|malformed| self.complain_of_malformed(malformed));
        }
        let frames_before = self.frames.len();
        let mut from = 0;
        for tag in &tags {
            self.copy(text, from..tag.range.start, pin);
            from = tag.range.end;
            self.tag(text, tag, &tags, pin);
        }
        self.copy(text, from..text.len(), pin);
        while self.frames.len() > frames_before {
            self.close(pin.unwrap_or(text.len()));
        }
    }

    fn tag(&mut self, text: &str, tag: &Tag, tags: &[Tag], pin: Option<usize>) {
        let at = pin.unwrap_or(tag.range.start);
        match tag.role {
            Role::Literal => self.insert(&tag.name, at),
            Role::Paired(close) => {
                let inner = &text[tag.range.end..tags[close].range.start];
                let after = text[tag.range.end..].trim_start_matches([' ', '\t', '\r']);
                let ends_line = after.is_empty() || after.starts_with('\n');
                self.open(tag, inner, ends_line, at);
            }
            Role::Single | Role::SelfClosing => self.single(tag, at),
            Role::Close => {
                self.close(at);
            }
            Role::StrayClose => {
                let message = format!("`{}` is closed here but was not opened", tag.name);
                let complaint = Complaint::error("unclosed-shortcode", message);
                self.complain(at, complaint.hint("remove it, or open it above"));
            }
        }
    }

    fn open(&mut self, tag: &Tag, inner: &str, ends_line: bool, at: usize) {
        let params = &tag.params;
        let title = || {
            params
                .named("title")
                .or(params.named("summary"))
                .map(str::to_owned)
        };
        let frame = match tag.name.as_str() {
            name if NOTES.contains(&name) => {
                let first =
                    matches!(name, "details" | "expand").then(|| params.at(0).map(str::to_owned));
                let title = title().or(first.flatten()).filter(|title| title != "none");
                let title = title.map(|title| expand_value(&title, self.page.options));
                self.marker(Marker::NoteOpen { title }, ends_line, at);
                Frame::Note
            }
            "codetabs" => Frame::Tabs {
                header: None,
                is_open: false,
                fence: false,
            },
            "tab" => {
                let title = ["name", "header", "title", "tabName"]
                    .iter()
                    .find_map(|key| params.named(key));
                let title = title.or(params.at(0)).map(str::to_owned);
                self.marker(Marker::TabOpen { title }, ends_line, at);
                Frame::Tab
            }
            "version/specific" => Frame::Alternatives {
                wanted: self.page.options.docs_version,
                current: 1,
            },
            "version/only" => match params.at(0).and_then(|version| version.parse::<u32>().ok()) {
                Some(version) if version != self.page.options.docs_version => Frame::Muted,
                _ => Frame::Plain,
            },
            "snippet" => {
                let wrapping = snippet::wrapping(params);
                // The line break that follows the tag ends the last of these lines.
                let has_break = ends_line && inner.contains('\n');
                let before = wrapping.before.trim_end_matches('\n');
                self.insert(if has_break { before } else { &wrapping.before }, at);
                Frame::Indented(wrapping.indent)
            }
            "highlight" => {
                self.own_line(at);
                self.insert(&format!("~~~~~{}\n", params.at(0).unwrap_or_default()), at);
                Frame::Fence
            }
            "comment" => Frame::Muted,
            _ => self.open_unknown(tag, inner, at),
        };
        self.push(frame);
    }

    /// A paired shortcode that only the site knows: its template, else its content.
    fn open_unknown(&mut self, tag: &Tag, inner: &str, at: usize) -> Frame {
        let options = self.page.options;
        if let Some(template) = self.page.library.template(&tag.name) {
            let filled = fill(&template, &tag.params, inner);
            self.include(&filled, at);
            return Frame::Muted;
        }
        if !matches!(tag.name.as_str(), "tabs" | "tabpane") && value_of(tag, options).is_none() {
            self.complain_of_unknown(tag, "kept its content", at);
        }
        Frame::Plain
    }

    fn single(&mut self, tag: &Tag, at: usize) {
        let params = &tag.params;
        if let Some(value) = value_of(tag, self.page.options) {
            return self.insert(&value, at);
        }
        match tag.name.as_str() {
            "ref" | "relref" => self.insert(
                params.at(0).or(params.named("path")).unwrap_or_default(),
                at,
            ),
            "description" => self.insert(self.page.description.unwrap_or_default(), at),
            "snippet" => self.insert(snippet::wrapping(params).before.trim_end(), at),
            "figure" => {
                let caption = ["caption", "title", "alt"]
                    .iter()
                    .find_map(|key| params.named(key));
                self.insert(caption.unwrap_or_default(), at);
            }
            "partial" | "include" | "readFile" => {
                let path = params.named("file").or(params.at(0)).unwrap_or_default();
                match self.page.library.file(path) {
                    Some(text) => self.include(&fill(&text, params, ""), at),
                    None => self.complain_of_missing(path, at),
                }
            }
            name if NOTES.contains(&name)
                || matches!(name, "codetabs" | "highlight" | "tab" | "tabs") =>
            {
                let message = format!("`{name}` is opened here and not closed");
                let complaint = Complaint::error("unclosed-shortcode", message);
                self.complain(
                    at,
                    complaint.hint(format!("close it with `{{{{< /{name} >}}}}`")),
                );
            }
            name => match self.page.library.template(name) {
                Some(template) => self.include(&fill(&template, params, ""), at),
                None => self.complain_of_unknown(tag, "left it out", at),
            },
        }
    }

    fn include(&mut self, text: &str, at: usize) {
        // A page that includes itself, or includes that double at each level, must end.
        let is_small =
            self.out.text().len() < 4 * (1 << 20) + 16 * self.complaints.source().text.len();
        if self.depth < INCLUDE_DEPTH && is_small {
            self.depth += 1;
            self.text(text, Some(at));
            self.depth -= 1;
        }
    }

    fn push(&mut self, frame: Frame) {
        self.muted += usize::from(frame.is_muted());
        self.frames.push(frame);
    }

    fn close(&mut self, at: usize) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        self.muted -= usize::from(frame.is_muted());
        match frame {
            Frame::Note => self.marker(Marker::NoteClose, false, at),
            Frame::Tab => self.marker(Marker::TabClose, false, at),
            Frame::Tabs {
                is_open: true,
                fence,
                ..
            } => self.end_tab(fence, at),
            Frame::Fence => {
                self.own_line(at);
                self.insert("~~~~~\n", at);
            }
            _ => {}
        }
    }

    /// Copies text of the page, as the innermost open shortcode wants it.
    fn copy(&mut self, text: &str, range: Range<usize>, pin: Option<usize>) {
        match self.frames.last() {
            Some(Frame::Tabs { .. } | Frame::Alternatives { .. }) => {
                self.copy_parts(text, range, pin)
            }
            Some(Frame::Indented(indent)) => {
                let indent = *indent;
                self.copy_lines(text, range, pin, |expander, text, line, at| {
                    let is_new = expander.out.text().ends_with('\n');
                    if is_new && !text[line.clone()].trim().is_empty() {
                        expander.insert(indent, at);
                    }
                    expander.put(text, line, pin);
                });
            }
            _ => self.put(text, range, pin),
        }
    }
}

impl Frame {
    fn is_muted(&self) -> bool {
        match self {
            Self::Alternatives { wanted, current } => wanted != current,
            Self::Muted => true,
            _ => false,
        }
    }
}
