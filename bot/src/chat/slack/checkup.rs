//! Looks whether Slack is set up: tokens, scopes against the manifest, Socket Mode, channels; and says
//! what to do where it is not. It posts nothing.

use serde_json::json;

use super::channels::Channels;
use super::client::{NotConnected, Slack, Trouble};
use super::settings::{NoToken, Settings, Tokens, token};

/// The manifest that the app is made from; its scopes are what a token must have.
const MANIFEST: &str = include_str!("../../../../config/manifests/slack.yaml");

/// Where an app's settings are.
const APPS: &str = "https://api.slack.com/apps";

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Weak,
    /// It does not work.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub name: &'static str,
    /// How it stands.
    pub state: State,
    /// What was seen.
    pub detail: String,
    /// What to do.
    pub remedy: Option<String>,
}

/// Looks at the set-up. `channels` are those that the policy names.
pub async fn checkup(
    settings: &Settings,
    tokens: Result<Tokens, NoToken>,
    is_socket: bool,
    channels: &[String],
) -> Vec<Seen> {
    let tokens = match tokens {
        Ok(tokens) => tokens,
        Err(why) => return vec![no_token(&why)],
    };
    let slack = match Slack::connect(settings, &tokens).await {
        Ok(slack) => slack,
        Err(why) => return vec![not_connected(&why)],
    };
    let us = slack.us();
    let mut seen = vec![good(
        "slack",
        format!("workspace {}, bot {}", us.team, us.user),
    )];
    seen.push(scopes(&slack).await);
    seen.push(if is_socket {
        socket(&slack, &tokens).await
    } else {
        signing(&tokens)
    });
    seen.push(self::channels(&slack, channels).await);
    seen
}

/// Gives the scopes of the manifest, each with its reason.
#[must_use]
pub fn wanted_scopes() -> Vec<(&'static str, &'static str)> {
    let lines = MANIFEST
        .lines()
        .skip_while(|line| line.trim() != "bot:")
        .skip(1);
    let scopes = lines.map_while(|line| line.trim().strip_prefix("- "));
    scopes
        .map(|line| {
            let (scope, reason) = line.split_once('#').unwrap_or((line, ""));
            (scope.trim(), reason.trim())
        })
        .collect()
}

fn good(name: &'static str, detail: String) -> Seen {
    Seen {
        name,
        state: State::Good,
        detail,
        remedy: None,
    }
}

fn bad(name: &'static str, detail: String, remedy: &str) -> Seen {
    Seen {
        name,
        state: State::Bad,
        detail,
        remedy: Some(remedy.to_owned()),
    }
}

fn weak(name: &'static str, detail: String, remedy: &str) -> Seen {
    Seen {
        state: State::Weak,
        ..bad(name, detail, remedy)
    }
}

fn no_token(why: &NoToken) -> Seen {
    let remedy = match why {
        NoToken::Missing => "See docs/src/operate/slack.md, \"Tokens\".",
        NoToken::OtherKind(..) => {
            "The bot's token begins with xoxb-, the app's for Socket Mode with xapp-."
        }
        NoToken::Unreadable(..) => {
            "Let the user that bot502 runs as read the file, and nobody else."
        }
    };
    match why {
        // Who does not serve Slack needs none.
        NoToken::Missing => weak("slack", why.to_string(), remedy),
        NoToken::OtherKind(..) | NoToken::Unreadable(..) => bad("slack", why.to_string(), remedy),
    }
}

fn not_connected(why: &NotConnected) -> Seen {
    let remedy = match why {
        NotConnected::Refused(_) => {
            format!("Install the app anew ({APPS}, \"Install App\") and take its new token.")
        }
        NotConnected::Unreached(_) => {
            "This machine must reach https://slack.com; see firewalls and proxies.".to_owned()
        }
        NotConnected::Unprepared(_) => {
            "See `slack.api_url`, and the system's certificates (package `ca-certificates`)."
                .to_owned()
        }
    };
    bad("slack", why.to_string(), &remedy)
}

