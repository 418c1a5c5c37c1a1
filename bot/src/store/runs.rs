//! Runs and their holds. Each change compares what was read with what is there: of two who decide at
//! once, one wins, and the other decides anew.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::database::{Store, millis};
use super::error::StoreError;
use super::outbox::{json, read};
use super::writer::Connection;
use crate::logic::approval::{Change, Hold, RunId, State};
use crate::logic::place::{Kind, MessageId, Place};
use crate::logic::run::{Run, Stage};

/// A run that a program left behind when it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// The run.
    pub run: Run,
    /// What it comes of.
    pub correlation: Uuid,
    /// Whether it may have been started; otherwise nothing ran.
    pub was_claimed: bool,
}

impl Store {
    /// Claims the start of a run: true for exactly one who asks, and only after it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written: then nothing may run.
    pub async fn claim(&self, run: RunId) -> Result<bool, StoreError> {
        self.write(move |db| {
            Box::pin(async move {
                let updated = sqlx::query(
                    "UPDATE run SET state = 'running' WHERE id = $1 AND state = 'permitted'",
                )
                .bind(run.to_string())
                .execute(&mut *db)
                .await?;
                Ok(updated.rows_affected() == 1)
            })
        })
        .await
    }

    /// Gives the runs that another life of the program left behind, claimed or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn left_behind(&self) -> Result<Vec<Left>, StoreError> {
        let rows = sqlx::query(
            "SELECT run.*, slot.remote AS remote FROM run LEFT JOIN slot ON slot.name = run.slot \
             WHERE run.state IN ('permitted', 'running') ORDER BY run.made_at, run.id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Left {
                    run: run(row)?,
                    correlation: Uuid::parse_str(&row.get::<String, _>("correlation"))
                        .map_err(|_| StoreError::Unreadable("run"))?,
                    was_claimed: row.get::<String, _>("state") == "running",
                })
            })
            .collect()
    }

    /// Gives the moment at which the next held run expires.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn next_expiry(&self) -> Result<Option<Timestamp>, StoreError> {
        let row =
            sqlx::query("SELECT MIN(expires_at) AS expires_at FROM run WHERE state = 'waiting'")
                .fetch_one(&self.readers)
                .await?;
        let moment: Option<i64> = row.get("expires_at");
        Ok(moment.and_then(|moment| Timestamp::from_millisecond(moment).ok()))
    }

    /// Gives a held run, whatever its state.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn hold(&self, run: RunId) -> Result<Option<Hold>, StoreError> {
        let mut db = self.readers.acquire().await?;
        hold(&mut db, run).await
    }
}

/// Keeps a run that waits for consent. `seen` is how many were seen to wait when that was decided:
/// where there are more by now, the limits are to be looked at again.
pub(super) async fn keep(
    db: &mut Connection,
    hold: &Hold,
    new: &Run,
    (correlation, seen): (Uuid, usize),
) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT COUNT(*) AS waiting FROM run WHERE step = 'waiting'")
        .fetch_one(&mut *db)
        .await?;
    if row.get::<i64, _>("waiting") > i64::try_from(seen).unwrap_or(i64::MAX) {
        return Err(StoreError::Lost(hold.run));
    }
    sqlx::query(
        "INSERT INTO run (id, correlation, slot, run, hold, step, digest, expires_at, state, made_at) \
         VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, 'waiting', $8)",
    )
    .bind(hold.run.to_string())
    .bind(correlation.to_string())
    .bind(hold.run.slot().0)
    .bind(json(new, "run")?)
    .bind(json(hold, "run")?)
    .bind(hold.digest.to_string())
    .bind(millis(hold.expires_at))
    .bind(millis(new.at))
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Changes a held run, if it is still as it was read.
pub(super) async fn change(
    db: &mut Connection,
    change: &Change,
    now: Timestamp,
) -> Result<(), StoreError> {
    let lost = || StoreError::Lost(change.run);
    let mut held = hold(db, change.run).await?.ok_or_else(lost)?;
    held.apply(change, now).map_err(|_| lost())?;
    let is_over = match change.to {
        State::Waiting | State::Consented { .. } | State::BrokenGlass { .. } => false,
        // What was started is on its way to be claimed.
        State::Started { .. } => false,
        State::Denied { .. }
        | State::Cancelled { .. }
        | State::Expired { .. }
        | State::Void { .. } => true,
    };
    let updated = sqlx::query(
        "UPDATE run SET hold = $1, step = $2, state = $3 \
         WHERE id = $4 AND step = $5 AND digest = $6 AND state = 'waiting'",
    )
    .bind(json(&held, "run")?)
    .bind(step(&change.to)?)
    .bind(if is_over { "over" } else { "waiting" })
    .bind(change.run.to_string())
    .bind(json_word(&change.from)?)
    .bind(change.digest.to_string())
    .execute(&mut *db)
    .await?;
    match updated.rows_affected() {
        1 => note(db, change.run, &Stage::of(&change.to)).await,
        _ => Err(lost()),
    }
}

