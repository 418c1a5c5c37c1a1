//! The double's calls of the bot over HTTP: forms and JSON as Slack sends them, signed.

use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use sha2::Sha256;

use super::double::{Acked, Shared, lock};

/// What the bot answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Brings what is pending to the bot.
pub(super) async fn bring(shared: &Shared, id: &str, address: SocketAddr, secret: &str) {
    let Some((path, kind, body, tries)) = wire(shared, id) else {
        return;
    };
    // The bot's clock is the machine's: a signature is of now.
    let time = jiff::Timestamp::now().as_second().to_string();
    let mut headers = vec![
        ("x-slack-request-timestamp", time.clone()),
        ("x-slack-signature", signature(secret, &time, &body)),
        ("content-type", kind.to_owned()),
    ];
    if tries > 0 {
        headers.push(("x-slack-retry-num", tries.to_string()));
        headers.push(("x-slack-retry-reason", "http_timeout".to_owned()));
    }
    let Some(answer) = send(&format!("http://{address}{path}"), &headers, body).await else {
        return;
    };
    let now = shared.world().now;
    if let Some(pending) = lock(&shared.pending)
        .iter_mut()
        .find(|pending| pending.id == id)
        && answer.status == 200
        && now - pending.sent_at < 3
        && pending.acked.is_none()
    {
        pending.acked = Some(Acked {
            payload: serde_json::from_str(&answer.body).ok(),
        });
    }
    shared.notify();
}

/// Gives path, content type and body.
fn wire(shared: &Shared, id: &str) -> Option<(&'static str, &'static str, String, u64)> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let pending = lock(&shared.pending);
    let pending = pending.iter().find(|pending| pending.id == id)?;
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    Some(match pending.kind {
        "events_api" => (
            "/slack/events",
            "application/json",
            pending.payload.to_string(),
            pending.tries,
        ),
        "slash_commands" => {
            for (name, value) in pending.payload.as_object()? {
                form.append_pair(name, value.as_str().unwrap_or_default());
            }
            ("/slack/commands", FORM, form.finish(), pending.tries)
        }
        _ => {
            form.append_pair("payload", &pending.payload.to_string());
            let path = if pending.payload["type"] == "block_suggestion" {
                "/slack/options"
            } else {
                "/slack/interactions"
            };
            (path, FORM, form.finish(), pending.tries)
        }
    })
}

/// Signs as Slack's documents say to.
pub fn signature(secret: &str, time: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(format!("v0:{time}:{body}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v0={hex}")
}

/// Sends a request; nothing where no answer came.
pub async fn send(url: &str, headers: &[(&str, String)], body: String) -> Option<Answer> {
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let mut request = hyper::Request::post(url);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let response = client
        .request(request.body(Full::from(body)).ok()?)
        .await
        .ok()?;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.ok()?.to_bytes();
    Some(Answer {
        status,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    })
}
