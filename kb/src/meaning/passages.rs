//! Passages kept as small vectors and compared with a question one by one. It knows nothing of what
//! the passages belong to: an owner is a number that the caller chose.

use super::Table;

/// Many passages, each with its owner, ready to be compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passages {
    dims: usize,
    owners: Vec<u32>,
    scales: Vec<f32>,
    /// Bytes, widened once: multiplying and adding pairs of 16-bit numbers is one instruction on
    /// every processor, and halves the time of a question.
    rows: Vec<i16>,
}

/// A question's vector, ready to be compared with passages.
#[derive(Clone, Debug)]
pub struct Query {
    scale: f32,
    row: Vec<i16>,
}

impl Query {
    /// Reads a question.
    #[must_use]
    pub fn new(table: &Table, text: &str) -> Query {
        let vector = table.vector(text);
        let (scale, row) = small(&vector);
        let row = row.map(i16::from).collect();
        Query { scale, row }
    }

    /// Tells whether not one word of the question is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scale == 0.0
    }
}

impl Passages {
    /// Adds a passage of `owner`; one without any known word is left out.
    pub fn push(&mut self, table: &Table, owner: u32, text: &str) {
        let vector = table.vector(text);
        let (scale, row) = small(&vector);
        if scale > 0.0 {
            self.dims = vector.len();
            self.owners.push(owner);
            self.scales.push(scale);
            self.rows.extend(row.map(i16::from));
        }
    }

    /// Calls `each` with the owner of every passage and its cosine with the question, -1 to 1, in the
    /// order in which the passages were added.
    pub fn compare(&self, query: &Query, mut each: impl FnMut(u32, f32)) {
        if self.dims == 0 || query.row.len() != self.dims {
            return;
        }
        let products = pulp::Arch::new().dispatch(Products {
            rows: &self.rows,
            query: &query.row,
        });
        for ((product, owner), scale) in products.into_iter().zip(&self.owners).zip(&self.scales) {
            each(*owner, product as f32 * scale * query.scale);
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
        bytes.extend(self.rows.iter().map(|x| (*x as i8).cast_unsigned()));
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
            rows: rows
                .iter()
                .map(|byte| i16::from(byte.cast_signed()))
                .collect(),
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

/// Gives a vector as bytes and the number that they were divided by; 0 for the zero vector.
fn small(vector: &[f32]) -> (f32, impl Iterator<Item = i8>) {
    let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let scale = largest / 127.0;
    // A cast from f32 saturates, and |x / scale| is at most 127.
    (
        scale,
        vector.iter().map(move |x| {
            if scale > 0.0 {
                (x / scale).round() as i8
            } else {
                0
            }
        }),
    )
}

/// The products of many rows with one, as a call that is compiled for several processors.
struct Products<'a> {
    rows: &'a [i16],
    query: &'a [i16],
}

impl pulp::NullaryFnOnce for Products<'_> {
    type Output = Vec<i32>;

    // Inlined, because only what stands within the call is compiled for each processor.
    #[inline(always)]
    fn call(self) -> Vec<i32> {
        let rows = self.rows.chunks_exact(self.query.len());
        rows.map(|row| dot(row, self.query)).collect()
    }
}

#[inline(always)]
fn dot(left: &[i16], right: &[i16]) -> i32 {
    left.iter()
        .zip(right)
        .map(|(a, b)| i32::from(*a) * i32::from(*b))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(passages: &[&str], question: &str) -> (u32, f32) {
        let table = Table::shipped();
        let mut kept = Passages::default();
        for (owner, text) in (0..).zip(passages) {
            kept.push(&table, owner, text);
        }
        let mut best = (u32::MAX, f32::MIN);
        kept.compare(&Query::new(&table, question), |owner, likeness| {
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
        let table = Table::shipped();
        let mut kept = Passages::default();
        kept.push(&table, 7, "Check the logs of the app");
        kept.push(&table, 9, "Increase the size of the disk");
        let bytes = kept.to_bytes();
        assert_eq!(Passages::from_bytes(&bytes), Some(kept));
        assert_eq!(Passages::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Passages::from_bytes(b"short"), None);
        let none = Passages::default();
        assert_eq!(Passages::from_bytes(&none.to_bytes()), Some(none));
    }

    #[test]
    fn nothing_is_near_a_question_without_words() {
        assert!(Query::new(&Table::shipped(), "?!").is_empty());
        let mut none = Passages::default();
        none.push(&Table::shipped(), 0, "…");
        assert!(none.is_empty());
        assert_eq!(nearest(&["…"], "anything").0, u32::MAX);
    }
}
