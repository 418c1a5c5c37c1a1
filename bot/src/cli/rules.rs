//! Reads what decides about probes: the catalogue, the policy and the audit, as the settings name
//! them. What they mean is left to `logic`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use kb::diagnostic::{Diagnostic, Severity};

use super::{Context, Failure, drawn};
use crate::config::Config;
use crate::logic::catalogue::{Catalogue, has_error};
use crate::logic::policy::Policy;
use crate::store::audit::{AuditError, AuditLog, Paths};

/// What decides about probes.
#[derive(Debug)]
pub struct Rules {
    /// Every probe that there is.
    pub catalogue: Catalogue,
    /// Who may run which.
    pub policy: Policy,
}

/// Reads what decides about probes.
///
/// # Errors
/// A failure of the operator's when a file of theirs cannot be read or has a mistake in it: half a
/// catalogue or a policy with a hole is none.
pub fn rules(ctx: &Context) -> anyhow::Result<Rules> {
    let (catalogue, mut complaints) = catalogue(&ctx.config)?;
    let policy = match policy(&ctx.config, &catalogue)? {
        Ok(policy) => Some(policy),
        Err(more) => {
            complaints.extend(more);
            None
        }
    };
    match policy {
        Some(policy) if !has_error(&complaints) => Ok(Rules { catalogue, policy }),
        _ => {
            let all: Vec<&Diagnostic> = complaints.iter().collect();
            let errors = all
                .iter()
                .filter(|complaint| complaint.severity == Severity::Error)
                .count();
            let drawn = drawn::draw(&all, &ctx.out);
            let message = format!("read the catalogue and the policy\n{}", drawn.trim_end());
            Err(Failure::operator(message)
                .hint("`bot502 check` shows all mistakes; nothing runs until they are mended")
                .mistakes(errors)
                .into())
        }
    }
}

/// Gives the complaints about the operator's catalogue and policy.
///
/// # Errors
/// When one of their files cannot be read.
pub fn check(config: &Config) -> anyhow::Result<Vec<Diagnostic>> {
    let (catalogue, mut complaints) = catalogue(config)?;
    if let Err(more) = policy(config, &catalogue)? {
        complaints.extend(more);
    }
    Ok(complaints)
}

/// Gives the probes that there are, to be shown: a file with a mistake leaves out its own. What is
/// run goes through [`rules`], which refuses then.
///
/// # Errors
/// When the operator's folder cannot be read.
pub fn probes(config: &Config) -> anyhow::Result<Catalogue> {
    Ok(catalogue(config)?.0)
}

fn catalogue(config: &Config) -> anyhow::Result<(Catalogue, Vec<Diagnostic>)> {
    let folder = &config.probes.catalogue;
    let mut files = Vec::new();
    if !folder.as_os_str().is_empty() {
        for path in toml_files(folder)? {
            files.push((path.display().to_string(), read(&path)?));
        }
    }
    Ok(Catalogue::read(&files))
}

/// Gives the TOML files of a folder in the order of their names, so that complaints and digests are
/// the same everywhere.
fn toml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Failure::operator(format!(
            "read the folder of probes `{}`: {error}",
            folder.display()
        ))
        .hint("`probes.catalogue` in the settings names it")
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
            && path.is_file()
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn policy(
    config: &Config,
    catalogue: &Catalogue,
) -> anyhow::Result<Result<Policy, Vec<Diagnostic>>> {
    let path = &config.probes.policy;
    if path.as_os_str().is_empty() {
        return Ok(Ok(Policy::shipped(catalogue)));
    }
    let text = read(path)?;
    Ok(Policy::read(&path.display().to_string(), &text, catalogue))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::operator(format!("read `{}`: {error}", path.display())))
}

/// Opens the audit; makes it and its key at the first use.
///
/// # Errors
/// When it cannot be read or written; then nothing may run.
pub fn audit(ctx: &Context) -> anyhow::Result<AuditLog> {
    AuditLog::open(audit_paths(ctx)?).map_err(audit_failure)
}

/// Gives where the audit and its key stand.
///
/// # Errors
/// When the settings name no place and the environment has none either.
pub fn audit_paths(ctx: &Context) -> anyhow::Result<Paths> {
    let settings = &ctx.config.audit;
    let log = match settings.file.as_os_str().is_empty() {
        false => settings.file.clone(),
        true => state()
            .context("find a place for the audit")?
            .join("audit.jsonl"),
    };
    let key = match settings.key.as_os_str().is_empty() {
        false => settings.key.clone(),
        true => log.with_extension("key"),
    };
    Ok(Paths { log, key })
}

/// Gives the user's folder for bot502's state.
///
/// # Errors
/// When the environment names none.
pub fn state() -> Result<PathBuf, Failure> {
    let given = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    given("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(given("HOME")?).join(".local/state")))
        .map(|folder| folder.join("bot502"))
        .ok_or_else(|| {
            Failure::operator("there is no folder for state")
                .hint("set `audit.file`, XDG_STATE_HOME or HOME")
        })
}

/// Makes a failure of an audit that cannot be used, with what to do about it.
pub fn audit_failure(error: AuditError) -> anyhow::Error {
    let (whose, hint): (fn(String) -> Failure, &str) = match &error {
        AuditError::Io { .. } => (
            Failure::world,
            "nothing runs until the audit can be written; `audit.file` in the settings names it",
        ),
        AuditError::OpenKey { .. } => (
            Failure::operator,
            "chmod 600 it, and find out who had a look",
        ),
        AuditError::NoKey(_) | AuditError::BadKey(_) => (
            Failure::operator,
            "bring the key back; or move the audit away, and a new one begins",
        ),
        AuditError::Broken { .. } | AuditError::BrokenEnd(_) => (
            Failure::operator,
            "keep the file as it is for whoever looks into it, move it away, and a new one begins",
        ),
    };
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    whose(message).hint(hint).into()
}
