//! Moves what was committed from the write-ahead log into the database, beside the writer: who waits
//! for the writer waits for one sync of the log, and never for the pages of a thousand commits.

use std::time::Duration;

use sqlx::{Connection as _, Row as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::writer::Connection;

/// Pages of the log at which the writer moves them itself: 64 MB, the bound for a log that grows faster
/// than it is moved from beside.
pub(super) const MOST_PAGES: &str = "16384";

/// How long the log grows between two rounds. Pages of a short log are soon overwritten, and a sync of
/// what was overwritten costs no journal of the file system; more rounds would cost syncs of their own.
const EVERY: Duration = Duration::from_secs(1);

/// Rounds that follow one another at once. What is committed during one is left for the next, which is
/// shorter; the log begins anew only where nothing was left.
const ROUNDS: usize = 8;

/// What keeps the log short.
pub(super) struct Checkpoints {
    committed: mpsc::Sender<()>,
    task: JoinHandle<()>,
}

impl Checkpoints {
    /// Starts on a connection of its own.
    pub fn start(connection: Connection) -> Self {
        let (committed, noted) = mpsc::channel(1);
        let task = tokio::spawn(keep_short(connection, noted));
        Self { committed, task }
    }

    /// Notes that something was committed.
    pub fn note(&self) {
        // One that was noted before and not seen yet is as good.
        let _ = self.committed.try_send(());
    }

    /// Ends, and closes the connection.
    pub async fn end(self) {
        drop(self.committed);
        // It panics nowhere; if it did, nothing would be lost with what only copies.
        let _ = self.task.await;
    }
}

async fn keep_short(mut db: Connection, mut noted: mpsc::Receiver<()>) {
    while noted.recv().await.is_some() {
        // What is noted meanwhile is part of this round; where nobody is left, there is no more to wait for.
        let rest = async { while noted.recv().await.is_some() {} };
        let _ = timeout(EVERY, rest).await;
        for _ in 0..ROUNDS {
            // What could not be moved now is moved by a later round, or by the writer.
            if !matches!(is_more_left(&mut db).await, Ok(true)) {
                break;
            }
        }
    }
    let _ = db.close().await;
}

/// Moves what stands in the log; tells whether more came meanwhile. SQLite's own words, as its log is.
async fn is_more_left(db: &mut Connection) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .fetch_one(&mut *db)
        .await?;
    let (in_log, moved): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
    Ok(moved < in_log)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
    use sqlx::{AssertSqlSafe, ConnectOptions as _};

    use super::*;

    async fn open(path: &Path) -> Connection {
        SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("wal_autocheckpoint", MOST_PAGES)
            .connect()
            .await
            .expect("a database in a folder of our own")
    }

    async fn run(db: &mut Connection, sql: &str) {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *db)
            .await
            .expect("it is valid SQL");
    }

    async fn commit(db: &mut Connection, times: u32) {
        for _ in 0..times {
            run(db, "INSERT INTO kept VALUES (hex(randomblob(2000)))").await;
        }
    }

    #[tokio::test]
    async fn a_log_that_was_moved_begins_anew_and_nothing_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kept.db");
        let (mut writer, mut beside) = (open(&path).await, open(&path).await);
        run(&mut writer, "CREATE TABLE kept (text TEXT)").await;
        let length = || {
            let log = path.with_extension("db-wal").metadata();
            log.expect("the log is there").len()
        };
        commit(&mut writer, 50).await;
        let grown = length();
        for _ in 0..20 {
            assert!(!is_more_left(&mut beside).await.expect("it is moved"));
            commit(&mut writer, 40).await;
        }
        assert_eq!(length(), grown, "pages of the log are written over");
        let count = sqlx::query("SELECT COUNT(*) FROM kept").fetch_one(&mut writer);
        let count: i64 = count.await.expect("it can be read").get(0);
        assert_eq!(count, 850);
    }

    #[tokio::test]
    async fn what_keeps_the_log_short_ends_with_its_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let checkpoints = Checkpoints::start(open(&folder.path().join("kept.db")).await);
        checkpoints.note();
        checkpoints.end().await;
    }
}
