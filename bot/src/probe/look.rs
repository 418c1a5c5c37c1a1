//! What `bot502 doctor` asks of the CLI: a closed list of calls that only read, made without a permit
//! because nothing that a person types reaches them but a target's names.

use std::time::Duration;

use crate::logic::catalogue::{Limits, Permission, Touch};
use crate::logic::target::Target;

/// How long a look may take and how much it may print.
pub(super) const LOOK_LIMITS: Limits = Limits {
    time: Duration::from_secs(20),
    output_bytes: 64 << 10,
};

/// One look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Which version of the CLI it is; needs no network.
    Version,
    /// Whether the platform knows who we are: the ids of the projects.
    SignedIn,
    /// Whether the platform knows a target: its addresses.
    Target(Target),
}

impl Look {
    /// Gives the words that run.
    pub(super) fn argv(&self) -> Vec<String> {
        let words: &[&str] = match self {
            Self::Version => &["upsun", "--version"],
            Self::SignedIn => &["upsun", "project:list", "--no", "--pipe"],
            Self::Target(target) => &[
                "upsun",
                "environment:url",
                "-p",
                target.project.as_str(),
                "-e",
                target.environment.as_str(),
                "--no",
                "--pipe",
            ],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// Gives what it touches.
    pub(super) fn touches(&self) -> Vec<Permission> {
        let touches: &[Touch] = match self {
            Self::Version => &[Touch::CliHome],
            Self::SignedIn | Self::Target(_) => &[Touch::CliHome, Touch::UpsunApi],
        };
        touches
            .iter()
            .map(|touch| Permission {
                touch: *touch,
                reason: "bot502 doctor looks whether probes can work".to_owned(),
            })
            .collect()
    }
}
