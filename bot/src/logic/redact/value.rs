//! Whether a value may be a secret: what stands for one (`****`, `%s`, `$TOKEN`), what only talks
//! about one ("password: required"), and what looks random.

/// How many times a text changes between digits, small and capital letters at least, for each 16
/// characters, to look random. Words and snake_case change at their borders only.
const CHANGES_OF_16: usize = 3;

/// Tells whether a value stands for a secret, or for none: masks, format directives, variables,
/// nothing.
pub(super) fn is_placeholder(value: &str) -> bool {
    let trimmed =
        value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\'));
    trimmed.is_empty()
        || is_one_character(trimmed)
        || is_masked(trimmed)
        || is_reference(trimmed)
        || NOTHING
            .iter()
            .any(|word| trimmed.eq_ignore_ascii_case(word))
}

fn is_one_character(value: &str) -> bool {
    let mut characters = value.chars();
    let Some(first) = characters.next() else {
        return true;
    };
    matches!(
        first,
        '*' | 'x' | 'X' | '.' | '-' | '_' | '#' | '•' | '?' | '…' | '0'
    ) && characters.all(|c| c == first)
}

fn is_masked(value: &str) -> bool {
    let bytes = value.as_bytes();
    let wrapped = |open: u8, close: u8| {
        bytes.len() > 2
            && bytes[0] == open
            && bytes[bytes.len() - 1] == close
            && bytes[1..bytes.len() - 1].iter().all(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b' ' | b'_' | b'-' | b'.' | b':' | b'*')
            })
    };
    let stars = value.starts_with("***") || value.ends_with("***");
    let word = [
        "redacted", "filtered", "hidden", "masked", "removed", "scrubbed",
    ]
    .iter()
    .any(|word| value.len() <= word.len() + 6 && contains_word(bytes, word));
    wrapped(b'<', b'>') || stars || word
}

