//! Passages kept as small vectors and compared with a question one by one. It knows nothing of what
//! the passages belong to: an owner is a number that the caller chose.

use super::Meaning;

/// Many passages, each with its owner, ready to be compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passages {
    dims: usize,
    runs: Vec<Run>,
    scales: Vec<f32>,
    rows: Vec<i8>,
}

/// Passages of one owner that were added one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    owner: u32,
    /// One past its last passage.
    end: u32,
}

impl Passages {
    /// Adds a passage of `owner`; one without any known word is left out.
    pub fn push(&mut self, owner: u32, meaning: &Meaning) {
        if meaning.is_empty() {
            return;
        }
        self.dims = meaning.row.len();
        self.scales.push(meaning.scale);
        self.rows.extend_from_slice(&meaning.row);
        let end = self.scales.len() as u32;
        match self.runs.last_mut() {
            Some(run) if run.owner == owner => run.end = end,
            _ => self.runs.push(Run { owner, end }),
        }
    }

    /// Calls `each` with the owner of every run of passages and the cosine of the nearest of them with
    /// a question, -1 to 1, in the order in which the passages were added. An owner whose passages were
    /// not added one after the other comes more than once.
    pub fn compare(&self, question: &Meaning, mut each: impl FnMut(u32, f32)) {
        if self.dims == 0 || question.row.len() != self.dims {
            return;
        }
        let query: Vec<i16> = question.row.iter().copied().map(i16::from).collect();
        let nearest = pulp::Arch::new().dispatch(Nearest {
            passages: self,
            query: &query,
        });
        for (nearest, run) in nearest.into_iter().zip(&self.runs) {
            each(run.owner, nearest * question.scale);
        }
    }

    /// Gives the cosine of the nearest passage of all; 0 where none is near.
    #[must_use]
    pub fn nearest(&self, question: &Meaning) -> f32 {
        let mut nearest = 0.0_f32;
        self.compare(question, |_, likeness| nearest = nearest.max(likeness));
        nearest
    }

    /// Gives the passages as bytes, to be kept on disk: how many dimensions, passages and runs there
    /// are, the owners and ends of the runs, the scales, the rows.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = [self.dims, self.scales.len(), self.runs.len()];
        let header = header.iter().map(|number| *number as u32);
        let runs = self.runs.iter().flat_map(|run| [run.owner, run.end]);
        let scales = self.scales.iter().map(|scale| scale.to_bits());
        let numbers = header.chain(runs).chain(scales);
        let mut bytes: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
        bytes.extend(self.rows.iter().map(|x| x.cast_unsigned()));
        bytes
    }

    /// Reads what [`Passages::to_bytes`] gave; `None` where the lengths do not fit.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Passages> {
        let (header, rest) = bytes.split_at_checked(12)?;
        let [dims, count, runs] = [0, 4, 8].map(|at| number(&header[at..]) as usize);
        let (runs, rest) = rest.split_at_checked(runs.checked_mul(8)?)?;
        let (scales, rows) = rest.split_at_checked(count.checked_mul(4)?)?;
        let runs: Vec<Run> = runs
            .chunks_exact(8)
            .map(|run| Run {
                owner: number(run),
                end: number(&run[4..]),
            })
            .collect();
        let is_whole = Some(rows.len()) == count.checked_mul(dims)
            && runs.is_sorted_by(|one, next| one.end < next.end)
            && runs.last().map_or(0, |run| run.end as usize) == count;
        is_whole.then(|| Passages {
            dims,
            runs,
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
        self.scales.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }
}

/// Reads the number that four bytes begin with.
fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// The nearest passage of each run, as a call that is compiled for several processors. What it gives
/// is still to be multiplied by the scale of the query.
struct Nearest<'a> {
    passages: &'a Passages,
    query: &'a [i16],
}

impl pulp::NullaryFnOnce for Nearest<'_> {
    type Output = Vec<f32>;

    // Only what is inlined is compiled for each processor, and a closure or an iterator's adapter
    // need not be: these are plain loops.
    #[inline(always)]
    fn call(self) -> Vec<f32> {
        let mut rows = self.passages.rows.chunks_exact(self.query.len());
        let mut scales = self.passages.scales.iter();
        let mut all = Vec::with_capacity(self.passages.runs.len());
        let mut start = 0;
        for run in &self.passages.runs {
            let mut nearest = f32::MIN;
            for _ in start..run.end {
                if let (Some(row), Some(scale)) = (rows.next(), scales.next()) {
                    nearest = nearest.max(dot(row, self.query) as f32 * scale);
                }
            }
            start = run.end;
            all.push(nearest);
        }
        all
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
