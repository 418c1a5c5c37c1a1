//! The causes that a command works with: those compiled in, and the operator's folders over them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kb::cause::Catalogue;
use kb::diagnostic::{Diagnostic, Severity};

use super::Context;
use crate::failure::Failure;

/// Gives the causes in force.
///
/// # Errors
/// The operator's failure when a folder cannot be read, or a file in it is not a file of causes.
pub(super) fn causes(ctx: &Context) -> anyhow::Result<Arc<Catalogue>> {
    if ctx.config.causes.folders.is_empty() {
        return Ok(Arc::clone(Catalogue::shipped()));
    }
    let (catalogue, complaints) = read(&ctx.config.causes.folders)?;
    let errors = complaints
        .iter()
        .filter(|complaint| complaint.severity == Severity::Error);
    match errors.clone().next() {
        None => Ok(Arc::new(catalogue)),
        Some(complaint) => Err(Failure::operator(format!(
            "read the causes: {}:{}:{}: {}",
            complaint.path, complaint.line, complaint.column, complaint.message
        ))
        .hint("`bot502 check` shows every mistake with its line")
        .mistakes(errors.count())
        .into()),
    }
}

/// Reads the shipped causes and those of some folders, with the complaints about them.
///
/// # Errors
/// The operator's failure when a folder or a file cannot be read.
pub(super) fn read(folders: &[PathBuf]) -> anyhow::Result<(Catalogue, Vec<Diagnostic>)> {
    let mut files = Vec::new();
    for folder in folders {
        files.extend(files_of(folder).map_err(|error| {
            Failure::operator(format!(
                "read the causes in `{}`: {error}",
                folder.display()
            ))
        })?);
    }
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    Ok(Catalogue::with_files(files))
}

fn files_of(folder: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut paths = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    paths
        .into_iter()
        .map(|path| Ok((path.display().to_string(), std::fs::read_to_string(&path)?)))
        .collect()
}
