//! Shortcodes whose content a separator divides: tabs, each with a header between `+++` lines, and
//! alternatives of which one is wanted.

use std::ops::Range;

use super::expand::{Expander, Frame};
use super::marker::Marker;

/// What separates tabs, and alternatives of `version/specific`.
const SEPARATOR: &str = "<--->";

impl Expander<'_, '_, '_> {
    /// Copies line by line; the first and last may be parts of lines.
    pub(super) fn copy_lines(
        &mut self,
        text: &str,
        range: Range<usize>,
        pin: Option<usize>,
        each: impl Fn(&mut Self, &str, Range<usize>, usize),
    ) {
        let mut start = range.start;
        for line in text[range].split_inclusive('\n') {
            let end = start + line.len();
            each(self, text, start..end, pin.unwrap_or(start));
            start = end;
        }
    }

    /// Copies the inside of tabs or alternatives: separators end a part, `+++` encloses a header.
    pub(super) fn copy_parts(&mut self, text: &str, range: Range<usize>, pin: Option<usize>) {
        self.copy_lines(text, range, pin, |expander, text, line, at| {
            let said = text[line.clone()].trim();
            if said == SEPARATOR {
                return expander.separate(at);
            }
            match expander.frames.last_mut() {
                Some(Frame::Tabs {
                    header: Some(header),
                    ..
                }) if said != "+++" => {
                    header.push_str(&text[line]);
                }
                Some(Frame::Tabs {
                    header: Some(_), ..
                }) => expander.end_header(&text[line], at),
                Some(Frame::Tabs {
                    header,
                    is_open: false,
                    ..
                }) if said == "+++" => {
                    *header = Some(String::new());
                }
                _ => expander.put(text, line, pin),
            }
        });
    }

    pub(super) fn separate(&mut self, at: usize) {
        match self.frames.last_mut() {
            Some(Frame::Alternatives { wanted, current }) => {
                self.muted -= usize::from(wanted != current);
                *current += 1;
                self.muted += usize::from(wanted != current);
            }
            Some(Frame::Tabs {
                header,
                is_open,
                fence,
            }) => {
                *header = None;
                let (was_open, was_fence) = (*is_open, *fence);
                (*is_open, *fence) = (false, false);
                if was_open {
                    self.end_tab(was_fence, at);
                }
            }
            _ => {}
        }
    }

    pub(super) fn end_header(&mut self, closing_line: &str, at: usize) {
        let Some(Frame::Tabs {
            header,
            is_open,
            fence,
        }) = self.frames.last_mut()
        else {
            return;
        };
        let header = header.take().unwrap_or_default();
        let get = |key: &str| {
            let value = header
                .lines()
                .find_map(|line| line.trim().strip_prefix(key)?.trim().strip_prefix('='));
            value.map(|value| value.trim().trim_matches('"').to_owned())
        };
        let (title, highlight, file) = (get("title"), get("highlight"), get("file"));
        *is_open = true;
        *fence = highlight.is_some();
        let indent = &closing_line[..closing_line.len() - closing_line.trim_start().len()];
        self.insert(indent, at);
        self.marker(Marker::TabOpen { title }, false, at);
        if let Some(language) = highlight {
            self.insert(&format!("{indent}~~~~~{language}\n"), at);
        }
        if let Some(path) = file {
            match self.page.library.file(&path) {
                Some(text) => self.insert(&text, at),
                None => self.complain_of_missing(&path, at),
            }
        }
    }

    pub(super) fn end_tab(&mut self, fence: bool, at: usize) {
        if fence {
            self.own_line(at);
            self.insert("~~~~~\n", at);
        }
        self.marker(Marker::TabClose, false, at);
    }
}
