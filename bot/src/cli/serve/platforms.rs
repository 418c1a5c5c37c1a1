//! The chat platforms that are served: those whose tokens are there.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use secrecy::ExposeSecret as _;
use tokio::sync::OnceCell;

use crate::chat::slack::{self, NotConnected, Slack, Socket, Tokens};
use crate::chat::{Chat, Take};
use crate::cli::Failure;
use crate::config::{Config, SlackMode};
use crate::logic::person::Platform;
use crate::serve::Rooms;

/// Between tries to reach a platform that does not answer at the start.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// The platforms that are served.
pub struct Platforms {
    slack: Arc<Slack>,
    settings: slack::Settings,
    tokens: Tokens,
    mode: SlackMode,
    routes: Option<Router>,
    socket: Arc<OnceCell<Socket>>,
}

impl Platforms {
    /// Finds the tokens and asks each platform who we are. A platform that does not answer is asked
    /// again until it does.
    ///
    /// # Errors
    /// A failure of the operator's when no token is there, or one is refused.
    pub async fn connect(config: &Config, take: &Take) -> anyhow::Result<Self> {
        let tokens = crate::cli::slack::tokens(config).map_err(|why| {
            Failure::operator(why.to_string())
                .hint("docs/src/operate/slack.md leads from nothing to the first answer")
        })?;
        let settings = crate::cli::slack::settings(config)?;
        let mode = config.slack.mode;
        let is_missing = match mode {
            SlackMode::Socket => tokens.app.is_none().then_some("SLACK_APP_TOKEN"),
            SlackMode::Http => tokens.signing.is_none().then_some("SLACK_SIGNING_SECRET"),
        };
        if let Some(missing) = is_missing {
            return Err(Failure::operator(format!(
                "`{missing}` is not set, and `slack.mode` needs it"
            ))
            .hint("set it, name a file in `slack.credentials`, or change `slack.mode`")
            .into());
        }
        let slack = Arc::new(reach(&settings, &tokens).await?);
        let signing = tokens.signing.as_ref().filter(|_| mode == SlackMode::Http);
        let routes = signing.map(|signing| slack::http::routes(&slack, signing, Arc::clone(take)));
        Ok(Self {
            slack,
            settings,
            tokens,
            mode,
            routes,
            socket: Arc::new(OnceCell::new()),
        })
    }

    /// Begins to listen to the platforms that we connect to.
    ///
    /// # Errors
    /// When a connection cannot be prepared.
    pub async fn open(&self, take: &Take) -> anyhow::Result<()> {
        if let (SlackMode::Socket, Some(app)) = (self.mode, &self.tokens.app) {
            let socket = Socket::open(&self.slack, &self.settings, app, Arc::clone(take)).await?;
            // Opened once, by the one who starts.
            let _ = self.socket.set(socket);
        }
        Ok(())
    }

    /// Takes no more from the platforms.
    pub async fn close(&self) {
        if let Some(socket) = self.socket.get() {
            socket.close().await;
        }
    }

    /// Gives the platforms as the server uses them.
    pub fn rooms(&self) -> Rooms {
        let slack: Arc<dyn Chat> = self.slack.clone();
        Rooms::new([(Platform::Slack, slack)])
    }

    /// Gives the routes that platforms call.
    pub fn routes(&self) -> Option<Router> {
        self.routes.clone()
    }

    /// Gives a look at whether the platforms can reach us.
    pub fn connected(&self) -> impl Fn() -> bool + Send + Sync + 'static {
        let (socket, mode) = (Arc::clone(&self.socket), self.mode);
        move || match mode {
            SlackMode::Socket => socket.get().is_some_and(Socket::is_open),
            SlackMode::Http => true,
        }
    }

    /// Gives the secrets that the program itself holds, to be hidden wherever they turn up.
    pub fn secrets(&self) -> impl Iterator<Item = String> + use<'_> {
        let Tokens { bot, app, signing } = &self.tokens;
        [Some(bot), app.as_ref(), signing.as_ref()]
            .into_iter()
            .flatten()
            .map(|secret| secret.expose_secret().to_owned())
    }
}

async fn reach(settings: &slack::Settings, tokens: &Tokens) -> anyhow::Result<Slack> {
    loop {
        match Slack::connect(settings, tokens).await {
            Ok(slack) => return Ok(slack),
            Err(NotConnected::Unreached(why)) => {
                tracing::warn!(why = %why, "Slack does not answer; it is asked again");
                tokio::time::sleep(TRY_AGAIN).await;
            }
            Err(error @ (NotConnected::Refused(_) | NotConnected::Unprepared(_))) => {
                return Err(Failure::operator(error.to_string())
                    .hint("`bot502 doctor` looks at tokens and scopes")
                    .into());
            }
        }
    }
}
