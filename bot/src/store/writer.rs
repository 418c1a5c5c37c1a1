//! The one writer: work is done in the order in which it comes, and what comes together is made safe
//! together, by one sync of the disk. A worker that waits for its own sync would wait for all others.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection as _;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::checkpoint::Checkpoints;
use super::error::StoreError;

/// A connection to the database.
pub type Connection = sqlx::SqliteConnection;

/// What a piece of work comes to, for as long as it holds the connection.
pub type Work<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// Pieces of work that are made safe together: enough that a sync of a busy disk serves a burst,
/// few enough that the first does not wait long.
const TOGETHER: usize = 64;

/// Pieces of work that may wait; who comes then waits to hand theirs over.
const WAITING: usize = 4096;

/// After so long without work the write-ahead log is folded into the database and cut: what was taken
/// away there, such as leave to answer, is gone from the disk only then.
const QUIET: Duration = Duration::from_secs(10);

/// The way to the writer.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Message>,
    trouble: Arc<watch::Sender<Option<StoreError>>>,
}

enum Message {
    Do(Box<dyn Job>),
    /// End, and say so.
    End(oneshot::Sender<()>),
}

/// One piece of work: done, and told what became of it.
trait Job: Send {
    /// Does the work; false where it failed and is to be undone.
    fn run<'c>(
        &'c mut self,
        db: &'c mut Connection,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'c>>;
    /// Tells the one who waits, after all is on the disk or undone.
    fn end(self: Box<Self>, undone: Option<&StoreError>);
}

struct Task<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: for<'c> FnOnce(&'c mut Connection) -> Work<'c, T> + Send,
{
    fn run<'c>(
        &'c mut self,
        db: &'c mut Connection,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'c>> {
        let work = self.work.take();
        Box::pin(async move {
            if let Some(work) = work {
                self.outcome = Some(work(db).await);
            }
            matches!(self.outcome, Some(Ok(_)))
        })
    }

    fn end(self: Box<Self>, undone: Option<&StoreError>) {
        let outcome = match (self.outcome, undone) {
            (Some(Err(error)), _) => Err(error),
            (_, Some(error)) => Err(error.clone()),
            (Some(outcome), None) => outcome,
            (None, None) => Err(StoreError::Unusable("the work was not begun".to_owned())),
        };
        // Who no longer waits no longer wants to know.
        let _ = self.reply.send(outcome);
    }
}

impl Writer {
    /// Starts the writer on a connection of its own, and what keeps its log short on another. It ends
    /// when the last way to it is dropped.
    #[must_use]
    pub fn start(connection: Connection, beside: Connection) -> Self {
        let (jobs, queue) = mpsc::channel(WAITING);
        let (trouble, _) = watch::channel(None);
        let trouble = Arc::new(trouble);
        let checkpoints = Checkpoints::start(beside);
        tokio::spawn(serve(
            (connection, checkpoints),
            queue,
            Arc::clone(&trouble),
        ));
        Self { jobs, trouble }
    }

    /// Does a piece of work within a transaction, and gives what it came to once it is on the disk.
    ///
    /// # Errors
    /// What the work failed with, or why it could not be made safe: then nothing of it holds.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Connection) -> Work<'c, T> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let task = Task {
            work: Some(work),
            outcome: None,
            reply,
        };
        let stopped = || StoreError::Unusable("the program is stopping".to_owned());
        self.jobs
            .send(Message::Do(Box::new(task)))
            .await
            .map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?
    }

    /// Ends the writer once all work that came before is done, and closes its connection.
    pub async fn end(&self) {
        let (reply, ended) = oneshot::channel();
        if self.jobs.send(Message::End(reply)).await.is_ok() {
            // Where it ended by itself there is nothing to wait for.
            let _ = ended.await;
        }
    }

    /// Gives what is wrong with the database, as of the last write.
    #[must_use]
    pub fn trouble(&self) -> Option<StoreError> {
        self.trouble.borrow().clone()
    }
}

