//! The assistant's panel: its status line, its suggested prompts, its thread's title. All of it is tried
//! once; where the workspace does not have the panel it is left out from then on.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::trouble::Trouble;
use super::web::Web;
use crate::chat::Later;
use crate::chat::slack::render;
use crate::logic::hint::{Hint, is_panel};
use crate::logic::place::{Kind, Place};

/// Slack's words for a workspace, a token or an app without the panel. Others are about one thread.
const NO_PANEL: [&str; 12] = [
    "access_denied",
    "deprecated_endpoint",
    "feature_not_enabled",
    "method_deprecated",
    "method_not_supported_for_channel_type",
    "missing_scope",
    "no_permission",
    "not_allowed",
    "not_allowed_token_type",
    "paid_teams_only",
    "team_access_not_granted",
    "unknown_method",
];

/// Threads remembered at most; beyond it all are forgotten, and Slack ends a status after two minutes.
const REMEMBERED: usize = 2_000;

/// The panel.
pub struct Panel {
    web: Arc<Web>,
    is_absent: AtomicBool,
    threads: Mutex<HashMap<Thread, Shown>>,
}

/// A panel's thread: the channel, and the message that it hangs on. Beside the bot's own page there is
/// none, and prompts stand above all of its messages.
type Thread = (String, Option<String>);

/// What is known of a thread's status line, which Slack takes away with each message of ours.
#[derive(Default)]
struct Shown {
    /// Messages that were posted there.
    posts: u64,
    /// What is to be shown through messages.
    lasting: Option<String>,
}

impl Panel {
    /// Makes one; `is_absent` where newer surfaces are to be left alone.
    pub fn new(web: Arc<Web>, is_absent: bool) -> Self {
        Self {
            web,
            is_absent: AtomicBool::new(is_absent),
            threads: Mutex::default(),
        }
    }

    /// Shows a hint where there is a panel.
    pub fn hint(self: &Arc<Self>, place: &Place, hint: Hint) -> Later<'static, ()> {
        let thread = match &hint {
            Hint::Prompts(_) => self.thread(place).or_else(|| self.messages(place)),
            _ => self.thread(place),
        };
        let Some(thread) = thread else {
            return Box::pin(std::future::ready(()));
        };
        let panel = Arc::clone(self);
        match hint {
            Hint::Answering { doing } => {
                let before = self.know(&thread, |shown| shown.posts);
                Box::pin(async move { panel.answering(&thread, &doing, before).await })
            }
            Hint::Running { doing } => {
                self.know(&thread, |shown| shown.lasting = Some(doing));
                Box::pin(async move { panel.last(&thread).await })
            }
            Hint::Over => match self.know(&thread, |shown| shown.lasting.take()) {
                Some(_) => Box::pin(async move { panel.status(&thread, "").await }),
                None => Box::pin(std::future::ready(())),
            },
            Hint::Prompts(prompts) => {
                let Some(prompts) = render::prompts(&prompts) else {
                    return Box::pin(std::future::ready(()));
                };
                Box::pin(async move { panel.set(&thread, "setSuggestedPrompts", prompts).await })
            }
            Hint::Title(title) => {
                let title = render::title(&title);
                Box::pin(async move { panel.set(&thread, "setTitle", title).await })
            }
        }
    }

    /// Notes that a message of ours is posted, which takes the status away.
    pub fn posting(&self, place: &Place) {
        if let Some(thread) = self.thread(place) {
            self.know(&thread, |shown| shown.posts += 1);
        }
    }

    /// Shows again, beside whoever posted, what a message took away.
    pub fn posted(self: &Arc<Self>, place: &Place) {
        let Some(thread) = self.thread(place) else {
            return;
        };
        if self.know(&thread, |shown| shown.lasting.is_some()) {
            let panel = Arc::clone(self);
            tokio::spawn(async move { panel.last(&thread).await });
        }
    }

    /// A status that the reply takes away. Where the reply was faster, it would stay.
    async fn answering(&self, thread: &Thread, doing: &str, before: u64) {
        self.status(thread, doing).await;
        if self.know(thread, |shown| {
            shown.posts != before && shown.lasting.is_none()
        }) {
            self.status(thread, "").await;
        }
    }

    /// A status that messages do not take away.
    async fn last(&self, thread: &Thread) {
        let Some(doing) = self.know(thread, |shown| shown.lasting.clone()) else {
            return;
        };
        self.status(thread, &doing).await;
        // It may be over by now.
        if self.know(thread, |shown| shown.lasting.is_none()) {
            self.status(thread, "").await;
        }
    }

    async fn status(&self, thread: &Thread, status: &str) {
        self.set(thread, "setStatus", render::status(status)).await;
    }

    async fn set(&self, (channel, ts): &Thread, what: &str, mut request: Value) {
        if self.is_absent.load(Ordering::Relaxed) {
            return;
        }
        request["channel_id"] = json!(channel);
        if let Some(ts) = ts {
            request["thread_ts"] = json!(ts);
        }
        let method = format!("assistant.threads.{what}");
        match self.web.post(&method, &request).await {
            Ok(_) => {}
            Err(trouble) if trouble.is(&NO_PANEL) => self.be_absent(&trouble),
            Err(trouble) => tracing::debug!(why = %trouble, method, "a hint was not shown"),
        }
    }

    fn be_absent(&self, trouble: &Trouble) {
        if !self.is_absent.swap(true, Ordering::Relaxed) {
            tracing::info!(why = %trouble, "the workspace lacks the assistant's panel: left out from here on");
        }
    }

    /// Changes what is known of a thread.
    fn know<T>(&self, thread: &Thread, change: impl FnOnce(&mut Shown) -> T) -> T {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        if threads.len() >= REMEMBERED && !threads.contains_key(thread) {
            threads.clear();
        }
        change(threads.entry(thread.clone()).or_default())
    }

    fn thread(&self, place: &Place) -> Option<Thread> {
        if self.is_absent.load(Ordering::Relaxed) || !is_panel(place) {
            return None;
        }
        let thread = place.thread.as_ref()?;
        Some((place.channel.to_string(), Some(thread.to_string())))
    }

    /// The messages beside the bot's own page, where Slack said which channel they are.
    fn messages(&self, place: &Place) -> Option<Thread> {
        let is_known = place.kind == Kind::Home && place.channel.as_str().starts_with('D');
        let is_there = !self.is_absent.load(Ordering::Relaxed);
        (is_known && is_there).then(|| (place.channel.to_string(), None))
    }
}
