//! What `serve` and `doctor` tell the Slack edge: its settings and its tokens.

use crate::chat::slack::checkup::{self, Seen};
use crate::chat::slack::{NoToken, Settings, Tokens};
use crate::cli::Failure;
use crate::config::{Config, SlackMode};

/// Gives the settings as the edge takes them.
///
/// # Errors
/// When one cannot be what it says.
pub fn settings(config: &Config) -> Result<Settings, Failure> {
    Ok(Settings {
        api_url: config.slack.api_url.clone(),
        timeout: config
            .slack
            .timeout
            .try_into()
            .map_err(|_| Failure::operator("`slack.timeout` is less than nothing"))?,
        sockets: config.slack.sockets,
        plain: config.slack.plain,
    })
}

/// Finds the tokens.
///
/// # Errors
/// When there is no bot token, a file cannot be read, or a token is of another kind.
pub fn tokens(config: &Config) -> Result<Tokens, NoToken> {
    let folder = Some(config.slack.credentials.as_path());
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    Tokens::find(|name| std::env::var(name).ok(), folder)
}

/// Looks whether Slack is set up. `channels` are those that the policy names.
///
/// # Errors
/// When a setting cannot be what it says.
pub async fn look(config: &Config, channels: &[String]) -> Result<Vec<Seen>, Failure> {
    let is_socket = config.slack.mode == SlackMode::Socket;
    let settings = settings(config)?;
    Ok(checkup::checkup(&settings, tokens(config), is_socket, channels).await)
}
