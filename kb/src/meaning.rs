//! Meaning without a model: a table gives each word piece a vector, a text is the sum of its pieces,
//! and texts that mean the same point the same way. What an answer does with that is `rank`'s business.
//!
//! The table is learned (see `kb/meaning/README.md`) and compiled in. It is read where it lies: nothing
//! is parsed or copied at the start, and a question touches only the rows of its own words.

mod passages;
mod product;
mod remembered;
mod sum;

pub use passages::Passages;
pub(crate) use remembered::Remembered;
pub use sum::Meaning;

use sum::Sum;

/// The shipped table.
static SHIPPED: &[u8] = include_bytes!("../meaning/meaning.bin");

const MAGIC: &[u8; 8] = b"bot502mt";
const VERSION: u16 = 1;
const HEADER_BYTES: usize = 20;
/// Marks a free slot of the hash table.
const EMPTY: u16 = u16::MAX;
/// Longer runs of letters are hashes, tokens and encoded data, which mean nothing.
const LONGEST_WORD: usize = 40;

/// A learned table of word pieces and their vectors.
///
/// Layout, little-endian: magic, version and dimensions (u16), pieces and slots (u32), then the hash
/// slots (u16), the ends of the pieces' texts (u32), a scale for each row (f32), the rows (i8), the texts.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    dims: usize,
    slots: &'static [u8],
    ends: &'static [u8],
    scales: &'static [u8],
    rows: &'static [u8],
    texts: &'static [u8],
}

impl Table {
    /// Gives the table that is compiled in.
    #[must_use]
    pub fn shipped() -> Table {
        Table::read(SHIPPED).expect("the table is compiled in, and a test reads it")
    }

    /// The bytes of that table, to tell it from another version's.
    pub(crate) fn shipped_bytes() -> &'static [u8] {
        SHIPPED
    }

    /// Reads a table where it lies; `None` where the bytes are not one of this version.
    #[must_use]
    pub fn read(bytes: &'static [u8]) -> Option<Table> {
        let (header, rest) = bytes.split_at_checked(HEADER_BYTES)?;
        let fits = header.starts_with(MAGIC) && u16_at(header, 4) == VERSION;
        let dims = usize::from(u16_at(header, 5));
        let (count, slots) = (u32_at(header, 3) as usize, u32_at(header, 4) as usize);
        if !fits || dims == 0 || !slots.is_power_of_two() || slots <= count {
            return None;
        }
        let (slots, rest) = rest.split_at_checked(slots.checked_mul(2)?)?;
        let (ends, rest) = rest.split_at_checked(count.checked_mul(4)?)?;
        let (scales, rest) = rest.split_at_checked(count.checked_mul(4)?)?;
        let (rows, texts) = rest.split_at_checked(count.checked_mul(dims)?)?;
        Some(Table {
            dims,
            slots,
            ends,
            scales,
            rows,
            texts,
        })
    }

    /// How many numbers make a vector.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// Gives the meaning of a text as a vector of length one; all zeros where no word is known.
    #[must_use]
    pub fn vector(&self, text: &str) -> Vec<f32> {
        let mut pieces = Vec::new();
        self.cut(text, &mut |piece| pieces.push(piece));
        self.sum(&pieces)
    }

    /// Tells whether a word, in lower case, is known as a whole: it is a word that people use.
    #[must_use]
    pub fn has_word(&self, word: &str) -> bool {
        self.find(false, word).is_some()
    }

    fn sum(&self, pieces: &[u16]) -> Vec<f32> {
        pulp::Arch::new().dispatch(Sum {
            table: self,
            pieces,
        })
    }

    /// Gives the meaning of a text in small, to be kept or compared.
    #[must_use]
    pub fn meaning(&self, text: &str) -> Meaning {
        Meaning::of(&self.vector(text))
    }

    /// Cuts a text into the pieces that the table knows, as their texts; for tests and for explaining.
    #[must_use]
    pub fn pieces(&self, text: &str) -> Vec<&'static str> {
        let mut found = Vec::new();
        self.cut(text, &mut |piece| {
            found.push(std::str::from_utf8(self.text(piece)).unwrap_or_default())
        });
        found
    }

    fn cut(&self, text: &str, found: &mut impl FnMut(u16)) {
        let mut lower = String::new();
        for word in words(text) {
            self.cut_word(word, &mut lower, found);
        }
    }

    /// Cuts a word as it is written; `lower` is room for it in lower case.
    fn cut_word(&self, word: &str, lower: &mut String, found: &mut impl FnMut(u16)) {
        lower.clear();
        if word.is_ascii() {
            lower.push_str(word);
            lower.make_ascii_lowercase();
        } else {
            lower.extend(word.chars().flat_map(char::to_lowercase));
        }
        if lower.chars().count() <= LONGEST_WORD {
            self.cut_lower(lower, found);
        }
    }

    /// Gives the whole word, else the longest known pieces from its start; what none covers is left out.
    fn cut_lower(&self, word: &str, found: &mut impl FnMut(u16)) {
        let mut start = 0;
        while start < word.len() {
            let rest = &word[start..];
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            let longest = ends
                .into_iter()
                .find_map(|end| Some((end, self.find(start > 0, &rest[..end])?)));
            match longest {
                Some((end, piece)) => {
                    found(piece);
                    start += end;
                }
                None => start += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
    }

    /// Looks a piece up; pieces that continue a word carry `##` in the table.
    fn find(&self, continues: bool, piece: &str) -> Option<u16> {
        let mark: &[u8] = if continues { b"##" } else { b"" };
        let hash = mark
            .iter()
            .chain(piece.as_bytes())
            .fold(0x811C_9DC5_u32, |hash, byte| {
                (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
            });
        let last = self.slots.len() / 2 - 1;
        let mut at = hash as usize & last;
        // A free slot always exists: there are more slots than pieces, and `read` checked it.
        for _ in 0..=last {
            let number = u16_at(self.slots, at);
            if number == EMPTY {
                return None;
            }
            if self.text(number).strip_prefix(mark) == Some(piece.as_bytes()) {
                return Some(number);
            }
            at = (at + 1) & last;
        }
        None
    }

    fn text(&self, piece: u16) -> &'static [u8] {
        let piece = usize::from(piece);
        if piece * 4 >= self.ends.len() {
            return b"";
        }
        let first = if piece == 0 {
            0
        } else {
            u32_at(self.ends, piece - 1) as usize
        };
        self.texts
            .get(first..u32_at(self.ends, piece) as usize)
            .unwrap_or_default()
    }

    /// A piece's scale and its row.
    #[inline(always)]
    fn row(&self, piece: u16) -> (f32, &'static [u8]) {
        let piece = usize::from(piece);
        let scale = f32::from_bits(u32_at(self.scales, piece));
        (
            scale,
            &self.rows[piece * self.dims..(piece + 1) * self.dims],
        )
    }
}

/// The words of a text, as they are written: runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = skip(text, rest, false);
        rest = skip(text, start, true);
        (start < rest).then(|| &text[start..rest])
    })
}

