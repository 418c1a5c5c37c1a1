//! What the catalogue promises: the shipped one is clean, a hostile one is refused with its reason,
//! and what is typed reaches an argv only as it was written or not at all.

mod lint;
mod words;
