//! Writes guides into an index, in memory or on disk, and opens what is on disk when it fits.
//! What the fields are is left to `schema`, and searching to `search`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, MmapDirectory, RamDirectory};
use tantivy::schema::Field;
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings, TantivyDocument};

use crate::answer::Located;
use crate::error::Error;
use crate::guide::{Command, Guide, Section};
use crate::lore::{Lore, Placed};
use crate::meaning::{Passages, Remembered, Table};
use crate::schema::{self, Fields, Kind, Searched};
use crate::sense::{self, Owner};
use crate::text;
use crate::words::{Analysed, Analysis};

/// File that names the generation in use. It is replaced as a whole, so a reader sees the old
/// index or the new one and never a half of each.
const CURRENT: &str = "current";

/// File that is locked while an index is built, so that two builders never clean up each other.
const LOCK: &str = "lock";

/// File within a generation that holds the meanings of all passages.
const MEANINGS: &str = "meanings";

/// File within a generation that says what it was built from. It is written last.
const MANIFEST: &str = "manifest.json";

/// Version of the program: pages may be read otherwise by another.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Prefix of the folders that hold one index each.
const GENERATION: &str = "generation-";

/// What the writer's table of words starts from at least, in bytes. It grows as needed.
const WRITER_BUDGET_BYTES: usize = 1_000_000;

/// What each section adds to that. A table for a large corpus would cost more to clear than our own
/// guide costs to index, and one for our own guide would be moved many times by a large corpus.
const SECTION_BUDGET_BYTES: usize = 1_000;

/// Room that a document starts with: as much as most sections need, so that it seldom moves.
const DOCUMENT_BYTES: usize = 4 << 10;

/// What an index on disk was built from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// [`schema::VERSION`].
    version: u32,
    /// Version of the search library and of its format.
    library: String,
    /// Version of the program.
    program: String,
    /// [`Lore::fingerprint`].
    lore: u32,
    /// What the caller says the sources are.
    key: String,
    /// The checksum of each file.
    files: BTreeMap<String, u32>,
}

/// An index: the words, which the search library holds, and the meanings, which it does not.
pub(crate) struct Indexed {
    /// Words.
    pub words: Index,
    /// Meanings; the owner of each passage is the ordinal of its section.
    pub meanings: Passages,
}

impl Manifest {
    fn of(generation: &Path, key: &str, lore: u32) -> std::io::Result<Self> {
        Ok(Self {
            program: PROGRAM.to_owned(),
            lore,
            version: schema::VERSION,
            library: tantivy::version_string().to_owned(),
            key: key.to_owned(),
            files: checksums(generation)?,
        })
    }
}

/// The checksum of each file of an index; the library's lock files aside.
///
/// The library has checksums of its own, but trusts a list of files that has none.
fn checksums(generation: &Path) -> std::io::Result<BTreeMap<String, u32>> {
    let mut sums = BTreeMap::new();
    for entry in fs::read_dir(generation)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != MANIFEST && !name.ends_with(".lock") {
            sums.insert(name, crc32fast::hash(&fs::read(entry.path())?));
        }
    }
    Ok(sums)
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

/// Builds an index on disk beside the one that is there, then puts it in its place.
///
/// The folder is ours: what is in it from earlier builds is removed afterwards.
pub(crate) fn build_on_disk(
    folder: &Path,
    key: &str,
    guides: &[Guide],
    lore: &Lore,
) -> Result<Indexed, Error> {
    let refused = |source: std::io::Error| Error::write(folder, source);
    fs::create_dir_all(folder).map_err(refused)?;
    let lock = File::create(folder.join(LOCK)).map_err(refused)?;
    lock.lock().map_err(refused)?;
    let name = free_name(folder);
    let generation = folder.join(&name);
    let built = write_generation(&generation, key, guides, lore)
        .and_then(|index| put_in_place(folder, &name).map(|()| index));
    // After a failure this removes what was begun, and after a success what was replaced. What
    // cannot be removed now is tried again by the next build.
    remove_others(folder);
    built.map_err(|source| Error::Write {
        path: folder.to_path_buf(),
        source,
    })
}

