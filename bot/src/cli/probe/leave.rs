//! Leave to run, at a terminal: the policy's own, or its question answered by the one who sits there.

use jiff::Timestamp;
use uuid::Uuid;

use crate::logic::approval::{Around, Decision, Hold, Press, RunId, Start};
use crate::logic::catalogue::Catalogue;
use crate::logic::policy::{Ask, Permit, Policy, Proposal, Reason, Refusal, Verdict};

/// What decides.
pub struct Leave<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
}

impl Leave<'_> {
    /// Gives the permit for an ask; where the policy wants a second click, `consents` is asked.
    ///
    /// # Errors
    /// The refusal, the person's own "no" among them.
    pub fn of(&self, ask: &Ask, consents: &dyn Fn(&Proposal) -> bool) -> Result<Permit, Refusal> {
        match self.policy.judge(self.catalogue, ask, Timestamp::now()) {
            Verdict::Permitted(permit) => Ok(*permit),
            Verdict::Refused(refusal) => Err(refusal),
            Verdict::NeedsApproval(proposal) => self.consented(&proposal, consents(&proposal)),
        }
    }

    /// Goes the same way as a chat's buttons do, so that the same rules hold.
    fn consented(&self, proposal: &Proposal, consents: bool) -> Result<Permit, Refusal> {
        let run = RunId(Uuid::now_v7());
        let mut hold = Hold::new(run, proposal, self.policy, std::iter::empty())?;
        let asker = proposal.ask.asker.clone();
        let around = |now| Around {
            policy: self.policy,
            catalogue: self.catalogue,
            requester: &asker,
            now,
        };
        let press = if consents {
            Press::Approve
        } else {
            Press::Cancel
        };
        let now = Timestamp::now();
        let change = match hold.press(press, &asker, None, around(now)) {
            Decision::Change(change) => change,
            Decision::Refused(refusal, _) => return Err(refusal),
        };
        let settled = hold.apply(&change, now);
        if settled.is_err() || !consents {
            return Err(Refusal {
                reason: Reason::Settled(hold.state.to_string()),
                who_may: "Run it again and consent, or add `--yes`.".to_owned(),
            });
        }
        match hold.start(&asker, around(now)) {
            Start::Run(permit, _) => Ok(*permit),
            Start::Refused(refusal, _) => Err(refusal),
        }
    }
}
