//! Writes guides into an index, in memory or wherever else the search library can write.
//! What the fields are is left to `schema`, and searching to `search`.

use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, RamDirectory};
use tantivy::schema::Field;
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings, TantivyDocument};

use crate::answer::Located;
use crate::error::Error;
use crate::guide::{Command, Guide, Section};
use crate::lore::{Lore, Placed};
use crate::meaning::{Meaning, Passages, Remembered, Table};
use crate::schema::{self, Fields, Kind, Searched};
use crate::sense::{self, Owner};
use crate::spelling::Vocabulary;
use crate::text;
use crate::words::{Analysis, is_stop_word};

/// What the writer's table of words starts from at least, in bytes. It grows as needed.
const WRITER_BUDGET_BYTES: usize = 1_000_000;

/// What each section adds to that. A table for a large corpus would cost more to clear than our own
/// guide costs to index, and one for our own guide would be moved many times by a large corpus.
const SECTION_BUDGET_BYTES: usize = 1_000;

/// Room that a document starts with, beside what its text takes.
const DOCUMENT_BYTES: usize = 1 << 10;

/// How much room each byte of a section's text takes: indexed without stop words and kept as it is, with
/// what marks its parts. A document that has to move while it is filled is copied each time.
const BYTES_OF_TEXT: usize = 3;

/// How much of what a section is about as a whole is its own, and not its page's.
const OF_SECTION: f32 = 0.6;

/// An index: the words, which the search library holds, and the meanings, which it does not.
pub(crate) struct Indexed {
    /// Words.
    pub words: Index,
    /// Meanings; the owner of each passage is the ordinal of its section.
    pub meanings: Passages,
    /// The headings and how people ask about them, which tell what the guides cover.
    pub headings: Passages,
}

/// A page, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideEntry {
    /// Path relative to its guides folder.
    pub path: String,
    /// Title of the page.
    pub title: String,
    /// Short title for menus, where it has one.
    pub sidebar_title: Option<String>,
    /// What the page is for, where it says so.
    pub description: Option<String>,
    /// Address that a person can open, where a base URL is configured.
    pub url: Option<String>,
    /// Its steps, by number, with their headings.
    pub steps: Vec<(u32, String)>,
    /// Ordinal of its first section among all.
    pub(crate) first_section: u32,
    /// How many sections it has.
    pub sections: u32,
}

/// Builds an index in memory.
pub(crate) fn build_in_memory(guides: &[Guide], lore: &Lore) -> Result<Indexed, Error> {
    Ok(write(RamDirectory::create(), guides, lore)?)
}

/// Writes everything as one segment, without starting a thread.
pub(crate) fn write(
    directory: impl Into<Box<dyn Directory>>,
    guides: &[Guide],
    lore: &Lore,
) -> tantivy::Result<Indexed> {
    let (schema, fields) = schema::schema();
    // Compressing takes longer than writing, and a section is read whole blocks at a time.
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let sections: usize = guides.iter().map(|guide| guide.sections.len()).sum();
    let budget = WRITER_BUDGET_BYTES + sections * SECTION_BUDGET_BYTES;
    let writer = Index::builder()
        .schema(schema)
        .settings(settings)
        .tokenizers(schema::tokenizers())
        .single_segment_index_writer(directory, budget)?;
    let mut documents = Documents {
        writer,
        fields,
        next_section: 0,
        analysis: Analysis::default(),
        words: String::new(),
        kept: Vec::new(),
        table: Remembered::new(Table::shipped()),
        meanings: Passages::default(),
        headings: Passages::default(),
    };
    let by_page = lore.by_page();
    for (ordinal, guide) in guides.iter().enumerate() {
        documents.add_guide(ordinal as u64, guide, &by_page.of(guide))?;
    }
    documents.add_words_of_all()?;
    Ok(Indexed {
        words: documents.writer.finalize()?,
        meanings: documents.meanings,
        headings: documents.headings,
    })
}

/// The documents on their way into an index.
struct Documents {
    writer: tantivy::indexer::SingleSegmentIndexWriter,
    fields: Fields,
    next_section: u32,
    analysis: Analysis,
    /// Room for the words of one field.
    words: String,
    /// Room for what is kept of one value.
    kept: Vec<u8>,
    table: Remembered,
    meanings: Passages,
    headings: Passages,
}

