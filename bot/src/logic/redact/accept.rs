//! Whether the value beside a name is hidden: what a name promises, against what the value looks like.

use super::name::{self, Class};
use super::pair::Value;
use super::scan::{is_hex, slice};
use super::separator::Join;
use super::value::{is_number, is_placeholder, is_prose, is_solid, is_word, looks_random};
use super::words::{HARMLESS, KEY_OWNERS, VENDORS};

/// The longest value that can be a mask, a message or an id, in bytes: beyond it a value is hidden
/// unseen, and no value is looked at twice.
const LONGEST_MENTION: usize = 1024;

/// No word has so many letters.
const LONGEST_WORD: usize = 20;

/// Judges whether a value is hidden.
pub(super) fn accepts(class: Class, name: &str, text: &str, value: &Value) -> bool {
    let written = slice(text, value.range.clone());
    if written.len() > LONGEST_MENTION {
        return matches!(class, Class::Password | Class::Secret);
    }
    if is_placeholder(written) || is_message(written) {
        return false;
    }
    if value.join == Join::Prose {
        let before = word_before(text, value);
        let owner = before.as_str();
        let is_owned = KEY_OWNERS.contains(&owner) || VENDORS.contains(&owner);
        return !HARMLESS.contains(&owner)
            && (accepts_mention(class, name, written)
                || (name::is_key(name) && is_owned && is_solid(written)));
    }
    let is_loose = !value.is_quoted && matches!(value.join, Join::Colon | Join::Space | Join::Cell);
    let says_state = is_prose(written)
        && (is_loose || written.len() < 4 || (value.is_quoted && is_state(written)));
    if says_state {
        return false;
    }
    match class {
        Class::Password => accepts_password(name, written, is_loose),
        Class::Secret => accepts_secret(name, written, value, is_loose),
        Class::Session => accepts_session(written, is_loose),
        Class::Vendor => {
            written.len() >= 12
                && is_opaque(written)
                && (looks_random(written.as_bytes()) || is_solid(written))
        }
        Class::Mention => {
            name::is_shouted(name)
                && is_opaque(written)
                && (is_solid(written)
                    || written.len() >= 16 && looks_random(written.as_bytes())
                    || written.len() > LONGEST_WORD && is_hex(written.as_bytes()))
        }
        Class::Weak => {
            written.len() >= 16
                && is_opaque(written)
                && looks_random(written.as_bytes())
                && !is_digest(written)
        }
        Class::Code => value.is_query && written.len() >= 12 && looks_random(written.as_bytes()),
        Class::Authorization | Class::Cookie => false,
    }
}

fn accepts_password(name: &str, written: &str, is_loose: bool) -> bool {
    if written.contains("://") && is_address(written) {
        return false;
    }
    let is_short_number = is_number(written) && written.len() < 4;
    let is_count = name.eq_ignore_ascii_case("pass") && is_number(written) && written.len() < 7;
    let is_code = is_loose && is_call(written);
    written.len() >= 3 && !is_short_number && !is_count && !is_code
}

/// Judges a value that stands after a word without anything between, as in "invalid token X": only
/// a long run of letters and digits is one.
fn accepts_mention(class: Class, name: &str, written: &str) -> bool {
    let bytes = written.as_bytes();
    let is_run = bytes.iter().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'=' | b'~')
    }) && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().any(u8::is_ascii_alphabetic);
    let is_solid = is_solid(written);
    let is_shouted = name::is_shouted(name);
    let is_random = looks_random(bytes);
    let is_long = bytes.len() >= 16 && is_run;
    let is_said =
        is_shouted && bytes.len() >= LONGEST_WORD && bytes.iter().all(u8::is_ascii_alphanumeric);
    match class {
        Class::Password | Class::Secret | Class::Mention if is_said => true,
        Class::Password | Class::Secret if name::is_key(name) => {
            is_long && (is_shouted || (is_random && !is_digest(written)))
                || (is_solid && name::has_vendor(name))
        }
        Class::Password | Class::Secret => is_long && (is_random || is_solid || is_shouted),
        Class::Mention => is_long && is_shouted && (is_solid || is_random),
        Class::Vendor | Class::Weak => {
            is_long
                && ((is_shouted && name::is_key(name))
                    || (is_random && !is_digest(written) && bytes.len() >= 24))
        }
        Class::Session | Class::Code | Class::Authorization | Class::Cookie => false,
    }
}

