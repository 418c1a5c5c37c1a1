//! What can go wrong with a call, told apart by what it says of whether the call was done. Nothing of
//! what was sent, of what came back, of tokens or addresses is kept: only Slack's own error words.

use std::time::Duration;

use slack_morphism::errors::SlackClientError;

use crate::chat::Undelivered;

/// Why a call gave no answer that helps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Slack asks to slow down.
    #[error("Slack asks to slow down")]
    Limited(Option<Duration>),
    /// Slack said no: its word for why.
    #[error("Slack says `{0}`")]
    Refused(String),
    /// It was not sent.
    #[error("Slack could not be reached")]
    Unsent,
    /// It was sent, and whether it was done is not known.
    #[error("{0}")]
    Unseen(&'static str),
}

/// Slack's words for a failure of its own, after which the call may have been done all the same.
const OWN_FAILURES: [&str; 3] = ["internal_error", "fatal_error", "request_timeout"];

/// Slack's words for "not now".
const NOT_NOW: [&str; 4] = [
    "ratelimited",
    "rate_limited",
    "service_unavailable",
    "team_added_to_org",
];

impl Trouble {
    /// Makes one of a word of Slack's.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        if NOT_NOW.contains(&code) {
            return Self::Limited(None);
        }
        if OWN_FAILURES.contains(&code) {
            return Self::Unseen("Slack failed while it did it");
        }
        let code: String = code
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .take(64)
            .collect();
        Self::Refused(code)
    }

    /// Tells whether Slack gave this word.
    #[must_use]
    pub fn is(&self, codes: &[&str]) -> bool {
        matches!(self, Self::Refused(code) if codes.contains(&code.as_str()))
    }

    /// Says what became of something that must not be done twice.
    #[must_use]
    pub fn once(self) -> Undelivered {
        let why = self.to_string();
        match self {
            Self::Limited(wait) => Undelivered::Later { wait, why },
            Self::Unsent => Undelivered::Later { wait: None, why },
            Self::Unseen(_) => Undelivered::Unknown { why },
            Self::Refused(_) => Undelivered::Never { why },
        }
    }

    /// Says what became of something that may be done again.
    #[must_use]
    pub fn again(self) -> Undelivered {
        match self {
            Self::Unseen(why) => Undelivered::Later {
                wait: None,
                why: why.to_owned(),
            },
            other => other.once(),
        }
    }
}

impl From<SlackClientError> for Trouble {
    fn from(error: SlackClientError) -> Self {
        match error {
            SlackClientError::RateLimitError(limit) => Self::Limited(limit.retry_after),
            SlackClientError::ApiError(refusal) => Self::of_code(&refusal.code),
            SlackClientError::HttpError(http) => of_status(
                http.status_code.as_u16(),
                http.http_response_body.as_deref(),
            ),
            SlackClientError::HttpProtocolError(protocol) => {
                let cause = protocol.cause.as_deref();
                let was_connecting = cause
                    .and_then(|cause| cause.downcast_ref::<hyper_util::client::legacy::Error>())
                    .is_some_and(hyper_util::client::legacy::Error::is_connect);
                if was_connecting {
                    Self::Unsent
                } else {
                    Self::Unseen("the connection to Slack broke")
                }
            }
            SlackClientError::ProtocolError(_) => Self::Unseen("Slack's answer could not be read"),
            SlackClientError::EndOfStream(_)
            | SlackClientError::SystemError(_)
            | SlackClientError::SocketModeProtocolError(_) => {
                Self::Unseen("the connection to Slack broke")
            }
        }
    }
}

/// A status without an answer of Slack's; `response_url` says its word beside a 4xx.
pub fn of_status(status: u16, body: Option<&str>) -> Trouble {
    if status >= 500 {
        return Trouble::Unseen("Slack failed while it did it");
    }
    let body: Option<serde_json::Value> = body.and_then(|body| serde_json::from_str(body).ok());
    match body.as_ref().and_then(|body| body["error"].as_str()) {
        Some(code) => Trouble::of_code(code),
        None => Trouble::Refused(format!("http_{status}")),
    }
}
