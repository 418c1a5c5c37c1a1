//! One workspace of Slack, behind what `serve` knows of a chat platform.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::panel::Panel;
use super::people::People;
use super::trouble::Trouble;
use super::web::{Web, nothing};
use crate::chat::slack::inbound::{Us, Waiting};
use crate::chat::slack::render;
use crate::chat::slack::settings::{Settings, Tokens};
use crate::chat::{Chat, Delivered, Later, Parcel, To, Undelivered};
use crate::logic::heard::File;
use crate::logic::hint::Hint;
use crate::logic::outgoing::{Address, Body};
use crate::logic::person::{Asker, Person, Standing, WorkspaceId};
use crate::logic::place::Place;

/// One workspace of Slack.
pub struct Slack {
    pub(super) web: Arc<Web>,
    us: Us,
    people: People,
    pub(super) panel: Arc<Panel>,
    is_plain: AtomicBool,
}

/// Why Slack could not be reached at the start.
#[derive(Debug, thiserror::Error)]
pub enum NotConnected {
    /// Slack does not take the token; trying again helps nobody.
    #[error("Slack does not take the bot's token: `{0}`")]
    Refused(String),
    /// Slack did not answer; it may in a while.
    #[error("reach Slack: {0}")]
    Unreached(String),
    /// The settings cannot be worked with.
    #[error("prepare the calls to Slack: {0}")]
    Unprepared(String),
}

impl Slack {
    /// Asks Slack who the token's bot is.
    ///
    /// # Errors
    /// When the token is refused, Slack does not answer, or the settings cannot be worked with.
    pub async fn connect(settings: &Settings, tokens: &Tokens) -> Result<Self, NotConnected> {
        let web = Web::new(settings, &tokens.bot)
            .map_err(|error| NotConnected::Unprepared(error.to_string()))?;
        let answer = web
            .post("auth.test", &nothing())
            .await
            .map_err(|trouble| match trouble {
                Trouble::Refused(code) => NotConnected::Refused(code),
                other => NotConnected::Unreached(other.to_string()),
            })?;
        let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        let team = WorkspaceId::new(&text("team_id"))
            .map_err(|error| NotConnected::Unreached(error.to_string()))?;
        let web = Arc::new(web);
        Ok(Self {
            panel: Arc::new(Panel::new(Arc::clone(&web), settings.plain)),
            web,
            us: Us {
                team,
                user: text("user_id"),
                bot: text("bot_id"),
            },
            people: People::default(),
            is_plain: AtomicBool::new(settings.plain),
        })
    }

    /// Gives who the bot is.
    #[must_use]
    pub fn us(&self) -> &Us {
        &self.us
    }

    /// Gives the calls, for Socket Mode and for looking after the set-up.
    pub(in crate::chat::slack) fn web(&self) -> &Web {
        &self.web
    }

    pub(super) fn is_plain(&self) -> bool {
        self.is_plain.load(Ordering::Relaxed)
    }

    /// Remembers that the workspace lacks the newer surfaces.
    pub(super) fn be_plain(&self) {
        if !self.is_plain.swap(true, Ordering::Relaxed) {
            tracing::info!("the workspace lacks newer surfaces: plain ones from here on");
        }
    }

    /// Says to somebody who waits that what they did could not be taken. There is nothing written down
    /// of it, so this is tried once.
    pub(in crate::chat::slack) async fn apologise(&self, waiting: &Waiting, text: &str) {
        let message = serde_json::json!({ "response_type": "ephemeral", "replace_original": false, "text": text });
        if let Some(url) = &waiting.response_url
            && self.web.answer(url, &message).await.is_ok()
        {
            return;
        }
        let Some(channel) = waiting.channel.as_ref().or(waiting.user.as_ref()) else {
            tracing::warn!("nobody could be told that something could not be taken");
            return;
        };
        let mut message = serde_json::json!({ "channel": channel, "text": text });
        if let Some(thread) = waiting.channel.as_ref().and(waiting.thread.as_ref()) {
            message["thread_ts"] = serde_json::json!(thread);
        }
        if let Err(trouble) = self.web.post("chat.postMessage", &message).await {
            tracing::warn!(why = %trouble, "nobody could be told that something could not be taken");
        }
    }
}

impl Chat for Slack {
    fn render(&self, to: &Address, body: &Body) -> Vec<Parcel> {
        render::parcels(to, body)
    }

    fn deliver<'a>(
        &'a self,
        to: &'a To,
        parcel: &'a Parcel,
        mark: &'a str,
    ) -> Later<'a, Result<Delivered, Undelivered>> {
        Box::pin(self.send(to, parcel, mark))
    }

    fn find<'a>(
        &'a self,
        to: &'a To,
        mark: &'a str,
    ) -> Later<'a, Result<Option<Delivered>, String>> {
        Box::pin(async move {
            self.look(to, mark)
                .await
                .map_err(|trouble| trouble.to_string())
        })
    }

    fn hint(self: Arc<Self>, place: &Place, hint: Hint) -> Later<'static, ()> {
        self.panel.hint(place, hint)
    }

    fn asker<'a>(
        &'a self,
        person: &'a Person,
        known: Option<Standing>,
    ) -> Later<'a, Result<Asker, String>> {
        Box::pin(async move {
            let asker = self.people.asker(&self.web, &self.us, person, known).await;
            asker.map_err(|trouble| trouble.to_string())
        })
    }

    fn read<'a>(&'a self, file: &'a File, limit: usize) -> Later<'a, Result<String, String>> {
        Box::pin(async move {
            let bytes = self
                .web
                .download(&file.url, limit)
                .await
                .map_err(|trouble| trouble.to_string())?;
            if bytes.contains(&0) {
                return Err("it holds no text".to_owned());
            }
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        })
    }
}
