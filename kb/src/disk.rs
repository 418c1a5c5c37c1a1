//! An index on disk: built beside the one in use and put in its place, opened where it is whole and fits.
//! What is in it is left to `index`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::Index;
use tantivy::directory::MmapDirectory;

use crate::error::Error;
use crate::guide::Guide;
use crate::index::{Indexed, write};
use crate::lore::Lore;
use crate::meaning::Passages;
use crate::schema;

/// File that names the generation in use. It is replaced as a whole, so a reader sees the old
/// index or the new one and never a half of each.
const CURRENT: &str = "current";

/// File that is locked while an index is built, so that two builders never clean up each other.
const LOCK: &str = "lock";

/// File within a generation that holds the meanings of all passages.
const MEANINGS: &str = "meanings";

/// File within a generation that holds the meanings of all headings.
const HEADINGS: &str = "headings";

/// File within a generation that says what it was built from. It is written last.
const MANIFEST: &str = "manifest.json";

/// Version of the program: pages may be read otherwise by another.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Prefix of the folders that hold one index each.
const GENERATION: &str = "generation-";

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

/// Builds an index on disk beside the one that is there, then puts it in its place.
///
/// The folder is ours: what is in it from earlier builds is removed afterwards.
pub(crate) fn build(
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
pub(crate) fn open(folder: &Path, key: &str, lore: u32) -> Result<Indexed, Error> {
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
    let passages = |name: &str| {
        let bytes = fs::read(generation.join(name)).map_err(|error| stale(&error))?;
        Passages::from_bytes(&bytes).ok_or_else(|| stale(&"it is damaged"))
    };
    let (meanings, headings) = (passages(MEANINGS)?, passages(HEADINGS)?);
    let mut index = Index::open_in_dir(&generation).map_err(|error| stale(&error))?;
    index.set_tokenizers(schema::tokenizers());
    Ok(Indexed {
        words: index,
        meanings,
        headings,
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
    for (name, passages) in [(MEANINGS, &index.meanings), (HEADINGS, &index.headings)] {
        write_durably(&generation.join(name), &passages.to_bytes())?;
    }
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
