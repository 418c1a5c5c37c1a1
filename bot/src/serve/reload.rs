//! Reading guides, causes, catalogue and policy again when they change on disk, or when told to. What
//! has mistakes is refused, and the old stays in force.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::snapshot::{Live, PROGRAM, Snapshot, Source};
use crate::logic::audit::{self, Occasion};
use crate::store::audit::AuditLog;

/// Files that are looked at on a round at most; a folder of more is noticed by those.
const MOST_FILES: usize = 20_000;

/// Reads everything anew, with what it is made of.
pub type Load = Arc<dyn Fn() -> Result<(Snapshot, Vec<Source>), Refused> + Send + Sync>;

/// Why what changed on disk was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, drawn with its lines: for the log alone.
    pub why: String,
    /// How many mistakes there are: for the audit.
    pub mistakes: usize,
}

/// How things are read again.
pub struct Reload {
    /// Reads everything anew.
    pub load: Load,
    /// Where it is recorded what is in force, before it is.
    pub audit: Arc<AuditLog>,
    /// What is in force, as it was recorded last.
    pub sources: Vec<Source>,
    /// Files and folders whose changes are noticed.
    pub watched: Vec<PathBuf>,
    /// How often they are looked at; zero for never.
    pub every: Duration,
}

impl Reload {
    /// Goes on until it is stopped. `now` tells to read again at once.
    pub async fn go_on(
        mut self,
        live: Arc<Live>,
        now: Arc<tokio::sync::Notify>,
        stopping: CancellationToken,
    ) {
        let mut seen = self.look().await;
        loop {
            let occasion = tokio::select! {
                () = now.notified() => Occasion::Told,
                () = pause(self.every) => Occasion::Change,
                () = stopping.cancelled() => return,
            };
            let found = self.look().await;
            if occasion == Occasion::Told || found != seen {
                seen = found;
                self.read(&live, occasion).await;
            }
        }
    }

    async fn read(&mut self, live: &Live, occasion: Occasion) {
        let load = Arc::clone(&self.load);
        let loaded = tokio::task::spawn_blocking(move || load()).await;
        let outcome = match loaded {
            Ok(Ok((snapshot, sources))) => self.take(live, (snapshot, sources), occasion).await,
            Ok(Err(refused)) => self.refuse(live, refused, occasion).await,
            Err(_) => {
                let refused = Refused {
                    why: "it could not be read".to_owned(),
                    mistakes: 1,
                };
                self.refuse(live, refused, occasion).await
            }
        };
        metrics::counter!("bot502_reloads_total", "outcome" => outcome).increment(1);
    }

    /// Puts what was read in force, once it is recorded: what cannot be recorded gives nobody a right.
    async fn take(
        &mut self,
        live: &Live,
        (snapshot, sources): (Snapshot, Vec<Source>),
        occasion: Occasion,
    ) -> &'static str {
        // After a refusal all of it is told anew, so that the last word on each is what holds.
        let was_refused = live.refused().is_some();
        let is_news = |source: &&Source| was_refused || !self.sources.contains(source);
        let news = sources.iter().filter(is_news);
        let events = news.map(|source| source.loaded(occasion)).collect();
        if let Err(why) = self.record(events).await {
            live.refuse("the audit cannot be written".to_owned());
            tracing::error!(why = %why, "what changed on disk could not be recorded; the old stays in force");
            return "refused";
        }
        self.sources = sources;
        live.put(snapshot);
        tracing::info!("guides, causes, probes and policy were read again");
        "taken"
    }

    async fn refuse(&self, live: &Live, refused: Refused, occasion: Occasion) -> &'static str {
        let event = audit::Event::NotLoaded {
            mistakes: refused.mistakes as u64,
            by: PROGRAM.to_owned(),
            occasion,
        };
        // Whoever reads of it in the log finds it so where the program says how it is.
        live.refuse(refused.why.clone());
        tracing::error!(why = %refused.why, "what changed on disk is refused; the old stays in force");
        if let Err(why) = self.record(vec![event]).await {
            tracing::error!(why = %why, "that it was refused could not be recorded");
        }
        "refused"
    }

    async fn record(&self, events: Vec<audit::Event>) -> Result<(), String> {
        let audit = Arc::clone(&self.audit);
        let written = tokio::task::spawn_blocking(move || {
            let mut events = events.into_iter();
            events.try_for_each(|event| audit.append(event, Timestamp::now()).map(drop))
        });
        match written.await {
            Ok(written) => written.map_err(|error| error.to_string()),
            Err(_) => Err("it failed in the middle".to_owned()),
        }
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
