//! The arithmetic of a text's meaning: the rows of its pieces added up and made small.
//! Which pieces a text has is left to the table.

use super::Table;

/// The meaning of a text, as small numbers and what they were divided by: ready to be kept as a
/// passage or to be compared with some.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    pub(super) scale: f32,
    pub(super) row: Vec<i8>,
}

impl Meaning {
    /// Makes one of a vector.
    #[must_use]
    pub fn of(vector: &[f32]) -> Self {
        pulp::Arch::new().dispatch(Small(vector))
    }

    /// Tells whether not one word of the text is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scale == 0.0
    }
}

/// A text's pieces on their way to a vector of length one, or all zeros where there is none; a call
/// that is compiled for several processors.
pub(super) struct Sum<'a> {
    pub table: &'a Table,
    pub pieces: &'a [u16],
}

/// How many numbers are added at once. Floating point is added in the order that is written down,
/// so that it gives the same bits everywhere; in lanes, it is quick as well.
const LANES: usize = 16;

impl pulp::NullaryFnOnce for Sum<'_> {
    type Output = Vec<f32>;

    // Only what is inlined is compiled for each processor, and a closure or an iterator's adapter
    // need not be: these are plain loops.
    #[inline(always)]
    fn call(self) -> Vec<f32> {
        let mut sum = vec![0.0; self.table.dims];
        for piece in self.pieces {
            let (scale, row) = self.table.row(*piece);
            for (total, byte) in sum.iter_mut().zip(row) {
                *total += scale * f32::from(byte.cast_signed());
            }
        }
        let length = squares(&sum).sqrt();
        if length > f32::EPSILON {
            for x in &mut sum {
                *x /= length;
            }
        }
        sum
    }
}

#[inline(always)]
fn squares(vector: &[f32]) -> f32 {
    let (chunks, rest) = vector.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += x * x;
        }
    }
    let mut sum = 0.0;
    for lane in lanes {
        sum += lane;
    }
    for x in rest {
        sum += x * x;
    }
    sum
}

/// Beside this number an f32 has no room for a fraction, so what is added to it is rounded to the
/// nearest whole number, ties to the even one, and stands in its last bits: 3 * 2^22. It is far quicker
/// than a cast, which has to look for what does not fit; |x / scale| is at most 127 but for the last bit.
const ROUNDING: f32 = 12_582_912.0;

/// A vector on its way to small numbers.
pub(super) struct Small<'a>(pub &'a [f32]);

impl pulp::NullaryFnOnce for Small<'_> {
    type Output = Meaning;

    #[inline(always)]
    fn call(self) -> Meaning {
        let mut largest = 0.0_f32;
        for x in self.0 {
            largest = largest.max(x.abs());
        }
        let scale = largest / 127.0;
        let factor = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        let mut row = vec![0; self.0.len()];
        for (to, x) in row.iter_mut().zip(self.0) {
            *to = (x * factor + ROUNDING).to_bits() as i8;
        }
        Meaning { scale, row }
    }
}
