//! Structured text as elements of Slack's rich text, in which nothing is read: a mention or a link is
//! an element of its own, so that text can become neither.

use kb::text::{Block, Span, plain_spans};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::limits::{BLOCK_TEXT, fit, fit_lines, length, pieces};
use super::words::{may_be_opened, pretends, visible};

/// How wide a table may be to be shown as one; wider ones become lists.
const TABLE_WIDTH: usize = 72;

/// How deep lists may stand in lists; what is deeper stands there too.
const DEEPEST_LIST: u64 = 5;

/// One element of a rich text block.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Running text.
    Section(Vec<Run>),
    /// Code, byte for byte.
    Code(String),
    /// One item of a list; neighbours of one kind and depth make one list.
    Item {
        /// Its number, in a numbered list.
        number: Option<u64>,
        /// How deep its list stands in others.
        depth: u64,
        /// What it says.
        runs: Vec<Run>,
    },
    /// Quoted text.
    Quote(Vec<Run>),
}

/// A run of words in one style.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Whether they are bold.
    pub bold: bool,
    /// Whether they are slanted.
    pub italic: bool,
    /// Whether they are code.
    pub code: bool,
    /// Where they lead.
    pub url: Option<String>,
    /// Whom or what moment they stand for, for Slack to show in its own way.
    pub stands_for: Option<StandsFor>,
}

/// What Slack shows in its own way.
#[derive(Clone, Debug, PartialEq)]
pub enum StandsFor {
    /// A person of this workspace. Slack names people in no other way than by calling them, so only
    /// those who have a part in what is said are named.
    Person(String),
    /// A moment, in seconds since 1970, in the reader's own time.
    Moment(i64),
}

impl Run {
    /// Makes a run of plain words.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self {
            text: visible(text),
            ..Self::default()
        }
    }

    fn units(&self) -> usize {
        length(&self.text) + self.url.as_deref().map_or(0, length)
    }
}

impl Piece {
    /// Measures it as Slack's limits do.
    #[must_use]
    pub fn units(&self) -> usize {
        match self {
            Self::Code(text) => length(text),
            Self::Section(runs) | Self::Quote(runs) | Self::Item { runs, .. } => {
                runs.iter().map(Run::units).sum()
            }
        }
    }

    /// Tells whether there is anything to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Code(text) => text.trim().is_empty(),
            Self::Section(runs) | Self::Quote(runs) | Self::Item { runs, .. } => {
                runs.iter().all(|run| run.text.trim().is_empty())
            }
        }
    }

    /// Cuts it to at most `most` units; nothing where not a word of it fits.
    #[must_use]
    pub fn cut(self, most: usize) -> Option<Self> {
        let cut = match self {
            Self::Code(text) => Self::Code(fit_lines(&text, most)),
            Self::Section(runs) => Self::Section(cut_runs(runs, most)),
            Self::Quote(runs) => Self::Quote(cut_runs(runs, most)),
            Self::Item {
                number,
                depth,
                runs,
            } => Self::Item {
                number,
                depth,
                runs: cut_runs(runs, most),
            },
        };
        (!cut.is_empty()).then_some(cut)
    }

    /// Parts what is longer than a block may be.
    fn parted(self) -> Vec<Self> {
        match self {
            Self::Code(text) if length(&text) > BLOCK_TEXT => pieces(&text, BLOCK_TEXT)
                .into_iter()
                .map(Self::Code)
                .collect(),
            long if long.units() > BLOCK_TEXT => long.cut(BLOCK_TEXT).into_iter().collect(),
            short => vec![short],
        }
    }
}

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
    if parts.len() % 2 == 0
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

fn cut_runs(runs: Vec<Run>, most: usize) -> Vec<Run> {
    let mut left = most;
    let mut out = Vec::new();
    for run in runs {
        let units = run.units();
        if units <= left {
            left -= units;
            out.push(run);
            continue;
        }
        // A cut link would still need its whole address: its words go without.
        let text = fit(&run.text, left);
        if !text.is_empty() {
            out.push(Run {
                text,
                url: None,
                ..run
            });
        }
        break;
    }
    out
}

