//! Opening the database: where it stands, how it is made safe, and how older ones become today's.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, SqlSafeStr as _};

use super::checkpoint;
use super::error::StoreError;
use super::writer::{Connection, Work, Writer};

/// How long another program may hold the database before a write fails.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections that read: the gathering of facts takes well under a millisecond.
const READERS: u32 = 2;

/// The versions of the database, the oldest first. One that was released is never changed.
const MIGRATIONS: &[(i64, &str, &str)] = &[(1, "first", include_str!("migrations/0001_first.sql"))];

/// What survives a restart. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) writer: Writer,
    pub(super) readers: SqlitePool,
}

impl Store {
    /// Opens the database; makes it where there is none, and brings an older one up to date.
    ///
    /// # Errors
    /// When it cannot be made, read or written, or a newer program wrote it.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        make_private(path);
        let options = options(path);
        let mut connection = options.clone().connect().await?;
        migrate(&mut connection).await?;
        let beside = options.clone().connect().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Self {
            writer: Writer::start(connection, beside),
            readers,
        })
    }

    /// Gives what is wrong with the database, as of the last write.
    #[must_use]
    pub fn trouble(&self) -> Option<StoreError> {
        self.writer.trouble()
    }

    /// Closes the database once all work is done: what stands in its file is then all that there is.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.end().await;
    }

    /// Tries a write, so that a database that works again is known to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn try_out(&self) -> Result<(), StoreError> {
        self.write(|db| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO setting (name, value) VALUES ('tried', '') \
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )
                .execute(&mut *db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Does a piece of work within a transaction.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection) -> Work<'c, T> + Send + 'static,
    {
        self.writer.write(work).await
    }
}

/// Makes the file where there is none, open to this user alone: it holds what people typed. What SQLite
/// puts beside it is as open as it is. Where it cannot be made, opening it says why.
fn make_private(path: &Path) {
    let mut file = OpenOptions::new();
    file.write(true).create(true).truncate(false).mode(0o600);
    drop(file.open(path));
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // With the write-ahead log anything less loses the last commits when the power goes, and a
        // platform was told by then that its event is safe.
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", checkpoint::MOST_PAGES)
        // What is taken away is overwritten: leave to answer, and what people typed.
        .pragma("secure_delete", "on")
        .busy_timeout(PATIENCE)
        .disable_statement_logging()
}

async fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let migrations = MIGRATIONS.iter().map(|(version, name, sql)| {
        let (kind, sql) = (MigrationType::Simple, sql.into_sql_str());
        Migration::new(*version, (*name).into(), kind, sql, false)
    });
    let migrator = Migrator::with_migrations(migrations.collect());
    match migrator.run(&mut *connection).await {
        Ok(()) => Ok(()),
        Err(sqlx::migrate::MigrateError::VersionMissing(found)) => Err(StoreError::Newer {
            found,
            ours: MIGRATIONS.last().map_or(0, |(version, ..)| *version),
        }),
        Err(error) => Err(StoreError::Unusable(error.to_string())),
    }
}

/// Gives a moment as the database keeps it.
pub(super) fn millis(moment: Timestamp) -> i64 {
    moment.as_millisecond()
}