/// Gives the word before a name, in small letters: "cache" of "cache key".
fn word_before(text: &str, value: &Value) -> String {
    let start = text.floor_char_boundary(value.range.start.saturating_sub(80));
    let mut words = slice(text, start..value.range.start)
        .split_ascii_whitespace()
        .rev();
    words.nth(1).unwrap_or_default().to_ascii_lowercase()
}

/// A session's id; the short hexadecimal numbers of a server's log are none that a browser sends.
fn accepts_session(written: &str, is_loose: bool) -> bool {
    let is_log_id =
        written.starts_with("0x") || (is_loose && written.len() < 24 && is_hex(written.as_bytes()));
    written.len() >= 12 && looks_random(written.as_bytes()) && !is_log_id
}

fn accepts_secret(name: &str, written: &str, value: &Value, is_loose: bool) -> bool {
    if written.contains("://") && is_address(written) {
        return name.to_ascii_lowercase().contains("webhook");
    }
    let is_compound = name::is_compound(name);
    let is_mentioned = is_loose && !is_compound && (is_word(written) || written.len() < 10);
    let is_count = is_number(written) && written.len() < 10;
    let is_path = written.starts_with('/') && !looks_random(written.as_bytes());
    let is_list = matches!(value.join, Join::Comma) && is_word(written);
    let is_code = !value.is_quoted && is_call(written) && !looks_random(written.as_bytes());
    let is_short = written.len() < 6;
    let is_bare_word = matches!(
        name.to_ascii_lowercase().as_str(),
        "auth" | "sig" | "pat" | "signature" | "secret" | "secrets"
    ) && is_word(written)
        && !(name::is_shouted(name) && written.len() >= LONGEST_WORD)
        && !value.is_quoted;
    !(is_mentioned || is_count || is_path || is_list || is_code || is_short || is_bare_word)
}

/// Tells whether text is a call: a name and the parenthesis that opens its arguments.
fn is_call(written: &str) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.:$->&*!".contains(byte);
    let name = written.bytes().take_while(|byte| is_part(byte)).count();
    written.as_bytes().get(name) == Some(&b'(')
}

/// Tells whether text is one opaque run, not a path, an address or a sentence.
fn is_opaque(written: &str) -> bool {
    let is_structured =
        |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'(' | b'{' | b'[' | b'<');
    let is_path = written.starts_with(['/', '.']);
    let is_other = is_path || written.contains("://") || written.bytes().any(is_structured);
    !is_other
}

/// Tells whether text is a digest, a UUID or a time: what hashes, ids and caches are made of.
fn is_digest(written: &str) -> bool {
    let bare: Vec<u8> = written
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b':' | b'.' | b'T' | b'Z'))
        .collect();
    is_hex(&bare) || written.starts_with("sha") || written.contains(':')
}

/// Tells whether an address is one: it has no blanks.
fn is_address(written: &str) -> bool {
    !written.bytes().any(|byte| byte.is_ascii_whitespace())
}

/// Tells whether a quoted value is a sentence about a password.
fn is_message(written: &str) -> bool {
    let words: Vec<&str> = written.split_ascii_whitespace().collect();
    words.len() >= 3 && words.iter().filter(|word| is_prose(word)).count() * 3 >= words.len()
}

/// Words that a validator or a schema puts in quotes beside a name.
fn is_state(written: &str) -> bool {
    matches!(
        written.to_ascii_lowercase().as_str(),
        "required"
            | "string"
            | "invalid"
            | "missing"
            | "incorrect"
            | "expired"
            | "optional"
            | "text"
            | "boolean"
            | "is"
            | "the"
            | "field"
            | "wrong"
            | "header"
            | "revoked"
    )
}
