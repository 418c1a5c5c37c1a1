//! Socket Mode: Slack's events over a connection that we open, so that nobody needs a public address.
//! slack-morphism keeps the sockets; what comes is taken from it as Slack sent it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Value, json};
use slack_morphism::clients_manager::{
    SlackSocketModeClientsManager, SlackSocketModeClientsManagerFactory,
};
use slack_morphism::listener::SlackClientEventsListenerEnvironment;
use slack_morphism::{
    SlackApiToken, SlackClientSocketModeConfig, SlackSocketModeClientListener,
    SlackSocketModeWssClientId,
};

use super::client::Slack;
use super::ear::{Ear, Heed, Kind};
use super::settings::{Settings, token};
use crate::chat::Take;

/// Between tries to connect anew, in seconds.
const TRY_AGAIN: u64 = 5;
/// Between the starts of the sockets, in seconds.
const APART: u64 = 1;
/// Slack gives up after so many tries.
const LAST_TRY: u64 = 3;
/// How often it is looked whether any socket is open.
const WATCH: Duration = Duration::from_secs(30);

type Manager = dyn SlackSocketModeClientsManager + Send + Sync;

/// The sockets of one workspace.
pub struct Socket {
    manager: Arc<Manager>,
    listener: Arc<Listener>,
    watch: tokio::task::JoinHandle<()>,
}

/// What is done with what comes.
struct Listener {
    ear: Ear,
    manager: OnceLock<Weak<Manager>>,
    open: Mutex<BTreeSet<String>>,
}

impl Socket {
    /// Opens the sockets and listens. It returns at once; whether one is open tells [`Socket::is_open`].
    ///
    /// # Errors
    /// When slack-morphism takes no more sockets.
    pub async fn open(
        slack: &Arc<Slack>,
        settings: &Settings,
        app: &SecretString,
        take: Take,
    ) -> anyhow::Result<Self> {
        let client = slack.web().client();
        let environment = Arc::new(
            SlackClientEventsListenerEnvironment::new(client.clone()).with_error_handler(
                |error, _, _| {
                    // Its words may hold what was sent: only that it was is said.
                    drop(error);
                    tracing::warn!("a socket of Slack's failed");
                    slack_morphism::listener::HttpStatusCode::BAD_REQUEST
                },
            ),
        );
        let manager = client.http_api.connector.new_clients_manager(environment);
        let listener = Arc::new(Listener {
            ear: Ear::new(slack.clone(), take),
            manager: OnceLock::new(),
            open: Mutex::default(),
        });
        // Set once, here: nobody else has the listener yet.
        let _ = listener.manager.set(Arc::downgrade(&manager));
        let config = SlackClientSocketModeConfig::new()
            .with_max_connections_count(settings.sockets.clamp(1, 10))
            .with_initial_backoff_in_seconds(APART)
            .with_reconnect_timeout_in_seconds(TRY_AGAIN);
        let token = token(app);
        manager
            .register_new_token(&config, token.clone(), listener.clone())
            .await
            .map_err(|_| anyhow::anyhow!("slack-morphism takes no more sockets"))?;
        manager.start().await;
        let watch = tokio::spawn(watch(slack.clone(), listener.clone(), token));
        Ok(Self {
            manager,
            listener,
            watch,
        })
    }

    /// Tells whether Slack can reach us.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.listener.is_open()
    }

    /// Takes no more, and closes the sockets.
    pub async fn close(&self) {
        self.watch.abort();
        self.manager.shutdown().await;
    }
}

impl Listener {
    fn is_open(&self) -> bool {
        self.open.lock().is_ok_and(|open| !open.is_empty())
    }

    fn note(&self, socket: &SlackSocketModeWssClientId, is_open: bool) {
        let id = format!(
            "{}/{}/{}",
            socket.initial_index, socket.token_index, socket.reconnected
        );
        if let Ok(mut open) = self.open.lock() {
            if is_open {
                open.insert(id);
            } else {
                open.remove(&id);
            }
            metrics::gauge!("bot502_slack_sockets")
                .set(u32::try_from(open.len()).unwrap_or(u32::MAX));
        }
    }

    async fn restart(&self, socket: &SlackSocketModeWssClientId) {
        self.note(socket, false);
        if let Some(manager) = self.manager.get().and_then(Weak::upgrade) {
            manager.restart_client(socket).await;
        }
    }
}

#[async_trait]
impl SlackSocketModeClientListener for Listener {
    async fn on_message(
        &self,
        socket: &SlackSocketModeWssClientId,
        frame: String,
    ) -> Option<String> {
        let Ok(envelope) = serde_json::from_str::<Value>(&frame) else {
            tracing::warn!("a frame of Slack's is no JSON");
            return None;
        };
        let kind = match envelope["type"].as_str() {
            Some("events_api") => Kind::Event,
            Some("slash_commands") => Kind::Command,
            Some("interactive") => Kind::Interaction,
            Some("hello") => {
                self.note(socket, true);
                return None;
            }
            Some("disconnect") => {
                self.restart(socket).await;
                return None;
            }
            _ => return bare(&envelope),
        };
        let is_last =
            kind == Kind::Event && envelope["retry_attempt"].as_u64().unwrap_or(0) >= LAST_TRY;
        match self.ear.heed(kind, &envelope["payload"], is_last).await {
            Heed::Taken(Some(answer)) if envelope["accepts_response_payload"] == true => {
                let id = envelope["envelope_id"].as_str()?;
                Some(json!({ "envelope_id": id, "payload": answer }).to_string())
            }
            Heed::Taken(_) => bare(&envelope),
            Heed::Again => None,
        }
    }

    async fn on_error(&self, error: Box<dyn std::error::Error + Send + Sync>) {
        drop(error);
        tracing::warn!("a socket of Slack's failed");
    }

    async fn on_disconnect(&self, socket: &SlackSocketModeWssClientId) {
        self.restart(socket).await;
    }
}

fn bare(envelope: &Value) -> Option<String> {
    let id = envelope["envelope_id"].as_str()?;
    Some(json!({ "envelope_id": id }).to_string())
}

/// Says why no socket is open: slack-morphism tries on for ever and keeps to itself why.
async fn watch(slack: Arc<Slack>, listener: Arc<Listener>, token: SlackApiToken) {
    let mut ticks = tokio::time::interval(WATCH);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if listener.is_open() {
            continue;
        }
        match slack
            .web()
            .post_as(&token, "apps.connections.open", &json!({}))
            .await
        {
            Ok(_) => tracing::warn!("no socket of Slack's is open"),
            Err(trouble) => tracing::error!(why = %trouble, "no socket of Slack's can be opened"),
        }
    }
}
