//! From a message to lines of a terminal. Code and evidence are never wrapped: what is copied must
//! be byte for byte what was meant, apart from control characters, which are shown and not sent.

use kb::text::{Block, Span};
use unicode_width::UnicodeWidthStr;

use super::Paint;
use crate::logic::message::{Button, Message, Part, Source, Value};

/// How far code and evidence stand to the right of the text.
const INDENT: &str = "    ";

/// A terminal to render for.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Columns to wrap to; `None` for no wrapping.
    pub width: Option<usize>,
    /// Its colours.
    pub paint: Paint,
}

impl Terminal {
    /// Renders a message. Buttons are numbered from 1, in their order.
    #[must_use]
    pub fn message(&self, message: &Message) -> String {
        let mut page = Page {
            terminal: *self,
            lines: Vec::new(),
        };
        if let Some(title) = &message.title {
            let title = safe(title);
            for line in self.wrap(&title, "", "") {
                page.lines.push(self.paint.title(message.tone, &line));
            }
        }
        message.parts.iter().for_each(|part| page.part(part));
        page.buttons(&message.buttons);
        let mut text = page.lines.join("\n");
        text.push('\n');
        text
    }

    fn wrap(&self, text: &str, first: &str, rest: &str) -> Vec<String> {
        let Some(width) = self.width else {
            return text
                .split('\n')
                .enumerate()
                .map(|(index, line)| format!("{}{line}", if index == 0 { first } else { rest }))
                .collect();
        };
        let options = textwrap::Options::new(width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false);
        text.split('\n')
            .enumerate()
            .flat_map(|(index, line)| {
                let options = if index == 0 {
                    options.clone()
                } else {
                    options.clone().initial_indent(rest)
                };
                textwrap::wrap(line, options)
                    .into_iter()
                    .map(std::borrow::Cow::into_owned)
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

/// Gives a message as plain text: no colours, no wrapping. Also what a screen reader is given.
#[must_use]
pub fn plain_text(message: &Message) -> String {
    Terminal {
        width: None,
        paint: Paint { colour: false },
    }
    .message(message)
}

/// The lines that were rendered so far.
struct Page {
    terminal: Terminal,
    lines: Vec<String>,
}

impl Page {
    fn part(&mut self, part: &Part) {
        match part {
            Part::Text(blocks) => blocks.iter().for_each(|block| {
                self.gap();
                self.block(block, "");
            }),
            Part::Command { text, remark } => {
                self.gap();
                self.code(text, "");
                if let Some(remark) = remark {
                    self.text(&self.terminal.paint.faint(&safe(remark)), INDENT);
                }
            }
            Part::Fields(fields) => self.fields(fields),
            Part::Evidence { text, line } => {
                self.gap();
                if let Some(line) = line {
                    self.lines
                        .push(self.terminal.paint.faint(&format!("line {line}:")));
                }
                self.code(text, "");
            }
            Part::Source(source) => self.source(source),
            Part::Remark(text) => {
                self.gap();
                self.text(&self.terminal.paint.faint(&safe(text)), "");
            }
        }
    }

    fn block(&mut self, block: &Block, indent: &str) {
        match block {
            Block::Paragraph(spans) => self.text(&self.spans(spans), indent),
            Block::List { first, items } => self.list(*first, items, indent),
            Block::Code { title, text, .. } => {
                if let Some(title) = title {
                    self.text(&self.terminal.paint.faint(&safe(title)), indent);
                }
                self.code(text, indent);
            }
            Block::Note { title, blocks } => {
                let bar = format!("{indent}│ ");
                if let Some(title) = title {
                    self.text(&self.terminal.paint.strong(&safe(title)), &bar);
                }
                self.blocks(blocks, &bar);
            }
            Block::Quote(blocks) => self.blocks(blocks, &format!("{indent}> ")),
            Block::Table { header, rows } => self.table(header, rows, indent),
        }
    }

    fn blocks(&mut self, blocks: &[Block], indent: &str) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                self.lines.push(indent.trim_end().to_owned());
            }
            self.block(block, indent);
        }
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>], indent: &str) {
        for (index, item) in items.iter().enumerate() {
            let bullet = match first {
                Some(first) => format!("{}. ", first + index as u64),
                None => "- ".to_owned(),
            };
            let inner = format!("{indent}{}", " ".repeat(bullet.len()));
            let before = self.lines.len();
            self.blocks(item, &inner);
            // The bullet takes the place of the first line's indent.
            if let Some(line) = self.lines.get_mut(before) {
                *line = format!(
                    "{indent}{bullet}{}",
                    line.strip_prefix(&inner).unwrap_or(line)
                );
            }
        }
    }

