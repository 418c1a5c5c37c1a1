//! Walks the events of the Markdown parser and builds a page's sections from them.
//! Raw HTML, anchors and the outline have files of their own; commands are recognised elsewhere.

use std::collections::HashSet;
use std::ops::Range;

use kb::guide::{Command, Section};
use kb::text::Block;
use pulldown_cmark::{
    BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options as Extensions, Parser, Tag, TagEnd,
};

use super::anchor::{Anchors, heading_source};
use super::inline::Inline;
use super::outline::{Outline, Title};
use super::tree::{Kind, Origin, Tree};
use crate::command::{self, Fence, Told};
use crate::link::{Linker, Target};
use crate::options::Options;
use crate::shortcode::{Marker, Markers, without_markers};
use crate::source::{Complaint, Complaints};

/// What Hugo's Markdown understands beyond CommonMark. Metadata blocks are not among it: prose
/// between two rules would be taken for one.
const EXTENSIONS: Extensions = Extensions::ENABLE_TABLES
    .union(Extensions::ENABLE_STRIKETHROUGH)
    .union(Extensions::ENABLE_HEADING_ATTRIBUTES)
    .union(Extensions::ENABLE_GFM)
    .union(Extensions::ENABLE_FOOTNOTES)
    .union(Extensions::ENABLE_TASKLISTS)
    .union(Extensions::ENABLE_DEFINITION_LIST);

/// What a page's body says.
pub(crate) struct Body {
    /// Sections in order, the one before the first heading included, with an empty heading.
    pub sections: Vec<Section>,
    pub links: Vec<LinkUse>,
    pub anchors: HashSet<String>,
}

/// A link as written, and where it leads.
pub(crate) struct LinkUse {
    pub written: String,
    pub target: Target,
    /// Offset in the source.
    pub at: usize,
}

/// A page's body, its shortcodes resolved.
pub(crate) struct Input<'a> {
    pub text: &'a str,
    pub markers: &'a Markers,
    /// Turns an offset of `text` into the source's.
    pub place: &'a dyn Fn(usize) -> usize,
    pub linker: &'a Linker<'a>,
    pub options: &'a Options,
}

/// Reads a body.
pub(crate) fn read(input: &Input<'_>, complaints: &mut Complaints<'_>) -> Body {
    let mut reader = Reader {
        input,
        complaints,
        tree: Tree::new(),
        anchors: Anchors::default(),
        outline: Outline::default(),
        links: Vec::new(),
        code: None,
        html: None,
        told: Told::default(),
        commands: Vec::new(),
    };
    for (event, range) in Parser::new_ext(input.text, EXTENSIONS).into_offset_iter() {
        reader.event(event, range);
    }
    reader.end_section();
    let Reader {
        outline,
        links,
        anchors,
        complaints,
        ..
    } = reader;
    let line_of = |at| complaints.source().line_of((input.place)(at));
    let sections = outline.finish(&line_of, complaints.source());
    Body {
        sections,
        links,
        anchors: anchors.into_names().collect(),
    }
}

pub(super) struct Reader<'a, 'b, 'c> {
    pub input: &'a Input<'a>,
    pub complaints: &'b mut Complaints<'c>,
    pub tree: Tree,
    pub anchors: Anchors,
    pub outline: Outline,
    pub links: Vec<LinkUse>,
    code: Option<Code>,
    /// Raw HTML that is being gathered, and where it began.
    html: Option<(String, usize)>,
    told: Told,
    commands: Vec<Command>,
}

/// A code block under construction.
struct Code {
    info: String,
    text: String,
    /// For each piece: where it begins in `text` and in the expanded text.
    pieces: Vec<(usize, usize)>,
}

