//! The settings as types. What each one means and its default stand in `config/bot.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which guides are answered from.
    pub guides: Guides,
    /// Which causes texts are read against.
    pub causes: Causes,
    /// What goes to the log.
    pub log: Log,
}

/// Which guides are answered from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guides {
    /// Whether the embedded guides are.
    pub embedded: bool,
    /// The operator's own folders.
    pub folders: Vec<PathBuf>,
    /// Where pages can be opened; empty for nowhere.
    pub base_url: String,
    /// Values of shortcodes such as `vendor/name`.
    pub values: BTreeMap<String, String>,
    /// How much is read at most.
    pub limits: GuideLimits,
}

/// How much is read at most.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideLimits {
    /// Bytes of one page.
    pub page_bytes: u64,
    /// Pages of one folder.
    pub pages: usize,
    /// Folders within folders.
    pub depth: usize,
}

/// Which causes texts are read against, beside the shipped ones.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Causes {
    /// The operator's own folders.
    pub folders: Vec<PathBuf>,
}

/// What goes to the log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A level or a filter.
    pub level: String,
}
