//! What bot502 knows: guides, steps, commands and causes, and how a question finds them.
//!
//! This crate is pure and synchronous, and the only one that names tantivy.
//! How Markdown becomes a [`guide::Guide`] is the indexer's business; who may ask is the bot's.

#![deny(missing_docs)]

pub mod answer;
pub mod cause;
mod corpus;
pub mod diagnostic;
mod disk;
mod elsewhere;
pub mod error;
mod excerpt;
mod field;
pub mod guide;
pub mod index;
pub mod knowledge;
pub mod lore;
pub mod meaning;
pub mod measure;
mod names;
pub mod phrasings;
mod question;
pub mod rank;
mod schema;
mod search;
mod sense;
pub mod shipped;
mod spelling;
pub mod text;
mod words;

pub use answer::Answer;
pub use error::Error;
pub use knowledge::{Knowledge, Live};
pub use lore::Lore;
