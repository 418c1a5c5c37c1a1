//! Markdown, its shortcodes resolved, becomes sections of blocks with commands and links.

mod anchor;
mod html;
mod inline;
mod outline;
mod read;
mod tree;

pub(crate) use read::{Input, LinkUse, read};
