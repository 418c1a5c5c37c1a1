//! Where the bot spoke, so that a word in such a thread needs no mention.

use jiff::Timestamp;

use super::database::{Store, millis};
use super::error::StoreError;
use super::writer::Connection;
use crate::logic::place::{MessageId, Place};

impl Store {
    /// Tells whether the bot spoke in the thread of this place, or is about to: what it says can be read
    /// there, and answered, before it is noted that it arrived.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn spoke_in(&self, place: &Place) -> Result<bool, StoreError> {
        let Some(name) = thread(place) else {
            return Ok(false);
        };
        let row = sqlx::query(
            "SELECT 1 FROM thread WHERE name = $1 \
             UNION ALL SELECT 1 FROM outbox WHERE lane = $1 AND state IN ('new', 'sending') LIMIT 1",
        )
        .bind(name)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.is_some())
    }
}

/// Notes that the bot spoke: in the thread that a message stands in, or that can hang beneath it.
pub(super) async fn spoke(
    db: &mut Connection,
    (place, message): &(Place, MessageId),
    now: Timestamp,
) -> Result<(), StoreError> {
    let place = match place.thread {
        Some(_) => place.clone(),
        None => place.under(message.clone()),
    };
    let Some(name) = thread(&place) else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO thread (name, spoke_at) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET spoke_at = excluded.spoke_at",
    )
    .bind(name)
    .bind(millis(now))
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Gives the name of a channel.
pub(super) fn channel(place: &Place) -> String {
    format!("{}/{}/{}", place.platform, place.workspace, place.channel)
}

/// Gives the name of a thread, or of the channel where the place is in none.
pub(super) fn lane(place: &Place) -> String {
    thread(place).unwrap_or_else(|| channel(place))
}

fn thread(place: &Place) -> Option<String> {
    let thread = place.thread.as_ref()?;
    Some(format!("{}/{thread}", channel(place)))
}
