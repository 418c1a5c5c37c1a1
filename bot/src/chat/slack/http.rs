//! Slack's calls over HTTP, each signed: nothing is read of one whose signature does not hold, and no
//! more of its body than fits.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use tower_http::timeout::TimeoutLayer;

use super::client::Slack;
use super::ear::{Ear, Heed, Kind};
use super::signed::{SIGNATURE, TIME, Verifier};
use crate::chat::Take;

/// Bytes of a call at most. Slack's longest, a message with its blocks, is a tenth of it.
const LONGEST: usize = 1024 * 1024;
/// How long a call may take in all; Slack waits for three seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// Slack gives up after so many tries.
const LAST_TRY: u64 = 3;

#[derive(Clone)]
struct Endpoint {
    ear: Ear,
    verifier: Arc<Verifier>,
}

/// Gives the routes that Slack calls: `/slack/events`, `/slack/commands`, `/slack/interactions` and
/// `/slack/options`.
pub fn routes(slack: &Arc<Slack>, signing: &SecretString, take: Take) -> Router {
    let endpoint = Endpoint {
        ear: Ear::new(slack.clone(), take),
        verifier: Arc::new(Verifier::new(signing)),
    };
    Router::new()
        .route("/slack/events", post(events))
        .route("/slack/commands", post(commands))
        .route("/slack/interactions", post(interactions))
        .route("/slack/options", post(interactions))
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            PATIENCE,
        ))
        .with_state(endpoint)
}

async fn events(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(body) = endpoint.verified(&headers, &body) else {
        return refused();
    };
    let Ok(payload) = serde_json::from_str::<Value>(body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if payload["type"] == "url_verification" {
        return Json(json!({ "challenge": payload["challenge"] })).into_response();
    }
    let tries = headers
        .get("x-slack-retry-num")
        .and_then(|tries| tries.to_str().ok()?.parse().ok());
    let is_last = tries.unwrap_or(0) >= LAST_TRY;
    respond(endpoint.ear.heed(Kind::Event, &payload, is_last).await)
}

async fn commands(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(body) = endpoint.verified(&headers, &body) else {
        return refused();
    };
    respond(
        endpoint
            .ear
            .heed(Kind::Command, &Value::Object(fields(body)), true)
            .await,
    )
}

async fn interactions(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(body) = endpoint.verified(&headers, &body) else {
        return refused();
    };
    let payload = fields(body)
        .get("payload")
        .and_then(Value::as_str)
        .and_then(|text| serde_json::from_str(text).ok());
    let Some(payload) = payload else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    respond(endpoint.ear.heed(Kind::Interaction, &payload, true).await)
}

impl Endpoint {
    /// Gives the body where its signature holds and is no older, nor newer, than five minutes.
    fn verified<'a>(&self, headers: &HeaderMap, body: &'a Bytes) -> Option<&'a str> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (signature, time) = (header(SIGNATURE)?, header(TIME)?);
        let holds = self
            .verifier
            .holds((signature, time), body, Timestamp::now());
        // What Slack signed is text.
        holds.then(|| std::str::from_utf8(body).ok()).flatten()
    }
}

fn fields(body: &str) -> Map<String, Value> {
    url::form_urlencoded::parse(body.as_bytes())
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}

/// One answer for every call that is not Slack's, whatever is wrong with it.
fn refused() -> Response {
    metrics::counter!("bot502_slack_forged_total").increment(1);
    StatusCode::UNAUTHORIZED.into_response()
}

fn respond(heed: Heed) -> Response {
    match heed {
        Heed::Taken(Some(answer)) => Json(answer).into_response(),
        Heed::Taken(None) => StatusCode::OK.into_response(),
        Heed::Again => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
