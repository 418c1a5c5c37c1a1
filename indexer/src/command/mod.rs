//! Recognises the commands that a guide tells a person to run: in fenced code and in sentences,
//! with what introduces each and where it must be run.

mod fence;
mod lines;
mod mention;
mod place;
mod sentence;

pub(crate) use fence::{Fence, language, read_fence};
pub(crate) use mention::read_mention;
pub(crate) use place::Told;
pub(crate) use sentence::sentence_at;
