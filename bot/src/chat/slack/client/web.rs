//! The calls themselves: slack-morphism's connection, with a bound on the time of each and nothing of
//! what is sent in what goes wrong.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use slack_morphism::hyper_tokio::{SlackClientHyperConnector, SlackHyperClient};
use slack_morphism::{
    SlackApiToken, SlackClient, SlackClientApiCallContext, SlackClientHttpConnector,
};
use url::Url;

use super::trouble::{Trouble, of_status};
use crate::chat::slack::settings::{Settings, token};

/// Where Slack keeps what it gives addresses for.
const HOST: &str = "slack.com";

type Https = hyper_rustls::HttpsConnector<HttpConnector>;

/// The calls.
pub struct Web {
    client: Arc<SlackHyperClient>,
    plain: Client<Https, Empty<hyper::body::Bytes>>,
    token: SlackApiToken,
    secret: SecretString,
    api: Url,
    timeout: Duration,
}

impl Web {
    /// Makes the calls' connections; nothing is sent yet.
    ///
    /// # Errors
    /// When the address is none, or the system's certificates cannot be read.
    pub fn new(settings: &Settings, bot: &SecretString) -> anyhow::Result<Self> {
        let api: Url = settings.api_url.trim_end_matches('/').parse()?;
        let https = hyper_rustls::HttpsConnectorBuilder::new().with_native_roots()?;
        // Plain HTTP is for a stand-in on this machine alone.
        let https = if api.scheme() == "https" {
            https.https_only()
        } else {
            https.https_or_http()
        };
        let https = https.enable_http1().enable_http2().build();
        let connector = SlackClientHyperConnector::with_connector(https.clone())
            .with_slack_api_url(api.as_str());
        Ok(Self {
            client: Arc::new(SlackClient::new(connector)),
            plain: Client::builder(TokioExecutor::new()).build(https),
            token: token(bot),
            secret: bot.clone(),
            api,
            timeout: settings.timeout,
        })
    }

    /// Gives the client, for Socket Mode.
    pub fn client(&self) -> Arc<SlackHyperClient> {
        self.client.clone()
    }

    /// Calls a method that takes JSON.
    pub async fn post(&self, method: &str, body: &Value) -> Result<Value, Trouble> {
        self.post_as(&self.token, method, body).await
    }

    /// Calls a method that takes JSON with another token.
    pub async fn post_as(
        &self,
        token: &SlackApiToken,
        method: &str,
        body: &Value,
    ) -> Result<Value, Trouble> {
        let session = self.client.open_session(token);
        let answer = self
            .within(session.http_session_api.http_post(method, body, None))
            .await?;
        checked(answer)
    }

    /// Calls a method that takes fields.
    pub async fn get(&self, method: &str, fields: &[(&str, &str)]) -> Result<Value, Trouble> {
        let session = self.client.open_session(&self.token);
        let fields: Vec<(&str, Option<&str>)> = fields
            .iter()
            .map(|(name, value)| (*name, Some(*value)))
            .collect();
        let answer = self
            .within(session.http_session_api.http_get(method, &fields, None))
            .await?;
        checked(answer)
    }

