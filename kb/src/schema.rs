//! The fields of the index: what is searched, with which analysis, and what is kept to answer from.
//! How much a field weighs is decided in `rank`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tantivy::TantivyError;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{RawTokenizer, TokenizerManager};

use crate::words::Separated;

/// Version of everything that shapes an index: fields, analysis, what is stored and how.
/// It rises with each change of those, and an index of another version is built again.
pub(crate) const VERSION: u32 = 9;

/// The kinds of document in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// A page as a whole; not searched, kept for listing.
    Guide = 0,
    /// A section without a number.
    Section = 1,
    /// A numbered section.
    Step = 2,
    /// A command within a section.
    Command = 3,
    /// Another way to put what a section says, from `Lore`.
    Passage = 4,
    /// The words of all guides; not searched, kept for reading misspelt ones. There is one.
    Words = 5,
}

impl Kind {
    /// Reads a kind back from the index.
    pub fn from_number(number: u64) -> Option<Self> {
        [
            Self::Guide,
            Self::Section,
            Self::Step,
            Self::Command,
            Self::Passage,
            Self::Words,
        ]
        .into_iter()
        .find(|kind| *kind as u64 == number)
    }
}

/// The searched fields, all stemmed. Sections have the first three, commands and passages one each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Searched {
    /// The heading of a section.
    Heading,
    /// What is above a section: the page's titles and description, the headings over it.
    Above,
    /// What a section says.
    Body,
    /// A command, what introduces it and its own comment.
    Command,
    /// A phrasing or the description of a cause.
    Passage,
}

impl Searched {
    /// All of them, in the order of their index numbers.
    pub const ALL: [Self; 5] = [
        Self::Heading,
        Self::Above,
        Self::Body,
        Self::Command,
        Self::Passage,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Heading => "heading",
            Self::Above => "above",
            Self::Body => "body",
            Self::Command => "command",
            Self::Passage => "passage",
        }
    }
}

/// The handles of all fields.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    searched: [Field; 5],
    /// The [`Kind`] as a number.
    pub kind: Field,
    /// Ordinal of the section that the document is or belongs to; of the guide for a guide.
    pub section: Field,
    /// Ordinal of a command within its section, or of a passage within `Lore`.
    pub item: Field,
    /// What a section is called and where it stands.
    pub place: Field,
    /// What a section says, or what is said of a command, or the words of all guides.
    pub content: Field,
}

impl Fields {
    /// Gives the handle of a searched field.
    pub fn searched(&self, field: Searched) -> Field {
        self.searched[field as usize]
    }
}

/// Makes the schema and the handles of its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let searched = Searched::ALL.map(|field| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(ANALYSED)
            .set_index_option(IndexRecordOption::WithFreqs);
        builder.add_text_field(
            field.name(),
            TextOptions::default().set_indexing_options(indexing),
        )
    });
    let number = NumericOptions::default().set_fast();
    let fields = Fields {
        searched,
        kind: builder.add_u64_field("kind", number.clone()),
        section: builder.add_u64_field("section", number.clone()),
        item: builder.add_u64_field("item", number),
        place: builder.add_bytes_field("place", STORED),
        content: builder.add_bytes_field("content", STORED),
    };
    (builder.build(), fields)
}

/// Writes what is kept of a value to the end of `out`.
pub(crate) fn pack(value: &impl Serialize, out: &mut Vec<u8>) -> tantivy::Result<()> {
    postcard::to_io(value, out).map(|_| ()).map_err(internal)
}

/// Reads what [`pack`] wrote.
pub(crate) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> tantivy::Result<T> {
    postcard::from_bytes(bytes).map_err(internal)
}

fn internal(error: postcard::Error) -> TantivyError {
    TantivyError::InternalError(error.to_string())
}

/// The name of the analysis of all searched fields. They are given words that are analysed already:
/// several fields are made of the same text.
const ANALYSED: &str = "analysed";

/// Makes the analyses that the schema names.
pub(crate) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::new();
    // The library looks this one up for fields that are not text.
    manager.register("default", RawTokenizer::default());
    manager.register(ANALYSED, Separated::default());
    manager
}
