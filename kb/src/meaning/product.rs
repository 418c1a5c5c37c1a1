//! The arithmetic of comparing passages: the products of many rows of small numbers with one. It takes
//! most of the time of a question, so it is written for the instructions that processors have for it.

use super::Passages;

/// Gives the nearest passage of each run: its product with a query, times its own scale. What it gives
/// is still to be multiplied by the scale of the query.
pub(super) fn nearest(passages: &Passages, query: &[i16]) -> Vec<f32> {
    #[cfg(target_arch = "x86_64")]
    if let Some(product) = wide::Wide::over(query) {
        return product.0.vectorize(Nearest { passages, product });
    }
    let product = Plain(query);
    pulp::Arch::new().dispatch(Nearest { passages, product })
}

/// A way to multiply a row with the query.
trait Product: Copy {
    /// The length of a row.
    fn length(self) -> usize;

    fn product(self, row: &[i8]) -> i32;
}

/// A call that is compiled for several processors.
struct Nearest<'a, P> {
    passages: &'a Passages,
    product: P,
}

impl<P: Product> pulp::NullaryFnOnce for Nearest<'_, P> {
    type Output = Vec<f32>;

    // Only what is inlined is compiled for each processor, and a closure or an iterator's adapter
    // need not be: these are plain loops.
    #[inline(always)]
    fn call(self) -> Vec<f32> {
        let mut rows = self.passages.rows.chunks_exact(self.product.length());
        let mut scales = self.passages.scales.iter();
        let mut all = Vec::with_capacity(self.passages.runs.len());
        let mut start = 0;
        for run in &self.passages.runs {
            let mut nearest = f32::MIN;
            for _ in start..run.end {
                if let (Some(row), Some(scale)) = (rows.next(), scales.next()) {
                    nearest = nearest.max(self.product.product(row) as f32 * scale);
                }
            }
            start = run.end;
            all.push(nearest);
        }
        all
    }
}

/// For rows of any length and processors of which nothing is known.
#[derive(Clone, Copy)]
struct Plain<'a>(&'a [i16]);

impl Product for Plain<'_> {
    #[inline(always)]
    fn length(self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn product(self, row: &[i8]) -> i32 {
        let mut sum = 0;
        for (a, b) in row.iter().zip(self.0) {
            sum += i32::from(*a) * i32::from(*b);
        }
        sum
    }
}

/// For rows as long as those of the shipped table, on processors with AVX2. The compiler finds the same
/// instructions by itself, but adds up the lanes of every vector, where those of a row are enough: it
/// takes twice as long.
#[cfg(target_arch = "x86_64")]
mod wide {
    use pulp::x86::V3;

    /// The length of a row of the shipped table.
    pub(super) const LENGTH: usize = 192;

    /// How many numbers are multiplied at once.
    const LANES: usize = 16;

    #[derive(Clone, Copy)]
    pub(super) struct Wide<'a>(pub V3, &'a [i16; LENGTH]);

    impl<'a> Wide<'a> {
        /// `None` where the processor or the length is another.
        pub fn over(query: &'a [i16]) -> Option<Self> {
            Some(Self(V3::try_new()?, query.try_into().ok()?))
        }
    }

    impl super::Product for Wide<'_> {
        #[inline(always)]
        fn length(self) -> usize {
            LENGTH
        }

        #[inline(always)]
        fn product(self, row: &[i8]) -> i32 {
            let (row, _) = row.as_chunks::<LANES>();
            let (query, _) = self.1.as_chunks::<LANES>();
            let (avx, avx2) = (self.0.avx, self.0.avx2);
            let mut sums = avx._mm256_setzero_si256();
            for (row, query) in row.iter().zip(query) {
                // Widened first: multiplying and adding pairs of 16-bit numbers is one instruction.
                let row = avx2._mm256_cvtepi8_epi16(pulp::cast(*row));
                let pairs = avx2._mm256_madd_epi16(row, pulp::cast(*query));
                sums = avx2._mm256_add_epi32(sums, pairs);
            }
            let lanes: [i32; LANES / 2] = pulp::cast(sums);
            let mut sum = 0;
            for lane in lanes {
                sum += lane;
            }
            sum
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(row: &[i8], query: &[i16]) -> i32 {
        let terms = row.iter().zip(query);
        terms.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    }

    #[test]
    fn rows_are_multiplied_whole() {
        let row: Vec<i8> = (-128..=127).collect();
        let query: Vec<i16> = (0..256).map(|n| n - 128).rev().collect();
        for length in 0..=row.len() {
            let (row, query) = (&row[..length], &query[..length]);
            assert_eq!(Plain(query).product(row), expected(row, query));
        }
        #[cfg(target_arch = "x86_64")]
        for start in [0, 30, 64] {
            let range = start..start + wide::LENGTH;
            let (row, query) = (&row[range.clone()], &query[range]);
            if let Some(wide) = wide::Wide::over(query) {
                assert_eq!(wide.product(row), expected(row, query));
            }
        }
    }

    #[test]
    fn the_shipped_table_has_rows_of_the_length_that_is_quick() {
        #[cfg(target_arch = "x86_64")]
        assert_eq!(super::super::Table::shipped().dims(), wide::LENGTH);
    }
}
