//! What a press, the passing of time and a start do to a held run. Everything is judged anew: who
//! asked, who consents, the policy, the catalogue, the words that would run.

use jiff::Timestamp;

use super::hold::{Hold, State, Step};
use super::store::Change;
use crate::logic::catalogue::{Approval, Catalogue};
use crate::logic::person::{Asker, ChannelId};
use crate::logic::policy::{Ask, Permit, Policy, Reason, Refusal};

/// What was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Consent.
    Approve,
    /// Say no.
    Deny,
    /// Take it back.
    Cancel,
}

/// What is so now, read for this decision and not kept from another.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The one who asked, with the groups and standing of now.
    pub requester: &'a Asker,
    /// The time.
    pub now: Timestamp,
}

/// What comes of a press or of the passing of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Try this change; the store says whether it holds.
    Change(Change),
    /// Refused; where a change stands beside it, the run is at its end and that is to be kept.
    Refused(Refusal, Option<Change>),
}

/// What comes of a start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Run under this permit if, and only if, the store takes the change.
    Run(Box<Permit>, Change),
    /// Refused, as in [`Decision::Refused`].
    Refused(Refusal, Option<Change>),
}

impl Hold {
    /// Decides on a press by `who` in `channel`.
    #[must_use]
    pub fn press(
        &self,
        press: Press,
        who: &Asker,
        channel: Option<&ChannelId>,
        around: Around<'_>,
    ) -> Decision {
        if let Some(refused) = self.too_late(Step::Waiting, around.now) {
            return refused;
        }
        let by = who.person.clone();
        let at = around.now;
        let is_requester = who.person == self.ask.asker.person;
        // Where the asker presses, what the press brought is the newest that is known of them.
        let requester = match is_requester {
            true => self.asked_now(Around {
                requester: who,
                ..around
            }),
            false => self.asked_now(around),
        };
        let consents = self.may_consent(who, channel, &requester, around);
        match (press, consents) {
            (Press::Approve, Ok(())) => match self.redeemed(&requester, around) {
                Ok(_) => Decision::Change(self.change(State::Consented { by, at }, true)),
                Err(refusal) => {
                    Decision::Refused(refusal, Some(self.change(State::Void { at }, false)))
                }
            },
            (Press::Deny, Ok(())) if !is_requester => {
                let reason = None;
                Decision::Change(self.change(State::Denied { by, at, reason }, false))
            }
            (Press::Deny | Press::Cancel, _) if is_requester => {
                Decision::Change(self.change(State::Cancelled { by, at }, false))
            }
            (Press::Cancel, Ok(())) => {
                Decision::Change(self.change(State::Cancelled { by, at }, false))
            }
            (_, Err(refusal)) => Decision::Refused(refusal, None),
            (Press::Deny, Ok(())) => Decision::Refused(not_approver(), None),
        }
    }

    /// Decides on the asker's wish to go without the second person, for a reason.
    #[must_use]
    pub fn break_glass(
        &self,
        reason: &str,
        who: &Asker,
        channel: Option<&ChannelId>,
        around: Around<'_>,
    ) -> Decision {
        if let Some(refused) = self.too_late(Step::Waiting, around.now) {
            return refused;
        }
        let requester = self.asked_now(Around {
            requester: who,
            ..around
        });
        if let Err(refusal) = self.may_break_glass(who, channel, &requester, around) {
            return Decision::Refused(refusal, None);
        }
        let at = around.now;
        match self.redeemed(&requester, around) {
            Ok(_) => {
                let state = State::BrokenGlass {
                    by: who.person.clone(),
                    at,
                    reason: reason.to_owned(),
                };
                Decision::Change(self.change(state, true))
            }
            Err(refusal) => {
                Decision::Refused(refusal, Some(self.change(State::Void { at }, false)))
            }
        }
    }

    /// Decides what the passing of time does; `None` while nothing is due.
    #[must_use]
    pub fn tick(&self, now: Timestamp) -> Option<Change> {
        let is_open = matches!(self.state.step(), Step::Waiting | Step::Consented);
        (is_open && now >= self.expires_at).then(|| self.change(State::Expired { at: now }, false))
    }

