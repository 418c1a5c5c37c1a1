//! SHA-256 over fields, each with its length before it, so that no two lists of fields give the
//! same bytes.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256, written as 64 small hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Digests bytes as they are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads 64 small hexadecimal digits.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        read_hex(text).map(Self)
    }

    /// Gives the first 12 digits, enough for a person to compare.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("a digest is 64 small hexadecimal digits")
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// Digests fields one after another.
pub struct Fields(Sha256);

impl Fields {
    /// Begins; `purpose` keeps digests of different things apart.
    #[must_use]
    pub fn of(purpose: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.text(purpose);
        fields
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    /// Adds a list, its length first.
    pub fn list<T: AsRef<str>>(&mut self, items: impl ExactSizeIterator<Item = T>) {
        self.number(items.len() as u64);
        items.for_each(|item| self.text(item.as_ref()));
    }

    /// Adds a value in its JSON form.
    pub fn value<T: Serialize>(&mut self, value: &T) {
        let text = serde_json::to_string(value)
            .expect("only types with text keys and no fallible serialisation are digested");
        self.text(&text);
    }

    /// Gives the digest.
    #[must_use]
    pub fn end(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

/// Writes bytes as small hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from(DIGITS[usize::from(half)]))
        .collect()
}

/// Reads 32 bytes from 64 small hexadecimal digits.
#[must_use]
pub fn read_hex(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_and_shows_its_first_digits() {
        let digest = Digest::of(b"abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest.to_string(), text);
        assert_eq!(format!("{digest:?}"), text);
        assert_eq!(digest.short(), "ba7816bf8f01");
        assert_eq!(Digest::read(text), Some(digest));
    }

    #[test]
    fn only_64_small_digits_are_a_digest() {
        let text = "0f".repeat(32);
        let bytes = Digest::read(&text).expect("a digest");
        assert_eq!(bytes.0, [0x0f; 32]);
        for other in [
            "0f".repeat(31),
            "0f".repeat(33),
            format!("{text}0"),
            "0F".repeat(32),
            "0g".repeat(32),
            "/f".repeat(32),
            ":f".repeat(32),
            "`f".repeat(32),
            String::new(),
        ] {
            assert_eq!(Digest::read(&other), None, "{other}");
        }
    }

    #[test]
    fn fields_are_kept_apart_and_each_counts() {
        let of = |add: &dyn Fn(&mut Fields)| {
            let mut fields = Fields::of("test");
            add(&mut fields);
            fields.end()
        };
        let all = [
            of(&|_| {}),
            of(&|fields| fields.number(0)),
            of(&|fields| fields.number(1)),
            of(&|fields| fields.text("ab")),
            of(&|fields| {
                fields.text("a");
                fields.text("b");
            }),
            of(&|fields| fields.list(["ab"].iter())),
            of(&|fields| fields.list(["a", "b"].iter())),
            of(&|fields| fields.value(&["a", "b"])),
            Fields::of("other").end(),
        ];
        let apart: std::collections::BTreeSet<&Digest> = all.iter().collect();
        assert_eq!(apart.len(), all.len());
        assert_eq!(all[2], of(&|fields| fields.number(1)));
    }
}
