//! Reading guides, causes, catalogue and policy again when they change on disk, or when told to. What
//! has mistakes is refused, and the old stays in force.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;

use super::snapshot::{Live, Snapshot};

/// Files that are looked at on a round at most; a folder of more is noticed by those.
const MOST_FILES: usize = 20_000;

/// Reads everything anew; an error is what is wrong, drawn with its lines.
pub type Load = Arc<dyn Fn() -> Result<Snapshot, String> + Send + Sync>;

/// How things are read again.
pub struct Reload {
    /// Reads everything anew.
    pub load: Load,
    /// Files and folders whose changes are noticed.
    pub watched: Vec<PathBuf>,
    /// How often they are looked at; zero for never.
    pub every: Duration,
}

impl Reload {
    /// Goes on until it is stopped. `now` tells to read again at once.
    pub async fn go_on(
        self,
        live: Arc<Live>,
        now: Arc<tokio::sync::Notify>,
        stopping: CancellationToken,
    ) {
        let mut seen = self.look().await;
        loop {
            let is_told = tokio::select! {
                () = now.notified() => true,
                () = pause(self.every) => false,
                () = stopping.cancelled() => return,
            };
            let found = self.look().await;
            if is_told || found != seen {
                seen = found;
                self.read(&live).await;
            }
        }
    }

    async fn read(&self, live: &Live) {
        let load = Arc::clone(&self.load);
        let loaded = tokio::task::spawn_blocking(move || load()).await;
        let outcome = match loaded {
            Ok(Ok(snapshot)) => {
                live.put(snapshot);
                tracing::info!("guides, causes, probes and policy were read again");
                "taken"
            }
            Ok(Err(why)) => {
                tracing::error!(why = %why, "what changed on disk is refused; the old stays in force");
                live.refuse(why);
                "refused"
            }
            Err(_) => {
                tracing::error!("reading what changed on disk failed; the old stays in force");
                live.refuse("it could not be read".to_owned());
                "refused"
            }
        };
        metrics::counter!("bot502_reloads_total", "outcome" => outcome).increment(1);
    }

    /// Takes down how the watched files are now.
    async fn look(&self) -> Vec<Trace> {
        let watched = self.watched.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let mut traces = Vec::new();
            for path in &watched {
                look(path, &mut traces);
            }
            traces.sort();
            traces
        });
        looked.await.unwrap_or_default()
    }
}

/// By what a change of a file is noticed.
type Trace = (PathBuf, Option<SystemTime>, u64);

fn look(path: &Path, traces: &mut Vec<Trace>) {
    if traces.len() >= MOST_FILES {
        return;
    }
    // A file that cannot be read now is noticed when it can; reading says what is wrong with it. Links
    // are not followed into folders, so that there is no circle.
    let Ok(about) = std::fs::symlink_metadata(path) else {
        return;
    };
    if about.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        for entry in entries {
            look(&entry.path(), traces);
        }
        return;
    }
    let target = std::fs::metadata(path).ok();
    let about = target.unwrap_or(about);
    traces.push((path.to_owned(), about.modified().ok(), about.len()));
}

async fn pause(every: Duration) {
    match every.is_zero() {
        true => std::future::pending().await,
        false => tokio::time::sleep(every).await,
    }
}