async fn scopes(slack: &Slack) -> Seen {
    let has = match slack.web().scopes().await {
        Ok(has) => has,
        Err(trouble) => return weak("scopes", trouble.to_string(), "Try again in a minute."),
    };
    let wanted = wanted_scopes();
    let missing: Vec<String> = wanted
        .iter()
        .filter(|(scope, _)| !has.iter().any(|has| has == scope))
        .map(|(scope, reason)| format!("{scope} (to {reason})"))
        .collect();
    if !missing.is_empty() {
        let remedy =
            format!("Add them at {APPS}, \"OAuth & Permissions\", then install the app anew.");
        return bad(
            "scopes",
            format!("missing: {}", missing.join(", ")),
            &remedy,
        );
    }
    let more: Vec<&str> = has
        .iter()
        .map(String::as_str)
        .filter(|has| !wanted.iter().any(|(scope, _)| scope == has))
        .collect();
    if !more.is_empty() {
        let remedy = "Take them away: bot502 uses no more than config/manifests/slack.yaml names.";
        return weak(
            "scopes",
            format!("more than needed: {}", more.join(", ")),
            remedy,
        );
    }
    good(
        "scopes",
        format!("all {} of the manifest, and no others", wanted.len()),
    )
}

async fn socket(slack: &Slack, tokens: &Tokens) -> Seen {
    let Some(app) = &tokens.app else {
        let remedy = format!(
            "Make one at {APPS}, \"Basic Information\", \"App-Level Tokens\", with the scope connections:write; set it as SLACK_APP_TOKEN."
        );
        return bad("socket", "there is no app token".to_owned(), &remedy);
    };
    match slack
        .web()
        .post_as(&token(app), "apps.connections.open", &json!({}))
        .await
    {
        Ok(_) => good(
            "socket",
            "Socket Mode is on, and Slack opens a connection".to_owned(),
        ),
        Err(trouble) => bad("socket", trouble.to_string(), &socket_remedy(&trouble)),
    }
}

fn socket_remedy(trouble: &Trouble) -> String {
    if trouble.is(&["missing_scope"]) {
        return format!(
            "Give the app token the scope connections:write: {APPS}, \"Basic Information\"."
        );
    }
    if trouble.is(&[
        "not_allowed_token_type",
        "invalid_auth",
        "token_revoked",
        "account_inactive",
    ]) {
        return format!(
            "Make a new app token: {APPS}, \"Basic Information\", \"App-Level Tokens\"."
        );
    }
    format!("Turn Socket Mode on: {APPS}, \"Socket Mode\".")
}

fn signing(tokens: &Tokens) -> Seen {
    match tokens.signing {
        Some(_) => good(
            "signing",
            "there is a signing secret; whether it is Slack's shows at the first call".to_owned(),
        ),
        None => {
            let remedy = format!(
                "Take it from {APPS}, \"Basic Information\", and set it as SLACK_SIGNING_SECRET."
            );
            bad("signing", "there is no signing secret".to_owned(), &remedy)
        }
    }
}

async fn channels(slack: &Slack, named: &[String]) -> Seen {
    const INVITE: &str = "Type `/invite @bot502` in the channel.";
    let found = match Channels::of(slack).await {
        Ok(found) => found,
        Err(trouble) => return weak("channels", trouble.to_string(), "Try again in a minute."),
    };
    let count = found.ids.len();
    if count == 0 && !found.has_more {
        return weak("channels", "it is in no channel".to_owned(), INVITE);
    }
    let absent = named.iter().filter(|named| !found.ids.contains(*named));
    let absent: Vec<&str> = absent.map(String::as_str).collect();
    match (absent.is_empty(), found.has_more) {
        (true, _) => good("channels", found.in_words()),
        (false, false) => {
            let absent = absent.join(", ");
            let detail = format!("the policy names channels that it is not in: {absent}");
            bad("channels", detail, INVITE)
        }
        // What was not looked at may hold them: nothing is claimed.
        (false, true) => {
            let absent = absent.join(", ");
            let detail = format!(
                "it is in more than the {count} channels that were looked at, and these of the policy are not among them: {absent}"
            );
            let remedy = "Look in these channels whether bot502 is there; `/invite @bot502` where it is not.";
            weak("channels", detail, remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_of_the_manifest_has_a_reason() {
        let scopes = wanted_scopes();
        assert!(scopes.len() > 10, "{scopes:?}");
        for (scope, reason) in &scopes {
            assert!(!reason.is_empty(), "{scope} has no reason");
        }
        let mut sorted = scopes.clone();
        sorted.sort_unstable();
        assert_eq!(scopes, sorted, "in the order of the alphabet");
    }
}
