//! An open index as it is read: what each document is, what is stored, what is known of a word.
//! Finding what fits a question is left to `search`.

use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use tantivy::columnar::Column;
use tantivy::schema::{Field, Value};
use tantivy::{DocAddress, DocId, ReloadPolicy, Searcher, TantivyDocument};

use crate::answer::Located;
use crate::elsewhere::Beyond;
use crate::excerpt::Readable;
use crate::field::FieldReader;
use crate::index::{GuideEntry, Indexed};
use crate::lore::{CAUSES_OF, has_word};
use crate::meaning::Passages;
use crate::question::Lexicon;
use crate::schema::{self, Fields, Kind, Searched};
use crate::spelling::Vocabulary;
use crate::words::STOP_WORDS;

/// An open index.
pub(crate) struct Corpus {
    searcher: Searcher,
    fields: Fields,
    /// The searched fields by their numbers; none where no page was given.
    readers: Vec<FieldReader>,
    pub documents: Documents,
    /// Meanings of all passages, by the ordinals of their sections.
    pub meanings: Passages,
    /// What no guide at hand covers.
    pub beyond: Beyond,
    /// The steps of the guides whose steps causes name: ordinal of the section and number.
    pub steps: Vec<(u32, u32)>,
    vocabulary: OnceLock<Vocabulary>,
    read: Vec<OnceLock<Read>>,
}

/// A section as it was read from the index. Reading one takes longer than scoring all, and the same
/// ones answer again and again.
struct Read {
    located: Located,
    section: OnceLock<Readable>,
}

impl Corpus {
    /// Opens an index for reading.
    pub fn open(index: Indexed) -> tantivy::Result<Self> {
        let (_, fields) = schema::schema();
        let reader = index
            .words
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let searcher = reader.searcher();
        let documents = Documents::read(&searcher)?;
        let mut readers = Vec::new();
        if let Some(segment) = searcher.segment_readers().first() {
            for field in Searched::ALL {
                let having = documents.with_field(field);
                readers.push(FieldReader::open(segment, fields.searched(field), having)?);
            }
        }
        let mut corpus = Self {
            searcher,
            fields,
            readers,
            documents,
            meanings: index.meanings,
            beyond: Beyond::new(index.headings),
            steps: Vec::new(),
            vocabulary: OnceLock::new(),
            read: Vec::new(),
        };
        corpus
            .read
            .resize_with(corpus.documents.sections.len(), OnceLock::new);
        corpus.steps = corpus.steps_of_causes()?;
        Ok(corpus)
    }

    fn steps_of_causes(&self) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut steps = Vec::new();
        for guide in self.guides()? {
            if !has_word(&guide.title, CAUSES_OF) {
                continue;
            }
            for section in guide.first_section..guide.first_section + guide.sections {
                let located: Located =
                    self.stored(self.documents.sections[section as usize], self.fields.place)?;
                let step = located.step;
                steps.extend(step.map(|step| (section, step)));
            }
        }
        Ok(steps)
    }

    /// Lists the pages.
    pub fn guides(&self) -> tantivy::Result<Vec<GuideEntry>> {
        let pages = self.documents.of_kind(Kind::Guide);
        pages
            .map(|page| self.stored(page, self.fields.place))
            .collect()
    }

    /// Gives what a section is called and where it stands.
    pub fn located(&self, section: u32) -> tantivy::Result<&Located> {
        Ok(&self.read(section)?.located)
    }

    /// Gives what a section says.
    pub fn section(&self, section: u32) -> tantivy::Result<&Readable> {
        let kept = &self.read(section)?.section;
        if let Some(read) = kept.get() {
            return Ok(read);
        }
        let document = self.documents.sections[section as usize];
        let read = self.stored(document, self.fields.content)?;
        Ok(kept.get_or_init(|| Readable::new(read)))
    }

    fn read(&self, section: u32) -> tantivy::Result<&Read> {
        let kept = &self.read[section as usize];
        if let Some(read) = kept.get() {
            return Ok(read);
        }
        let document = self.documents.sections[section as usize];
        let located = self.stored(document, self.fields.place)?;
        Ok(kept.get_or_init(|| Read {
            located,
            section: OnceLock::new(),
        }))
    }

    /// Gives what is said of a command: what introduces it, its comment, how people ask for it.
    pub fn texts_of_command(&self, document: DocId) -> tantivy::Result<Vec<String>> {
        self.stored(document, self.fields.content)
    }

    /// Gives a searched field; `None` where no page was given.
    pub fn reader(&self, field: Searched) -> Option<&FieldReader> {
        self.readers.get(field as usize)
    }

    fn stored<T: DeserializeOwned>(&self, document: DocId, field: Field) -> tantivy::Result<T> {
        let stored: TantivyDocument = self.searcher.doc(DocAddress::new(0, document))?;
        let bytes = stored.get_first(field).and_then(|value| value.as_bytes());
        schema::unpack(bytes.unwrap_or_default())
    }

    /// The logarithm of how rare a word is that so many sections have, as BM25 has it.
    fn rarity(&self, found: u32) -> f32 {
        let (all, found) = (self.documents.sections.len() as f32, found as f32);
        (1.0 + (all - found + 0.5).max(0.0) / (found + 0.5)).ln()
    }

    fn read_vocabulary(&self) -> tantivy::Result<Vocabulary> {
        let mut vocabulary = Vocabulary::default();
        for document in self.documents.of_kind(Kind::Words) {
            let words: Vec<(String, u32)> = self.stored(document, self.fields.content)?;
            for (word, times) in words {
                vocabulary.add(&word, times);
            }
        }
        // Not all of them are in the guides, and a misspelt one is still one.
        for word in STOP_WORDS {
            vocabulary.add(word, u32::MAX);
        }
        Ok(vocabulary)
    }
}

