//! Reading what answers come from, at the start and again when it changes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use kb::cause::Catalogue as Causes;

use crate::cli::{Context, Failure, kept, knowledge, rules};
use crate::logic::audit::Occasion;
use crate::logic::digest::{Digest, Fields};
use crate::serve::{Refused, Reload, Snapshot, Source};
use crate::store::audit::AuditLog;

/// Reads guides, causes, catalogue and policy, and says what was read.
///
/// # Errors
/// A failure of the operator's when one cannot be read or has a mistake in it; it tells of all that
/// cannot.
pub fn load(ctx: &Context) -> anyhow::Result<(Snapshot, Vec<Source>)> {
    let (rules, knowledge) = match (rules::rules(ctx), knowledge::load(ctx)) {
        (Ok(rules), Ok(knowledge)) => (rules, knowledge),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => return Err(error),
        (Err(one), Err(other)) => {
            let count = mistakes(&one) + mistakes(&other);
            let both = format!("{}\n{}", said(&one), said(&other));
            return Err(Failure::operator(both).mistakes(count).into());
        }
    };
    let rules::Rules { catalogue, policy } = rules;
    let causes = Arc::clone(knowledge.causes());
    let guides = Digest::read(&kept::key(ctx)?).context("read the digest of the guides")?;
    let sources = vec![
        source("catalogue", catalogue.digest(), catalogue.probes().count()),
        source("policy", policy.digest(), policy.rules().len()),
        source("causes", digest_of(&causes), causes.causes().len()),
        source("guides", guides, knowledge.guides().len()),
    ];
    let snapshot = Snapshot {
        causes,
        knowledge,
        catalogue,
        policy,
    };
    Ok((snapshot, sources))
}

fn source(what: &'static str, digest: Digest, count: usize) -> Source {
    Source {
        what,
        digest,
        count,
    }
}

fn digest_of(causes: &Causes) -> Digest {
    let mut fields = Fields::of("bot502 causes 1");
    for cause in causes.causes() {
        fields.value(cause);
    }
    fields.end()
}

/// Records what is in force from the start on.
///
/// # Errors
/// When it cannot be recorded: then nothing may be in force.
pub fn record(audit: &AuditLog, sources: &[Source]) -> anyhow::Result<()> {
    for source in sources {
        let event = source.loaded(Occasion::Start);
        audit
            .append(event, Timestamp::now())
            .map_err(rules::audit_failure)?;
    }
    Ok(())
}

/// Gives how they are read again: whichever file of the operator's changed.
pub fn reload(
    ctx: &Context,
    every: Duration,
    (audit, sources): (Arc<AuditLog>, Vec<Source>),
) -> Reload {
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
    let load = move || {
        // Whoever is being served does not wait for the change. At the start nobody is: what is made ready
        // then would only take memory until somebody asks.
        let read = load(&ctx).inspect(|(snapshot, _)| snapshot.knowledge.warm());
        read.map_err(|error| Refused {
            why: said(&error),
            mistakes: mistakes(&error),
        })
    };
    Reload {
        load: Arc::new(load),
        audit,
        sources,
        watched,
        every,
    }
}

fn mistakes(error: &anyhow::Error) -> usize {
    let mut causes = error.chain();
    causes
        .find_map(|cause| cause.downcast_ref::<Failure>())
        .map_or(1, |failure| failure.mistakes)
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