    /// Answers where Slack gave leave to, without a token.
    pub async fn answer(&self, response_url: &str, body: &Value) -> Result<(), Trouble> {
        let url = self
            .ours(response_url)
            .ok_or_else(|| Trouble::of_code("not_an_address_of_slack"))?;
        let span = tracing::Span::none();
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &span,
            is_sensitive_url: true,
        };
        let connector = &self.client.http_api.connector;
        let _: Value = self
            .within(connector.http_post_uri(url, body, context))
            .await?;
        Ok(())
    }

    /// Uploads the bytes of a file where Slack said to.
    pub async fn upload(&self, upload_url: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let url = self
            .ours(upload_url)
            .ok_or_else(|| Trouble::of_code("not_an_address_of_slack"))?;
        let span = tracing::Span::none();
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: Some(&self.token),
            tracing_span: &span,
            is_sensitive_url: true,
        };
        let connector = &self.client.http_api.connector;
        let kind = "text/plain; charset=utf-8".to_owned();
        let _: Value = self
            .within(connector.http_post_uri_binary(url, kind, bytes, context))
            .await?;
        Ok(())
    }

    /// Reads a file of Slack's, at most `limit` bytes of it. The token goes to Slack's hosts alone, and
    /// redirects are not followed: a sign-in page is no file.
    pub async fn download(&self, url: &str, limit: usize) -> Result<Vec<u8>, Trouble> {
        let url = self
            .ours(url)
            .ok_or_else(|| Trouble::of_code("not_an_address_of_slack"))?;
        let request = hyper::Request::get(url.as_str())
            .header(
                AUTHORIZATION,
                format!("Bearer {}", self.secret.expose_secret()),
            )
            .body(Empty::new())
            .map_err(|_| Trouble::Unsent)?;
        let read = async {
            let response = self
                .plain
                .request(request)
                .await
                .map_err(|_| Trouble::Unsent)?;
            if response.status() != hyper::StatusCode::OK {
                return Err(of_status(response.status().as_u16(), None));
            }
            let kind = response
                .headers()
                .get(CONTENT_TYPE)
                .and_then(|kind| kind.to_str().ok())
                .unwrap_or_default();
            if [
                "image/",
                "video/",
                "audio/",
                "text/html",
                "application/zip",
                "application/pdf",
            ]
            .iter()
            .any(|other| kind.starts_with(other))
            {
                return Err(Trouble::of_code("no_text"));
            }
            up_to(response.into_body(), limit).await
        };
        tokio::time::timeout(self.timeout, read)
            .await
            .map_err(|_| Trouble::Unseen("Slack took too long"))?
    }

    /// Asks which scopes the token has; Slack says it beside each answer.
    pub async fn scopes(&self) -> Result<Vec<String>, Trouble> {
        let request = hyper::Request::post(format!(
            "{}/auth.test",
            self.api.as_str().trim_end_matches('/')
        ))
        .header(
            AUTHORIZATION,
            format!("Bearer {}", self.secret.expose_secret()),
        )
        .header(CONTENT_LENGTH, 0)
        .body(Empty::new())
        .map_err(|_| Trouble::Unsent)?;
        let response = tokio::time::timeout(self.timeout, self.plain.request(request))
            .await
            .map_err(|_| Trouble::Unseen("Slack took too long"))?
            .map_err(|_| Trouble::Unsent)?;
        let scopes = response
            .headers()
            .get("x-oauth-scopes")
            .and_then(|scopes| scopes.to_str().ok());
        let scopes = scopes.ok_or(Trouble::Unseen(
            "Slack did not say which scopes the token has",
        ))?;
        Ok(scopes
            .split(',')
            .map(|scope| scope.trim().to_owned())
            .filter(|scope| !scope.is_empty())
            .collect())
    }

    /// Gives an address that is Slack's own, or the stand-in's.
    fn ours(&self, address: &str) -> Option<Url> {
        let url: Url = address.parse().ok()?;
        let host = url.host_str()?;
        let is_slack =
            url.scheme() == "https" && (host == HOST || host.ends_with(&format!(".{HOST}")));
        let is_stand_in = url.origin() == self.api.origin();
        ((is_slack || is_stand_in) && url.username().is_empty()).then_some(url)
    }

    async fn within<T>(
        &self,
        call: impl Future<Output = Result<T, slack_morphism::errors::SlackClientError>>,
    ) -> Result<T, Trouble> {
        match tokio::time::timeout(self.timeout, call).await {
            Ok(answer) => answer.map_err(Trouble::from),
            Err(_) => Err(Trouble::Unseen("Slack took too long")),
        }
    }
}

/// slack-morphism takes `ok: false` without a word for a success.
fn checked(answer: Value) -> Result<Value, Trouble> {
    match answer.get("ok") {
        Some(Value::Bool(true)) => Ok(answer),
        _ => Err(Trouble::Unseen("Slack's answer could not be read")),
    }
}

async fn up_to(mut body: hyper::body::Incoming, limit: usize) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Trouble::Unseen("the connection to Slack broke"))?;
        if let Some(data) = frame.data_ref() {
            let room = limit - bytes.len();
            bytes.extend_from_slice(&data[..data.len().min(room)]);
            if bytes.len() >= limit {
                break;
            }
        }
    }
    Ok(bytes)
}

/// An empty body, for methods that take nothing.
pub fn nothing() -> Value {
    json!({})
}
