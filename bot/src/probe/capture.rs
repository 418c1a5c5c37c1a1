//! Keeps the head and the tail of a stream within a limit. What is in them is left to the reader.

use std::collections::VecDeque;

use crate::logic::outcome::Capture;

/// Collects a stream: the first half of the limit as it came, then the last half.
#[derive(Debug)]
pub struct Keeper {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    half_bytes: usize,
    total_bytes: u64,
}

impl Keeper {
    /// Makes a keeper of at most `limit_bytes`.
    #[must_use]
    pub fn new(limit_bytes: usize) -> Self {
        Self {
            head: Vec::new(),
            tail: VecDeque::new(),
            half_bytes: limit_bytes / 2,
            total_bytes: 0,
        }
    }

    /// Takes a piece of the stream.
    pub fn push(&mut self, piece: &[u8]) {
        self.total_bytes += piece.len() as u64;
        let room = self.half_bytes - self.head.len();
        let (first, rest) = piece.split_at(room.min(piece.len()));
        self.head.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(self.half_bytes)..];
        let over = (self.tail.len() + rest.len()).saturating_sub(self.half_bytes);
        self.tail.drain(..over);
        self.tail.extend(rest);
    }

    /// Bytes seen so far, left-out ones included.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    /// Gives what was kept.
    #[must_use]
    pub fn finish(self) -> Capture {
        Capture {
            head: self.head,
            tail: self.tail.into(),
            total_bytes: self.total_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn head_and_tail_are_what_the_stream_began_and_ended_with(
            stream in prop::collection::vec(any::<u8>(), 0..200),
            limit in 2_usize..60,
            cut in 1_usize..17,
        ) {
            let mut keeper = Keeper::new(limit);
            stream.chunks(cut).for_each(|piece| keeper.push(piece));
            let capture = keeper.finish();
            prop_assert_eq!(capture.total_bytes, stream.len() as u64);
            prop_assert!(capture.head.len() + capture.tail.len() <= limit);
            prop_assert!(stream.starts_with(&capture.head));
            prop_assert!(stream.ends_with(&capture.tail));
            if stream.len() <= limit / 2 * 2 {
                prop_assert_eq!(capture.left_out_bytes(), 0);
            }
        }
    }
}