    /// Decides on the start. `approver` is the one who consented, with the groups and standing of
    /// now.
    #[must_use]
    pub fn start(&self, approver: &Asker, around: Around<'_>) -> Start {
        if let Some(Decision::Refused(refusal, change)) = self.too_late(Step::Consented, around.now)
        {
            return Start::Refused(refusal, change);
        }
        let void = |refusal| {
            let change = self.change(State::Void { at: around.now }, false);
            Start::Refused(refusal, Some(change))
        };
        let requester = self.asked_now(around);
        let channel = self.ask.channel.as_ref();
        let holds = match &self.state {
            State::Consented { by, .. } if *by == approver.person => {
                self.may_consent(approver, channel, &requester, around)
            }
            State::BrokenGlass { by, .. } if *by == approver.person => {
                self.may_break_glass(approver, channel, &requester, around)
            }
            _ => Err(not_approver()),
        };
        if let Err(refusal) = holds {
            return void(refusal);
        }
        match self.redeemed(&requester, around) {
            Ok(permit) => {
                let change = self.change(State::Started { at: around.now }, true);
                Start::Run(Box::new(permit), change)
            }
            Err(refusal) => void(refusal),
        }
    }

    /// Refuses when the run is not at `step`, or its time is over.
    fn too_late(&self, step: Step, now: Timestamp) -> Option<Decision> {
        if self.state.step() != step {
            let refusal = Refusal {
                reason: Reason::Settled(self.state.to_string()),
                who_may: "Ask again for a new one.".to_owned(),
            };
            return Some(Decision::Refused(refusal, None));
        }
        let change = self.tick(now)?;
        let refusal = Refusal {
            reason: Reason::Expired,
            who_may: "Ask again for a new one.".to_owned(),
        };
        Some(Decision::Refused(refusal, Some(change)))
    }

    /// Gives the ask with what is known of the one who asked now.
    fn asked_now(&self, around: Around<'_>) -> Ask {
        let mut ask = self.ask.clone();
        if around.requester.person == ask.asker.person {
            ask.asker = around.requester.clone();
        }
        ask
    }

    fn may_consent(
        &self,
        who: &Asker,
        channel: Option<&ChannelId>,
        ask: &Ask,
        around: Around<'_>,
    ) -> Result<(), Refusal> {
        let is_requester = who.person == self.ask.asker.person;
        let may = match self.approval {
            Approval::Nobody | Approval::Asker => {
                is_requester && channel == self.ask.channel.as_ref()
            }
            Approval::SecondPerson if is_requester => {
                return Err(Refusal {
                    reason: Reason::SelfApproval,
                    who_may: around.policy.who_may_consent(around.catalogue, ask),
                });
            }
            Approval::SecondPerson => {
                around
                    .policy
                    .may_consent(around.catalogue, ask, who, channel)
            }
        };
        match may {
            true => Ok(()),
            false => Err(Refusal {
                who_may: around.policy.who_may_consent(around.catalogue, ask),
                ..not_approver()
            }),
        }
    }

    fn may_break_glass(
        &self,
        who: &Asker,
        channel: Option<&ChannelId>,
        ask: &Ask,
        around: Around<'_>,
    ) -> Result<(), Refusal> {
        let may = who.person == self.ask.asker.person
            && channel == self.ask.channel.as_ref()
            && self.approval == Approval::SecondPerson
            && around.policy.may_break_glass(around.catalogue, ask);
        match may {
            true => Ok(()),
            false => Err(Refusal {
                reason: Reason::NoGlass,
                who_may: around.policy.who_may_consent(around.catalogue, ask),
            }),
        }
    }

    /// Makes the permit anew and holds it against what was shown.
    fn redeemed(&self, ask: &Ask, around: Around<'_>) -> Result<Permit, Refusal> {
        let (permit, approval) = around
            .policy
            .redeem(around.catalogue, ask, self.expires_at)?;
        // Stricter rules than those of the day it was shown hold for it too.
        if permit.digest() != self.digest || approval > self.approval {
            return Err(Refusal {
                reason: Reason::Changed {
                    approved: self.digest,
                    now: permit.digest(),
                },
                who_may: "Ask again, and look at what is shown then.".to_owned(),
            });
        }
        Ok(permit)
    }

    fn change(&self, to: State, only_in_time: bool) -> Change {
        Change {
            run: self.run,
            from: self.state.step(),
            digest: self.digest,
            before: only_in_time.then_some(self.expires_at),
            to,
        }
    }
}

fn not_approver() -> Refusal {
    Refusal {
        reason: Reason::NotApprover,
        who_may: "The one who asked can cancel it.".to_owned(),
    }
}
