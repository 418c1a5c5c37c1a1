//! Gathering what a decision may know, as it is at that moment.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::timeout;
use uuid::Uuid;

use super::core::Server;
use super::snapshot::Snapshot;
use crate::logic::approval::RunId;
use crate::logic::audit::Entry;
use crate::logic::conversation::Conversation;
use crate::logic::event::{Asked, Attached, Event};
use crate::logic::facts::{Facts, Figures, Held};
use crate::logic::heard::{File, Heard, What};
use crate::logic::named_run;
use crate::logic::request::{self, Request};
use crate::store::{Kept, StoreError};

/// Bytes of an attached file that are read: a long log, and not a disk image.
const FILE_BYTES: usize = 1024 * 1024;

/// How long reading a file may take.
const FILE_WITHIN: Duration = Duration::from_secs(10);

/// Files of one message that are read.
const FILES: usize = 3;

/// Entries of the audit that are looked back on.
const ENTRIES: usize = 50;

/// What was lost is counted over the last hour.
const LOST_SINCE: Duration = Duration::from_secs(3600);

/// What a decision may know.
pub(super) struct Gathered {
    pub snapshot: Arc<Snapshot>,
    pub kept: Kept,
    pub held: Option<Held>,
    pub figures: Figures,
    pub audit: Vec<Entry>,
    pub now: Timestamp,
    pub fresh: RunId,
}

impl Gathered {
    /// Gives it as `logic` takes it.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            knowledge: &self.snapshot.knowledge,
            causes: &self.snapshot.causes,
            catalogue: &self.snapshot.catalogue,
            policy: &self.snapshot.policy,
            now: self.now,
            fresh: self.fresh,
            memory: &self.kept.memory,
            channel_target: self.kept.channel_target.as_ref(),
            hold: self.held.as_ref(),
            holds: &self.kept.holds,
            runs: &self.kept.runs,
            pause: self.kept.pause.as_ref(),
            figures: &self.figures,
            audit: &self.audit,
        }
    }
}

impl Server {
    /// Gathers the facts of an event. `fresh` is the run that it may begin: the same each time that
    /// the decision is made again.
    pub(super) async fn gather(&self, event: &Event, fresh: RunId) -> Result<Gathered, StoreError> {
        let heard = match event {
            Event::Heard(asked) => Some(&asked.heard),
            Event::Ended(_)
            | Event::NotStarted { .. }
            | Event::Interrupted { .. }
            | Event::Tick => None,
        };
        let conversation = heard.map(Conversation::of);
        let kept = self.parts.store.kept(conversation.as_ref()).await?;
        let named = heard.and_then(|heard| named_run(heard, &kept.holds, &kept.runs));
        let held = match named {
            Some(run) => self.held(run).await?,
            None => None,
        };
        let looks = heard.map_or(Looks::default(), Looks::of);
        Ok(Gathered {
            snapshot: self.parts.live.get(),
            kept,
            held,
            figures: match looks.at_figures {
                true => self.figures().await?,
                false => Figures::default(),
            },
            audit: match looks.at_audit {
                true => self.entries().await,
                false => Vec::new(),
            },
            now: Timestamp::now(),
            fresh,
        })
    }

    /// Asks who somebody is now, and reads what hangs on their message.
    pub(super) async fn asked(&self, heard: &Heard) -> Asked {
        let asker = self.rooms.asker(&heard.who, heard.standing).await;
        let mut files = Vec::new();
        if let What::Said { files: named, .. } = &heard.what {
            for file in named.iter().take(FILES) {
                files.push(self.file(heard, file).await);
            }
        }
        Asked {
            heard: heard.clone(),
            asker,
            files,
        }
    }

    async fn file(&self, heard: &Heard, file: &File) -> Attached {
        let text = match self.rooms.of(heard.place.platform) {
            None => Err("its platform is not served".to_owned()),
            Some(chat) => match timeout(FILE_WITHIN, chat.read(file, FILE_BYTES)).await {
                Ok(read) => read,
                Err(_) => Err("it took too long to read".to_owned()),
            },
        };
        Attached {
            name: file.name.clone(),
            text,
        }
    }

    async fn held(&self, run: RunId) -> Result<Option<Held>, StoreError> {
        let Some(hold) = self.parts.store.hold(run).await? else {
            return Ok(None);
        };
        let requester = self.rooms.asker(&hold.ask.asker.person, None).await;
        Ok(Some(Held { hold, requester }))
    }

    async fn figures(&self) -> Result<Figures, StoreError> {
        let since = Timestamp::now()
            .checked_sub(LOST_SINCE)
            .unwrap_or(Timestamp::MIN);
        let backlog = self.parts.store.backlog(since).await?;
        Ok(Figures {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            up: self.started.elapsed(),
            // The question for the figures is none of them.
            unanswered: backlog.unanswered.saturating_sub(1),
            undelivered: backlog.undelivered,
            lost: backlog.lost,
            troubles: self.troubles(),
        })
    }

    /// Says in whole sentences what an operator should look at.
    #[must_use]
    pub fn troubles(&self) -> Vec<String> {
        let store = self.parts.store.trouble();
        let store = store.map(|error| format!("Nothing can be written down: {error}."));
        let refused = self.parts.live.refused();
        let refused = refused.map(|_| {
            "What was changed on disk was refused, and the old stays in force; the log and `bot502 check` show why."
                .to_owned()
        });
        store.into_iter().chain(refused).collect()
    }

    /// Reads the last entries of the audit; none where it cannot be read, which is logged.
    async fn entries(&self) -> Vec<Entry> {
        let audit = Arc::clone(&self.parts.audit);
        let read = tokio::task::spawn_blocking(move || {
            let mut last = std::collections::VecDeque::new();
            audit
                .verify(None, |entry| {
                    last.push_back(entry);
                    if last.len() > ENTRIES {
                        last.pop_front();
                    }
                })
                .map(|_| last.into_iter().collect())
        });
        match read.await {
            Ok(Ok(entries)) => entries,
            Ok(Err(error)) => {
                tracing::error!(error = %error, "the audit cannot be read");
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }
}

/// Makes the id of a run that an event may begin.
pub(super) fn fresh() -> RunId {
    RunId(Uuid::now_v7())
}

/// Which facts that cost something an event looks at.
#[derive(Default)]
struct Looks {
    at_figures: bool,
    at_audit: bool,
}

impl Looks {
    fn of(heard: &Heard) -> Self {
        let request = match &heard.what {
            What::Said { text, .. } => Some(request::parse(text)),
            What::Pressed { request } => Some(request.clone()),
            What::Opened => None,
        };
        let request = match request {
            Some(Request::Share { of: Some(inner) }) => Some(*inner),
            request => request,
        };
        Self {
            at_figures: matches!(
                request,
                None | Some(Request::Status | Request::Share { .. })
            ),
            at_audit: matches!(request, Some(Request::Audit)),
        }
    }
}
