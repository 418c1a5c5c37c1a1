//! The arithmetic of comparing passages: the products of many rows of small numbers with one. It takes
//! most of the time of a question, so it is written for the instructions that processors have for it.

use super::Passages;

/// Gives the nearest passage of each run: its product with a query, times its own scale. What it gives
/// is still to be multiplied by the scale of the query.
pub(super) fn nearest(passages: &Passages, query: &[i16]) -> Vec<f32> {
    #[cfg(target_arch = "x86_64")]
    if let Some(v3) = pulp::x86::V3::try_new() {
        return v3.vectorize(Nearest {
            passages,
            query,
            product: wide::Wide(v3),
        });
    }
    pulp::Arch::new().dispatch(Nearest {
        passages,
        query,
        product: Plain,
    })
}

/// A way to multiply a row with the query.
trait Product: Copy {
    fn product(self, row: &[i8], query: &[i16]) -> i32;
}

/// A call that is compiled for several processors.
struct Nearest<'a, P> {
    passages: &'a Passages,
    query: &'a [i16],
    product: P,
}

impl<P: Product> pulp::NullaryFnOnce for Nearest<'_, P> {
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
                    nearest = nearest.max(self.product.product(row, self.query) as f32 * scale);
                }
            }
            start = run.end;
            all.push(nearest);
        }
        all
    }
}

/// For processors of which nothing is known.
#[derive(Clone, Copy)]
struct Plain;

impl Product for Plain {
    #[inline(always)]
    fn product(self, row: &[i8], query: &[i16]) -> i32 {
        let mut sum = 0;
        for (a, b) in row.iter().zip(query) {
            sum += i32::from(*a) * i32::from(*b);
        }
        sum
    }
}

/// For processors with AVX2. The compiler finds the same instructions by itself, but adds up the lanes
/// of each vector instead of those of each row, which takes twice as long.
#[cfg(target_arch = "x86_64")]
mod wide {
    use pulp::x86::V3;

    /// How many numbers are multiplied at once.
    const LANES: usize = 16;

    #[derive(Clone, Copy)]
    pub(super) struct Wide(pub V3);

    impl super::Product for Wide {
        #[inline(always)]
        fn product(self, row: &[i8], query: &[i16]) -> i32 {
            let (row, row_rest) = row.as_chunks::<LANES>();
            let (query, query_rest) = query.as_chunks::<LANES>();
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
            sum + super::Product::product(super::Plain, row_rest, query_rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_length_are_multiplied_whole() {
        let row: Vec<i8> = (-128..=127).collect();
        let query: Vec<i16> = (0..256).map(|n| n - 128).rev().collect();
        for length in 0..=row.len() {
            let (row, query) = (&row[..length], &query[..length]);
            let terms = row.iter().zip(query);
            let expected: i32 = terms.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
            assert_eq!(Plain.product(row, query), expected);
            #[cfg(target_arch = "x86_64")]
            if let Some(v3) = pulp::x86::V3::try_new() {
                assert_eq!(wide::Wide(v3).product(row, query), expected);
            }
        }
    }
}
