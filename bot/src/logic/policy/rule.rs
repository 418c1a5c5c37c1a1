//! The policy as data: rules, targets and channels. Reading it is left to `read`, deciding to
//! `judge`.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::logic::catalogue::Approval;
use crate::logic::digest::Digest;
use crate::logic::person::{Asker, ChannelId, GroupId, Platform, Standing, UserId, WorkspaceId};
use crate::logic::target::{HostName, ProbeId, Target};

/// Who may run which probe on what. What no rule gives is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Rules in the order of the file; the first that fits decides.
    pub(super) rules: Vec<Rule>,
    /// Targets with a name.
    pub(super) targets: Vec<Named>,
    /// Channels that are bound to a target.
    pub(super) channels: Vec<Binding>,
    /// Who runs the bot.
    pub(super) operators: Vec<Operators>,
    /// How long an approval can be given.
    pub(super) window: Duration,
    /// How many approvals one person may have waiting.
    pub(super) pending_each: usize,
    /// How many approvals may wait in all.
    pub(super) pending_all: usize,
    /// Digest of the file, byte for byte.
    pub(super) digest: Digest,
}

/// A target with the name that people say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The target.
    pub target: Target,
    /// Hosts of the project that may be checked from outside without asking the platform first.
    pub hosts: Vec<HostName>,
}

/// A channel and the only target that is spoken of there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The platform.
    pub platform: Platform,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The channel.
    pub channel: ChannelId,
    /// The target's name.
    pub target: String,
}

/// One rule: these people, here, may run these probes on these targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, which verdicts and the audit carry.
    pub id: String,
    /// The platform.
    pub platform: Platform,
    /// The workspace; `local` for the terminal.
    pub workspace: WorkspaceId,
    /// Who.
    pub who: Selector,
    /// In which channels; empty only for the terminal.
    pub channels: BTreeSet<ChannelId>,
    /// Which probes; `None` for all of the catalogue.
    pub probes: Option<BTreeSet<ProbeId>>,
    /// On which targets, by name; `None` for any, which only the terminal can have.
    pub targets: Option<BTreeSet<String>>,
    /// Who must consent at least; a probe may ask for more.
    pub approval: Approval,
    /// Who may be the second person; `None` for whoever the rule itself names.
    pub approvers: Option<Selector>,
    /// Whether the asker may go without the second person, for a reason that everybody sees.
    pub break_glass: bool,
}

/// People who run the bot on one platform: they may pause and resume, and read the whole audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operators {
    /// The platform.
    pub platform: Platform,
    /// The workspace; `local` for the terminal.
    pub workspace: WorkspaceId,
    /// Who.
    pub who: Selector,
}

/// A choice of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// Every full member.
    pub anyone: bool,
    /// These people.
    pub users: BTreeSet<UserId>,
    /// People in these groups.
    pub groups: BTreeSet<GroupId>,
}

impl Selector {
    /// Tells whether a person of the right workspace is chosen. A guest is only when named, or in
    /// a group that is; an outsider never is.
    #[must_use]
    pub fn includes(&self, asker: &Asker) -> bool {
        let named =
            self.users.contains(&asker.person.user) || !self.groups.is_disjoint(&asker.groups);
        match asker.standing {
            Standing::Member => self.anyone || named,
            Standing::Guest => named,
            Standing::Outsider => false,
        }
    }
}

impl Rule {
    /// Tells whether the rule is about this person in this place.
    pub(super) fn fits_person(&self, asker: &Asker, channel: Option<&ChannelId>) -> bool {
        self.fits_place(asker, channel) && self.who.includes(asker)
    }

    /// Tells whether this person, in this place, may be the second one.
    pub(super) fn fits_approver(&self, asker: &Asker, channel: Option<&ChannelId>) -> bool {
        let approvers = self.approvers.as_ref().unwrap_or(&self.who);
        self.fits_place(asker, channel) && approvers.includes(asker)
    }

