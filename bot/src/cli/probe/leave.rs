//! Leave to run, at a terminal: the policy's own, or its question answered by the one who sits there.
//! Each step is recorded before the next is taken.

use jiff::Timestamp;

use crate::cli::rules;
use crate::logic::approval::{Around, Change, Decision, Hold, Press, RunId, Start};
use crate::logic::audit::Event;
use crate::logic::catalogue::Catalogue;
use crate::logic::policy::{Ask, Permit, Policy, Proposal, Reason, Refusal, Verdict};
use crate::store::audit::AuditLog;

/// What decides, and where it is recorded.
pub struct Leave<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The audit.
    pub audit: &'a AuditLog,
    /// The run that it would be.
    pub run: RunId,
}

impl Leave<'_> {
    /// Gives the permit for an ask, or the refusal, the person's own "no" among them; where the
    /// policy wants a second click, `consents` is asked.
    ///
    /// # Errors
    /// When it cannot be recorded; then nothing may run.
    pub fn of(
        &self,
        ask: &Ask,
        consents: &dyn Fn(&Proposal) -> bool,
    ) -> anyhow::Result<Result<Permit, Refusal>> {
        let judged = match self.policy.judge(self.catalogue, ask, Timestamp::now()) {
            Verdict::Permitted(permit) => Ok(*permit),
            Verdict::Refused(refusal) => Err(refusal),
            Verdict::NeedsApproval(proposal) => self.asked(&proposal, consents)?,
        };
        if let Err(refusal) = &judged
            && !matches!(refusal.reason, Reason::Settled(_))
        {
            self.record(Event::refused(ask, &refusal.reason.to_string()))?;
        }
        Ok(judged)
    }

    /// Goes the same way as a chat's buttons do, so that the same rules hold.
    fn asked(
        &self,
        proposal: &Proposal,
        consents: &dyn Fn(&Proposal) -> bool,
    ) -> anyhow::Result<Result<Permit, Refusal>> {
        let mut hold = match Hold::new(self.run, proposal, self.policy, std::iter::empty()) {
            Ok(hold) => hold,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.record(Event::held(&hold))?;
        let press = if consents(proposal) {
            Press::Approve
        } else {
            Press::Cancel
        };
        let now = Timestamp::now();
        let asker = &proposal.ask.asker;
        let around = Around {
            policy: self.policy,
            catalogue: self.catalogue,
            requester: asker,
            now,
        };
        let change = match hold.press(press, asker, None, around) {
            Decision::Change(change) => change,
            Decision::Refused(refusal, change) => {
                change.map_or(Ok(()), |change| self.record_change(&change))?;
                return Ok(Err(refusal));
            }
        };
        let applied = hold.apply(&change, now);
        self.record_change(&change)?;
        if applied.is_err() || press != Press::Approve {
            return Ok(Err(Refusal {
                reason: Reason::Settled(hold.state.to_string()),
                who_may: "Run it again and consent, or add `--yes`.".to_owned(),
            }));
        }
        Ok(match hold.start(asker, around) {
            Start::Run(permit, _) => Ok(*permit),
            Start::Refused(refusal, _) => Err(refusal),
        })
    }

    fn record_change(&self, change: &Change) -> anyhow::Result<()> {
        match Event::settled(change) {
            Some(event) => self.record(event),
            None => Ok(()),
        }
    }

    fn record(&self, event: Event) -> anyhow::Result<()> {
        let written = self.audit.append(event, Timestamp::now());
        written.map(drop).map_err(rules::audit_failure)
    }
}
