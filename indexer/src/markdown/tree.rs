//! Blocks under construction: what is open, and how it becomes part of what encloses it.
//! Markdown, HTML and shortcodes all open and close the same tree; only Markdown is balanced.

use kb::text::{Block, Span, plain, plain_spans};

use super::inline::Inlines;

/// Deeper nesting than any writer means is read without its structure, so that nothing that walks
/// the blocks later runs out of stack.
const DEPTH: usize = 24;

/// What a frame becomes when it closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    /// No block of its own: its blocks join those around it.
    Group,
    Quote,
    Note {
        title: Option<String>,
    },
    Tab {
        title: Option<String>,
    },
    List {
        first: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Item,
    Table {
        header: Vec<Vec<Span>>,
        rows: Vec<Vec<Vec<Span>>>,
    },
    Row {
        cells: Vec<Vec<Span>>,
        is_header: bool,
    },
    Cell,
    /// The heading line of an HTML `details`, which becomes the note's title.
    Summary,
    /// A heading; its words are taken by the outline.
    Heading,
}

/// Who opened a frame, and so who may close it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Markdown,
    Html,
    Shortcode,
}

struct Frame {
    kind: Kind,
    origin: Origin,
    blocks: Vec<Block>,
}

/// Code within a sentence, with the sentence.
pub(crate) struct Mention {
    pub code: String,
    /// Offset in the expanded text.
    pub at: usize,
    pub sentence: String,
}

/// The blocks of one section under construction.
pub(crate) struct Tree {
    frames: Vec<Frame>,
    /// How many Markdown frames are open beyond the depth.
    overflow: usize,
    pub inlines: Inlines,
    /// Code of the paragraph that is being read.
    codes: Vec<(String, usize)>,
    pub mentions: Vec<Mention>,
    /// What was said last before the place that is being read.
    pub said: String,
}

impl Tree {
    pub fn new() -> Self {
        Self {
            frames: vec![Frame {
                kind: Kind::Root,
                origin: Origin::Markdown,
                blocks: Vec::new(),
            }],
            overflow: 0,
            inlines: Inlines::default(),
            codes: Vec::new(),
            mentions: Vec::new(),
            said: String::new(),
        }
    }

    /// Opens a frame within the innermost one.
    pub fn open(&mut self, kind: Kind, origin: Origin) {
        self.flush();
        if self.frames.len() < DEPTH {
            self.frames.push(Frame {
                kind,
                origin,
                blocks: Vec::new(),
            });
        } else if origin == Origin::Markdown {
            self.overflow += 1;
        }
    }

    /// Closes the innermost frame that Markdown opened, and what HTML or shortcodes left open in it.
    pub fn close_markdown(&mut self) {
        self.flush();
        if self.overflow > 0 {
            self.overflow -= 1;
            return;
        }
        while self.frames.len() > 1 {
            let is_markdown = self
                .frames
                .last()
                .is_some_and(|frame| frame.origin == Origin::Markdown);
            self.pop();
            if is_markdown {
                return;
            }
        }
    }

    /// Closes the innermost matching frame of HTML's, unless Markdown opened something within it.
    pub fn close_html(&mut self, is_kind: impl Fn(&Kind) -> bool) {
        self.flush();
        let depth = self
            .frames
            .iter()
            .rev()
            .take_while(|frame| frame.origin != Origin::Markdown);
        if let Some(above) = depth.into_iter().position(|frame| is_kind(&frame.kind)) {
            (0..=above).for_each(|_| self.pop());
        }
    }

    /// Closes the innermost matching frame of a shortcode's; Markdown's frames within it go on
    /// after it, because their own ends are still to come.
    pub fn close_shortcode(&mut self, is_kind: impl Fn(&Kind) -> bool) {
        self.flush();
        let is_it = |frame: &Frame| frame.origin == Origin::Shortcode && is_kind(&frame.kind);
        let Some(at) = self.frames.iter().rposition(is_it) else {
            return;
        };
        let interrupted: Vec<Kind> = self.frames[at + 1..]
            .iter()
            .filter(|frame| frame.origin == Origin::Markdown)
            .map(|frame| emptied(&frame.kind))
            .collect();
        while self.frames.len() > at {
            self.pop();
        }
        for kind in interrupted {
            self.frames.push(Frame {
                kind,
                origin: Origin::Markdown,
                blocks: Vec::new(),
            });
        }
    }

    /// Adds a finished block.
    pub fn block(&mut self, block: Block) {
        self.flush();
        self.push_block(block);
    }

    /// Adds code within a sentence.
    pub fn code(&mut self, code: &str, at: usize) {
        self.codes.push((code.to_owned(), at));
        self.inlines.span(Span::Code(code.to_owned()));
    }

    /// Makes a paragraph of the words since the last block.
    pub fn flush(&mut self) {
        let spans = self.inlines.take();
        let codes = std::mem::take(&mut self.codes);
        if spans.is_empty() {
            return;
        }
        let text = plain_spans(&spans);
        self.mention(&text, codes);
        self.said = text;
        self.push_block(Block::Paragraph(spans));
    }

