//! The settings as types. What each one means and its default stand in `config/bot.toml`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::SignedDuration;
use serde::Deserialize;

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which guides are answered from.
    pub guides: Guides,
    /// Which causes texts are read against.
    pub causes: Causes,
    /// How probes are run.
    pub probes: Probes,
    /// Where the audit stands.
    pub audit: Audit,
    /// How Slack is served.
    pub slack: Slack,
    /// What `serve` keeps, how fast it goes, where it is watched.
    pub serve: Serve,
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
    /// Where the index is kept; empty for nowhere.
    pub index: PathBuf,
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

/// How probes are run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probes {
    /// The Upsun CLI, a path or a name.
    pub cli: String,
    /// The operator's catalogue, a folder; empty for none.
    pub catalogue: PathBuf,
    /// The operator's policy, a file; empty for the shipped one.
    pub policy: PathBuf,
    /// Where the CLI keeps its session; empty for the user's folder for state.
    pub folder: PathBuf,
    /// What to do where a layer of the sandbox does not hold.
    pub sandbox: Sandbox,
    /// Between being asked to end and being killed.
    pub grace: SignedDuration,
    /// A file of certificate authorities; empty for none.
    pub authorities: PathBuf,
    /// How much disk they may take.
    pub disk: Disk,
    /// How many at once.
    pub at_once: AtOnce,
    /// Where checks go instead of where a name leads.
    pub detours: BTreeMap<String, SocketAddr>,
}

/// What to do where a layer of the sandbox does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sandbox {
    /// Refuse the probe.
    Refuse,
    /// Run it and say so.
    Warn,
}

/// How much disk probes may take.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disk {
    /// Bytes of the folder in all.
    pub quota_bytes: u64,
    /// Bytes that stay free on its disk.
    pub free_bytes: u64,
}

/// How many probes at once.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtOnce {
    /// In all.
    pub total: usize,
    /// Of one person.
    pub person: usize,
    /// Against one target.
    pub target: usize,
    /// Waiting, of one person.
    pub waiting: usize,
}

/// Where the audit stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// The file of entries; empty for the user's folder for state.
    pub file: PathBuf,
    /// The key's file; empty for beside the entries.
    pub key: PathBuf,
}

/// How Slack is served.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    /// How Slack reaches us.
    pub mode: SlackMode,
    /// A folder of files with the tokens; empty for systemd's.
    pub credentials: PathBuf,
    /// Sockets at once.
    pub sockets: u32,
    /// How long one call may take.
    pub timeout: SignedDuration,
    /// Whether newer surfaces are left alone.
    pub plain: bool,
    /// Where Slack's methods are.
    pub api_url: String,
}

/// How Slack reaches us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlackMode {
    /// Over connections that we open.
    Socket,
    /// At a public address.
    Http,
}

/// What `serve` keeps, how fast it goes, where it is watched.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serve {
    /// The database; empty for the user's folder for state.
    pub database: PathBuf,
    /// Where the pages for machines are served; empty for nowhere.
    pub listen: String,
    /// How long wording an answer may take.
    pub answer_within: SignedDuration,
    /// How long one delivery may take.
    pub deliver_within: SignedDuration,
    /// How long a delivery is tried again.
    pub deliver_for: SignedDuration,
    /// Messages a second in one channel.
    pub channel_per_second: u32,
    /// Messages at once in one channel.
    pub channel_at_once: u32,
    /// The first wait before something is tried again.
    pub first_wait: SignedDuration,
    /// The longest wait before something is tried again.
    pub longest_wait: SignedDuration,
    /// How long work under way may take to end.
    pub stop_within: SignedDuration,
    /// Between two words about a run that goes on.
    pub progress_every: SignedDuration,
    /// How long what is over is kept.
    pub keep: SignedDuration,
    /// How often it is looked for changes.
    pub reload_every: SignedDuration,
}

/// What goes to the log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A level or a filter.
    pub level: String,
}
