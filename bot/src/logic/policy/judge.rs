//! The decision: may this person, here, now, run this probe with these values on this target?

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::permit::{Permit, Terms, environment};
use super::rule::{Policy, Rule};
use super::verdict::{Proposal, Reason, Refusal, Verdict};
use super::words;
use crate::logic::catalogue::{Action, Approval, Catalogue, Probe, Values, render};
use crate::logic::person::{Asker, ChannelId, Platform, Standing};
use crate::logic::target::{AppName, EnvironmentName, HostName, ProbeId, ProjectId, Target};

/// A request to run a probe, its target settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Who asks.
    pub asker: Asker,
    /// Where; `None` at the terminal.
    pub channel: Option<ChannelId>,
    /// The probe, as it was named.
    pub probe: String,
    /// Against what.
    pub target: Target,
    /// Values as they were given, not checked yet.
    pub values: BTreeMap<String, String>,
}

/// A target as people name it: by its name, in parts, or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The name of a target in the policy.
    pub name: Option<String>,
    /// A project's id.
    pub project: Option<String>,
    /// An environment's name.
    pub environment: Option<String>,
    /// An app's name.
    pub app: Option<String>,
}

/// How long a permit that needs no approval may wait for its start: long enough for a queue.
const START_WINDOW: Duration = Duration::from_secs(120);

/// Characters that the one who must consent can be shown whole on every platform.
const LONGEST_SHOWN: usize = 1500;

impl Policy {
    /// Settles what a person means: the named target, the one that the place is bound to, or the
    /// parts, with what is missing taken from those.
    ///
    /// # Errors
    /// A refusal that says what was understood and what is missing.
    pub fn settle(
        &self,
        asker: &Asker,
        channel: Option<&ChannelId>,
        wish: &Wish,
    ) -> Result<Target, Refusal> {
        // Before anything is said about targets: to somebody who may not ask at all, that would be
        // beside the point, and would tell which names there are.
        if asker.standing == Standing::Outsider {
            return Err(Refusal {
                reason: Reason::Outsider,
                who_may: "Somebody who is can ask for it.".to_owned(),
            });
        }
        let bound = channel.and_then(|channel| {
            self.bound(asker.person.platform, &asker.person.workspace, channel)
        });
        let base = match &wish.name {
            Some(name) => Some(
                self.named(name)
                    .ok_or_else(|| words::no_such_target(self, name))?,
            ),
            None => bound,
        };
        let asked = words::target_of(wish, base.map(|named| &named.target), self)?;
        match bound {
            Some(bound) if bound.target != asked => Err(Refusal {
                reason: Reason::OtherTarget {
                    bound: Box::new(bound.target.clone()),
                    asked: Box::new(asked),
                },
                who_may: "Ask in the channel of that target, or at a terminal.".to_owned(),
            }),
            _ => Ok(asked),
        }
    }

    /// Decides. The same ask, catalogue and moment give the same verdict and the same digest.
    #[must_use]
    pub fn judge(&self, catalogue: &Catalogue, ask: &Ask, now: Timestamp) -> Verdict {
        let found = match self.find(catalogue, ask) {
            Ok(found) => found,
            Err(refusal) => return Verdict::Refused(refusal),
        };
        match found.approval {
            Approval::Nobody => {
                let terms = found.terms(catalogue, ask, later(now, START_WINDOW));
                Verdict::Permitted(Box::new(Permit::new(terms)))
            }
            Approval::Asker | Approval::SecondPerson => {
                self.propose(catalogue, ask, &found, later(now, self.window))
            }
        }
    }

    /// Makes the permit of an ask to which somebody consented, judging it anew with the moment of
    /// expiry of then. The caller holds its digest against the one that was shown.
    pub(in crate::logic) fn redeem(
        &self,
        catalogue: &Catalogue,
        ask: &Ask,
        expires_at: Timestamp,
    ) -> Result<(Permit, Approval), Refusal> {
        let found = self.find(catalogue, ask)?;
        let terms = found.terms(catalogue, ask, expires_at);
        Ok((Permit::new(terms), found.approval))
    }

