//! What is to be delivered, in the order of each lane, until it is: the rows, and what becomes of them.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::database::{Store, millis};
use super::error::StoreError;
use super::threads;
use super::writer::Connection;
use crate::logic::outgoing::{Address, Slot};
use crate::logic::person::{Person, Platform};
use crate::logic::place::{MessageId, Place};

/// One thing to deliver, in its platform's own words.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// Our own id of it, by which it is found again.
    pub mark: Uuid,
    /// What it comes of.
    pub correlation: Uuid,
    /// Who delivers it.
    pub platform: Platform,
    /// Where it goes.
    pub to: Address,
    /// The name under which later ones find it.
    pub slot: Option<Slot>,
    /// Who waits for it, where somebody does.
    pub person: Option<Person>,
    /// Whether it is the one reply to what was heard.
    pub is_reply: bool,
    /// What to do with the body, in the platform's words.
    pub kind: String,
    /// What to send.
    pub body: Value,
}

/// A letter that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The letter.
    pub letter: Letter,
    /// Letters of one lane are delivered in their order, one at a time.
    pub lane: String,
    /// How many times its delivery failed.
    pub tries: u32,
    /// Whether it was on its way when the last word of it was written: it may have arrived.
    pub was_sending: bool,
    /// When it was decided.
    pub made_at: Timestamp,
}

/// A message of ours that others refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchor {
    /// The lane in which it was sent.
    pub lane: String,
    /// Where it was sent.
    pub address: Address,
    /// Where it stands, once it does.
    pub remote: Option<(Place, MessageId)>,
}

