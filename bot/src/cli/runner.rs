//! Makes the runner of probes from the settings and this process's own environment.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::{Config, Probes, Sandbox};
use crate::failure::Failure;
use crate::logic::redact::Secrets;
use crate::probe::{Runner, Settings, native, queue, spool};

/// Names of the environment that reach the CLI, where a permit names them.
const VARIABLES: &str = "UPSUN_CLI_";

/// Makes the runner. `held` are the secrets that this process was given otherwise than by its
/// environment: from a file, from systemd. Those of the environment are found by their names.
///
/// # Errors
/// When a setting cannot be what it says: a folder or a file that is not there.
pub fn runner(config: &Config, held: Secrets) -> anyhow::Result<Runner> {
    let probes = &config.probes;
    let own = |name: &str| std::env::var(name).ok();
    let settings = Settings {
        cli: probes.cli.clone(),
        search: own("PATH").unwrap_or_default(),
        folder: folder(probes)?,
        variables: variables()
            .filter(|(name, _)| name.starts_with(VARIABLES) || name == "HTTPS_PROXY")
            .collect(),
        helper: std::env::current_exe().context("find bot502 itself")?,
        strict: probes.sandbox == Sandbox::Refuse,
        grace: probes
            .grace
            .try_into()
            .map_err(|_| Failure::operator("`probes.grace` is less than nothing"))?,
        limits: queue::Limits {
            total: probes.at_once.total,
            per_person: probes.at_once.person,
            per_target: probes.at_once.target,
            waiting_per_person: probes.at_once.waiting,
        },
        disk: spool::Limits {
            quota_bytes: probes.disk.quota_bytes,
            free_bytes: probes.disk.free_bytes,
        },
        secrets: held.and(Secrets::among(variables())),
    };
    let checks = native::Settings {
        resolver: Arc::new(native::SystemResolver),
        detours: probes.detours.clone(),
        roots: Arc::new(roots(probes)?),
        more_ports: Vec::new(),
    };
    Ok(Runner::new(settings, checks))
}

/// Gives the variables of this process that are text.
fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

fn folder(probes: &Probes) -> anyhow::Result<PathBuf> {
    if !probes.folder.as_os_str().is_empty() {
        return Ok(probes.folder.clone());
    }
    let state = std::env::var_os("XDG_STATE_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")));
    let state = state.ok_or_else(|| {
        Failure::operator("there is no folder for the CLI's session")
            .hint("set `probes.folder`, XDG_STATE_HOME or HOME")
    })?;
    Ok(state.join("bot502").join("probes"))
}

fn roots(probes: &Probes) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let path = &probes.authorities;
    if path.as_os_str().is_empty() {
        return Ok(roots);
    }
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::operator(format!(
            "read `probes.authorities`, `{}`: {error}",
            path.display()
        ))
    };
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }
    Ok(roots)
}
