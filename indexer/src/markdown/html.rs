//! Raw HTML within Markdown: tables, lists, asides, links and anchors join the same tree.
//! A tag that HTML does not know is a placeholder that its writer forgot to quote: its text stays.

use std::ops::Range;

use html5gum::{DefaultEmitter, EndTag, StartTag, Token, Tokenizer};

use super::inline::Inline;
use super::outline::Title;
use super::read::Reader;
use super::tree::{Kind, Origin};
use crate::shortcode::without_markers;
use crate::source::Complaint;

/// Elements whose content is not text for a reader.
const HIDDEN: &[&str] = &[
    "script", "style", "svg", "template", "iframe", "video", "audio", "object",
];

/// Elements that end the paragraph before them and have no other meaning here.
const BREAKS: &[&str] = &[
    "p", "div", "section", "article", "hr", "dt", "dd", "figure", "center",
];

/// Elements of HTML that have no meaning here beyond their content, or none that is kept.
const KNOWN: &str = " abbr address area article aside audio b base bdi bdo body button canvas caption \
    center cite code col colgroup data datalist dd del details dfn dialog div dl dt em fieldset \
    figcaption figure font footer form head header hgroup hr html i iframe img input ins kbd label \
    legend li link main map mark menu meta meter nav noscript object ol optgroup option output p \
    param path picture pre progress q rp rt ruby s samp script search section select slot small \
    source span strike strong style sub summary sup svg table tbody td template textarea tfoot th \
    thead time title tr track tt u ul var video wbr br a blockquote h1 h2 h3 h4 h5 h6 ";