/// Opens the index on disk, if it is whole and was built from what `key` names.
pub(crate) fn open_on_disk(folder: &Path, key: &str, lore: u32) -> Result<Indexed, Error> {
    let stale = |reason: &dyn std::fmt::Display| Error::stale(folder, reason);
    let generation = current(folder).ok_or_else(|| stale(&"there is none"))?;
    let manifest = fs::read(generation.join(MANIFEST)).map_err(|error| stale(&error))?;
    let manifest: Manifest =
        serde_json::from_slice(&manifest).map_err(|_| stale(&"its manifest cannot be read"))?;
    let is_ours = manifest.version == schema::VERSION
        && manifest.library == tantivy::version_string()
        && manifest.program == PROGRAM;
    if !is_ours {
        return Err(stale(&"it was built by another version"));
    }
    if manifest.lore != lore {
        return Err(stale(&"it was built with other causes or phrasings"));
    }
    if manifest.key != key {
        return Err(stale(&"the guides have changed since it was built"));
    }
    // The search library trusts its files; a truncated one must be found before it is searched.
    let found = checksums(&generation).map_err(|error| stale(&error))?;
    if found != manifest.files {
        return Err(stale(&"it is damaged"));
    }
    let meanings = fs::read(generation.join(MEANINGS)).map_err(|error| stale(&error))?;
    let meanings = Passages::from_bytes(&meanings).ok_or_else(|| stale(&"it is damaged"))?;
    let mut index = Index::open_in_dir(&generation).map_err(|error| stale(&error))?;
    index.set_tokenizers(schema::tokenizers());
    Ok(Indexed {
        words: index,
        meanings,
    })
}

/// The folder that is in use, if its name is one of ours.
fn current(folder: &Path) -> Option<PathBuf> {
    let name = fs::read_to_string(folder.join(CURRENT)).ok()?;
    let number = name.strip_prefix(GENERATION)?;
    let is_ours = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_ours.then(|| folder.join(name))
}

/// A name that no generation has.
fn free_name(folder: &Path) -> String {
    let mut number = 1_u64;
    while folder.join(format!("{GENERATION}{number}")).exists() {
        number += 1;
    }
    format!("{GENERATION}{number}")
}

type Source = Box<dyn std::error::Error + Send + Sync>;

fn write_generation(
    generation: &Path,
    key: &str,
    guides: &[Guide],
    lore: &Lore,
) -> Result<Indexed, Source> {
    fs::create_dir(generation)?;
    let index = write(MmapDirectory::open(generation)?, guides, lore)?;
    write_durably(&generation.join(MEANINGS), &index.meanings.to_bytes())?;
    let manifest = serde_json::to_vec(&Manifest::of(
        generation,
        key,
        Lore::fingerprint(&lore.causes),
    )?)?;
    write_durably(&generation.join(MANIFEST), &manifest)?;
    File::open(generation)?.sync_all()?;
    Ok(index)
}

