//! What was decided about one event, kept as one transaction: all of it holds or none does.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::audit::AuditLog;
use super::database::Store;
use super::error::StoreError;
use super::outbox::{self, Letter};
use super::writer::Connection;
use super::{inbox, memory, runs};
use crate::logic::audit::Event;
use crate::logic::effect::Effect;

/// What was decided about one event.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What it comes of.
    pub correlation: Uuid,
    /// The row of the inbox that it answers.
    pub answers: Option<String>,
    /// What is to be delivered, in its order.
    pub letters: Vec<Letter>,
    /// What is to be kept; what is to be said stands in `letters`.
    pub effects: Vec<Effect>,
    /// How many runs were seen to wait for consent when it was decided.
    pub holds_seen: usize,
    /// When it was decided.
    pub now: Timestamp,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All of it holds.
    Holds,
    /// What it is about was answered before; nothing of it holds, and nothing is to be done.
    Answered,
}

impl Store {
    /// Keeps a decision.
    ///
    /// # Errors
    /// [`StoreError::Lost`] where somebody else was faster: the facts must be read and the decision
    /// made again. Anything else where it cannot be written. In either case nothing of it holds,
    /// though entries of the audit may stand that speak of it.
    pub async fn decide(
        &self,
        decision: Decision,
        audit: Arc<AuditLog>,
    ) -> Result<Outcome, StoreError> {
        self.write(move |db| Box::pin(keep(db, decision, audit)))
            .await
    }
}

async fn keep(
    db: &mut Connection,
    decision: Decision,
    audit: Arc<AuditLog>,
) -> Result<Outcome, StoreError> {
    if let Some(key) = &decision.answers
        && !inbox::done(db, key, decision.now).await?
    {
        return Ok(Outcome::Answered);
    }
    let mut records = Vec::new();
    for effect in &decision.effects {
        match effect {
            Effect::Record(event) => records.push(event.clone()),
            effect => one(db, effect, &decision).await?,
        }
    }
    for letter in &decision.letters {
        outbox::put(db, letter, decision.now).await?;
    }
    // After every comparison has held and before anything does: an entry is on the disk when what it
    // speaks of is.
    if !records.is_empty() {
        record(audit, records, decision.now).await?;
    }
    Ok(Outcome::Holds)
}

async fn one(db: &mut Connection, effect: &Effect, decision: &Decision) -> Result<(), StoreError> {
    let now = decision.now;
    match effect {
        Effect::Hold { hold, run } => {
            let seen = (decision.correlation, decision.holds_seen);
            runs::keep(db, hold, run, seen).await
        }
        Effect::Change(change) => runs::change(db, change, Timestamp::now()).await,
        Effect::Start { run, .. } => runs::permit(db, run, decision.correlation).await,
        Effect::Close { run, stage } => runs::close(db, *run, stage).await,
        Effect::Remember {
            conversation,
            memory,
        } => memory::remember(db, conversation, memory, now).await,
        Effect::Bind { place, target } => memory::bind(db, place, target.as_ref(), now).await,
        Effect::Pause(pause) => memory::pause(db, Some(pause)).await,
        Effect::Resume => memory::pause(db, None).await,
        Effect::Feedback(feedback) => memory::feedback(db, feedback, now).await,
        // Said through letters, recorded together, done by whoever runs, or not to be kept.
        Effect::Send(_) | Effect::Record(_) | Effect::Cancel(_) | Effect::Hint { .. } => Ok(()),
    }
}

async fn record(
    audit: Arc<AuditLog>,
    records: Vec<Event>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let written = tokio::task::spawn_blocking(move || {
        records
            .into_iter()
            .try_for_each(|event| audit.append(event, now).map(drop))
    });
    match written.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(StoreError::Audit(error.to_string())),
        Err(_) => Err(StoreError::Audit("it failed in the middle".to_owned())),
    }
}
