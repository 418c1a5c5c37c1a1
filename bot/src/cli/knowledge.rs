//! Where the knowledge of a command comes from: the embedded guides, folders of the settings, or
//! those of `--guides`.

use std::path::{Path, PathBuf};

use indexer::Options;
use kb::diagnostic::Diagnostic;
use kb::guide::Guide;
use kb::{Knowledge, Lore};

use super::{Context, Failure, kept, known};

/// The word that stands for the embedded guides among folders.
const EMBEDDED: &str = "embedded";

/// Where guides are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The ones inside the program.
    Embedded,
    /// A folder of Markdown.
    Folder(PathBuf),
}

/// Reads the guides and makes them answer; from the index that is kept on disk, where one is.
///
/// # Errors
/// When a folder cannot be read, or there is no guide at all. What is wrong within a page never
/// stops the others; `bot502 check` tells.
pub fn load(ctx: &Context) -> anyhow::Result<Knowledge> {
    let causes = known::causes(ctx)?;
    if let Some(folder) = kept::folder(ctx) {
        return kept::open(ctx, folder, &causes);
    }
    let (guides, _) = read(ctx)?;
    let lore = Lore::with_causes(&guides, causes);
    Ok(Knowledge::build(&guides, &lore)?)
}

/// Reads the guides, with what is wrong in them.
///
/// # Errors
/// When a folder cannot be read, or there is no guide at all.
pub fn read(ctx: &Context) -> anyhow::Result<(Vec<Guide>, Vec<Diagnostic>)> {
    let options = options(ctx);
    let mut guides = Vec::new();
    let mut diagnostics = Vec::new();
    for place in places(ctx) {
        let (mut more, complaints) = match &place {
            Place::Embedded => embedded(&options),
            Place::Folder(folder) => folder_of(folder, &options)?,
        };
        guides.append(&mut more);
        diagnostics.extend(complaints);
    }
    Ok((guides, diagnostics))
}

/// Gives the places that guides are read from: `--guides` in place of the settings.
#[must_use]
pub fn places(ctx: &Context) -> Vec<Place> {
    if !ctx.guides.is_empty() {
        let place = |folder: &PathBuf| match folder.to_str() {
            Some(EMBEDDED) => Place::Embedded,
            _ => Place::Folder(folder.clone()),
        };
        return ctx.guides.iter().map(place).collect();
    }
    let settings = &ctx.config.guides;
    let embedded = settings.embedded.then_some(Place::Embedded);
    embedded
        .into_iter()
        .chain(settings.folders.iter().cloned().map(Place::Folder))
        .collect()
}

/// Gives what the settings say about reading guides.
#[must_use]
pub fn options(ctx: &Context) -> Options {
    let settings = &ctx.config.guides;
    let base_url = (!settings.base_url.is_empty()).then(|| settings.base_url.clone());
    let mut options = Options {
        base_url,
        ..Options::default()
    };
    options.values.extend(settings.values.clone());
    options.limits.page_bytes = settings.limits.page_bytes;
    options.limits.pages = settings.limits.pages;
    options.limits.depth = settings.limits.depth;
    options
}

fn embedded(options: &Options) -> (Vec<Guide>, Vec<Diagnostic>) {
    let read = |(path, text): &(&str, &str)| indexer::read_page(path, text.as_bytes(), options);
    let (guides, diagnostics): (Vec<Guide>, Vec<Vec<Diagnostic>>) =
        kb::shipped::GUIDES.iter().map(read).unzip();
    (guides, diagnostics.concat())
}

fn folder_of(folder: &Path, options: &Options) -> anyhow::Result<(Vec<Guide>, Vec<Diagnostic>)> {
    let name = folder.display();
    if !folder.is_dir() {
        let what = if folder.exists() {
            "is no folder"
        } else {
            "is not there"
        };
        return Err(
            Failure::operator(format!("read guides from `{name}`: it {what}"))
                .hint("`--guides` takes a folder of Markdown, or the word `embedded`")
                .into(),
        );
    }
    let (guides, diagnostics) = indexer::read_folder(folder, options);
    if guides.is_empty() {
        return Err(Failure::operator(format!(
            "read guides from `{name}`: there is no page in it that can be read"
        ))
        .hint("pages are files that end in .md; `bot502 check` tells what is wrong with each")
        .into());
    }
    Ok((guides, diagnostics))
}
