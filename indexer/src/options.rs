//! What a reader of guides may be told: addresses, values of shortcodes, limits.
//! Where the settings come from (a file, the environment) is left to the program.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How to read a folder of guides. The default fits Upsun's public documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Address of the published site, without a final slash: `https://docs.upsun.com`.
    /// Without it, links stay as written and guides have no URL.
    pub base_url: Option<String>,
    /// Whether pages are published as `page.html` (Hugo's `uglyURLs`) rather than `page/`.
    pub ugly_urls: bool,
    /// Text that a shortcode stands for. The key is the shortcode's name, or its name and first
    /// parameter: `vendor/name`, `vendor/configfile app`. `{0}` in a value is the first positional
    /// parameter, `{text}` the one named `text`.
    pub values: BTreeMap<String, String>,
    /// Folders in which templates and partial includes are looked up, beside the guides' own.
    pub includes: Vec<PathBuf>,
    /// Command-line programs of the platform: their commands are run on the engineer's machine.
    pub platform_programs: Vec<String>,
    /// Other programs whose mention within a sentence can be a command to run.
    pub programs: Vec<String>,
    /// Which alternative of `version/specific` is meant, counted from 1.
    pub docs_version: u32,
    /// What is refused for its size.
    pub limits: Limits,
}

/// Sizes beyond which a file or a folder is refused rather than read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest page, in bytes.
    pub page_bytes: u64,
    /// Largest sum of pages in a folder, in bytes.
    pub folder_bytes: u64,
    /// Most pages in a folder.
    pub pages: usize,
    /// Deepest folder beneath the root.
    pub depth: usize,
    /// Most diagnostics for one page; the rest are counted in one line.
    pub diagnostics: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // The largest page of Upsun's documentation, its command reference, has 0.3 MB.
            page_bytes: 4 << 20,
            folder_bytes: 256 << 20,
            pages: 10_000,
            depth: 32,
            diagnostics: 100,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        let words = |list: &str| list.split_whitespace().map(str::to_owned).collect();
        Self {
            base_url: Some("https://docs.upsun.com".to_owned()),
            ugly_urls: true,
            values: UPSUN
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            includes: Vec::new(),
            platform_programs: words("upsun platform symfony ddev"),
            programs: words(
                "awk bundle cat composer curl df dig du echo env free git grep head host journalctl \
                 kill less ls lsof mongosh mysql mysqldump nc netstat nginx node npm npx nslookup \
                 openssl pg_dump php ping pip printenv ps psql python python3 redis-cli rsync \
                 scp sftp sh ss ssh ssh-add ssh-keygen tail top traceroute uv vim wget yarn",
            ),
            docs_version: 2,
            limits: Limits::default(),
        }
    }
}

/// What the shortcodes of Upsun's documentation stand for, after its public site parameters.
/// Versions that change with each release are a placeholder: a stale number would mislead.
const UPSUN: &[(&str, &str)] = &[
    ("asciinema", ""),
    ("code-link", "{text}"),
    ("community-buttons", ""),
    (
        "create-project-link",
        "https://console.upsun.com/projects/create-project",
    ),
    ("current-year", "YYYY"),
    ("guide-buttons", ""),
    ("icon", ""),
    ("latest", "VERSION"),
    ("names/dedicated-gen-2", "Dedicated Gen 2"),
    ("names/dedicated-gen-3", "Dedicated Gen 3"),
    ("variable", "{0}"),
    ("vendor/alt-name", "upsun"),
    ("vendor/cli", "upsun"),
    ("vendor/company_name", "Upsun"),
    ("vendor/configdir", ".upsun"),
    ("vendor/configfile", ".upsun/config.yaml"),
    ("vendor/configfile env", ".environment"),
    ("vendor/name", "Upsun"),
    ("vendor/prefix", "PLATFORM"),
    ("vendor/prefix_cli", "UPSUN"),
    ("vendor/psh_ref", "Upsun Fixed"),
    ("vendor/url", "{1}"),
    ("vendor/url_doc", "https://docs.upsun.com"),
    ("vendor/urlraw", "https://upsun.com"),
    ("vendor/urlraw api", "https://docs.upsun.com/api/"),
    ("vendor/urlraw community", "https://community.upsun.com"),
    ("vendor/urlraw console", "https://console.upsun.com/"),
    ("vendor/urlraw docs", "https://docs.upsun.com"),
    ("vendor/urlraw host", "upsun.com"),
    ("vendor/urlraw hostname", "platformsh.site"),
    ("vendor/urlraw main", "https://upsun.com"),
    ("vendor/urlraw register", "https://auth.upsun.com/register"),
    ("vendor/urlraw sales", "https://upsun.com/contact-us"),
    ("vendor/urlraw support", "https://support.upsun.com"),
    ("youtube", ""),
];
