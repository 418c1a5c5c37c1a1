//! Passages kept as small vectors and compared with a question one by one. It knows nothing of what
//! the passages belong to: an owner is a number that the caller chose.

use super::Meaning;

/// Many passages, each with its owner, ready to be compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passages {
    dims: usize,
    owners: Vec<u32>,
    scales: Vec<f32>,
    rows: Vec<i8>,
}

impl Passages {
    /// Adds a passage of `owner`; one without any known word is left out.
    pub fn push(&mut self, owner: u32, meaning: &Meaning) {
        if !meaning.is_empty() {
            self.dims = meaning.row.len();
            self.owners.push(owner);
            self.scales.push(meaning.scale);
            self.rows.extend_from_slice(&meaning.row);
        }
    }

    /// Calls `each` with the owner of every passage and its cosine with a question, -1 to 1, in the
    /// order in which the passages were added.
    pub fn compare(&self, question: &Meaning, mut each: impl FnMut(u32, f32)) {
        if self.dims == 0 || question.row.len() != self.dims {
            return;
        }
        let query: Vec<i16> = question.row.iter().copied().map(i16::from).collect();
        let products = pulp::Arch::new().dispatch(Products {
            rows: &self.rows,
            query: &query,
        });
        for ((product, owner), scale) in products.into_iter().zip(&self.owners).zip(&self.scales) {
            each(*owner, product as f32 * scale * question.scale);
        }
    }

    /// Gives the passages as bytes, to be kept on disk: dimensions and count, owners, scales, rows.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = [self.dims as u32, self.owners.len() as u32];
        let numbers = header
            .iter()
            .chain(&self.owners)
            .map(|number| number.to_le_bytes());
        let scales = self.scales.iter().map(|scale| scale.to_le_bytes());
        let mut bytes: Vec<u8> = numbers.chain(scales).flatten().collect();
        bytes.extend(self.rows.iter().map(|x| x.cast_unsigned()));
        bytes
    }

    /// Reads what [`Passages::to_bytes`] gave; `None` where the lengths do not fit.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Passages> {
        let (header, rest) = bytes.split_at_checked(8)?;
        let [dims, count] = [0, 4].map(|at| number(&header[at..]) as usize);
        let (owners, rest) = rest.split_at_checked(count.checked_mul(4)?)?;
        let (scales, rows) = rest.split_at_checked(count * 4)?;
        let is_whole = Some(rows.len()) == count.checked_mul(dims);
        is_whole.then(|| Passages {
            dims,
            owners: owners.chunks_exact(4).map(number).collect(),
            scales: scales
                .chunks_exact(4)
                .map(number)
                .map(f32::from_bits)
                .collect(),
            rows: rows.iter().map(|byte| byte.cast_signed()).collect(),
        })
    }

    /// How many passages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }
}

/// Reads the number that four bytes begin with.
fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// The products of many rows with one, as a call that is compiled for several processors.
struct Products<'a> {
    rows: &'a [i8],
    query: &'a [i16],
}

impl pulp::NullaryFnOnce for Products<'_> {
    type Output = Vec<i32>;

    // Only what is inlined is compiled for each processor, and a closure or an iterator's adapter
    // need not be: these are plain loops.
    #[inline(always)]
    fn call(self) -> Vec<i32> {
        let mut products = Vec::with_capacity(self.rows.len() / self.query.len());
        for row in self.rows.chunks_exact(self.query.len()) {
            products.push(dot(row, self.query));
        }
        products
    }
}

/// How many numbers are widened at once: two of the widest vectors that are made use of.
const AT_ONCE: usize = 32;

#[inline(always)]
fn dot(row: &[i8], query: &[i16]) -> i32 {
    let (row, row_rest) = row.as_chunks::<AT_ONCE>();
    let (query, query_rest) = query.as_chunks::<AT_ONCE>();
    let mut sum = 0;
    for (row, query) in row.iter().zip(query) {
        // Widened first: multiplying and adding pairs of 16-bit numbers is one instruction.
        let mut wide = [0_i16; AT_ONCE];
        for (to, from) in wide.iter_mut().zip(row) {
            *to = i16::from(*from);
        }
        for (a, b) in wide.iter().zip(query) {
            sum += i32::from(*a) * i32::from(*b);
        }
    }
    for (a, b) in row_rest.iter().zip(query_rest) {
        sum += i32::from(*a) * i32::from(*b);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::Table;
    use super::*;

    fn meaning(text: &str) -> Meaning {
        Table::shipped().meaning(text)
    }

    fn nearest(passages: &[&str], question: &str) -> (u32, f32) {
        let mut kept = Passages::default();
        for (owner, text) in (0..).zip(passages) {
            kept.push(owner, &meaning(text));
        }
        let mut best = (u32::MAX, f32::MIN);
        kept.compare(&meaning(question), |owner, likeness| {
            if likeness > best.1 {
                best = (owner, likeness);
            }
        });
        best
    }

    #[test]
    fn the_nearest_passage_wins() {
        let passages = [
            "Increase the size of the disk",
            "Check the logs of the app",
            "Connect to the database",
        ];
        assert_eq!(
            nearest(
                &passages,
                "where do I see what my application printed to its log"
            )
            .0,
            1
        );
        assert_eq!(nearest(&passages, "give it more storage space").0, 0);
    }

    #[test]
    fn the_same_words_are_the_same_meaning() {
        let (_, likeness) = nearest(&["Connect to the database"], "connect TO the database?");
        assert!((likeness - 1.0).abs() < 0.02, "{likeness}");
    }

    #[test]
    fn what_is_kept_on_disk_comes_back() {
        let mut kept = Passages::default();
        kept.push(7, &meaning("Check the logs of the app"));
        kept.push(9, &meaning("Increase the size of the disk"));
        let bytes = kept.to_bytes();
        assert_eq!(Passages::from_bytes(&bytes), Some(kept));
        assert_eq!(Passages::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Passages::from_bytes(b"short"), None);
        let none = Passages::default();
        assert_eq!(Passages::from_bytes(&none.to_bytes()), Some(none));
    }

    #[test]
    fn rows_of_any_length_are_multiplied_whole() {
        let row: Vec<i8> = (-50..50).collect();
        let query: Vec<i16> = (0..100).map(|n| n - 30).collect();
        let expected: i32 = row
            .iter()
            .zip(&query)
            .map(|(a, b)| i32::from(*a) * i32::from(*b))
            .sum();
        assert_eq!(dot(&row, &query), expected);
    }

    #[test]
    fn nothing_is_near_a_question_without_words() {
        assert!(meaning("?!").is_empty());
        let mut none = Passages::default();
        none.push(0, &meaning("…"));
        assert!(none.is_empty());
        assert_eq!(nearest(&["…"], "anything").0, u32::MAX);
    }
}
