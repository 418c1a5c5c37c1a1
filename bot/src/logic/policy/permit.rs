//! The permit: the value without which nothing runs. Only this folder can make one; what it holds
//! can be read by all and changed by none.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::logic::catalogue::{Action, Limits, Permission};
use crate::logic::digest::{Digest, Fields};
use crate::logic::person::{ChannelId, Person};
use crate::logic::target::{ProbeId, Target};

/// Leave to run one probe once, with these very words, until this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    terms: Terms,
    digest: Digest,
}

/// What a permit is about; all of it goes into the digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Terms {
    pub probe: ProbeId,
    pub catalogue: Digest,
    pub action: Action,
    pub environment: Vec<String>,
    pub touches: Vec<Permission>,
    pub limits: Limits,
    pub target: Target,
    pub requester: Person,
    pub channel: Option<ChannelId>,
    pub rule: String,
    pub expires_at: Timestamp,
}

impl Terms {
    /// Digests the terms. Each field is digested apart, with its length, in this order.
    pub(super) fn digest(&self) -> Digest {
        let mut fields = Fields::of("bot502 permit 1");
        fields.text(self.probe.as_str());
        fields.text(&self.catalogue.to_string());
        fields.value(&self.action);
        fields.list(self.environment.iter());
        fields.value(&self.touches);
        fields.value(&self.limits);
        fields.value(&self.target);
        fields.value(&self.requester);
        fields.value(&self.channel);
        fields.text(&self.rule);
        fields.text(&self.expires_at.to_string());
        fields.end()
    }
}

impl Permit {
    /// Makes a permit of its terms.
    pub(super) fn new(terms: Terms) -> Self {
        let digest = terms.digest();
        Self { terms, digest }
    }

    /// Makes a permit of any action, for tests of what runs it.
    #[cfg(test)]
    pub(crate) fn for_test(action: Action, limits: Limits, expires_at: Timestamp) -> Self {
        let name = "abcdefghijklm";
        Self::new(Terms {
            probe: ProbeId::new("test").expect("a name"),
            catalogue: Digest::of(b""),
            action,
            environment: environment(),
            touches: Vec::new(),
            limits,
            target: Target {
                project: crate::logic::target::ProjectId::new(name).expect("an id"),
                environment: crate::logic::target::EnvironmentName::new("main").expect("a name"),
                app: crate::logic::target::AppName::new("app").expect("a name"),
            },
            requester: Person::at_terminal(1000),
            channel: None,
            rule: "test".to_owned(),
            expires_at,
        })
    }

    /// Gives the probe's name.
    #[must_use]
    pub fn probe(&self) -> &ProbeId {
        &self.terms.probe
    }

    /// Gives what to do, every parameter filled in.
    #[must_use]
    pub fn action(&self) -> &Action {
        &self.terms.action
    }

    /// Gives the argv: the command's own, or for a native check the one that lists the project's
    /// hosts. Its first word is the name of the program, `upsun`.
    #[must_use]
    pub fn argv(&self) -> &[String] {
        self.terms.action.argv()
    }

    /// Gives the names of the variables that the program may see, where they are set.
    #[must_use]
    pub fn environment(&self) -> &[String] {
        &self.terms.environment
    }

    /// Gives what it may touch.
    #[must_use]
    pub fn touches(&self) -> &[Permission] {
        &self.terms.touches
    }

    /// Gives how long it may take and how much it may print.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.terms.limits
    }

    /// Gives what it is run against.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.terms.target
    }

    /// Gives who asked.
    #[must_use]
    pub fn requester(&self) -> &Person {
        &self.terms.requester
    }

    /// Gives where it was asked; `None` for the terminal.
    #[must_use]
    pub fn channel(&self) -> Option<&ChannelId> {
        self.terms.channel.as_ref()
    }

    /// Gives the name of the policy's rule that permits it.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.terms.rule
    }

    /// Gives the digest of all of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Gives the moment after which it must not be started.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.terms.expires_at
    }

    /// Tells whether it may still be started, and how long that will be so.
    #[must_use]
    pub fn time_left(&self, now: Timestamp) -> Option<Duration> {
        Duration::try_from(self.terms.expires_at.duration_since(now))
            .ok()
            .filter(|left| !left.is_zero())
    }
}

/// Gives the variables that a probe's program may see: how the CLI is pointed at its platform and
/// signs in. No probe can name others, so that no `LD_PRELOAD` or `PSQLRC` reaches a child.
pub(super) fn environment() -> Vec<String> {
    CLI_VARIABLES.map(str::to_owned).to_vec()
}

/// Variables of the Upsun CLI that an operator may set for it.
const CLI_VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "UPSUN_CLI_API_URL",
    "UPSUN_CLI_AUTH_URL",
    "UPSUN_CLI_SSH_HOST_KEYS",
    "UPSUN_CLI_SSH_OPTIONS",
    "UPSUN_CLI_TOKEN",
];
