//! The one writer: work is done in the order in which it comes, and what comes together is made safe
//! together, by one sync of the disk. A worker that waits for its own sync would wait for all others.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sqlx::Connection as _;
use tokio::sync::{mpsc, oneshot, watch};

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

/// The way to the writer.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    trouble: Arc<watch::Sender<Option<StoreError>>>,
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
    /// Starts the writer on a connection of its own. It ends when the last way to it is dropped.
    #[must_use]
    pub fn start(connection: Connection) -> Self {
        let (jobs, queue) = mpsc::channel(WAITING);
        let (trouble, _) = watch::channel(None);
        let trouble = Arc::new(trouble);
        tokio::spawn(serve(connection, queue, Arc::clone(&trouble)));
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
            .send(Box::new(task))
            .await
            .map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?
    }

    /// Gives what is wrong with the database, as of the last write.
    #[must_use]
    pub fn trouble(&self) -> Option<StoreError> {
        self.trouble.borrow().clone()
    }
}

async fn serve(
    mut db: Connection,
    mut queue: mpsc::Receiver<Box<dyn Job>>,
    trouble: Arc<watch::Sender<Option<StoreError>>>,
) {
    while let Some(first) = queue.recv().await {
        let mut batch = Vec::new();
        let done = together(&mut db, first, &mut queue, &mut batch).await;
        if let Err(error) = &done {
            // The transaction may be gone already: some failures end it by themselves.
            let _ = sqlx::query("ROLLBACK").execute(&mut db).await;
            metrics::counter!("bot502_store_failures_total").increment(1);
            if trouble.borrow().is_none() {
                tracing::error!(error = %error, "the store cannot be written");
            }
        }
        let undone = done.err();
        trouble.send_if_modified(|now| {
            let is_news = now.is_some() != undone.is_some();
            now.clone_from(&undone);
            is_news
        });
        for job in batch {
            job.end(undone.as_ref());
        }
    }
    // Folds the write-ahead log into the database: one file is left, easy to copy.
    let _ = db.close().await;
}

/// Does all work that waits, as one transaction in which each piece can fail for itself.
async fn together(
    db: &mut Connection,
    first: Box<dyn Job>,
    queue: &mut mpsc::Receiver<Box<dyn Job>>,
    batch: &mut Vec<Box<dyn Job>>,
) -> Result<(), StoreError> {
    // SQLite's own word: it takes the lock for writing now and not in the middle.
    let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut *db).await;
    let mut next = Some(first);
    if let Err(error) = begun {
        batch.extend(next);
        return Err(error.into());
    }
    while let Some(mut job) = next {
        let done = alone(db, job.as_mut()).await;
        batch.push(job);
        done?;
        next = match batch.len() < TOGETHER {
            true => queue.try_recv().ok(),
            false => None,
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