    fn table(&mut self, header: &[Vec<Span>], rows: &[Vec<Vec<Span>>], indent: &str) {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
        if let Some(width) = self.terminal.width {
            table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width.saturating_sub(indent.len())).unwrap_or(u16::MAX));
        }
        table.set_header(header.iter().map(|cell| safe(&kb::text::plain_spans(cell))));
        for row in rows {
            table.add_row(row.iter().map(|cell| safe(&kb::text::plain_spans(cell))));
        }
        self.lines.extend(
            table
                .lines()
                .map(|line| format!("{indent}{}", line.trim_end())),
        );
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => safe(text),
            Value::Code(text) => self.code_span(text),
            Value::Person(person) => person.to_string(),
            Value::Time(moment) => moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        }
    }

    fn fields(&mut self, fields: &[(String, Value)]) {
        self.gap();
        let widest = fields
            .iter()
            .map(|(name, _)| name.width())
            .max()
            .unwrap_or(0);
        for (name, value) in fields {
            let label = format!("{name}:{}", " ".repeat(widest - name.width() + 1));
            let rest = " ".repeat(widest + 2);
            let lines = self.terminal.wrap(&self.value(value), &rest, &rest);
            for (index, line) in lines.iter().enumerate() {
                let value = line.strip_prefix(&rest).unwrap_or(line);
                let label = if index == 0 {
                    self.terminal.paint.faint(&label)
                } else {
                    rest.clone()
                };
                self.lines
                    .push(format!("{label}{value}").trim_end().to_owned());
            }
        }
    }

    fn source(&mut self, source: &Source) {
        self.gap();
        let place = match &source.url {
            Some(url) => format!("{} ({})", source.place, safe(url)),
            None => source.place.clone(),
        };
        self.lines.push(
            self.terminal
                .paint
                .faint(&format!("source: {}", safe(&source.name))),
        );
        self.lines
            .push(self.terminal.paint.faint(&format!("        {place}")));
    }

    fn buttons(&mut self, buttons: &[Button]) {
        if buttons.is_empty() {
            return;
        }
        self.gap();
        for (index, button) in buttons.iter().enumerate() {
            self.lines.push(format!(
                "{} {}",
                self.terminal.paint.strong(&format!("[{}]", index + 1)),
                button.label
            ));
        }
    }

    fn text(&mut self, text: &str, indent: &str) {
        self.lines.extend(
            self.terminal
                .wrap(text, indent, indent)
                .into_iter()
                .map(|line| line.trim_end().to_owned()),
        );
    }

    fn code(&mut self, text: &str, indent: &str) {
        for line in text.lines() {
            self.lines.push(format!(
                "{indent}{INDENT}{}",
                self.terminal.paint.code(&safe(line))
            ));
        }
    }

    fn spans(&self, spans: &[Span]) -> String {
        spans.iter().map(|span| self.span(span)).collect()
    }

    fn span(&self, span: &Span) -> String {
        match span {
            Span::Text(text) => safe(text),
            Span::Strong(spans) => self
                .terminal
                .paint
                .strong(&safe(&kb::text::plain_spans(spans))),
            Span::Emphasis(spans) => self.spans(spans),
            Span::Code(text) => self.code_span(text),
            Span::Link { text, url } => format!("{} ({})", self.spans(text), safe(url)),
            Span::Break => "\n".to_owned(),
        }
    }

    /// Without colour, back-ticks are what tells code from words.
    fn code_span(&self, text: &str) -> String {
        if self.terminal.paint.colour {
            self.terminal.paint.code(&safe(text))
        } else {
            format!("`{}`", safe(text))
        }
    }

    /// An empty line between parts, and none at the top.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }
}

/// Shows what would command the terminal, or turn the text around: text of guides and logs may say
/// anything, and do nothing.
fn safe(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' => "\n".to_owned(),
            '\t' => "    ".to_owned(),
            c if c.is_control() || is_invisible(c) => c.escape_unicode().to_string(),
            c => c.to_string(),
        })
        .collect()
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::message::Tone;
    use crate::logic::request::Request;
    use expect_test::{Expect, expect};

    fn check(message: &Message, expected: Expect) {
        let terminal = Terminal {
            width: Some(40),
            paint: Paint { colour: false },
        };
        expected.assert_eq(&terminal.message(message));
    }

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(vec![Span::Text(text.to_owned())])
    }

    #[test]
    fn a_message_is_wrapped_and_its_code_is_not() {
        let message = Message::new(Tone::Plain, "Step 2: check the port")
            .sentence("The app has to listen on the port that the platform chooses, not on 3000.")
            .part(Part::Command {
                text: "upsun ssh 'echo $PORT' --a-long-option-that-does-not-fit".into(),
                remark: Some("on your own machine".into()),
            })
            .part(Part::Source(Source {
                name: "Resolve a 502 error".into(),
                place: "502.md:3-9".into(),
                url: Some("https://docs.test/502".into()),
            }))
            .button("Show step 3", Request::Step { number: 3 });
        check(
            &message,
            expect![[r#"
            Step 2: check the port

            The app has to listen on the port that
            the platform chooses, not on 3000.

                upsun ssh 'echo $PORT' --a-long-option-that-does-not-fit
                on your own machine

            source: Resolve a 502 error
                    502.md:3-9 (https://docs.test/502)

            [1] Show step 3
        "#]],
        );
    }

    #[test]
    fn lists_notes_and_fields_are_laid_out() {
        let message = Message::new(Tone::Plain, "A")
            .part(Part::Text(vec![
                Block::List {
                    first: None,
                    items: vec![
                        vec![
                            paragraph("one that is long enough to need a second line"),
                            paragraph("more"),
                        ],
                        vec![paragraph("two")],
                    ],
                },
                Block::Note {
                    title: Some("Mind".into()),
                    blocks: vec![paragraph("an aside")],
                },
            ]))
            .part(Part::Fields(vec![
                ("target".into(), "a / b / c".into()),
                ("took".into(), "2 s".into()),
            ]));
        check(
            &message,
            expect![[r#"
            A

            - one that is long enough to need a
              second line

              more
            - two

            │ Mind
            │ an aside

            target: a / b / c
            took:   2 s
        "#]],
        );
    }

    #[test]
    fn text_cannot_command_the_terminal() {
        let message = Message::new(Tone::Plain, "\x1b]0;owned\x07").part(Part::Evidence {
            text: "a\x1b[2Jb\u{202e}c".into(),
            line: Some(7),
        });
        check(
            &message,
            expect![[r#"
            \u{1b}]0;owned\u{7}

            line 7:
                a\u{1b}[2Jb\u{202e}c
        "#]],
        );
    }
}
