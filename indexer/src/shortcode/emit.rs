//! How an expansion writes: text where it is wanted, markers on lines of their own, complaints.

use std::ops::Range;

use super::expand::{Expander, Frame};
use super::marker::Marker;
use super::scan::{Malformed, Tag};
use crate::source::Complaint;

impl Expander<'_, '_, '_> {
    /// Writes a marker on a line of its own, within the list item or quotation that it stands in.
    pub(super) fn marker(&mut self, marker: Marker, ends_line: bool, at: usize) {
        if self.is_muted() {
            return;
        }
        let line = self.current_line();
        // In a table's row, a line break would end the table.
        let is_row = line.trim_start().starts_with('|');
        let comment = self.markers.write(marker);
        if is_row {
            return self.insert(&comment, at);
        }
        let indent = self.own_line(at);
        self.insert(&comment, at);
        if !ends_line {
            self.break_line(indent, at);
        }
    }

    /// Breaks the line unless nothing was said on it; gives the indentation that continues it.
    pub(super) fn own_line(&mut self, at: usize) -> String {
        let (prefix, rest) = container_prefix(self.current_line());
        let is_empty = rest.trim().is_empty();
        // The blanks with which the text goes on after a break of ours place it nowhere: counted
        // in, each break on a line would indent the next one further.
        let indent = match &self.broken {
            Some((start, indent)) if *start == self.line_start => indent.clone(),
            _ => prefix,
        };
        if !is_empty && !self.is_muted() {
            self.break_line(indent.clone(), at);
        }
        indent
    }

    fn break_line(&mut self, indent: String, at: usize) {
        self.insert(&format!("\n{indent}"), at);
        self.broken = Some((self.line_start, indent));
    }

    pub(super) fn current_line(&self) -> &str {
        &self.out.text()[self.line_start..]
    }

    pub(super) fn is_muted(&self) -> bool {
        self.muted > 0
    }

    pub(super) fn insert(&mut self, text: &str, at: usize) {
        if let Some(Frame::Tabs {
            header: Some(header),
            ..
        }) = self.frames.last_mut()
        {
            header.push_str(text);
        } else if !self.is_muted() {
            self.note_line(text);
            self.out.insert(text, at);
        }
    }

    pub(super) fn put(&mut self, text: &str, range: Range<usize>, pin: Option<usize>) {
        if self.is_muted() {
            return;
        }
        self.note_line(&text[range.clone()]);
        match pin {
            Some(at) => self.out.insert(&text[range], at),
            None => self.out.copy(text, range),
        }
    }

    /// Keeps track of where the last line begins, before text is written.
    fn note_line(&mut self, text: &str) {
        if let Some(at) = memchr::memrchr(b'\n', text.as_bytes()) {
            self.line_start = self.out.text().len() + at + 1;
        }
    }

    pub(super) fn complain(&mut self, at: usize, complaint: Complaint) {
        if !self.is_muted() {
            self.complaints.at((self.place)(at), complaint);
        }
    }

    pub(super) fn complain_of_malformed(&mut self, malformed: &Malformed) {
        let message = format!("this begins a shortcode but is none: {}", malformed.why);
        let complaint = Complaint::error("unclosed-shortcode", message);
        let hint =
            "close it with `>}}` or `%}}` as it was opened; to show it, write `{{</* name */>}}`";
        self.complain(malformed.at, complaint.hint(hint));
    }

    pub(super) fn complain_of_unknown(&mut self, tag: &Tag, what: &str, at: usize) {
        if self.missing.insert(tag.name.clone()) {
            let message = format!("unknown shortcode `{}`: {what}", tag.name);
            let hint = "give its text under `values`, or its folder of templates under `includes`";
            self.complain(at, Complaint::note("unknown-shortcode", message).hint(hint));
        }
    }

    pub(super) fn complain_of_missing(&mut self, path: &str, at: usize) {
        if self.missing.insert(path.to_owned()) {
            let message = format!("the included file `{path}` is not at hand: left it out");
            let hint = "name the folder that holds it under `includes`";
            self.complain(at, Complaint::note("missing-include", message).hint(hint));
        }
    }
}

/// Splits a line into what places it in a list or quotation, as blanks and `>`, and the rest.
fn container_prefix(line: &str) -> (String, &str) {
    let mut indent = String::new();
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        indent.push_str(&rest[..rest.len() - trimmed.len()]);
        rest = trimmed;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mark = match rest[digits..].chars().next() {
            Some('>') if digits == 0 => {
                indent.push('>');
                rest = &rest[1..];
                continue;
            }
            Some('-' | '*' | '+') if digits == 0 => 1,
            Some('.' | ')') if (1..10).contains(&digits) => digits + 1,
            _ => return (indent, rest),
        };
        if !rest[mark..].starts_with([' ', '\t']) {
            return (indent, rest);
        }
        indent.extend(std::iter::repeat_n(' ', mark));
        rest = &rest[mark..];
    }
}
