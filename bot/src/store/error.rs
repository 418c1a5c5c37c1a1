//! Why the store cannot be read or written. Nothing in it is of what people typed.

use thiserror::Error;

use crate::logic::approval::RunId;

/// Why the store cannot be read or written.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk that the database stands on is full ({0})")]
    Full(String),
    /// Another program holds the database.
    #[error("another program holds the database ({0})")]
    Locked(String),
    /// The database cannot be used.
    #[error("the database cannot be used: {0}")]
    Unusable(String),
    /// A newer version of the program wrote it.
    #[error("a newer bot502 wrote the database (its version {found}, ours {ours})")]
    Newer {
        /// The newest migration in it.
        found: i64,
        /// The newest that we know.
        ours: i64,
    },
    /// A row cannot be read back.
    #[error("a row of `{0}` cannot be read back")]
    Unreadable(&'static str),
    /// The audit could not be written, so nothing of the decision holds.
    #[error("the audit cannot be written: {0}")]
    Audit(String),
    /// Somebody else changed the run since it was read: nothing of the decision holds.
    #[error("run {0} was changed by somebody else meanwhile")]
    Lost(RunId),
}

impl StoreError {
    /// Tells whether the decision must be made again, from what is so now.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }
}

/// SQLite's own number for a full disk.
const FULL: &str = "13";

/// SQLite's numbers for a database that another holds, with their variants.
const BUSY: [&str; 6] = ["5", "6", "261", "517", "262", "773"];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(|error| error.code())
            .map(|code| code.into_owned());
        match code.as_deref() {
            Some(FULL) => Self::Full(error.to_string()),
            Some(code) if BUSY.contains(&code) => Self::Locked(error.to_string()),
            _ => Self::Unusable(error.to_string()),
        }
    }
}