impl Reader<'_, '_, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, range.start),
            Event::Code(code) => self.tree.code(&without_markers(&code), range.start),
            Event::Html(html) => match &mut self.html {
                Some((gathered, _)) => gathered.push_str(&html),
                None => self.raw_html(&html, range.start, false),
            },
            Event::InlineHtml(html) => self.raw_html(&html, range.start, true),
            Event::SoftBreak => self.tree.inlines.text(" "),
            Event::HardBreak => self.tree.inlines.span(kb::text::Span::Break),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, range.start),
            Event::Rule => self.tree.flush(),
            Event::TaskListMarker(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let markdown = Origin::Markdown;
        match tag {
            Tag::Paragraph | Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                self.start_plain(&tag)
            }
            Tag::Heading { .. } => self.start_markdown_heading(tag, range),
            Tag::BlockQuote(None) => self.tree.open(Kind::Quote, markdown),
            Tag::BlockQuote(Some(kind)) => {
                let title = Some(quote_title(kind).to_owned());
                self.tree.open(Kind::Note { title }, markdown);
            }
            Tag::CodeBlock(kind) => self.start_code(kind),
            Tag::HtmlBlock => self.html = Some((String::new(), range.start)),
            Tag::List(first) => self.tree.open(
                Kind::List {
                    first,
                    items: Vec::new(),
                },
                markdown,
            ),
            Tag::Item => self.tree.open(Kind::Item, markdown),
            Tag::Table(_) => {
                self.tree.open(
                    Kind::Table {
                        header: Vec::new(),
                        rows: Vec::new(),
                    },
                    markdown,
                );
            }
            Tag::FootnoteDefinition(_) | Tag::DefinitionList | Tag::DefinitionListDefinition => {
                self.tree.open(Kind::Group, markdown);
            }
            Tag::DefinitionListTitle => {
                self.tree.open(Kind::Group, markdown);
                self.tree.inlines.open(Inline::Strong);
            }
            Tag::Emphasis => self.tree.inlines.open(Inline::Emphasis),
            Tag::Strong => self.tree.inlines.open(Inline::Strong),
            Tag::Link { dest_url, .. } => {
                let url = self.link(&dest_url, range.start);
                self.tree.inlines.open(Inline::Link(url));
            }
            // Words that are struck through or raised read on as words; an image is its description.
            Tag::Strikethrough | Tag::Superscript | Tag::Subscript | Tag::Image { .. } => {}
            Tag::MetadataBlock(_) => {}
        }
    }

    fn start_markdown_heading(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let Tag::Heading {
            level,
            id,
            classes,
            attrs,
        } = tag
        else {
            return;
        };
        let has_attributes = id.is_some() || !classes.is_empty() || !attrs.is_empty();
        let source = heading_source(&self.input.text[range.clone()], has_attributes);
        let source = without_markers(source).into_owned();
        let level = level_number(level);
        let id = id.map(|id| without_markers(&id).into_owned());
        self.start_heading(Title {
            level,
            id,
            source,
            at: range.start,
        });
        self.tree.open(Kind::Heading, Origin::Markdown);
    }

    fn start_code(&mut self, kind: CodeBlockKind<'_>) {
        self.tree.flush();
        let info = match kind {
            CodeBlockKind::Fenced(info) => without_markers(&info).into_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        self.code = Some(Code {
            info,
            text: String::new(),
            pieces: Vec::new(),
        });
    }

    fn start_plain(&mut self, tag: &Tag<'_>) {
        let kind = match tag {
            Tag::TableHead => Kind::Row {
                cells: Vec::new(),
                is_header: true,
            },
            Tag::TableRow => Kind::Row {
                cells: Vec::new(),
                is_header: false,
            },
            Tag::TableCell => Kind::Cell,
            _ => return self.tree.flush(),
        };
        self.tree.open(kind, Origin::Markdown);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.tree.flush(),
            TagEnd::Heading(_) => {
                let words = self.tree.take_words();
                self.tree.close_markdown();
                self.end_heading(words);
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => {
                if let Some((html, at)) = self.html.take() {
                    self.raw_html(&html, at, false);
                }
            }
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => self.tree.close_markdown(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link => self.tree.inlines.close(),
            TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript | TagEnd::Image => {}
            TagEnd::MetadataBlock(_) => {}
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        match &mut self.code {
            Some(code) => {
                code.pieces.push((code.text.len(), at));
                code.text.push_str(text);
            }
            None => self.tree.inlines.text(text),
        }
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        self.code_block(&code.info, &code.text, &|offset| {
            let index = code
                .pieces
                .partition_point(|(start, _)| *start <= offset)
                .max(1)
                - 1;
            code.pieces
                .get(index)
                .map_or(0, |(start, at)| at + (offset - start))
        });
    }

    /// Adds a code block and the commands in it. `at` gives the expanded text's offset of a byte.
    pub(super) fn code_block(&mut self, info: &str, text: &str, at: &dyn Fn(usize) -> usize) {
        let text = without_markers(text);
        let text = text.trim_end_matches('\n');
        let fence = Fence {
            info,
            text,
            introduction: &self.tree.said,
        };
        let place = |offset: usize| (self.input.place)(at(offset));
        let read = command::read_fence(
            &fence,
            &mut self.told,
            &place,
            self.input.options,
            self.complaints,
        );
        self.commands.extend(read.commands);
        if read.text.trim().is_empty() {
            return;
        }
        let language = command::language(info).map(str::to_owned);
        self.tree.block(Block::Code {
            language,
            title: None,
            text: read.text,
        });
    }

    /// Notes a link and gives the address that it leads to.
    pub(super) fn link(&mut self, written: &str, at: usize) -> String {
        let written = &*without_markers(written);
        let target = self.input.linker.resolve(written);
        let url = target.url.clone();
        self.links.push(LinkUse {
            written: written.to_owned(),
            target,
            at: (self.input.place)(at),
        });
        url
    }

    pub(super) fn start_heading(&mut self, title: Title) {
        self.end_section();
        self.outline.begin(title);
    }

    pub(super) fn end_heading(&mut self, words: String) {
        self.outline.name(words, &mut self.anchors);
        self.told = Told::default();
    }

    fn end_section(&mut self) {
        let blocks = self.tree.cut();
        for mention in std::mem::take(&mut self.tree.mentions) {
            let line = self
                .complaints
                .source()
                .line_of((self.input.place)(mention.at));
            let options = self.input.options;
            let command = command::read_mention(&mention.code, &mention.sentence, line, options);
            self.commands.extend(command);
        }
        let mut commands = std::mem::take(&mut self.commands);
        commands.sort_by_key(|command| command.lines.first);
        self.outline.fill(blocks, commands);
    }

    /// Opens or closes what a shortcode's marker stands for.
    pub(super) fn marker(&mut self, comment: &str) -> bool {
        let Some(marker) = self.input.markers.read(comment) else {
            return false;
        };
        let shortcode = Origin::Shortcode;
        match marker.clone() {
            Marker::NoteOpen { title } => self.tree.open(Kind::Note { title }, shortcode),
            Marker::TabOpen { title } => {
                // What one tab told to do is not done in the next.
                self.told = Told::default();
                self.tree.open(Kind::Tab { title }, shortcode);
            }
            Marker::NoteClose => {
                self.tree
                    .close_shortcode(|kind| matches!(kind, Kind::Note { .. }));
            }
            Marker::TabClose => self
                .tree
                .close_shortcode(|kind| matches!(kind, Kind::Tab { .. })),
        }
        true
    }

    pub(super) fn complain(&mut self, at: usize, complaint: Complaint) {
        self.complaints.at((self.input.place)(at), complaint);
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn quote_title(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}