    pub(super) fn fits_place(&self, asker: &Asker, channel: Option<&ChannelId>) -> bool {
        let channel_fits = match channel {
            Some(channel) => self.channels.contains(channel),
            None => self.platform == Platform::Terminal,
        };
        channel_fits
            && self.platform == asker.person.platform
            && self.workspace == asker.person.workspace
    }

    /// Tells whether the rule gives this person anything on a target, in whichever channel.
    #[must_use]
    pub fn gives(&self, asker: &Asker, target: &str) -> bool {
        self.platform == asker.person.platform
            && self.workspace == asker.person.workspace
            && self.who.includes(asker)
            && self
                .targets
                .as_ref()
                .is_some_and(|targets| targets.contains(target))
    }

    /// Tells whether the rule is about this probe.
    pub(super) fn fits_probe(&self, probe: &ProbeId) -> bool {
        self.probes
            .as_ref()
            .is_none_or(|probes| probes.contains(probe))
    }
}

impl Policy {
    /// Gives the rules in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Gives the digest of the file that it was read from, byte for byte.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Tells whether a person runs the bot: may pause and resume, and read the whole audit.
    #[must_use]
    pub fn operates(&self, asker: &Asker) -> bool {
        self.operators.iter().any(|operators| {
            operators.platform == asker.person.platform
                && operators.workspace == asker.person.workspace
                && operators.who.includes(asker)
        })
    }

    /// Tells whether some rule gives a person here this probe, or any, on some target.
    #[must_use]
    pub fn offers(
        &self,
        probe: Option<&ProbeId>,
        asker: &Asker,
        channel: Option<&ChannelId>,
    ) -> bool {
        self.rules.iter().any(|rule| {
            rule.fits_person(asker, channel) && probe.is_none_or(|probe| rule.fits_probe(probe))
        })
    }

    /// Tells whether some rule lets a person here go without the second one.
    #[must_use]
    pub fn lets_alone(&self, asker: &Asker, channel: Option<&ChannelId>) -> bool {
        self.rules
            .iter()
            .any(|rule| rule.break_glass && rule.fits_person(asker, channel))
    }

    /// Tells whether some rule makes a person the second one for somebody here.
    #[must_use]
    pub fn approves(&self, asker: &Asker, channel: Option<&ChannelId>) -> bool {
        self.rules
            .iter()
            .any(|rule| rule.platform != Platform::Terminal && rule.fits_approver(asker, channel))
    }

    /// Gives the targets with a name.
    #[must_use]
    pub fn targets(&self) -> &[Named] {
        &self.targets
    }

    /// Gives the channels that are bound to a target.
    #[must_use]
    pub fn channels(&self) -> &[Binding] {
        &self.channels
    }

    /// Gives how long an approval can be given.
    #[must_use]
    pub fn window(&self) -> Duration {
        self.window
    }

    /// Gives how many approvals one person may have waiting.
    #[must_use]
    pub fn pending_each(&self) -> usize {
        self.pending_each
    }

    /// Gives how many approvals may wait in all.
    #[must_use]
    pub fn pending_all(&self) -> usize {
        self.pending_all
    }

    /// Tells whether a rule is about this target. A target without a name fits no rule but one for
    /// any target.
    pub(super) fn fits_target(&self, rule: &Rule, target: &Target) -> bool {
        let Some(names) = &rule.targets else {
            return rule.platform == Platform::Terminal;
        };
        self.targets
            .iter()
            .any(|named| named.target == *target && names.contains(&named.name))
    }

    /// Gives the target that a channel is bound to.
    #[must_use]
    pub fn bound(
        &self,
        platform: Platform,
        workspace: &WorkspaceId,
        channel: &ChannelId,
    ) -> Option<&Named> {
        let binding = self.channels.iter().find(|binding| {
            binding.platform == platform
                && binding.workspace == *workspace
                && binding.channel == *channel
        })?;
        self.named(&binding.target)
    }

    /// Gives the target of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Named> {
        self.targets.iter().find(|named| named.name == name)
    }
}