/// Puts pieces into rich text blocks, none longer than one may be.
#[must_use]
pub fn blocks(pieces: &[Piece]) -> Vec<Value> {
    let mut blocks = Vec::new();
    let mut elements: Vec<Value> = Vec::new();
    let mut used = 0;
    let mut before: Option<&Piece> = None;
    for piece in pieces {
        if used + piece.units() > BLOCK_TEXT && !elements.is_empty() {
            blocks.push(block(std::mem::take(&mut elements)));
            (used, before) = (0, None);
        }
        used += piece.units();
        lay(piece, before, &mut elements);
        before = Some(piece);
    }
    if !elements.is_empty() {
        blocks.push(block(elements));
    }
    blocks
}

fn block(elements: Vec<Value>) -> Value {
    json!({ "type": "rich_text", "elements": elements })
}

fn lay(piece: &Piece, before: Option<&Piece>, elements: &mut Vec<Value>) {
    match piece {
        Piece::Section(runs) => {
            let mut parts: Vec<Value> = runs.iter().filter_map(element).collect();
            // Sections stand close: a line between two of them makes them paragraphs.
            if matches!(before, Some(Piece::Section(_))) {
                parts.insert(0, json!({ "type": "text", "text": "\n" }));
            }
            elements.push(json!({ "type": "rich_text_section", "elements": parts }));
        }
        Piece::Code(text) => elements.push(json!({
            "type": "rich_text_preformatted",
            "elements": [{ "type": "text", "text": text }],
        })),
        Piece::Quote(runs) => elements.push(json!({
            "type": "rich_text_quote",
            "elements": runs.iter().filter_map(element).collect::<Vec<_>>(),
        })),
        Piece::Item {
            number,
            depth,
            runs,
        } => lay_item(*number, *depth, runs, elements),
    }
}

fn lay_item(number: Option<u64>, depth: u64, runs: &[Run], elements: &mut Vec<Value>) {
    let style = if number.is_some() {
        "ordered"
    } else {
        "bullet"
    };
    let goes_on = elements.last().is_some_and(|last| {
        last["type"] == "rich_text_list" && last["style"] == style && last["indent"] == depth
    });
    // A list that goes on after a command would begin at 1 again: its numbers are written out, since not
    // every reader of Slack's blocks knows an offset.
    if let Some(number) = number.filter(|number| *number != 1 && !goes_on) {
        let mut line = vec![Run::plain(&format!("{number}. "))];
        line.extend(runs.iter().cloned());
        lay(&Piece::Section(line), None, elements);
        return;
    }
    let section = json!({
        "type": "rich_text_section",
        "elements": runs.iter().filter_map(element).collect::<Vec<_>>(),
    });
    if goes_on
        && let Some(items) = elements
            .last_mut()
            .and_then(|list| list["elements"].as_array_mut())
    {
        items.push(section);
        return;
    }
    elements.push(json!({
        "type": "rich_text_list",
        "style": style,
        "indent": depth,
        "elements": [section],
    }));
}

/// One run; Slack refuses an empty one.
fn element(run: &Run) -> Option<Value> {
    if run.text.is_empty() {
        return None;
    }
    match &run.stands_for {
        Some(StandsFor::Person(id)) => return Some(json!({ "type": "user", "user_id": id })),
        Some(StandsFor::Moment(seconds)) => {
            return Some(json!({
                "type": "date",
                "timestamp": seconds,
                "format": "{date_short_pretty} {time}",
                "fallback": run.text,
            }));
        }
        None => {}
    }
    let mut element = match &run.url {
        Some(url) => json!({ "type": "link", "url": url, "text": run.text }),
        None => json!({ "type": "text", "text": run.text }),
    };
    let styles = [
        ("bold", run.bold),
        ("italic", run.italic),
        ("code", run.code),
    ];
    for (name, _) in styles.iter().filter(|(_, is_on)| *is_on) {
        element["style"][*name] = json!(true);
    }
    Some(element)
}