impl Store {
    /// Gives the first letter of each lane whose time has come, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn due(&self, now: Timestamp, most: u32) -> Result<Vec<Due>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM outbox WHERE state IN ('new', 'sending') AND due_at <= $1 \
             AND NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.lane = outbox.lane \
                 AND earlier.seq < outbox.seq AND earlier.state IN ('new', 'sending')) \
             ORDER BY seq LIMIT $2",
        )
        .bind(millis(now))
        .bind(i64::from(most))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(due).collect()
    }

    /// Gives the moment at which the next letter is due.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(
            "SELECT MIN(due_at) AS due_at FROM outbox WHERE state IN ('new', 'sending')",
        )
        .fetch_one(&self.readers)
        .await?;
        let due: Option<i64> = row.get("due_at");
        Ok(due.and_then(|due| Timestamp::from_millisecond(due).ok()))
    }

    /// Notes that a letter is on its way; false where it need no longer go.
    ///
    /// # Errors
    /// When that cannot be written: then it must not go.
    pub async fn sending(&self, mark: Uuid) -> Result<bool, StoreError> {
        self.write(move |db| {
            Box::pin(async move {
                let updated = sqlx::query(
                    "UPDATE outbox SET state = 'sending' WHERE id = $1 AND state IN ('new', 'sending')",
                )
                .bind(mark.to_string())
                .execute(&mut *db)
                .await?;
                Ok(updated.rows_affected() == 1)
            })
        })
        .await
    }

    /// Notes that a letter arrived, and where; takes away its address and its body.
    ///
    /// # Errors
    /// When that cannot be written: then it is looked for before it is sent again.
    pub async fn sent(
        &self,
        letter: &Letter,
        at: Option<(Place, MessageId)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (mark, slot) = (letter.mark, letter.slot.clone());
        self.write(move |db| {
            Box::pin(async move {
                end(db, mark, "sent", None, now).await?;
                let Some(at) = at else { return Ok(()) };
                threads::spoke(db, &at, now).await?;
                if let Some(slot) = slot {
                    sqlx::query("UPDATE slot SET remote = $1 WHERE name = $2")
                        .bind(json(&at, "slot")?)
                        .bind(slot.0)
                        .execute(&mut *db)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Notes that a letter did not arrive and is to be tried again, not before `due`. `unsure` keeps
    /// that it may have arrived.
    ///
    /// # Errors
    /// When that cannot be written.
    pub async fn later(
        &self,
        mark: Uuid,
        due: Timestamp,
        is_unsure: bool,
        why: String,
    ) -> Result<(), StoreError> {
        let state = if is_unsure { "sending" } else { "new" };
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE outbox SET state = $1, due_at = $2, tries = tries + 1, why = $3 \
                     WHERE id = $4 AND state IN ('new', 'sending')",
                )
                .bind(state)
                .bind(millis(due))
                .bind(why)
                .bind(mark.to_string())
                .execute(&mut *db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Notes that a letter will never arrive. In the same transaction another may take its place.
    ///
    /// # Errors
    /// When that cannot be written.
    pub async fn failed(
        &self,
        mark: Uuid,
        why: String,
        instead: Option<Letter>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            Box::pin(async move {
                end(db, mark, "failed", Some(why), now).await?;
                if let Some(letter) = instead {
                    put(db, &letter, now).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Gives a message of ours that others refer to.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn anchor(&self, slot: &Slot) -> Result<Option<Anchor>, StoreError> {
        let mut db = self.readers.acquire().await?;
        anchor(&mut db, slot).await
    }
}

/// Puts a letter at the end of its lane, within a decision's transaction.
pub(super) async fn put(
    db: &mut Connection,
    letter: &Letter,
    now: Timestamp,
) -> Result<(), StoreError> {
    let lane = lane(db, &letter.to).await?;
    let instead_of = match &letter.to {
        Address::Instead(slot) => Some(slot.0.clone()),
        _ => None,
    };
    if let Some(slot) = &instead_of {
        // One that still waits to take the same place need not be seen any more.
        sqlx::query(
            "UPDATE outbox SET state = 'skipped', ended_at = $1, address = '', parcel = '' \
             WHERE instead_of = $2 AND state = 'new' AND tries = 0 AND NOT is_reply",
        )
        .bind(millis(now))
        .bind(slot.clone())
        .execute(&mut *db)
        .await?;
    }
    let row =
        sqlx::query("UPDATE counter SET next = next + 1 WHERE name = 'outbox' RETURNING next")
            .fetch_one(&mut *db)
            .await?;
    let seq: i64 = row.get("next");
    sqlx::query(
        "INSERT INTO outbox (id, seq, correlation, platform, lane, slot, instead_of, person, \
         is_reply, address, kind, parcel, state, tries, due_at, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'new', 0, $13, $14)",
    )
    .bind(letter.mark.to_string())
    .bind(seq)
    .bind(letter.correlation.to_string())
    .bind(json(&letter.platform, "outbox")?)
    .bind(lane.clone())
    .bind(letter.slot.as_ref().map(|slot| slot.0.clone()))
    .bind(instead_of)
    .bind(
        letter
            .person
            .as_ref()
            .map(|person| json(person, "outbox"))
            .transpose()?,
    )
    .bind(letter.is_reply)
    .bind(json(&letter.to, "outbox")?)
    .bind(letter.kind.clone())
    .bind(json(&letter.body, "outbox")?)
    .bind(millis(now))
    .bind(millis(now))
    .execute(&mut *db)
    .await?;
    if let Some(slot) = &letter.slot {
        sqlx::query(
            "INSERT INTO slot (name, lane, address, made_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(slot.0.clone())
        .bind(lane.clone())
        .bind(json(&without_leave(&letter.to), "slot")?)
        .bind(millis(now))
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Gives the lane of an address: what stands beneath or in the place of a message of ours goes after
/// it; everything else is in order with what goes to the same people at the same place.
async fn lane(db: &mut Connection, to: &Address) -> Result<String, StoreError> {
    Ok(match to {
        Address::Asker { place, person, .. } => format!("{}@{}", threads::lane(place), person.user),
        Address::Here(place) => threads::lane(place),
        Address::Home(person) => format!("home@{person}"),
        Address::Beneath(slot) | Address::Instead(slot) => match anchor(db, slot).await? {
            Some(anchor) => anchor.lane,
            None => slot.0.clone(),
        },
    })
}

/// Reads a message of ours that others refer to.
pub(super) async fn anchor(db: &mut Connection, slot: &Slot) -> Result<Option<Anchor>, StoreError> {
    let row = sqlx::query("SELECT lane, address, remote FROM slot WHERE name = $1")
        .bind(slot.0.clone())
        .fetch_optional(&mut *db)
        .await?;
    row.map(|row| {
        let remote: Option<String> = row.get("remote");
        Ok(Anchor {
            lane: row.get("lane"),
            address: read(&row.get::<String, _>("address"), "slot")?,
            remote: remote.map(|text| read(&text, "slot")).transpose()?,
        })
    })
    .transpose()
}

async fn end(
    db: &mut Connection,
    mark: Uuid,
    state: &'static str,
    why: Option<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = $1, why = $2, ended_at = $3, address = '', parcel = '', \
         person = NULL WHERE id = $4 AND state IN ('new', 'sending')",
    )
    .bind(state)
    .bind(why)
    .bind(millis(now))
    .bind(mark.to_string())
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Gives an address without leave to answer, which is a secret and does not last.
fn without_leave(address: &Address) -> Address {
    match address.clone() {
        Address::Asker { place, person, .. } => Address::Asker {
            place,
            person,
            handle: None,
        },
        other => other,
    }
}

fn due(row: &SqliteRow) -> Result<Due, StoreError> {
    let text = |name: &str| -> String { row.get(name) };
    let optional = |name: &str| -> Option<String> { row.get(name) };
    let unreadable = |_| StoreError::Unreadable("outbox");
    let letter = Letter {
        mark: Uuid::parse_str(&text("id")).map_err(unreadable)?,
        correlation: Uuid::parse_str(&text("correlation")).map_err(unreadable)?,
        platform: read(&text("platform"), "outbox")?,
        to: read(&text("address"), "outbox")?,
        slot: optional("slot").map(Slot),
        person: optional("person")
            .map(|person| read(&person, "outbox"))
            .transpose()?,
        is_reply: row.get("is_reply"),
        kind: text("kind"),
        body: read(&text("parcel"), "outbox")?,
    };
    Ok(Due {
        letter,
        lane: text("lane"),
        tries: u32::try_from(row.get::<i64, _>("tries")).unwrap_or(u32::MAX),
        was_sending: text("state") == "sending",
        made_at: Timestamp::from_millisecond(row.get("made_at"))
            .map_err(|_| StoreError::Unreadable("outbox"))?,
    })
}

/// Writes a value as the database keeps it.
pub(super) fn json(value: &impl Serialize, table: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable(table))
}

/// Reads a value as the database keeps it.
pub(super) fn read<T: DeserializeOwned>(text: &str, table: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable(table))
}
