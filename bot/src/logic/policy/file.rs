//! A policy file as TOML has it, with the place of what can be wrong. Unknown and duplicate keys
//! are mistakes.

use serde::Deserialize;
use toml::Spanned;

use crate::logic::catalogue::Approval;
use crate::logic::person::Platform;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub rule: Vec<Spanned<RawRule>>,
    #[serde(default)]
    pub target: Vec<Spanned<RawTarget>>,
    #[serde(default)]
    pub channel: Vec<Spanned<RawChannel>>,
    #[serde(default)]
    pub operators: Vec<Spanned<RawOperators>>,
    #[serde(default)]
    pub pending: RawPending,
    #[serde(default)]
    pub approval: RawApproval,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub id: String,
    pub platform: Platform,
    pub workspace: Option<String>,
    #[serde(default)]
    pub anyone: bool,
    #[serde(default)]
    pub users: Vec<String>,
    #[serde(default)]
    pub groups: Vec<String>,
    #[serde(default)]
    pub channels: Vec<String>,
    pub probes: Vec<String>,
    #[serde(default)]
    pub targets: Vec<String>,
    #[serde(default)]
    pub any_target: bool,
    #[serde(default)]
    pub approval: Approval,
    pub approvers: Option<RawApprovers>,
    #[serde(default)]
    pub break_glass: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOperators {
    pub platform: Platform,
    pub workspace: Option<String>,
    #[serde(default)]
    pub users: Vec<String>,
    #[serde(default)]
    pub groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawApprovers {
    #[serde(default)]
    pub users: Vec<String>,
    #[serde(default)]
    pub groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTarget {
    pub name: String,
    pub project: String,
    pub environment: String,
    pub app: String,
    #[serde(default)]
    pub hosts: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChannel {
    pub platform: Platform,
    pub workspace: String,
    pub id: String,
    pub target: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPending {
    pub each: Spanned<usize>,
    pub all: Spanned<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawApproval {
    pub window: Spanned<String>,
}

// An operator's policy may leave these two tables out; the numbers are those of config/policy.toml,
// and a test holds them together.

impl Default for RawPending {
    fn default() -> Self {
        Self {
            each: Spanned::new(0..0, 3),
            all: Spanned::new(0..0, 20),
        }
    }
}

impl Default for RawApproval {
    fn default() -> Self {
        Self {
            window: Spanned::new(0..0, "10m".to_owned()),
        }
    }
}
