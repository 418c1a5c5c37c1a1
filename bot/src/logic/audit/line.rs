//! An entry as a line: JSON with a code over every byte before the code. There is one way to write
//! an entry, so that a line that was changed in any bit is no longer that line.

use std::fmt;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::entry::Entry;
use crate::logic::digest::{hex, read_hex};

/// What stands between an entry and its code.
const BEFORE_MAC: &str = ",\"mac\":\"";

/// What ends a line.
const AFTER_MAC: &str = "\"}";

/// Bytes from the comma before the code to the line's end.
const TAIL: usize = BEFORE_MAC.len() + 64 + AFTER_MAC.len();

/// The key of a chain. Never shown.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// Takes 32 bytes that nobody can guess.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a key as its file has it: 64 small hexadecimal digits.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        read_hex(text.trim_end_matches('\n')).map(Self)
    }

    /// Gives the key as its file has it.
    #[must_use]
    pub fn to_file(&self) -> String {
        format!("{}\n", hex(&self.0))
    }

    fn code(&self, bytes: &[u8]) -> Mac {
        let mut hmac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        hmac.update(bytes);
        Mac(hmac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// The code of an entry: HMAC-SHA256, written as 64 small hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mac([u8; 32]);

impl Mac {
    /// What stands before the first entry.
    pub const NONE: Self = Self([0; 32]);

    /// Reads 64 small hexadecimal digits.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        read_hex(text).map(Self)
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl TryFrom<String> for Mac {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("a code is 64 small hexadecimal digits")
    }
}

impl From<Mac> for String {
    fn from(mac: Mac) -> Self {
        mac.to_string()
    }
}

/// A line with its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The line, without its line break: printable ASCII.
    pub line: String,
    /// Its code.
    pub mac: Mac,
}

impl Seal {
    /// Writes an entry.
    #[must_use]
    pub fn new(key: &Key, entry: &Entry) -> Self {
        let json = serde_json::to_string(entry)
            .expect("an entry has text keys and nothing that cannot be written");
        let body = ascii(json.strip_suffix('}').unwrap_or(&json));
        let mac = key.code(body.as_bytes());
        Self {
            line: format!("{body}{BEFORE_MAC}{mac}{AFTER_MAC}"),
            mac,
        }
    }

    /// Reads a line, without its line break, and checks its code.
    #[must_use]
    pub fn open(key: &Key, line: &[u8]) -> Option<(Entry, Mac)> {
        let at = line.len().checked_sub(TAIL)?;
        let (body, tail) = line.split_at(at);
        let tail = std::str::from_utf8(tail).ok()?;
        let given = tail.strip_prefix(BEFORE_MAC)?.strip_suffix(AFTER_MAC)?;
        let given = Mac::read(given)?;
        let mac = key.code(body);
        if !bool::from(mac.0.ct_eq(&given.0)) {
            return None;
        }
        let json = format!("{}}}", std::str::from_utf8(body).ok()?);
        Some((serde_json::from_str(&json).ok()?, mac))
    }
}

/// Writes everything outside printable ASCII as JSON escapes: a line is then one line and one text
/// wherever it is shown.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if matches!(letter, ' '..='~') {
            out.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}