fn put_in_place(folder: &Path, name: &str) -> Result<(), Source> {
    let beside = folder.join("current.new");
    write_durably(&beside, name.as_bytes())?;
    fs::rename(&beside, folder.join(CURRENT))?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Removes the generations that are not in use.
fn remove_others(folder: &Path) {
    let current = current(folder);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_generation = entry.file_name().to_string_lossy().starts_with(GENERATION);
        if is_generation && Some(entry.path()) != current {
            // Ignored: it only wastes space, and the next build tries again.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Writes everything as one segment, without starting a thread.
fn write(
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
        words: Analysed::default(),
        json: Vec::new(),
        table: Remembered::new(Table::shipped()),
        meanings: Passages::default(),
        headings: Passages::default(),
    };
    let by_page = lore.by_page();
    for (ordinal, guide) in guides.iter().enumerate() {
        documents.add_guide(ordinal as u64, guide, &by_page.of(guide))?;
    }
    documents.add_elsewhere(&lore.elsewhere);
    Ok(Indexed {
        words: documents.writer.finalize()?,
        meanings: documents.meanings,
    })
}

/// The documents on their way into an index.
struct Documents {
    writer: tantivy::indexer::SingleSegmentIndexWriter,
    fields: Fields,
    next_section: u32,
    analysis: Analysis,
    /// Room for the words of one field.
    words: Analysed,
    /// Room for what is kept of one value.
    json: Vec<u8>,
    table: Remembered,
    meanings: Passages,
    /// The headings and how people ask about them, which tell what the guides cover.
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
        let mut document = self.document(Kind::Guide, ordinal, 0);
        self.add_json(&mut document, self.fields.place, &entry)?;
        self.writer.add_document(document)?;
        let above = above(guide);
        for section in &guide.sections {
            self.add_section(guide, section, &above)?;
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
        above: &str,
    ) -> tantivy::Result<()> {
        let kind = if section.step.is_some() {
            Kind::Step
        } else {
            Kind::Section
        };
        let mut document = self.document(kind, u64::from(self.next_section), 0);
        let body = text::plain(&section.blocks);
        // What is exact is said of the heading and the body: both are read as they come by.
        self.words.clear();
        self.analysis.read(&section.heading, &mut self.words);
        self.add_words(&mut document, Searched::Heading);
        self.words.prose.clear();
        self.analysis.read(&body, &mut self.words);
        self.add_words(&mut document, Searched::Body);
        self.add_words(&mut document, Searched::Exact);
        self.words.clear();
        for text in std::iter::once(above).chain(section.parents.iter().map(String::as_str)) {
            self.analysis.read(text, &mut self.words);
        }
        self.add_words(&mut document, Searched::Above);
        let located = Located::new(guide, section);
        self.add_json(&mut document, self.fields.place, &located)?;
        self.add_json(&mut document, self.fields.content, section)?;
        self.writer.add_document(document)?;
        let owner = Owner::Section(self.next_section).number();
        let table = &mut self.table;
        self.meanings.push(owner, &table.meaning(&section.heading));
        let heading = table.meaning(&sense::in_context(guide, section));
        self.meanings.push(owner, &heading);
        self.headings.push(owner, &heading);
        sense::passages(section, |passage| {
            self.meanings.push(owner, &table.meaning(passage));
        });
        Ok(())
    }

    fn add_command(
        &mut self,
        item: u64,
        command: &Command,
        lore: &[Placed<'_>],
    ) -> tantivy::Result<()> {
        let mut document = self.document(Kind::Command, u64::from(self.next_section), item);
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
        self.add_json(&mut document, self.fields.content, &texts)?;
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
                let mut document = self.document(Kind::Passage, ordinal, *item);
                self.words.clear();
                self.analysis.read(&passage.text, &mut self.words);
                self.add_words(&mut document, Searched::Passage);
                self.writer.add_document(document)?;
            }
        }
        Ok(())
    }

    fn add_elsewhere(&mut self, elsewhere: &[String]) {
        for text in elsewhere {
            let meaning = self.table.meaning(text);
            if !sense::is_covered(&meaning, &self.headings) {
                self.meanings.push(Owner::Elsewhere.number(), &meaning);
            }
        }
    }

    /// Gives a field the words that were read last.
    fn add_words(&self, document: &mut TantivyDocument, field: Searched) {
        let words = match field.is_stemmed() {
            true => &self.words.prose,
            false => &self.words.exact,
        };
        document.add_text(self.fields.searched(field), words);
    }

    /// Gives a field what is kept of a value.
    fn add_json(
        &mut self,
        document: &mut TantivyDocument,
        field: Field,
        value: &impl Serialize,
    ) -> tantivy::Result<()> {
        self.json.clear();
        let wrong = |error: String| tantivy::TantivyError::InternalError(error);
        serde_json::to_writer(&mut self.json, value).map_err(|error| wrong(error.to_string()))?;
        let json = str::from_utf8(&self.json).map_err(|error| wrong(error.to_string()))?;
        document.add_text(field, json);
        Ok(())
    }

    fn document(&self, kind: Kind, section: u64, item: u64) -> TantivyDocument {
        let mut document = TantivyDocument::with_capacity(DOCUMENT_BYTES);
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

/// What stands above every section of a page.
fn above(guide: &Guide) -> String {
    let lines = [
        Some(&guide.title),
        guide.sidebar_title.as_ref(),
        guide.description.as_ref(),
    ];
    let lines: Vec<&str> = lines.into_iter().flatten().map(String::as_str).collect();
    lines.join("\n")
}