    /// Takes the words since the last block, as a heading does.
    pub fn take_words(&mut self) -> String {
        self.codes.clear();
        plain_spans(&self.inlines.take())
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Ends a section: gives its blocks and opens what was open anew, for the next one.
    pub fn cut(&mut self) -> Vec<Block> {
        self.flush();
        self.said.clear();
        let open: Vec<(Kind, Origin)> = self.frames[1..]
            .iter()
            .map(|frame| (emptied(&frame.kind), frame.origin))
            .collect();
        while self.frames.len() > 1 {
            self.pop();
        }
        for (kind, origin) in open {
            self.frames.push(Frame {
                kind,
                origin,
                blocks: Vec::new(),
            });
        }
        std::mem::take(&mut self.frames[0].blocks)
    }

    /// Makes the row that is being read the table's header.
    pub fn mark_header_row(&mut self) {
        let row = self
            .frames
            .iter_mut()
            .rev()
            .find_map(|frame| match &mut frame.kind {
                Kind::Row { cells, is_header } => Some((cells, is_header)),
                _ => None,
            });
        // A row whose later cells are headings is a row with a heading, not the table's header.
        if let Some((cells, is_header)) = row
            && cells.is_empty()
        {
            *is_header = true;
        }
    }

    fn mention(&mut self, text: &str, codes: Vec<(String, usize)>) {
        let mut from = 0;
        for (code, at) in codes {
            let Some(found) = text[from..].find(&code) else {
                continue;
            };
            // A single word is a name, not a command with an argument.
            if code.trim().contains(char::is_whitespace) {
                let sentence = crate::command::sentence_at(text, from + found).to_owned();
                self.mentions.push(Mention {
                    code: code.clone(),
                    at,
                    sentence,
                });
            }
            from += found + code.len();
        }
    }

    fn push_block(&mut self, block: Block) {
        if let Some(frame) = self.frames.last_mut() {
            frame.blocks.push(block);
        }
    }

    fn pop(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        let Some(Frame {
            kind, mut blocks, ..
        }) = self.frames.pop()
        else {
            return;
        };
        let outer = self.frames.len() - 1;
        let parent = &mut self.frames[outer];
        match kind {
            Kind::Root | Kind::Heading => {}
            Kind::Group => parent.blocks.append(&mut blocks),
            Kind::Quote if !blocks.is_empty() => parent.blocks.push(Block::Quote(blocks)),
            Kind::Note { title } if !blocks.is_empty() || title.is_some() => {
                parent.blocks.push(Block::Note { title, blocks });
            }
            Kind::Tab { title } => parent.blocks.append(&mut titled(title, blocks)),
            Kind::Item if blocks.is_empty() => {}
            Kind::Item => match &mut parent.kind {
                Kind::List { items, .. } => items.push(blocks),
                _ => parent.blocks.push(Block::List {
                    first: None,
                    items: vec![blocks],
                }),
            },
            Kind::List { first, mut items } => {
                if !blocks.is_empty() {
                    items.push(blocks);
                }
                if !items.is_empty() {
                    parent.blocks.push(Block::List { first, items });
                }
            }
            Kind::Cell => {
                let cell = cell_spans(blocks);
                match &mut parent.kind {
                    Kind::Row { cells, .. } => cells.push(cell),
                    _ => parent.blocks.push(Block::Paragraph(cell)),
                }
            }
            Kind::Row { cells, is_header } => close_row(parent, cells, is_header, blocks),
            Kind::Table { header, rows } => {
                if !header.is_empty() || !rows.is_empty() {
                    parent.blocks.push(Block::Table { header, rows });
                }
                parent.blocks.append(&mut blocks);
            }
            Kind::Summary => {
                let words = plain(&blocks);
                if let Kind::Note { title } = &mut parent.kind {
                    *title = Some(words);
                }
            }
            Kind::Quote | Kind::Note { .. } => {}
        }
    }
}

fn close_row(parent: &mut Frame, cells: Vec<Vec<Span>>, is_header: bool, mut blocks: Vec<Block>) {
    match &mut parent.kind {
        Kind::Table { header, rows } if !cells.is_empty() => {
            if is_header && header.is_empty() && rows.is_empty() {
                *header = cells;
            } else {
                rows.push(cells);
            }
        }
        _ => parent
            .blocks
            .extend(cells.into_iter().map(Block::Paragraph)),
    }
    parent.blocks.append(&mut blocks);
}

/// The same kind of frame with nothing in it; a list that goes on later keeps no numbers.
fn emptied(kind: &Kind) -> Kind {
    match kind {
        Kind::List { first, items } => {
            let seen = u64::try_from(items.len()).unwrap_or(0);
            Kind::List {
                first: first.map(|first| first + seen),
                items: Vec::new(),
            }
        }
        Kind::Table { .. } => Kind::Table {
            header: Vec::new(),
            rows: Vec::new(),
        },
        Kind::Row { is_header, .. } => Kind::Row {
            cells: Vec::new(),
            is_header: *is_header,
        },
        Kind::Note { .. } => Kind::Note { title: None },
        other => other.clone(),
    }
}

/// A tab's title goes to its code; where it holds more than code, it stands above.
fn titled(title: Option<String>, mut blocks: Vec<Block>) -> Vec<Block> {
    let Some(tab) = title else { return blocks };
    let is_all_code = blocks
        .iter()
        .all(|block| matches!(block, Block::Code { .. }));
    if !is_all_code {
        blocks.insert(
            0,
            Block::Paragraph(vec![Span::Strong(vec![Span::Text(tab)])]),
        );
        return blocks;
    }
    for block in &mut blocks {
        if let Block::Code { title, .. } = block {
            title.get_or_insert_with(|| tab.clone());
        }
    }
    blocks
}

/// A table's cell holds words only: blocks become lines of it.
fn cell_spans(blocks: Vec<Block>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for block in blocks {
        if !spans.is_empty() {
            spans.push(Span::Break);
        }
        match block {
            Block::Paragraph(words) => spans.extend(words),
            Block::Code { text, .. } => spans.push(Span::Code(text)),
            other => {
                let text = plain(std::slice::from_ref(&other));
                for (i, line) in text.lines().enumerate() {
                    if i > 0 {
                        spans.push(Span::Break);
                    }
                    spans.push(Span::Text(line.to_owned()));
                }
            }
        }
    }
    spans
}