/// Keeps that a run may be started, once: by whoever claims it.
pub(super) async fn permit(
    db: &mut Connection,
    new: &Run,
    correlation: Uuid,
) -> Result<(), StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO run (id, correlation, slot, run, state, made_at) \
         VALUES ($1, $2, $3, $4, 'permitted', $5) ON CONFLICT (id) DO UPDATE \
         SET state = 'permitted', run = excluded.run \
         WHERE run.state = 'waiting' AND run.step = 'started'",
    )
    .bind(new.id.to_string())
    .bind(correlation.to_string())
    .bind(new.id.slot().0)
    .bind(json(new, "run")?)
    .bind(millis(new.at))
    .execute(&mut *db)
    .await?;
    match inserted.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Lost(new.id)),
    }
}

/// Notes how far a run is. What is over stays over.
pub(super) async fn close(db: &mut Connection, id: RunId, stage: &Stage) -> Result<(), StoreError> {
    if stage.is_over() {
        let updated =
            sqlx::query("UPDATE run SET state = 'over' WHERE id = $1 AND state <> 'over'")
                .bind(id.to_string())
                .execute(&mut *db)
                .await?;
        if updated.rows_affected() == 0 {
            // A hold that is settled in this very decision is over already; what another settled
            // is not ours to close.
            let held = hold(db, id).await?;
            let is_settled = held.is_some_and(|held| Stage::of(&held.state) == *stage);
            if !is_settled {
                return Err(StoreError::Lost(id));
            }
        }
    }
    note(db, id, stage).await
}

/// Gives the runs that wait for consent.
pub(super) async fn waiting(db: &mut Connection) -> Result<Vec<Hold>, StoreError> {
    let rows = sqlx::query("SELECT hold FROM run WHERE state = 'waiting' ORDER BY made_at, id")
        .fetch_all(&mut *db)
        .await?;
    rows.iter()
        .filter_map(|row| row.get::<Option<String>, _>("hold"))
        .map(|text| read(&text, "run"))
        .collect()
}

/// Gives recent runs, the newest first, and all that are not over.
pub(super) async fn recent(db: &mut Connection, most: u32) -> Result<Vec<Run>, StoreError> {
    let rows = sqlx::query(
        "SELECT run.*, slot.remote AS remote FROM run LEFT JOIN slot ON slot.name = run.slot \
         WHERE run.state <> 'over' \
             OR run.id IN (SELECT id FROM run ORDER BY made_at DESC, id DESC LIMIT $1) \
         ORDER BY run.made_at DESC, run.id DESC",
    )
    .bind(i64::from(most))
    .fetch_all(&mut *db)
    .await?;
    rows.iter().map(run).collect()
}

async fn hold(db: &mut Connection, run: RunId) -> Result<Option<Hold>, StoreError> {
    let row = sqlx::query("SELECT hold FROM run WHERE id = $1")
        .bind(run.to_string())
        .fetch_optional(&mut *db)
        .await?;
    row.and_then(|row| row.get::<Option<String>, _>("hold"))
        .map(|text| read(&text, "run"))
        .transpose()
}

async fn note(db: &mut Connection, id: RunId, stage: &Stage) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT run FROM run WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(&mut *db)
        .await?;
    let Some(row) = row else { return Ok(()) };
    let mut noted: Run = read(&row.get::<String, _>("run"), "run")?;
    noted.stage = stage.clone();
    sqlx::query("UPDATE run SET run = $1 WHERE id = $2")
        .bind(json(&noted, "run")?)
        .bind(id.to_string())
        .execute(&mut *db)
        .await?;
    Ok(())
}

/// Reads a run. One that was asked for outside of any thread hangs beneath its own message.
fn run(row: &SqliteRow) -> Result<Run, StoreError> {
    let mut run: Run = read(&row.get::<String, _>("run"), "run")?;
    let remote: Option<String> = row.get("remote");
    let has_threads = matches!(run.place.kind, Kind::Channel | Kind::Group);
    if let Some(remote) = remote
        && run.place.thread.is_none()
        && has_threads
    {
        let (place, message): (Place, MessageId) = read(&remote, "slot")?;
        run.place.thread = Some(place.thread.unwrap_or(message));
    }
    Ok(run)
}

fn step(state: &State) -> Result<String, StoreError> {
    json_word(&state.step())
}

/// Gives a word of a closed list as it is compared.
fn json_word(word: &impl serde::Serialize) -> Result<String, StoreError> {
    Ok(json(word, "run")?.trim_matches('"').to_owned())
}
