//! What is remembered of conversations, channels and the whole, and what a decision must know of it.

use jiff::Timestamp;
use sqlx::Row as _;
use uuid::Uuid;

use super::database::{Store, millis};
use super::error::StoreError;
use super::outbox::{json, read};
use super::runs;
use super::threads;
use super::writer::Connection;
use crate::logic::approval::Hold;
use crate::logic::conversation::{Conversation, Memory};
use crate::logic::effect::Feedback;
use crate::logic::facts::Pause;
use crate::logic::place::Place;
use crate::logic::policy::Wish;
use crate::logic::run::Run;

/// Runs that are looked back on.
const RECENT: u32 = 50;

/// What is kept that a decision must know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// What the conversation remembers.
    pub memory: Memory,
    /// What probes run on in the channel.
    pub channel_target: Option<Wish>,
    /// All runs that wait for consent.
    pub holds: Vec<Hold>,
    /// Recent runs, the newest first.
    pub runs: Vec<Run>,
    /// Who stopped all running.
    pub pause: Option<Pause>,
}

/// How much waits, and what was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Events that are written down and not answered.
    pub unanswered: u64,
    /// Letters that are decided and not delivered.
    pub undelivered: u64,
    /// Letters that could not be delivered since a moment.
    pub lost: u64,
    /// Runs that wait for consent.
    pub held: u64,
    /// Runs under way.
    pub running: u64,
}

impl Store {
    /// Gives what is kept that a decision must know, as it is at one moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn kept(&self, conversation: Option<&Conversation>) -> Result<Kept, StoreError> {
        let mut db = self.readers.begin().await?;
        let (memory, channel_target) = match conversation {
            Some(conversation) => (
                remembered(&mut db, conversation).await?,
                bound(&mut db, &conversation.place).await?,
            ),
            None => (Memory::default(), None),
        };
        Ok(Kept {
            memory,
            channel_target,
            holds: runs::waiting(&mut db).await?,
            runs: runs::recent(&mut db, RECENT).await?,
            pause: paused(&mut db).await?,
        })
    }

    /// Counts what waits, and what was lost since a moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn backlog(&self, since: Timestamp) -> Result<Backlog, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM inbox WHERE state = 'new') AS unanswered, \
             (SELECT COUNT(*) FROM outbox WHERE state IN ('new', 'sending')) AS undelivered, \
             (SELECT COUNT(*) FROM outbox WHERE ended_at >= $1 AND state = 'failed') AS lost, \
             (SELECT COUNT(*) FROM run WHERE state = 'waiting') AS held, \
             (SELECT COUNT(*) FROM run WHERE state IN ('permitted', 'running')) AS running",
        )
        .bind(millis(since))
        .fetch_one(&self.readers)
        .await?;
        let count = |name: &str| u64::try_from(row.get::<i64, _>(name)).unwrap_or(0);
        Ok(Backlog {
            unanswered: count("unanswered"),
            undelivered: count("undelivered"),
            lost: count("lost"),
            held: count("held"),
            running: count("running"),
        })
    }

    /// Takes away what is over since before a moment. What people thought of answers stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn prune(&self, before: Timestamp) -> Result<(), StoreError> {
        self.write(move |db| {
            Box::pin(async move {
                for sql in [
                    "DELETE FROM inbox WHERE state = 'done' AND done_at < $1",
                    "DELETE FROM outbox WHERE ended_at < $1",
                    "DELETE FROM run WHERE state = 'over' AND made_at < $1",
                    "DELETE FROM slot WHERE made_at < $1 AND name NOT IN \
                     (SELECT slot FROM run WHERE state <> 'over') AND name NOT IN \
                     (SELECT slot FROM outbox WHERE slot IS NOT NULL AND ended_at IS NULL)",
                    "DELETE FROM conversation WHERE changed_at < $1",
                    "DELETE FROM thread WHERE spoke_at < $1",
                ] {
                    sqlx::query(sql)
                        .bind(millis(before))
                        .execute(&mut *db)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }
}

async fn remembered(
    db: &mut Connection,
    conversation: &Conversation,
) -> Result<Memory, StoreError> {
    let row = sqlx::query("SELECT memory FROM conversation WHERE name = $1")
        .bind(json(conversation, "conversation")?)
        .fetch_optional(&mut *db)
        .await?;
    match row {
        Some(row) => read(&row.get::<String, _>("memory"), "conversation"),
        None => Ok(Memory::default()),
    }
}

async fn bound(db: &mut Connection, place: &Place) -> Result<Option<Wish>, StoreError> {
    let row = sqlx::query("SELECT target FROM channel WHERE name = $1")
        .bind(threads::channel(place))
        .fetch_optional(&mut *db)
        .await?;
    row.map(|row| read(&row.get::<String, _>("target"), "channel"))
        .transpose()
}

async fn paused(db: &mut Connection) -> Result<Option<Pause>, StoreError> {
    let row = sqlx::query("SELECT value FROM setting WHERE name = 'pause'")
        .fetch_optional(&mut *db)
        .await?;
    row.map(|row| read(&row.get::<String, _>("value"), "setting"))
        .transpose()
}

/// Keeps what a conversation remembers.
pub(super) async fn remember(
    db: &mut Connection,
    conversation: &Conversation,
    memory: &Memory,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO conversation (name, memory, changed_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET memory = excluded.memory, changed_at = excluded.changed_at",
    )
    .bind(json(conversation, "conversation")?)
    .bind(json(memory, "conversation")?)
    .bind(millis(now))
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Keeps what probes run on in a channel.
pub(super) async fn bind(
    db: &mut Connection,
    place: &Place,
    target: Option<&Wish>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = match target {
        Some(target) => sqlx::query(
            "INSERT INTO channel (name, target, changed_at) VALUES ($1, $2, $3) ON CONFLICT (name) \
             DO UPDATE SET target = excluded.target, changed_at = excluded.changed_at",
        )
        .bind(threads::channel(place))
        .bind(json(target, "channel")?)
        .bind(millis(now)),
        None => sqlx::query("DELETE FROM channel WHERE name = $1").bind(threads::channel(place)),
    };
    query.execute(&mut *db).await?;
    Ok(())
}

/// Keeps who stopped all running, or that nobody does.
pub(super) async fn pause(db: &mut Connection, pause: Option<&Pause>) -> Result<(), StoreError> {
    let query = match pause {
        Some(pause) => sqlx::query(
            "INSERT INTO setting (name, value) VALUES ('pause', $1) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(json(pause, "setting")?),
        None => sqlx::query("DELETE FROM setting WHERE name = 'pause'"),
    };
    query.execute(&mut *db).await?;
    Ok(())
}

/// Keeps what a person thought of an answer.
pub(super) async fn feedback(
    db: &mut Connection,
    feedback: &Feedback,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO feedback (id, about, helpful, missing, given_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(feedback.about.clone())
    .bind(feedback.helpful)
    .bind(feedback.missing.clone())
    .bind(millis(now))
    .execute(&mut *db)
    .await?;
    Ok(())
}
