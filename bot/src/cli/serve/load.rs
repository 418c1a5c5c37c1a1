//! Reading what answers come from, at the start and again when it changes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::{Context, Failure, knowledge, rules};
use crate::serve::{Reload, Snapshot};

/// Reads guides, causes, catalogue and policy.
///
/// # Errors
/// A failure of the operator's when one cannot be read or has a mistake in it.
pub fn load(ctx: &Context) -> anyhow::Result<Snapshot> {
    let rules::Rules { catalogue, policy } = rules::rules(ctx)?;
    let knowledge = knowledge::load(ctx)?;
    Ok(Snapshot {
        causes: Arc::clone(knowledge.causes()),
        knowledge,
        catalogue,
        policy,
    })
}

/// Gives how they are read again: whichever file of the operator's changed.
pub fn reload(ctx: &Context, every: Duration) -> Reload {
    let mut watched: Vec<PathBuf> = knowledge::places(ctx)
        .into_iter()
        .filter_map(|place| match place {
            knowledge::Place::Folder(folder) => Some(folder),
            knowledge::Place::Embedded => None,
        })
        .collect();
    watched.extend(ctx.config.causes.folders.iter().cloned());
    let probes = &ctx.config.probes;
    let named = [&probes.catalogue, &probes.policy];
    watched.extend(
        named
            .into_iter()
            .filter(|path| !path.as_os_str().is_empty())
            .cloned(),
    );
    let ctx = ctx.clone();
    Reload {
        load: Arc::new(move || {
            let read = load(&ctx).inspect(|snapshot| snapshot.knowledge.warm());
            read.map_err(|error| said(&error))
        }),
        watched,
        every,
    }
}

/// Gives a failure whole: what is wrong, and what to try.
fn said(error: &anyhow::Error) -> String {
    let hint = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Failure>())
        .and_then(|failure| failure.hint.as_deref());
    match hint {
        Some(hint) => format!("{error:#}\ntry: {hint}"),
        None => format!("{error:#}"),
    }
}
