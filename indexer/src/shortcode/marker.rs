//! Marks that carry a shortcode's block (a note, a tab) through the Markdown parser, as HTML
//! comments that no page contains. Making blocks of them is left to the Markdown reader.

use std::borrow::Cow;

/// A private-use character; pages that hold it lose it, so that none can forge a mark.
const SIGN: char = '\u{f502}';

const OPEN: &str = "<!--\u{f502}";
const CLOSE: &str = "-->";

/// The beginning or end of a block that Markdown has no word for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// An aside begins.
    NoteOpen { title: Option<String> },
    /// The innermost aside ends.
    NoteClose,
    /// A tab begins.
    TabOpen { title: Option<String> },
    /// The innermost tab ends.
    TabClose,
}

/// The markers of a page, by the number that stands in the text.
#[derive(Default)]
pub(crate) struct Markers(Vec<Marker>);

impl Markers {
    /// Keeps a marker and gives the comment that stands for it.
    pub fn write(&mut self, mut marker: Marker) -> String {
        if let Marker::NoteOpen { title: Some(title) } | Marker::TabOpen { title: Some(title) } =
            &mut marker
        {
            *title = without_markers(title).into_owned();
        }
        self.0.push(marker);
        format!("{OPEN}{}{CLOSE}", self.0.len() - 1)
    }

    /// Gives the marker that an HTML comment's inner text stands for.
    pub fn read(&self, comment: &str) -> Option<&Marker> {
        self.0
            .get(comment.strip_prefix(SIGN)?.parse::<usize>().ok()?)
    }
}

/// Replaces the sign in text that people wrote. The replacement has the same length, so that every
/// offset stays.
pub(crate) fn without_signs(text: &str) -> Cow<'_, str> {
    if text.contains(SIGN) {
        Cow::Owned(text.replace(SIGN, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Removes markers from text in which they mean nothing: code.
pub(crate) fn without_markers(text: &str) -> Cow<'_, str> {
    if !text.contains(SIGN) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        let after = &rest[start..];
        let end = after
            .find(CLOSE)
            .map_or(after.len(), |end| end + CLOSE.len());
        out.push_str(&rest[..start]);
        rest = &after[end..];
        let is_whole_line = out.is_empty() || out.ends_with('\n');
        rest = if is_whole_line {
            rest.strip_prefix('\n').unwrap_or(rest)
        } else {
            rest
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}