    /// Tells whether a person may be the second one for an ask, now.
    pub(in crate::logic) fn may_consent(
        &self,
        catalogue: &Catalogue,
        ask: &Ask,
        approver: &Asker,
        channel: Option<&ChannelId>,
    ) -> bool {
        self.find(catalogue, ask).is_ok_and(|found| {
            channel == ask.channel.as_ref() && found.rule.fits_approver(approver, channel)
        })
    }

    /// Tells whether the asker may go without the second person for this ask, now.
    pub(in crate::logic) fn may_break_glass(&self, catalogue: &Catalogue, ask: &Ask) -> bool {
        self.find(catalogue, ask)
            .is_ok_and(|found| found.rule.break_glass)
    }

    /// Tells whether a person may run a probe here on a target, whatever its values, and who must
    /// consent then.
    ///
    /// # Errors
    /// The reason that comes nearest to fitting.
    pub fn may_run(&self, probe: &Probe, ask: &Ask) -> Result<Approval, Reason> {
        self.rule_for(&probe.id, ask)
            .map(|rule| probe.approval.max(rule.approval))
    }

    /// Says who may consent to an ask, now.
    pub(in crate::logic) fn who_may_consent(&self, catalogue: &Catalogue, ask: &Ask) -> String {
        match self.find(catalogue, ask) {
            Ok(found) => words::who_may_consent(found.rule, found.approval),
            Err(refusal) => refusal.who_may,
        }
    }

    fn propose(
        &self,
        catalogue: &Catalogue,
        ask: &Ask,
        found: &Found<'_>,
        expires_at: Timestamp,
    ) -> Verdict {
        let terms = found.terms(catalogue, ask, expires_at);
        let characters = shown_length(&terms.action);
        if !can_be_shown(characters) {
            return Verdict::Refused(Refusal {
                reason: Reason::TooLong { characters },
                who_may: "The operator can shorten the probe, or lift its approval.".to_owned(),
            });
        }
        if found.approval == Approval::SecondPerson
            && ask.asker.person.platform == Platform::Terminal
        {
            return Verdict::Refused(Refusal {
                reason: Reason::NoSecondPerson,
                who_may: words::who_may(self, ask),
            });
        }
        Verdict::NeedsApproval(Box::new(Proposal {
            ask: ask.clone(),
            approval: found.approval,
            rule: found.rule.id.clone(),
            digest: terms.digest(),
            action: terms.action,
            expires_at,
            who_may: words::who_may_consent(found.rule, found.approval),
        }))
    }

    /// Finds the probe, its values and the rule, or why not.
    fn find<'a>(&'a self, catalogue: &'a Catalogue, ask: &Ask) -> Result<Found<'a>, Refusal> {
        let probe = ProbeId::new(&ask.probe)
            .ok()
            .and_then(|id| catalogue.get(&id))
            .ok_or_else(|| words::no_such_probe(catalogue, &ask.probe))?;
        let rule = self.rule_for(&probe.id, ask).map_err(|reason| Refusal {
            reason,
            who_may: words::who_may(self, ask),
        })?;
        let values = Values::check(probe, &ask.values).map_err(|why| Refusal {
            reason: Reason::BadParameter(why),
            who_may: format!("`bot502 probe show {}` lists what it takes.", probe.id),
        })?;
        let hosts = self
            .targets
            .iter()
            .filter(|named| named.target == ask.target)
            .flat_map(|named| named.hosts.iter().cloned())
            .collect();
        Ok(Found {
            probe,
            rule,
            values,
            hosts,
            approval: probe.approval.max(rule.approval),
        })
    }

