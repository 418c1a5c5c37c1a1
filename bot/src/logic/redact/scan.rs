//! Small readers over bytes that every finder uses. All look at a bounded stretch, so that one
//! endless line cannot make the work quadratic.

use std::ops::Range;

/// How far back a finder looks for the context of a hit, in bytes.
pub(super) const LOOK_BACK: usize = 256;

/// Gives the end of the line that `at` stands in, without its line break.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found)
}

/// Gives the end of the line that `at` stands in, or `most` bytes on if that comes first.
pub(super) fn line_end_within(bytes: &[u8], at: usize, most: usize) -> usize {
    line_end(&bytes[..bytes.len().min(at + most)], at)
}

/// Gives the start of the line that `at` stands in, or of the last `LOOK_BACK` bytes of it.
pub(super) fn line_start(bytes: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(LOOK_BACK);
    memchr::memrchr(b'\n', &bytes[floor..at]).map_or(floor, |found| floor + found + 1)
}

/// Gives the first position from `at` whose byte is not accepted.
pub(super) fn skip(bytes: &[u8], at: usize, accepted: impl Fn(u8) -> bool) -> usize {
    bytes[at.min(bytes.len())..]
        .iter()
        .position(|byte| !accepted(*byte))
        .map_or(bytes.len(), |found| at + found)
}

/// Gives the first position of the run of accepted bytes that ends before `at`.
pub(super) fn skip_back(bytes: &[u8], at: usize, accepted: impl Fn(u8) -> bool) -> usize {
    let floor = at.saturating_sub(LOOK_BACK);
    bytes[floor..at]
        .iter()
        .rposition(|byte| !accepted(*byte))
        .map_or(floor, |found| floor + found + 1)
}

/// Tells whether a word may begin at `at`: nothing before it, no letter or digit, or the end of an
/// escape such as `\n` or `%3D`.
pub(super) fn begins_word(bytes: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|index| bytes[index]) else {
        return true;
    };
    !before.is_ascii_alphanumeric() || ends_escape(&bytes[..at])
}

/// Tells whether text ends with an escape: `\n`, `\t`, `\r`, `%3D`, `\u003d`.
fn ends_escape(before: &[u8]) -> bool {
    let n = before.len();
    let slash = n >= 2 && before[n - 2] == b'\\' && matches!(before[n - 1], b'n' | b't' | b'r');
    let percent = n >= 3 && before[n - 3] == b'%' && is_hex(&before[n - 2..]);
    let unicode = n >= 6 && before[n - 6..].starts_with(b"\\u00") && is_hex(&before[n - 4..]);
    slash || percent || unicode
}

/// Tells whether all bytes are hexadecimal digits.
pub(super) fn is_hex(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_hexdigit)
}

/// Tells whether a byte can stand in a name: letters, digits, `_`, `-`, `$`.
pub(super) const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$')
}

/// Tells whether a byte is a space or a tab.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Tells whether a byte can stand in base64 of either alphabet, without padding.
pub(super) const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-')
}

/// Tells whether `needle` stands at `at`, whatever its case.
pub(super) fn stands_at(bytes: &[u8], at: usize, needle: &[u8]) -> bool {
    bytes
        .get(at..at + needle.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(needle))
}

/// Gives the text of a range; empty where the range is not on character borders.
pub(super) fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}