impl Lexicon for Corpus {
    fn weight(&self, stem: &str) -> f32 {
        let count = |field| {
            let reader = self.reader(field);
            reader.map_or(0, |reader| reader.frequency(stem))
        };
        let in_sections = [Searched::Body, Searched::Heading, Searched::Above].map(count);
        let found = in_sections.into_iter().max().unwrap_or(0);
        let found = found.max(count(Searched::Passage).min(1));
        match found {
            0 => 0.0,
            found => self.rarity(found),
        }
    }

    fn unknown_weight(&self) -> f32 {
        self.rarity(0)
    }

    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary
            .get_or_init(|| self.read_vocabulary().unwrap_or_default())
    }
}

/// What each document of the index is.
#[derive(Default)]
pub(crate) struct Documents {
    kinds: Vec<Kind>,
    /// The section that each document is or belongs to.
    pub section_of: Vec<u32>,
    /// Each command's place in its section, each passage's in the lore.
    pub items: Vec<u32>,
    /// The document of each section.
    pub sections: Vec<DocId>,
    commands: u64,
    passages: u64,
}

impl Documents {
    fn read(searcher: &Searcher) -> tantivy::Result<Self> {
        let mut all = Self::default();
        for segment in searcher.segment_readers() {
            let fast = segment.fast_fields();
            let (kind, section, item) =
                (fast.u64("kind")?, fast.u64("section")?, fast.u64("item")?);
            for document in 0..segment.max_doc() {
                let number = |column: &Column<u64>| column.first(document).unwrap_or_default();
                let kind = Kind::from_number(number(&kind)).unwrap_or(Kind::Guide);
                if matches!(kind, Kind::Section | Kind::Step) {
                    all.sections.push(document);
                }
                all.commands += u64::from(kind == Kind::Command);
                all.passages += u64::from(kind == Kind::Passage);
                all.kinds.push(kind);
                all.section_of.push(number(&section) as u32);
                all.items.push(number(&item) as u32);
            }
        }
        Ok(all)
    }

    /// How many documents have a searched field.
    fn with_field(&self, field: Searched) -> u64 {
        match field {
            Searched::Command => self.commands,
            Searched::Passage => self.passages,
            _ => self.sections.len() as u64,
        }
    }

    /// Whether a document is a command.
    pub fn is_command(&self, document: usize) -> bool {
        self.kinds[document] == Kind::Command
    }

    /// The commands of a section, each with its place in it. They follow it in the index.
    pub fn commands_of(&self, section: u32) -> impl Iterator<Item = (DocId, u32)> + '_ {
        let first = self.sections[section as usize] + 1;
        let after = (first..).zip(self.kinds[first as usize..].iter());
        let own = after.take_while(|(_, kind)| **kind == Kind::Command);
        own.map(|(document, _)| (document, self.items[document as usize]))
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = DocId> + '_ {
        let numbered = self.kinds.iter().zip(0..);
        numbered
            .filter(move |(own, _)| **own == kind)
            .map(|(_, document)| document)
    }
}
