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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::catalogue::Touch;
    use crate::logic::person::{UserId, WorkspaceId};
    use crate::logic::target::{AppName, EnvironmentName, ProjectId};

    fn terms() -> Terms {
        Terms {
            probe: ProbeId::new("app-log").unwrap(),
            catalogue: Digest::of(b"catalogue"),
            action: Action::Command {
                argv: ["upsun", "a", "b"].map(str::to_owned).to_vec(),
            },
            environment: environment(),
            touches: vec![Permission {
                touch: Touch::UpsunApi,
                reason: "x".to_owned(),
            }],
            limits: Limits {
                time: Duration::from_secs(30),
                output_bytes: 1024,
            },
            target: Target {
                project: ProjectId::new("abcdefghijklm").unwrap(),
                environment: EnvironmentName::new("main").unwrap(),
                app: AppName::new("app").unwrap(),
            },
            requester: Person::at_terminal(1000),
            channel: None,
            rule: "terminal".to_owned(),
            expires_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_term_is_in_the_digest() {
        let changes: [fn(&mut Terms); 21] = [
            |terms| terms.probe = ProbeId::new("app-lo").unwrap(),
            |terms| terms.catalogue = Digest::of(b"another"),
            |terms| {
                terms.action = Action::Command {
                    argv: vec!["upsun".to_owned()],
                }
            },
            |terms| {
                // The same letters, cut into other words.
                terms.action = Action::Command {
                    argv: ["upsun", "ab", ""].map(str::to_owned).to_vec(),
                };
            },
            |terms| {
                terms.action = Action::Command {
                    argv: ["upsun", "b", "a"].map(str::to_owned).to_vec(),
                };
            },
            |terms| terms.environment.push("LD_PRELOAD".to_owned()),
            |terms| terms.environment.clear(),
            |terms| terms.touches.clear(),
            |terms| terms.touches[0].touch = Touch::Dns,
            |terms| terms.touches[0].reason = "y".to_owned(),
            |terms| terms.limits.time = Duration::from_secs(31),
            |terms| terms.limits.output_bytes = 1025,
            |terms| terms.target.project = ProjectId::new("abcdefghijkln").unwrap(),
            |terms| terms.target.environment = EnvironmentName::new("main2").unwrap(),
            |terms| terms.target.app = AppName::new("app2").unwrap(),
            |terms| terms.requester = Person::at_terminal(1001),
            |terms| terms.requester.workspace = WorkspaceId::new("T01").unwrap(),
            |terms| terms.requester.user = UserId::new("U01").unwrap(),
            |terms| terms.channel = Some(ChannelId::new("C01").unwrap()),
            |terms| terms.rule.push('2'),
            |terms| terms.expires_at = Timestamp::from_nanosecond(1).unwrap(),
        ];
        let mut digests = vec![terms().digest()];
        assert_eq!(
            digests[0],
            terms().digest(),
            "the same terms, the same digest"
        );
        for change in changes {
            let mut terms = terms();
            change(&mut terms);
            digests.push(terms.digest());
        }
        let count = digests.len();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }

    #[test]
    fn a_permit_has_time_left_until_its_expiry() {
        let permit = Permit::new(terms());
        let before = Timestamp::from_second(-5).unwrap();
        assert_eq!(permit.time_left(before), Some(Duration::from_secs(5)));
        assert_eq!(permit.time_left(Timestamp::UNIX_EPOCH), None);
        assert_eq!(permit.time_left(Timestamp::MAX), None);
    }
}
