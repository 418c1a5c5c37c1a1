//! Passages kept as small vectors and compared with a question one by one. It knows nothing of what
//! the passages belong to: an owner is a number that the caller chose.

use super::{Meaning, product};

/// Many passages, each with its owner, ready to be compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passages {
    dims: usize,
    pub(super) runs: Vec<Run>,
    pub(super) scales: Vec<f32>,
    pub(super) rows: Vec<i8>,
}

/// Passages of one owner that were added one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run {
    owner: u32,
    /// One past its last passage.
    pub(super) end: u32,
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
        for (nearest, run) in product::nearest(self, &query).into_iter().zip(&self.runs) {
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

    /// Gives the meaning of a passage, by the order in which they were added, from 0.
    #[must_use]
    pub fn meaning(&self, at: usize) -> Meaning {
        Meaning {
            scale: self.scales[at],
            row: self.rows[at * self.dims..(at + 1) * self.dims].to_vec(),
        }
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
    fn nothing_is_near_a_question_without_words() {
        assert!(meaning("?!").is_empty());
        let mut none = Passages::default();
        none.push(0, &meaning("…"));
        assert!(none.is_empty());
        assert_eq!(nearest(&["…"], "anything").0, u32::MAX);
    }
}
