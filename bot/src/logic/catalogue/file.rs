//! A catalogue file as TOML has it, with the place of each value. Unknown and duplicate keys are
//! mistakes. What the values may be is left to `read` and `lint`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::probe::{Approval, Touch};

/// A catalogue file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// New probes.
    #[serde(default)]
    pub probe: Vec<RawProbe>,
    /// Probes of the shipped catalogue that are made narrower.
    #[serde(default)]
    pub narrow: Vec<RawNarrow>,
}

/// A probe.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProbe {
    pub id: Spanned<String>,
    pub title: String,
    pub tells: String,
    pub guide: Option<RawGuide>,
    /// The program and its arguments; for a native check, what lists the project's hosts.
    pub argv: Option<Spanned<Vec<Spanned<String>>>>,
    pub remote: Option<Spanned<RawRemote>>,
    pub http: Option<Spanned<RawHttp>>,
    pub tls: Option<Spanned<RawPort>>,
    pub tcp: Option<Spanned<RawPort>>,
    pub dns: Option<Spanned<RawDns>>,
    #[serde(default)]
    pub parameters: Vec<Spanned<RawParameter>>,
    pub time: Spanned<String>,
    pub output_kib: Spanned<u32>,
    #[serde(default)]
    pub approval: Approval,
    pub touches: Spanned<Vec<RawPermission>>,
}

/// A guide's command.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGuide {
    pub command: String,
    pub step: u32,
    #[serde(default)]
    pub changed: String,
}

/// What is run in the app's container.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRemote {
    pub program: Option<String>,
    pub script: Option<String>,
    pub sql: Option<String>,
    #[serde(default)]
    pub arguments: Vec<String>,
}

/// A GET.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHttp {
    pub path: String,
}

/// A connection.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPort {
    pub port: u16,
}

/// A resolution; it has nothing to say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDns {}

/// A parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawParameter {
    pub name: String,
    pub about: String,
    pub kind: RawKind,
    #[serde(default)]
    pub values: Vec<String>,
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub default: Option<String>,
    #[serde(default)]
    pub optional: bool,
}

/// A parameter's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawKind {
    Enum,
    Integer,
    Activity,
    Service,
    Host,
}

/// A permission.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPermission {
    pub what: Touch,
    pub reason: String,
}

/// How a shipped probe is made narrower.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNarrow {
    pub id: Spanned<String>,
    #[serde(default)]
    pub disabled: bool,
    pub approval: Option<Spanned<Approval>>,
    pub time: Option<Spanned<String>>,
    pub output_kib: Option<Spanned<u32>>,
    #[serde(default)]
    pub parameters: BTreeMap<String, RawNarrowParameter>,
}

/// How a parameter is made narrower.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNarrowParameter {
    pub values: Option<Vec<String>>,
    pub max: Option<u32>,
}