impl Reader<'_, '_, '_> {
    /// Reads raw HTML that begins at `at` of the expanded text.
    pub(super) fn raw_html(&mut self, html: &str, at: usize, is_inline: bool) {
        let mut hidden: Option<String> = None;
        let mut pre: Option<(String, usize)> = None;
        let tokens = Tokenizer::new_with_emitter(html, DefaultEmitter::<usize>::new_with_span());
        for token in tokens.flatten() {
            match token {
                Token::StartTag(tag) => {
                    let name = text_of(&tag.name);
                    if hidden.is_none() && HIDDEN.contains(&name.as_str()) && !tag.self_closing {
                        hidden = Some(name);
                    } else if hidden.is_none() && name == "pre" {
                        pre = Some((String::new(), at + tag.span.end));
                    } else if hidden.is_none() && pre.is_none() {
                        self.start_tag(&name, &tag, html, at);
                    }
                }
                Token::EndTag(tag) => {
                    let name = text_of(&tag.name);
                    if hidden.as_deref() == Some(name.as_str()) {
                        hidden = None;
                    } else if name == "pre" {
                        self.end_pre(pre.take());
                    } else if hidden.is_none() && pre.is_none() {
                        self.end_tag(&name, &tag, html, at);
                    }
                }
                Token::String(text) if hidden.is_none() => {
                    let words = String::from_utf8_lossy(&text.value);
                    match &mut pre {
                        Some((code, _)) => code.push_str(&words),
                        None => self.html_text(&words, is_inline),
                    }
                }
                Token::Comment(comment) => {
                    self.marker(&String::from_utf8_lossy(&comment.value));
                }
                Token::String(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        self.end_pre(pre);
        if !is_inline {
            self.tree.flush();
        }
    }

    fn end_pre(&mut self, pre: Option<(String, usize)>) {
        if let Some((code, at)) = pre {
            self.code_block("", code.trim_start_matches('\n'), &|_| at);
        }
    }

    fn html_text(&mut self, text: &str, is_inline: bool) {
        if is_inline {
            return self.tree.inlines.text(text);
        }
        let mut words = text.split_whitespace().peekable();
        let begins_with_space = text.starts_with(char::is_whitespace);
        if begins_with_space && !self.tree.inlines.wants_no_space() {
            self.tree.inlines.text(" ");
        }
        while let Some(word) = words.next() {
            self.tree.inlines.text(word);
            if words.peek().is_some() || text.ends_with(char::is_whitespace) {
                self.tree.inlines.text(" ");
            }
        }
    }

    fn start_tag(&mut self, name: &str, tag: &StartTag<usize>, html: &str, at: usize) {
        if let Some(id) = attribute(tag, "id").or_else(|| attribute(tag, "name")) {
            self.anchors.take(&id);
        }
        match name {
            "a" => {
                if let Some(target) = attribute(tag, "href") {
                    let url = self.link(&target, at + tag.span.start);
                    self.tree.inlines.open(Inline::Link(url));
                }
            }
            "b" | "strong" => self.tree.inlines.open(Inline::Strong),
            "i" | "em" => self.tree.inlines.open(Inline::Emphasis),
            "code" | "kbd" | "samp" | "tt" => self.tree.inlines.open(Inline::Code),
            "br" => self.tree.inlines.span(kb::text::Span::Break),
            "img" => self
                .tree
                .inlines
                .text(&attribute(tag, "alt").unwrap_or_default()),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes()[1] - b'0';
                let title = Title {
                    level,
                    id: attribute(tag, "id"),
                    source: String::new(),
                    at: at + tag.span.start,
                };
                self.start_heading(title);
                self.tree.open(Kind::Heading, Origin::Html);
            }
            _ if self.start_block(name) || is_known(name) => {}
            _ => self.placeholder(html, tag.span.start..tag.span.end, at),
        }
    }

    /// Opens what an element that stands on its own becomes; `false` for other elements.
    fn start_block(&mut self, name: &str) -> bool {
        let origin = Origin::Html;
        match name {
            "ul" => self.tree.open(
                Kind::List {
                    first: None,
                    items: Vec::new(),
                },
                origin,
            ),
            "ol" => self.tree.open(
                Kind::List {
                    first: Some(1),
                    items: Vec::new(),
                },
                origin,
            ),
            "li" => {
                self.tree.close_html(|kind| *kind == Kind::Item);
                self.tree.open(Kind::Item, origin);
            }
            "table" => self.tree.open(
                Kind::Table {
                    header: Vec::new(),
                    rows: Vec::new(),
                },
                origin,
            ),
            "tr" => {
                self.tree
                    .close_html(|kind| matches!(kind, Kind::Row { .. }));
                self.tree.open(
                    Kind::Row {
                        cells: Vec::new(),
                        is_header: false,
                    },
                    origin,
                );
            }
            "td" | "th" => {
                self.tree.close_html(|kind| *kind == Kind::Cell);
                self.tree.open(Kind::Cell, origin);
                if name == "th" {
                    self.tree.mark_header_row();
                }
            }
            "details" => self.tree.open(Kind::Note { title: None }, origin),
            "summary" => self.tree.open(Kind::Summary, origin),
            "blockquote" => self.tree.open(Kind::Quote, origin),
            name if BREAKS.contains(&name) => self.tree.flush(),
            _ => return false,
        }
        true
    }

    fn end_tag(&mut self, name: &str, tag: &EndTag<usize>, html: &str, at: usize) {
        match name {
            "a" => self
                .tree
                .inlines
                .close_kind(|inline| matches!(inline, Inline::Link(_))),
            "b" | "strong" => self
                .tree
                .inlines
                .close_kind(|inline| *inline == Inline::Strong),
            "i" | "em" => self
                .tree
                .inlines
                .close_kind(|inline| *inline == Inline::Emphasis),
            "code" | "kbd" | "samp" | "tt" => {
                self.tree
                    .inlines
                    .close_kind(|inline| *inline == Inline::Code);
            }
            "br" => self.tree.inlines.span(kb::text::Span::Break),
            "ul" | "ol" => self
                .tree
                .close_html(|kind| matches!(kind, Kind::List { .. })),
            "li" => self.tree.close_html(|kind| *kind == Kind::Item),
            "table" => self
                .tree
                .close_html(|kind| matches!(kind, Kind::Table { .. })),
            "tr" => self
                .tree
                .close_html(|kind| matches!(kind, Kind::Row { .. })),
            "td" | "th" => self.tree.close_html(|kind| *kind == Kind::Cell),
            "details" => self
                .tree
                .close_html(|kind| matches!(kind, Kind::Note { .. })),
            "summary" => self.tree.close_html(|kind| *kind == Kind::Summary),
            "blockquote" => self.tree.close_html(|kind| *kind == Kind::Quote),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let words = self.tree.take_words();
                self.tree.close_html(|kind| *kind == Kind::Heading);
                self.end_heading(words);
            }
            name if BREAKS.contains(&name) => self.tree.flush(),
            _ if is_known(name) => {}
            _ => self.placeholder(html, tag.span.start..tag.span.end, at),
        }
    }

    fn placeholder(&mut self, html: &str, span: Range<usize>, at: usize) {
        let Some(written) = html.get(span.clone()) else {
            return;
        };
        let written = &*without_markers(written);
        self.tree.inlines.text(written);
        let message = format!("`{written}` is no HTML tag; browsers show nothing of it");
        let complaint = Complaint::warning("html-placeholder", message);
        self.complain(
            at + span.start,
            complaint.hint("put it in back-ticks, or write `\\<`"),
        );
    }
}

fn is_known(name: &str) -> bool {
    KNOWN.contains(&format!(" {name} "))
}

fn attribute(tag: &StartTag<usize>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(without_markers(&String::from_utf8_lossy(&value.value)).into_owned())
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
