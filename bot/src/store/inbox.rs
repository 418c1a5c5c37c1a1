//! What was heard, written down before the platform is told that it was. The row is the claim: it is
//! done in the same transaction as what was decided about it, so that nothing is decided twice.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::database::{Store, millis};
use super::error::StoreError;
use super::writer::Connection;
use crate::logic::heard::Heard;

/// Something that was heard and is to be answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Names everything that comes of it, in the log and on each message.
    pub correlation: Uuid,
    /// What was heard.
    pub heard: Heard,
    /// How many lives of the program began to answer it and did not live to; `None` for what came in
    /// this very life.
    pub attempts: Option<i64>,
}

impl Store {
    /// Writes down what was heard; `None` where it was written down before.
    ///
    /// # Errors
    /// When it could not be written: then the platform must not be told that it was heard.
    pub async fn take(&self, heard: Heard, now: Timestamp) -> Result<Option<Row>, StoreError> {
        let text = serde_json::to_string(&heard).map_err(|_| StoreError::Unreadable("inbox"))?;
        let row = Row {
            correlation: Uuid::now_v7(),
            heard,
            attempts: None,
        };
        let (key, correlation) = (row.heard.key.clone(), row.correlation.to_string());
        let is_new = self
            .write(move |db| {
                Box::pin(async move {
                    let inserted = sqlx::query(
                        "INSERT INTO inbox (event_key, correlation, heard, state, attempts, came_at) \
                         VALUES ($1, $2, $3, 'new', 0, $4) ON CONFLICT (event_key) DO NOTHING",
                    )
                    .bind(key)
                    .bind(correlation)
                    .bind(text)
                    .bind(millis(now))
                    .execute(&mut *db)
                    .await?;
                    Ok(inserted.rows_affected() == 1)
                })
            })
            .await?;
        Ok(is_new.then_some(row))
    }

    /// Gives what was written down and not answered, the oldest first. Asked for at the start, before
    /// anything new is taken.
    ///
    /// # Errors
    /// When the database cannot be used. A row that cannot be read back is left out and logged.
    pub async fn left_unanswered(&self) -> Result<Vec<Row>, StoreError> {
        let rows = sqlx::query(
            "SELECT correlation, heard, attempts FROM inbox WHERE state = 'new' \
             ORDER BY came_at, event_key",
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().filter_map(readable).collect())
    }

    /// Counts that this life begins to answer a row that another left: one that ends each life is
    /// known by it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn attempt(&self, key: &str) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("UPDATE inbox SET attempts = attempts + 1 WHERE event_key = $1")
                    .bind(key)
                    .execute(&mut *db)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

/// Notes within a decision's transaction that a row is answered, and takes away what was typed;
/// false where it was answered before.
pub(super) async fn done(
    db: &mut Connection,
    key: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let updated = sqlx::query(
        "UPDATE inbox SET state = 'done', heard = '', done_at = $1 \
         WHERE event_key = $2 AND state = 'new'",
    )
    .bind(millis(now))
    .bind(key.to_owned())
    .execute(&mut *db)
    .await?;
    Ok(updated.rows_affected() == 1)
}

fn readable(row: &SqliteRow) -> Option<Row> {
    let correlation: String = row.get("correlation");
    let heard: String = row.get("heard");
    let parsed = Uuid::parse_str(&correlation)
        .ok()
        .zip(serde_json::from_str(&heard).ok());
    if parsed.is_none() {
        tracing::error!(correlation.id = %correlation, "a row of the inbox cannot be read back");
    }
    let (correlation, heard) = parsed?;
    Some(Row {
        correlation,
        heard,
        attempts: Some(row.get("attempts")),
    })
}
