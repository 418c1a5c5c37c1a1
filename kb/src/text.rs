//! Text with structure, shared by guides and messages, so that a guide's section reaches a chat
//! platform without becoming Markdown again. How it looks is left to each platform's renderer.

use serde::{Deserialize, Serialize};

/// A block of text, as it stands under a heading of a guide or in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Sentences.
    Paragraph(Vec<Span>),
    /// A bulleted list, or a numbered one that starts at `first`.
    List {
        /// The number of the first item; `None` for bullets.
        first: Option<u64>,
        /// The items, each a small document of its own.
        items: Vec<Vec<Block>>,
    },
    /// Code, byte for byte as written between the fences.
    Code {
        /// First word of the info string: `bash`, `yaml`.
        language: Option<String>,
        /// Title of the tab that it stands in, where there is one.
        title: Option<String>,
        /// The code, without a final line break.
        text: String,
    },
    /// An aside: Hugo's `note`, GitHub's `[!NOTE]`.
    Note {
        /// Its title, where it has one.
        title: Option<String>,
        /// What it says.
        blocks: Vec<Block>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A table; rows may be shorter than the header.
    Table {
        /// Cells of the header row.
        header: Vec<Vec<Span>>,
        /// Rows of cells.
        rows: Vec<Vec<Vec<Span>>>,
    },
}

/// A run of words within a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Words as they are; a line break within a paragraph is a space.
    Text(String),
    /// Words that matter.
    Strong(Vec<Span>),
    /// Words said with stress.
    Emphasis(Vec<Span>),
    /// Code within a sentence, byte for byte.
    Code(String),
    /// Words that lead somewhere.
    Link {
        /// What is read.
        text: Vec<Span>,
        /// Where it leads: absolute where a base URL is known.
        url: String,
    },
    /// A hard line break.
    Break,
}

/// Gives the words of blocks without their structure, one line a paragraph, item, row or code line.
#[must_use]
pub fn plain(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        plain_block(block, &mut out);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Gives the words of spans without their structure.
#[must_use]
pub fn plain_spans(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        plain_span(span, &mut out);
    }
    out
}

fn plain_block(block: &Block, out: &mut String) {
    match block {
        Block::Paragraph(spans) => push_line(spans, out),
        Block::List { items, .. } => items
            .iter()
            .flatten()
            .for_each(|block| plain_block(block, out)),
        Block::Code { title, text, .. } => {
            for line in title.iter().chain([text]) {
                out.push_str(line);
                out.push('\n');
            }
        }
        Block::Note { title, blocks } => {
            if let Some(title) = title {
                out.push_str(title);
                out.push('\n');
            }
            blocks.iter().for_each(|block| plain_block(block, out));
        }
        Block::Quote(blocks) => blocks.iter().for_each(|block| plain_block(block, out)),
        Block::Table { header, rows } => {
            for row in std::iter::once(header).chain(rows) {
                let cells: Vec<String> = row.iter().map(|cell| plain_spans(cell)).collect();
                out.push_str(&cells.join(" | "));
                out.push('\n');
            }
        }
    }
}

fn push_line(spans: &[Span], out: &mut String) {
    spans.iter().for_each(|span| plain_span(span, out));
    out.push('\n');
}

fn plain_span(span: &Span, out: &mut String) {
    match span {
        Span::Text(text) | Span::Code(text) => out.push_str(text),
        Span::Strong(spans) | Span::Emphasis(spans) | Span::Link { text: spans, .. } => {
            spans.iter().for_each(|span| plain_span(span, out));
        }
        Span::Break => out.push('\n'),
    }
}