async fn serve(
    (mut db, checkpoints): (Connection, Checkpoints),
    mut queue: mpsc::Receiver<Message>,
    trouble: Arc<watch::Sender<Option<StoreError>>>,
) {
    let (mut is_dirty, mut ended) = (false, None);
    while ended.is_none() {
        let next = match is_dirty {
            true => timeout(QUIET, queue.recv()).await,
            false => Ok(queue.recv().await),
        };
        let first = match next {
            Ok(Some(Message::Do(first))) => first,
            Ok(Some(Message::End(reply))) => {
                ended = Some(reply);
                continue;
            }
            Ok(None) => break,
            Err(_) => {
                is_dirty = fold(&mut db).await.is_err();
                continue;
            }
        };
        is_dirty = true;
        let mut batch = Vec::new();
        let done = together(&mut db, first, (&mut queue, &mut ended), &mut batch).await;
        if done.is_err() {
            // The transaction may be gone already: some failures end it by themselves.
            let _ = sqlx::query("ROLLBACK").execute(&mut db).await;
        }
        let undone = done.err();
        checkpoints.note();
        note(&trouble, undone.as_ref());
        for job in batch {
            job.end(undone.as_ref());
        }
    }
    checkpoints.end().await;
    // The last to close folds the write-ahead log into the database: one file is left, easy to copy.
    let _ = fold(&mut db).await;
    let _ = db.close().await;
    if let Some(reply) = ended {
        let _ = reply.send(());
    }
}

/// Notes what is wrong with the database, and says so once.
fn note(trouble: &watch::Sender<Option<StoreError>>, undone: Option<&StoreError>) {
    if let Some(error) = undone {
        metrics::counter!("bot502_store_failures_total").increment(1);
        if trouble.borrow().is_none() {
            tracing::error!(error = %error, "the store cannot be written");
        }
    }
    trouble.send_if_modified(|now| {
        let is_news = now.is_some() != undone.is_some();
        *now = undone.cloned();
        is_news
    });
}

/// Folds the write-ahead log into the database and cuts it. SQLite's own words, as its log is.
async fn fold(db: &mut Connection) -> Result<(), sqlx::Error> {
    let folded = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
    folded.execute(&mut *db).await.map(drop)
}

/// Does all work that waits, as one transaction in which each piece can fail for itself.
async fn together(
    db: &mut Connection,
    first: Box<dyn Job>,
    (queue, ended): (
        &mut mpsc::Receiver<Message>,
        &mut Option<oneshot::Sender<()>>,
    ),
    batch: &mut Vec<Box<dyn Job>>,
) -> Result<(), StoreError> {
    // SQLite's own word: it takes the lock for writing now and not in the middle.
    let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut *db).await;
    let mut next = Some(first);
    if let Err(error) = begun {
        batch.extend(next);
        return Err(error.into());
    }
    while let Some(mut job) = next.take() {
        let done = alone(db, job.as_mut()).await;
        batch.push(job);
        done?;
        if batch.len() >= TOGETHER {
            break;
        }
        next = match queue.try_recv() {
            Ok(Message::Do(job)) => Some(job),
            Ok(Message::End(reply)) => {
                *ended = Some(reply);
                None
            }
            Err(_) => None,
        };
    }
    sqlx::query("COMMIT").execute(&mut *db).await?;
    Ok(())
}

/// Does one piece of work; where it fails, only it is undone.
async fn alone(db: &mut Connection, job: &mut dyn Job) -> Result<(), StoreError> {
    sqlx::query("SAVEPOINT work").execute(&mut *db).await?;
    if !job.run(db).await {
        sqlx::query("ROLLBACK TO SAVEPOINT work")
            .execute(&mut *db)
            .await?;
    }
    sqlx::query("RELEASE SAVEPOINT work")
        .execute(&mut *db)
        .await?;
    Ok(())
}
