//! The index that is kept on disk: opened where it fits what would be read now, else built again.
//! How an index is written and checked is left to `kb`.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use kb::cause::Catalogue;
use kb::guide::Guide;
use kb::{Knowledge, Lore};
use sha2::{Digest as _, Sha256};

use super::knowledge::{self, Place};
use super::{Context, Failure};

/// Gives the folder in which the index is kept, where one is set.
pub(super) fn folder(ctx: &Context) -> Option<&Path> {
    let folder = ctx.config.guides.index.as_path();
    (!folder.as_os_str().is_empty()).then_some(folder)
}

/// Opens the index in `folder`, or builds it again and says why. Where the disk refuses, that is
/// said, and the answers come from memory.
///
/// # Errors
/// When the guides cannot be read.
pub(super) fn open(
    ctx: &Context,
    folder: &Path,
    causes: &Arc<Catalogue>,
) -> anyhow::Result<Knowledge> {
    let stale = match Knowledge::open(folder, &key(ctx)?, causes) {
        Ok(knowledge) => return Ok(knowledge),
        Err(stale) => stale,
    };
    let (guides, _) = knowledge::read(ctx)?;
    let lore = Lore::with_causes(&guides, Arc::clone(causes));
    note(&format!(
        "build the index again, for it could not be used: {stale}"
    ));
    match build(ctx, folder, &guides, &lore) {
        Ok(knowledge) => Ok(knowledge),
        Err(refused) => {
            note(&format!("{refused:#}; this run answers from memory"));
            Ok(Knowledge::build(&guides, &lore)?)
        }
    }
}

/// Builds the index in `folder` beside the one that is there, then puts it in its place.
///
/// # Errors
/// The world's failure where the disk refuses; what was there is still there then.
pub(super) fn build(
    ctx: &Context,
    folder: &Path,
    guides: &[Guide],
    lore: &Lore,
) -> anyhow::Result<Knowledge> {
    Knowledge::build_in(folder, &key(ctx)?, guides, lore).map_err(|error| {
        let hint = error.hint();
        let failure = Failure::world(format!("{:#}", anyhow::Error::new(error)));
        match hint {
            Some(hint) => failure.hint(hint).into(),
            None => failure.into(),
        }
    })
}

/// Names what an index is built from: a digest of every page and of the options, in small hexadecimal
/// digits.
///
/// # Errors
/// When the options cannot be written down.
pub(super) fn key(ctx: &Context) -> anyhow::Result<String> {
    let options = knowledge::options(ctx);
    let mut sum = Sha256::new();
    field(&mut sum, &serde_json::to_vec(&options)?);
    for place in knowledge::places(ctx) {
        match place {
            Place::Embedded => {
                for (path, text) in kb::shipped::GUIDES {
                    field(&mut sum, path.as_bytes());
                    field(&mut sum, text.as_bytes());
                }
            }
            Place::Folder(folder) => {
                field(&mut sum, b"folder");
                indexer::each_source(&folder, &options, &mut |path, bytes| {
                    field(&mut sum, path.as_bytes());
                    field(&mut sum, bytes);
                });
            }
        }
    }
    let digits = sum
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(digits)
}

/// Adds a field with its length before it, so that no two lists of fields give the same bytes.
fn field(sum: &mut Sha256, bytes: &[u8]) {
    sum.update((bytes.len() as u64).to_le_bytes());
    sum.update(bytes);
}

fn note(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(std::io::stderr(), "note: {text}");
}
