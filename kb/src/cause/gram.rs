//! Finds many fixed texts in a text of any length, whatever the case of their letters: one look at
//! four bytes for each position, and seldom a second. What a find leads to is the matcher's.

/// Words of the filter, as a power of two: 16 KiB stay in the nearest cache.
const WORDS: u32 = 11;
/// Chains of entries, as a power of two: longer than any catalogue's number of keys.
const CHAINS: u32 = 13;
/// Bytes that are looked at together.
const GRAM: usize = 4;
/// Shortest text that can be found.
pub(super) const SHORTEST: usize = GRAM - 1;
/// The end of a chain.
const END: u32 = u32::MAX;

/// Fixed texts, ready to be found.
///
/// An automaton over as many keys takes tens of milliseconds to build, or hundreds and megabytes to
/// be fast; a question at a terminal has neither. This is built in less than one.
#[derive(Debug)]
pub(super) struct Grams {
    keys: Vec<Box<[u8]>>,
    /// Two bits for each entry, in one word: of 5,000, one place in 150 looks like one of them.
    filter: Box<[u64; 1 << WORDS]>,
    /// The first entry of each chain.
    heads: Vec<u32>,
    entries: Vec<Entry>,
}

/// Four bytes that stand in a key.
#[derive(Clone, Copy, Debug)]
struct Entry {
    gram: u32,
    key: u32,
    /// Bytes of the key before the four.
    before: u32,
    next: u32,
}

impl Grams {
    /// Takes keys of at least [`SHORTEST`] bytes; a shorter one is never found. Of each, those four
    /// bytes are looked for that do not stand in `ordinary` and weigh most.
    pub(super) fn new<'k>(
        keys: impl IntoIterator<Item = &'k str>,
        ordinary: &str,
        weight: impl Fn(&[u8]) -> i64,
    ) -> Self {
        let mut is_ordinary = vec![false; 1 << CHAINS];
        for window in ordinary.as_bytes().array_windows() {
            is_ordinary[chain(hash(fold(*window)))] = true;
        }
        let worth = |window: &[u8; GRAM]| match is_ordinary[chain(hash(fold(*window)))] {
            true => 0,
            false => weight(window),
        };
        let mut grams = Self {
            keys: Vec::new(),
            filter: Box::new([0; 1 << WORDS]),
            heads: vec![END; 1 << CHAINS],
            entries: Vec::new(),
        };
        for key in keys {
            grams.add(key.as_bytes(), worth);
        }
        grams
    }

    /// Calls `each` for every key in `text`, with a place within the find and the key's number; the
    /// places never go back.
    pub(super) fn find(&self, text: &[u8], mut each: impl FnMut(usize, usize)) {
        for (at, window) in text.array_windows().enumerate() {
            let gram = fold(*window);
            let hash = hash(gram);
            if self.filter[word(hash)] & bits(hash) == bits(hash) {
                self.look(text, at, gram, &mut each);
            }
        }
        // A key of three bytes may end the text.
        if let [.., a, b, c] = *text {
            self.look(text, text.len() - SHORTEST, fold([a, b, c, 0]), &mut each);
        }
    }

    #[inline(never)]
    fn look(&self, text: &[u8], at: usize, gram: u32, each: &mut impl FnMut(usize, usize)) {
        let mut next = self.heads[chain(hash(gram))];
        while let Some(entry) = self.entries.get(next as usize) {
            next = entry.next;
            if entry.gram != gram {
                continue;
            }
            let key = &self.keys[entry.key as usize];
            let found = at
                .checked_sub(entry.before as usize)
                .and_then(|start| text.get(start..start + key.len()));
            if found.is_some_and(|found| found.eq_ignore_ascii_case(key)) {
                each(at, entry.key as usize);
            }
        }
    }

    fn add(&mut self, key: &[u8], worth: impl Fn(&[u8; GRAM]) -> i64) {
        let number = self.keys.len() as u32;
        self.keys.push(key.into());
        let best = key
            .array_windows()
            .enumerate()
            .max_by_key(|(_, window)| worth(window));
        match (best, key) {
            (Some((before, window)), _) => self.put(fold(*window), number, before as u32),
            // Whatever comes behind three bytes; folding leaves half of all bytes.
            (None, &[a, b, c]) => {
                let mut after: Vec<u32> = (0..=u8::MAX).map(|d| fold([a, b, c, d])).collect();
                after.sort_unstable();
                after.dedup();
                for gram in after {
                    self.put(gram, number, 0);
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, gram: u32, key: u32, before: u32) {
        let hash = hash(gram);
        self.filter[word(hash)] |= bits(hash);
        let next = std::mem::replace(&mut self.heads[chain(hash)], self.entries.len() as u32);
        self.entries.push(Entry {
            gram,
            key,
            before,
            next,
        });
    }
}

/// Sets the bit that tells capital letters from small ones, in all four bytes: other bytes that it
/// makes alike are told apart when the key is compared.
fn fold(bytes: [u8; GRAM]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// Spreads four bytes over all numbers, by Knuth's multiplicative hash.
fn hash(gram: u32) -> u32 {
    gram.wrapping_mul(0x9e37_79b1)
}

/// The word of the filter, by the best bits of a hash.
fn word(hash: u32) -> usize {
    (hash >> (u32::BITS - WORDS)) as usize
}

/// The two bits in that word, by the bits below.
fn bits(hash: u32) -> u64 {
    let (one, other) = (hash >> 15, hash >> 9);
    1 << (one & 63) | 1 << (other & 63)
}

fn chain(hash: u32) -> usize {
    (hash >> (u32::BITS - CHAINS)) as usize
}

#[cfg(test)]
mod tests {
    use super::Grams;

    fn found(keys: &[&str], text: &str) -> Vec<(usize, usize)> {
        let grams = Grams::new(keys.iter().copied(), "fuse", |window| window[0].into());
        let mut found = Vec::new();
        grams.find(text.as_bytes(), |at, key| found.push((at, key)));
        found
    }

    #[test]
    fn keys_are_found_whatever_their_case_and_wherever_they_stand() {
        let keys = ["refused", "h12", "used", "(111: "];
        assert_eq!(found(&keys, "REFUSED"), [(3, 2), (3, 0)]);
        assert_eq!(found(&keys, "code=H12"), [(5, 1)]);
        assert_eq!(found(&keys, "h12"), [(0, 1)]);
        assert_eq!(found(&keys, "H12 h12"), [(0, 1), (4, 1)]);
        assert_eq!(found(&keys, "failed (111: x)").len(), 1);
        assert_eq!(found(&keys, "[111: refuse\u{4}"), []);
        assert_eq!(found(&keys, "us"), []);
        assert_eq!(found(&keys, ""), []);
    }

    #[test]
    fn every_key_is_found_as_a_plain_search_finds_it() {
        let keys: Vec<String> = (0..3_000_u32)
            .map(|n| format!("k{:08x}", n.wrapping_mul(2_654_435_761)))
            .collect();
        let grams = Grams::new(keys.iter().map(String::as_str), "k", |window| {
            window[3].into()
        });
        let text = keys.join("\n");
        let mut seen = vec![false; keys.len()];
        let mut last = 0;
        grams.find(text.as_bytes(), |at, key| {
            assert!(at >= last, "{at} behind {last}");
            last = at;
            seen[key] = true;
        });
        assert_eq!(seen.iter().position(|seen| !seen), None);
    }
}