/// Gives where the first character stands, from `at` on, that is a letter or digit, or that is none.
/// Looks at bytes, not at characters, as long as it can.
fn skip(text: &str, at: usize, over_letters: bool) -> usize {
    let mut at = at;
    while let Some(byte) = text.as_bytes().get(at) {
        let (is_letter, length) = if byte.is_ascii() {
            (byte.is_ascii_alphanumeric(), 1)
        } else {
            let c = text[at..].chars().next().unwrap_or_default();
            (c.is_alphanumeric(), c.len_utf8())
        };
        if is_letter != over_letters {
            break;
        }
        at += length;
    }
    at
}

#[inline(always)]
fn u16_at(bytes: &[u8], index: usize) -> u16 {
    u16::from_le_bytes([bytes[index * 2], bytes[index * 2 + 1]])
}

#[inline(always)]
fn u32_at(bytes: &[u8], index: usize) -> u32 {
    let at = index * 4;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(left: &str, right: &str) -> f32 {
        let table = Table::shipped();
        let (left, right) = (table.vector(left), table.vector(right));
        left.iter().zip(&right).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn words_are_cut_as_the_table_was_learned() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(Table::shipped().pieces(text), expected, "{text}")
        };
        check("Check the Logs!", &["check", "the", "logs"]);
        check("web.commands.start", &["web", "commands", "start"]);
        check("", &[]);
        check("→ … 🚨", &[]);
        check(&"f".repeat(41), &[]);
    }

    #[test]
    fn a_paraphrase_is_nearer_than_small_talk() {
        let near = likeness("the server does not start", "my app won't boot");
        let far = likeness(
            "the server does not start",
            "what is for lunch in the cafeteria",
        );
        assert!(near > far + 0.2, "paraphrase {near}, small talk {far}");
    }

    #[test]
    fn a_text_without_known_words_has_no_direction() {
        assert!(Table::shipped().vector("!!! ---").iter().all(|x| *x == 0.0));
    }

    #[test]
    fn bytes_that_are_not_a_table_are_refused() {
        assert!(Table::read(b"").is_none());
        assert!(Table::read(b"bot502mt and then something that is no table").is_none());
        for cut in [HEADER_BYTES - 1, HEADER_BYTES + 3, 5000, SHIPPED.len() / 2] {
            assert!(Table::read(&SHIPPED[..cut]).is_none(), "{cut} bytes");
        }
    }
}