fn contains_word(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// Tells whether a value names a variable or a format directive instead of being one.
fn is_reference(value: &str) -> bool {
    let bytes = value.as_bytes();
    let name = |rest: &str| {
        !rest.is_empty()
            && rest
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
    };
    let braced = ["${", "{{", "#{", "$(", "%{", "@{", "<%"]
        .iter()
        .any(|open| value.starts_with(open))
        && matches!(bytes[bytes.len() - 1], b'}' | b')' | b'>' | b'"');
    let variable = value.strip_prefix('$').is_some_and(|rest| {
        name(rest)
            && (is_constant(rest) || rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    });
    let directive = bytes.len() <= 3 && bytes[0] == b'%'
        || (bytes[0] == b'{' && bytes[bytes.len() - 1] == b'}' && bytes.len() <= 20);
    let windows = bytes.len() > 2
        && bytes[0] == b'%'
        && value.ends_with('%')
        && name(&value[1..value.len() - 1]);
    // The lines that it opens are hidden, not what opens them.
    let here_document = value
        .strip_prefix("<<")
        .is_some_and(|rest| name(rest.trim_matches(['-', '~', '"', '\''])));
    let environment =
        value.contains('_') && !value.bytes().any(|b| b.is_ascii_digit()) && is_constant(value);
    braced || variable || directive || windows || here_document || environment || is_code(value)
}

fn is_code(value: &str) -> bool {
    [
        "process.env",
        "os.environ",
        "os.getenv",
        "getenv(",
        "env(",
        "System.getenv",
        "import.meta.env",
        "config.",
        "settings.",
        "var.",
        "self.",
        "this.",
        "secrets.",
        "!Ref",
        "!Sub",
        "arn:aws:",
        "vault:",
        "kms:",
    ]
    .iter()
    .any(|start| value.starts_with(start))
}

/// Tells whether a name is written as constants are: `DB_PASSWORD`.
fn is_constant(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Tells whether a value only says something about a secret, or is a type or a state.
pub(super) fn is_prose(value: &str) -> bool {
    let word = value.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    PROSE
        .binary_search_by(|entry| entry.cmp(&word.to_ascii_lowercase().as_str()))
        .is_ok()
}

/// Tells whether all characters are small letters, or a capital and small letters: a word.
pub(super) fn is_word(value: &str) -> bool {
    let rest = value
        .strip_prefix(|c: char| c.is_ascii_uppercase())
        .unwrap_or(value);
    rest.bytes()
        .all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_' | b'.'))
}

/// Tells whether text looks random: it changes often between digits, small and capital letters, or
/// between digits and the letters of a hexadecimal number.
pub(super) fn looks_random(bytes: &[u8]) -> bool {
    let class = |byte: u8| match byte {
        b'0'..=b'9' => 1,
        b'a'..=b'z' => 2,
        b'A'..=b'Z' => 3,
        _ => 0,
    };
    let mut changes = 0;
    let mut last = 0;
    for byte in bytes.iter().take(256) {
        let now = class(*byte);
        changes += usize::from(now != 0 && last != 0 && now != last);
        last = if now == 0 { last } else { now };
    }
    changes * 16 >= CHANGES_OF_16 * bytes.len().clamp(16, 256)
}

/// Tells whether a value is the id of something: a UUID, or a plain number.
pub(super) fn is_number(value: &str) -> bool {
    value
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'%'))
}

/// Tells whether text is one run of at least 16 letters and digits, both of them.
pub(super) fn is_solid(written: &str) -> bool {
    let written = written.trim_end_matches('=');
    written.len() >= 16
        && written.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && written.bytes().any(|byte| byte.is_ascii_digit())
        && written.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Tells whether text is five groups of letters and digits, as a UUID is.
pub(super) fn is_uuid(written: &str) -> bool {
    let groups = written.split('-').map(|group| {
        let is_plain = group.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_plain { group.len() } else { 0 }
    });
    groups.eq([8, 4, 4, 4, 12])
}

/// Values that say that there is no secret.
#[rustfmt::skip]
const NOTHING: &[&str] = &[
    "null", "nil", "none", "undefined", "nan", "true", "false", "yes", "no", "on", "off", "empty",
    "(null)", "(none)", "(empty)", "(hidden)", "n/a", "na", "unset", "not set", "\\n", "array",
    "object", "[]", "{}", "()", "[object", "...",
];

/// Words that follow "password:" or "token:" in messages and code; sorted.
#[rustfmt::skip]
const PROSE: &[&str] = &[
    "a", "absent", "accepted", "access", "added", "after", "all", "already", "an", "and", "any",
    "are", "array", "as", "at", "authentication", "auto", "bad", "be", "been", "before", "blank",
    "bool", "boolean", "but", "by", "bytes", "can", "cannot", "changed", "char", "checking",
    "confirmed", "could", "created", "default", "denied", "deprecated", "did", "disabled", "does",
    "done", "empty", "enabled", "end", "enter", "error", "exceeded", "expected", "expired",
    "expires", "fail", "failed", "failure", "field", "file", "for", "format", "found", "from",
    "generated", "get", "got", "granted", "has", "have", "header", "identifier", "if", "ignored",
    "in", "incorrect", "inherit", "input", "int", "integer", "invalid", "is", "it", "key", "length",
    "loaded", "locked", "login", "malformed", "may", "mismatch", "missing", "must", "needed",
    "needs", "never", "new", "not", "number", "object", "of", "ok", "okay", "old", "on", "only",
    "optional", "or", "outdated", "passed", "password", "permission", "please", "present", "prompt",
    "provided", "punc", "read", "received", "refresh", "refused", "rejected", "removed", "required",
    "reset", "resolved", "retry", "returned", "revoked", "rotated", "saved", "secret", "see", "set",
    "should", "skipped", "str", "string", "strong", "success", "successful", "successfully", "text",
    "that", "the", "this", "to", "token", "too", "type", "unable", "unauthorized", "unchanged",
    "unexpected", "unknown", "unset", "unsupported", "updated", "use", "used", "user", "using",
    "valid", "validation", "value", "varchar", "verified", "verify", "void", "was", "we", "weak",
    "were", "when", "will", "with", "without", "word", "wrong", "you", "your",
];
