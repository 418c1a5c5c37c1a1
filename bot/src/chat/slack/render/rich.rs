//! Structured text as elements of Slack's rich text, in which nothing is read: a mention or a link is
//! an element of its own, so that text can become neither.

use kb::text::{Block, Span, plain_spans};
use unicode_width::UnicodeWidthStr;

use super::piece::{Piece, Run};
use super::words::{may_be_opened, pretends, visible};

/// How wide a table may be to be shown as one; wider ones become lists.
const TABLE_WIDTH: usize = 72;

/// How deep lists may stand in lists; what is deeper stands there too.
const DEEPEST_LIST: u64 = 5;

/// Puts blocks of a guide or a message into pieces, each of which fits into a block of Slack's.
#[must_use]
pub fn pieces_of(blocks: &[Block]) -> Vec<Piece> {
    let mut out = Vec::new();
    blocks.iter().for_each(|block| push(block, 0, &mut out));
    finished(out)
}

/// Makes code and evidence into pieces.
#[must_use]
pub fn code(text: &str) -> Vec<Piece> {
    finished(vec![Piece::Code(visible(text))])
}

/// Puts a sentence into runs; what stands between back-ticks in it is code.
#[must_use]
pub fn sentence(text: &str) -> Vec<Run> {
    let text = visible(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd count of back-ticks closes nothing: they stand as they are.
    if parts.len().is_multiple_of(2)
        || parts
            .iter()
            .skip(1)
            .step_by(2)
            .any(|part| part.is_empty() || part.contains('\n'))
    {
        return vec![Run {
            text,
            ..Run::default()
        }];
    }
    parts
        .iter()
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(index, part)| Run {
            text: (*part).to_owned(),
            code: index % 2 == 1,
            ..Run::default()
        })
        .collect()
}

fn finished(pieces: Vec<Piece>) -> Vec<Piece> {
    pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .flat_map(Piece::parted)
        .collect()
}

fn push(block: &Block, depth: u64, out: &mut Vec<Piece>) {
    match block {
        Block::Paragraph(spans) => out.push(Piece::Section(runs(spans))),
        Block::List { first, items } => {
            for (index, item) in items.iter().enumerate() {
                let number = first.map(|first| first.saturating_add(index as u64));
                push_item(item, number, depth, out);
            }
        }
        Block::Code { title, text, .. } => {
            if let Some(title) = title {
                out.push(Piece::Section(vec![Run {
                    italic: true,
                    ..Run::plain(title)
                }]));
            }
            out.push(Piece::Code(visible(text)));
        }
        Block::Note { title, blocks } => {
            if let Some(title) = title {
                out.push(Piece::Quote(vec![Run {
                    bold: true,
                    ..Run::plain(title)
                }]));
            }
            quote(blocks, depth, out);
        }
        Block::Quote(blocks) => quote(blocks, depth, out),
        Block::Table { header, rows } => table(header, rows, out),
    }
}

/// The first paragraph is the item; what follows stands beneath it.
fn push_item(item: &[Block], number: Option<u64>, depth: u64, out: &mut Vec<Piece>) {
    let (line, rest) = match item.split_first() {
        Some((Block::Paragraph(spans), rest)) => (runs(spans), rest),
        _ => (
            vec![Run::plain(if number.is_some() { "…" } else { "" })],
            item,
        ),
    };
    let depth = depth.min(DEEPEST_LIST);
    out.push(Piece::Item {
        number,
        depth,
        runs: line,
    });
    rest.iter().for_each(|block| push(block, depth + 1, out));
}

fn quote(blocks: &[Block], depth: u64, out: &mut Vec<Piece>) {
    for block in blocks {
        match block {
            Block::Paragraph(spans) => out.push(Piece::Quote(runs(spans))),
            other => push(other, depth, out),
        }
    }
}

fn table(header: &[Vec<Span>], rows: &[Vec<Vec<Span>>], out: &mut Vec<Piece>) {
    let cells = |row: &[Vec<Span>]| -> Vec<String> {
        row.iter()
            .map(|cell| visible(&plain_spans(cell)).replace('\n', " "))
            .collect()
    };
    let header = cells(header);
    let rows: Vec<Vec<String>> = rows.iter().map(|row| cells(row)).collect();
    let columns = rows
        .iter()
        .map(Vec::len)
        .chain([header.len()])
        .max()
        .unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let all = rows.iter().chain([&header]);
            all.filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    if widths.iter().sum::<usize>() + 2 * columns <= TABLE_WIDTH {
        let lines: Vec<String> = [&header]
            .into_iter()
            .chain(&rows)
            .map(|row| aligned(row, &widths))
            .collect();
        out.push(Piece::Code(lines.join("\n")));
        return;
    }
    for row in &rows {
        out.push(Piece::Item {
            number: None,
            depth: 0,
            runs: described(&header, row),
        });
    }
}

fn aligned(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(cell);
        line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
    }
    line.trim_end().to_owned()
}

/// A row as a sentence: `Name: value; Name: value`.
fn described(header: &[String], row: &[String]) -> Vec<Run> {
    let mut runs = Vec::new();
    for (index, cell) in row
        .iter()
        .enumerate()
        .filter(|(_, cell)| !cell.trim().is_empty())
    {
        if !runs.is_empty() {
            runs.push(Run {
                text: "; ".to_owned(),
                ..Run::default()
            });
        }
        if let Some(name) = header.get(index).filter(|name| !name.trim().is_empty()) {
            runs.push(Run {
                text: format!("{name}: "),
                bold: true,
                ..Run::default()
            });
        }
        runs.push(Run {
            text: cell.clone(),
            ..Run::default()
        });
    }
    runs
}

fn runs(spans: &[Span]) -> Vec<Run> {
    let mut out = Vec::new();
    spans
        .iter()
        .for_each(|span| push_span(span, &Run::default(), &mut out));
    out
}

fn push_span(span: &Span, style: &Run, out: &mut Vec<Run>) {
    let styled = |run: Run| Run {
        bold: style.bold || run.bold,
        italic: style.italic || run.italic,
        ..run
    };
    match span {
        Span::Text(text) => out.push(styled(Run::plain(text))),
        Span::Strong(spans) => {
            let style = Run {
                bold: true,
                ..style.clone()
            };
            spans.iter().for_each(|span| push_span(span, &style, out));
        }
        Span::Emphasis(spans) => {
            let style = Run {
                italic: true,
                ..style.clone()
            };
            spans.iter().for_each(|span| push_span(span, &style, out));
        }
        Span::Code(text) => out.push(styled(Run {
            code: true,
            ..Run::plain(text)
        })),
        Span::Link { text, url } => out.push(styled(link(&plain_spans(text), url))),
        Span::Break => out.push(Run {
            text: "\n".to_owned(),
            ..Run::default()
        }),
    }
}

/// Makes a link, or words where it would lead to no web page or pretends to lead elsewhere.
#[must_use]
pub fn link(words: &str, url: &str) -> Run {
    if !may_be_opened(url) {
        return Run::plain(words);
    }
    let words = if words.trim().is_empty() || pretends(words, url) {
        url
    } else {
        words
    };
    Run {
        url: Some(url.to_owned()),
        ..Run::plain(words)
    }
}
