//! What bot502 knows: guides, steps, commands and causes, and how a question finds them.
//!
//! This crate is pure and synchronous, and the only one that names tantivy.
//! How Markdown becomes a [`guide::Guide`] is the indexer's business; who may ask is the bot's.

#![deny(missing_docs)]

pub mod diagnostic;
pub mod guide;
pub mod meaning;
pub mod text;
