//! Runs of words under construction: emphasis, links and code within a sentence.

use kb::text::{Span, plain_spans};

use crate::shortcode::without_markers;

/// Deeper nesting than any writer means is read without its structure, so that nothing that walks
/// the spans later runs out of stack.
const DEPTH: usize = 16;

/// What encloses a run of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Strong,
    Emphasis,
    Code,
    Link(String),
}

/// Spans under construction.
#[derive(Default)]
pub(crate) struct Inlines {
    done: Vec<Span>,
    open: Vec<(Inline, Vec<Span>)>,
    /// How many are open beyond the depth.
    overflow: usize,
}

impl Inlines {
    pub fn open(&mut self, inline: Inline) {
        if self.open.len() >= DEPTH {
            self.overflow += 1;
        } else {
            self.open.push((inline, Vec::new()));
        }
    }

    /// Closes the innermost run, whatever it is.
    pub fn close(&mut self) {
        if self.overflow > 0 {
            self.overflow -= 1;
        } else if let Some((inline, spans)) = self.open.pop() {
            self.span(enclose(inline, spans));
        }
    }

    /// Closes the innermost run of that kind, if one is open.
    pub fn close_kind(&mut self, is_kind: impl Fn(&Inline) -> bool) {
        if self.open.iter().any(|(inline, _)| is_kind(inline)) {
            while let Some((inline, spans)) = self.open.pop() {
                let is_it = is_kind(&inline);
                self.span(enclose(inline, spans));
                if is_it {
                    return;
                }
            }
        }
    }

    /// Adds words to the innermost run. A marker that the parser took for words is none.
    pub fn text(&mut self, text: &str) {
        let text = &*without_markers(text);
        if text.is_empty() {
            return;
        }
        let spans = self.innermost();
        match spans.last_mut() {
            Some(Span::Text(last)) => last.push_str(text),
            _ => spans.push(Span::Text(text.to_owned())),
        }
    }

    /// Adds a finished span; empty ones say nothing.
    pub fn span(&mut self, span: Span) {
        if says_nothing(&span) {
            return;
        }
        self.innermost().push(span);
    }

    /// Whether the innermost run ends with a space or has not begun.
    pub fn wants_no_space(&self) -> bool {
        let spans = self.open.last().map_or(&self.done, |(_, spans)| spans);
        match spans.last() {
            None => self.open.is_empty(),
            Some(Span::Text(text)) => text.ends_with(char::is_whitespace),
            Some(Span::Break) => true,
            Some(_) => false,
        }
    }

    /// Takes everything, closing what is open; white space at the ends is removed.
    pub fn take(&mut self) -> Vec<Span> {
        self.overflow = 0;
        while !self.open.is_empty() {
            self.close();
        }
        let mut spans = std::mem::take(&mut self.done);
        trim(&mut spans);
        spans
    }

    fn innermost(&mut self) -> &mut Vec<Span> {
        match self.open.last_mut() {
            Some((_, spans)) => spans,
            None => &mut self.done,
        }
    }
}

fn says_nothing(span: &Span) -> bool {
    match span {
        Span::Text(text) | Span::Code(text) => text.is_empty(),
        Span::Strong(spans) | Span::Emphasis(spans) | Span::Link { text: spans, .. } => {
            spans.iter().all(says_nothing)
        }
        Span::Break => false,
    }
}

fn enclose(inline: Inline, spans: Vec<Span>) -> Span {
    match inline {
        Inline::Strong => Span::Strong(spans),
        Inline::Emphasis => Span::Emphasis(spans),
        Inline::Code => Span::Code(plain_spans(&spans)),
        Inline::Link(url) => Span::Link { text: spans, url },
    }
}

fn trim(spans: &mut Vec<Span>) {
    while matches!(spans.last(), Some(Span::Break)) {
        spans.pop();
    }
    if let Some(Span::Text(text)) = spans.last_mut() {
        text.truncate(text.trim_end().len());
    }
    let leading = spans
        .iter()
        .take_while(|span| matches!(span, Span::Break))
        .count();
    spans.drain(..leading);
    if let Some(Span::Text(text)) = spans.first_mut() {
        text.drain(..text.len() - text.trim_start().len());
    }
    spans.retain(|span| !matches!(span, Span::Text(text) if text.is_empty()));
}