impl Documents {
    fn add_guide(
        &mut self,
        ordinal: u64,
        guide: &Guide,
        lore: &[Placed<'_>],
    ) -> tantivy::Result<()> {
        let entry = guide_entry(guide, self.next_section);
        let mut document = self.document(Kind::Guide, ordinal, 0, 0);
        self.keep(&mut document, self.fields.place, &entry)?;
        self.writer.add_document(document)?;
        let above = self.above(guide);
        let page = self.page(guide);
        for section in &guide.sections {
            self.add_section(guide, section, (&above, &page))?;
            for (item, command) in section.commands.iter().enumerate() {
                self.add_command(item as u64, command, lore)?;
            }
            self.add_passages(section, lore)?;
            self.next_section += 1;
        }
        Ok(())
    }

    fn add_section(
        &mut self,
        guide: &Guide,
        section: &Section,
        (above, page): (&str, &[f32]),
    ) -> tantivy::Result<()> {
        let kind = if section.step.is_some() {
            Kind::Step
        } else {
            Kind::Section
        };
        let body = text::plain(&section.blocks);
        let mut document = self.document(kind, u64::from(self.next_section), 0, body.len());
        self.words.clear();
        self.analysis.read(&section.heading, &mut self.words);
        self.add_words(&mut document, Searched::Heading);
        self.words.clear();
        self.analysis.read_telling(&body, &mut self.words);
        self.add_words(&mut document, Searched::Body);
        self.words.clear();
        self.words.push_str(above);
        for parent in &section.parents {
            self.analysis.read_telling(parent, &mut self.words);
        }
        self.add_words(&mut document, Searched::Above);
        let located = Located::new(guide, section);
        self.keep(&mut document, self.fields.place, &located)?;
        self.keep(&mut document, self.fields.content, section)?;
        self.writer.add_document(document)?;
        let owner = Owner::Section(self.next_section).number();
        let table = &mut self.table;
        self.meanings.push(owner, &table.meaning(&section.heading));
        table.begin();
        let heading = table.meaning(&sense::in_context(guide, section));
        self.meanings.push(owner, &heading);
        self.headings.push(owner, &heading);
        sense::passages(section, |passage| {
            self.meanings.push(owner, &table.meaning(passage));
        });
        let gist = table.gist().into_iter().zip(page);
        let whole: Vec<f32> = gist
            .map(|(x, of_page)| OF_SECTION * x + (1.0 - OF_SECTION) * of_page)
            .collect();
        let owner = Owner::Whole(self.next_section).number();
        self.meanings.push(owner, &Meaning::of(&whole));
        Ok(())
    }

    fn add_command(
        &mut self,
        item: u64,
        command: &Command,
        lore: &[Placed<'_>],
    ) -> tantivy::Result<()> {
        let mut document = self.document(Kind::Command, u64::from(self.next_section), item, 0);
        let words = [
            Some(&command.text),
            command.introduction.as_ref(),
            command.description.as_ref(),
        ];
        let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
        self.words.clear();
        for text in &words {
            self.analysis.read(text, &mut self.words);
        }
        self.add_words(&mut document, Searched::Command);
        let asked = lore.iter().filter(|(_, passage)| passage.asks_for(command));
        let asked = asked.map(|(_, passage)| passage.text.as_str());
        let texts: Vec<&str> = words.into_iter().chain(asked).collect();
        self.keep(&mut document, self.fields.content, &texts)?;
        self.writer.add_document(document)?;
        Ok(())
    }

    fn add_passages(&mut self, section: &Section, lore: &[Placed<'_>]) -> tantivy::Result<()> {
        let own = lore.iter().filter(|(_, passage)| passage.is_about(section));
        for (item, passage) in own {
            let (owner, is_cause) = match passage.cause {
                Some(_) => (Owner::Cause(self.next_section), true),
                None => (Owner::Section(self.next_section), false),
            };
            let meaning = self.table.meaning(&passage.text);
            self.meanings.push(owner.number(), &meaning);
            // The words of causes are many and general ("not found"): they are compared by
            // meaning alone, where they count less than what the section says.
            if !is_cause {
                self.headings.push(owner.number(), &meaning);
                let ordinal = u64::from(self.next_section);
                let mut document = self.document(Kind::Passage, ordinal, *item, 0);
                self.words.clear();
                self.analysis.read(&passage.text, &mut self.words);
                self.add_words(&mut document, Searched::Passage);
                self.writer.add_document(document)?;
            }
        }
        Ok(())
    }

    /// Gives what a page is about by its title and its description, as a vector.
    fn page(&mut self, guide: &Guide) -> Vec<f32> {
        self.table.begin();
        self.table.meaning(&guide.title);
        if let Some(description) = &guide.description {
            self.table.meaning(description);
        }
        self.table.gist()
    }

    /// Gives the words that stand above every section of a page.
    fn above(&mut self, guide: &Guide) -> String {
        let texts = [
            Some(&guide.title),
            guide.sidebar_title.as_ref(),
            guide.description.as_ref(),
        ];
        let mut words = String::new();
        for text in texts.into_iter().flatten() {
            self.analysis.read_telling(text, &mut words);
        }
        words
    }

    /// Gives a field the words that were read last.
    fn add_words(&self, document: &mut TantivyDocument, field: Searched) {
        document.add_text(self.fields.searched(field), &self.words);
    }

    /// Keeps which words there are, for reading misspelt ones.
    fn add_words_of_all(&mut self) -> tantivy::Result<()> {
        let mut words = self.analysis.words();
        words.retain(|(word, _)| Vocabulary::takes(word) && !is_stop_word(word));
        let mut document = self.document(Kind::Words, 0, 0, 0);
        self.keep(&mut document, self.fields.content, &words)?;
        self.writer.add_document(document)?;
        Ok(())
    }

    /// Gives a field what is kept of a value.
    fn keep(
        &mut self,
        document: &mut TantivyDocument,
        field: Field,
        value: &impl Serialize,
    ) -> tantivy::Result<()> {
        self.kept.clear();
        schema::pack(value, &mut self.kept)?;
        document.add_bytes(field, &self.kept);
        Ok(())
    }

    /// Starts a document; `text` is how many bytes its text has, where that is much.
    fn document(&self, kind: Kind, section: u64, item: u64, text: usize) -> TantivyDocument {
        let bytes = DOCUMENT_BYTES + BYTES_OF_TEXT * text;
        let mut document = TantivyDocument::with_capacity(bytes);
        document.add_u64(self.fields.kind, kind as u64);
        document.add_u64(self.fields.section, section);
        document.add_u64(self.fields.item, item);
        document
    }
}

fn guide_entry(guide: &Guide, first_section: u32) -> GuideEntry {
    let steps = guide.sections.iter();
    let steps = steps.filter_map(|section| Some((section.step?, section.heading.clone())));
    GuideEntry {
        path: guide.path.clone(),
        title: guide.title.clone(),
        sidebar_title: guide.sidebar_title.clone(),
        description: guide.description.clone(),
        url: guide.url.clone(),
        steps: steps.collect(),
        first_section,
        sections: guide.sections.len() as u32,
    }
}
