//! What the Slack edge is told: settings, and the tokens, which come from the environment or from files
//! and are never printed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

/// How the edge works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where Slack's methods are: `https://slack.com/api`, or a stand-in.
    pub api_url: String,
    /// How long one call may take.
    pub timeout: Duration,
    /// Sockets at once, where Socket Mode is used; at least two, since Slack closes each every few hours.
    pub sockets: u32,
    /// Whether surfaces that not every workspace has are left alone.
    pub plain: bool,
}

/// The secrets.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The bot's token, `xoxb-...`.
    pub bot: SecretString,
    /// The app's token for Socket Mode, `xapp-...`.
    pub app: Option<SecretString>,
    /// What Slack signs its requests with, where it calls us over HTTP.
    pub signing: Option<SecretString>,
}

/// A secret: the variable that holds it, the file that may, and how it begins.
struct Place {
    variable: &'static str,
    file: &'static str,
    begins: &'static str,
}

const BOT: Place = Place {
    variable: "SLACK_BOT_TOKEN",
    file: "slack-bot-token",
    begins: "xoxb-",
};
const APP: Place = Place {
    variable: "SLACK_APP_TOKEN",
    file: "slack-app-token",
    begins: "xapp-",
};
const SIGNING: Place = Place {
    variable: "SLACK_SIGNING_SECRET",
    file: "slack-signing-secret",
    begins: "",
};

/// Why there is no token: what was looked at, never what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoToken {
    /// None of the places holds it.
    #[error(
        "there is no bot token: `SLACK_BOT_TOKEN` is not set, and there is no file `slack-bot-token`"
    )]
    Missing,
    /// It is another kind of token.
    #[error("`{0}` does not begin with `{1}`: it is another kind of token")]
    OtherKind(&'static str, &'static str),
    /// A file could not be read.
    #[error("read the file of `{0}`: {1}")]
    Unreadable(&'static str, String),
}

impl Tokens {
    /// Finds the tokens: for each the variable, then the file that `<variable>_FILE` names, then a file
    /// in `folder`, then one in systemd's `$CREDENTIALS_DIRECTORY`.
    ///
    /// # Errors
    /// When there is no bot token, a file cannot be read, or a token is of another kind.
    pub fn find(
        variable: impl Fn(&str) -> Option<String>,
        folder: Option<&Path>,
    ) -> Result<Self, NoToken> {
        let folders: Vec<PathBuf> = folder
            .map(Path::to_owned)
            .into_iter()
            .chain(variable("CREDENTIALS_DIRECTORY").map(PathBuf::from))
            .collect();
        let look = |place: &Place| find(place, &variable, &folders);
        Ok(Self {
            bot: look(&BOT)?.ok_or(NoToken::Missing)?,
            app: look(&APP)?,
            signing: look(&SIGNING)?,
        })
    }

    /// Tells whether anything names a bot token, so that Slack is meant to be served.
    #[must_use]
    pub fn are_there(variable: impl Fn(&str) -> Option<String>, folder: Option<&Path>) -> bool {
        !matches!(Self::find(variable, folder), Err(NoToken::Missing))
    }
}

fn find(
    place: &Place,
    variable: &impl Fn(&str) -> Option<String>,
    folders: &[PathBuf],
) -> Result<Option<SecretString>, NoToken> {
    let given = variable(place.variable).filter(|value| !value.trim().is_empty());
    let secret = match given {
        Some(value) => Some(value),
        None => from_file(place, variable, folders)?,
    };
    let Some(secret) = secret
        .map(|secret| secret.trim().to_owned())
        .filter(|secret| !secret.is_empty())
    else {
        return Ok(None);
    };
    if !secret.starts_with(place.begins) {
        return Err(NoToken::OtherKind(place.variable, place.begins));
    }
    Ok(Some(SecretString::from(secret)))
}

fn from_file(
    place: &Place,
    variable: &impl Fn(&str) -> Option<String>,
    folders: &[PathBuf],
) -> Result<Option<String>, NoToken> {
    let unreadable = |error: std::io::Error| NoToken::Unreadable(place.variable, error.to_string());
    if let Some(path) =
        variable(&format!("{}_FILE", place.variable)).filter(|path| !path.is_empty())
    {
        return std::fs::read_to_string(path).map(Some).map_err(unreadable);
    }
    for folder in folders {
        match std::fs::read_to_string(folder.join(place.file)) {
            Ok(text) => return Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    Ok(None)
}

/// Gives the secret as the client needs it.
pub(super) fn token(secret: &SecretString) -> slack_morphism::SlackApiToken {
    slack_morphism::SlackApiToken::new(slack_morphism::SlackApiTokenValue(
        secret.expose_secret().to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], folder: Option<&Path>) -> Result<[bool; 3], NoToken> {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Tokens::find(variable, folder).map(|tokens| {
            [
                tokens.bot.expose_secret() == "xoxb-1",
                tokens.app.is_some(),
                tokens.signing.is_some(),
            ]
        })
    }

    #[test]
    fn tokens_come_from_the_environment_or_from_files() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("slack-bot-token"), "xoxb-1\n").expect("a file");
        let path = folder.path().to_str().expect("a plain path");
        let file = folder.path().join("slack-bot-token");
        let file = file.to_str().expect("a plain path");
        assert_eq!(
            check(&[("SLACK_BOT_TOKEN", " xoxb-1 ")], None),
            Ok([true, false, false])
        );
        assert_eq!(
            check(&[("SLACK_BOT_TOKEN_FILE", file)], None),
            Ok([true, false, false])
        );
        assert_eq!(
            check(&[("CREDENTIALS_DIRECTORY", path)], None),
            Ok([true, false, false])
        );
        assert_eq!(
            check(
                &[("SLACK_APP_TOKEN", "xapp-2"), ("SLACK_SIGNING_SECRET", "s")],
                Some(folder.path())
            ),
            Ok([true, true, true])
        );
    }

    #[test]
    fn what_is_missing_or_swapped_is_said_without_the_secret() {
        assert_eq!(check(&[], None), Err(NoToken::Missing));
        let swapped = check(&[("SLACK_BOT_TOKEN", "xapp-secret")], None).expect_err("another kind");
        assert!(!swapped.to_string().contains("secret"));
        let gone = check(&[("SLACK_BOT_TOKEN_FILE", "/nowhere/at/all")], None);
        assert!(matches!(gone, Err(NoToken::Unreadable(..))));
    }

    #[test]
    fn tokens_are_not_printed() {
        let tokens = Tokens {
            bot: "xoxb-secret".into(),
            app: Some("xapp-secret".into()),
            signing: None,
        };
        assert!(!format!("{tokens:?}").contains("secret\""));
        assert!(!format!("{tokens:?}").contains("xoxb"));
    }
}
