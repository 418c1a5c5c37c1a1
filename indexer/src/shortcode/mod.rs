//! Hugo's shortcodes, resolved before Markdown is parsed: what they stand for, or a marker that
//! the Markdown reader turns into a block.

mod emit;
mod expand;
mod include;
mod marker;
mod parts;
mod scan;
mod snippet;
mod value;

pub(crate) use expand::{PageContext, expand};
pub(crate) use include::Library;
pub(crate) use marker::{Marker, Markers, without_markers, without_signs};
pub(crate) use value::expand_value;