    /// Gives the first rule that fits, or the reason that comes nearest to fitting.
    fn rule_for(&self, probe: &ProbeId, ask: &Ask) -> Result<&Rule, Reason> {
        if ask.asker.standing == Standing::Outsider {
            return Err(Reason::Outsider);
        }
        let channel = ask.channel.as_ref();
        if let Some(reason) = self.bound_elsewhere(ask) {
            return Err(reason);
        }
        let here = |rule: &&Rule| rule.fits_place(&ask.asker, channel);
        if !self.rules.iter().any(|rule| here(&rule)) {
            return Err(Reason::Place);
        }
        let mut reason = Reason::Person;
        for rule in self.rules.iter().filter(here) {
            if !rule.fits_person(&ask.asker, channel) {
                continue;
            }
            if !rule.fits_probe(probe) {
                if reason == Reason::Person {
                    reason = Reason::Probe;
                }
                continue;
            }
            if self.fits_target(rule, &ask.target) {
                return Ok(rule);
            }
            reason = Reason::Target(Box::new(ask.target.clone()));
        }
        Err(reason)
    }

    fn bound_elsewhere(&self, ask: &Ask) -> Option<Reason> {
        let person = &ask.asker.person;
        let bound = self.bound(person.platform, &person.workspace, ask.channel.as_ref()?)?;
        (bound.target != ask.target).then(|| Reason::OtherTarget {
            bound: Box::new(bound.target.clone()),
            asked: Box::new(ask.target.clone()),
        })
    }
}

/// What permits an ask.
struct Found<'a> {
    probe: &'a Probe,
    rule: &'a Rule,
    values: Values,
    hosts: Vec<HostName>,
    approval: Approval,
}

impl Found<'_> {
    fn terms(&self, catalogue: &Catalogue, ask: &Ask, expires_at: Timestamp) -> Terms {
        Terms {
            probe: self.probe.id.clone(),
            catalogue: catalogue.digest(),
            action: render(self.probe, &ask.target, &self.values, &self.hosts),
            environment: environment(),
            touches: self.probe.touches.clone(),
            limits: self.probe.limits,
            target: ask.target.clone(),
            requester: ask.asker.person.clone(),
            channel: ask.channel.clone(),
            rule: self.rule.id.clone(),
            expires_at,
        }
    }
}

/// Adds to a moment; at the end of time, stays there.
fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Tells whether an argv of so many characters can be shown whole. The catalogue's lint refuses longer
/// ones; this holds where a lint was mistaken.
const fn can_be_shown(characters: usize) -> bool {
    characters <= LONGEST_SHOWN
}

/// Gives how long an argv is as people see it: each word, and the blank after it.
fn shown_length(action: &Action) -> usize {
    action
        .argv()
        .iter()
        .map(|word| word.chars().count() + 1)
        .sum()
}

impl Wish {
    /// Names a target by its parts.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        Self {
            name: None,
            project: Some(target.project.to_string()),
            environment: Some(target.environment.to_string()),
            app: Some(target.app.to_string()),
        }
    }

    /// Tells whether nothing was said about the target.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn project_id(&self) -> Option<Result<ProjectId, String>> {
        let read = |text: &String| ProjectId::new(text).map_err(|error| error.to_string());
        self.project.as_ref().map(read)
    }

    pub(super) fn environment_name(&self) -> Option<Result<EnvironmentName, String>> {
        let read = |text: &String| EnvironmentName::new(text).map_err(|error| error.to_string());
        self.environment.as_ref().map(read)
    }

    pub(super) fn app_name(&self) -> Option<Result<AppName, String>> {
        let read = |text: &String| AppName::new(text).map_err(|error| error.to_string());
        self.app.as_ref().map(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_can_be_shown_whole() {
        let of = |argv: &[&str]| {
            let argv = argv.iter().map(|word| (*word).to_owned()).collect();
            shown_length(&Action::Command { argv })
        };
        assert_eq!(of(&[]), 0);
        assert_eq!(of(&["ab", "", "äöü"]), 3 + 1 + 4);
        assert!(can_be_shown(1500) && !can_be_shown(1501));
    }
}
