//! The double's HTTP: methods, `response_url`, uploads and files, with tokens checked and faults played.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::double::{Shared, lock};
use super::methods;
use super::world::Fault;

type Held = State<Arc<Shared>>;

/// Starts it and gives its address.
pub async fn start(shared: Arc<Shared>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port on loopback");
    let address = listener.local_addr().expect("an address");
    let router = Router::new()
        .route("/api/{method}", any(method))
        .route("/response/{id}", post(response))
        .route("/upload/{id}", post(upload))
        .route("/files/{id}", get(download))
        .with_state(shared);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn method(
    State(shared): Held,
    Path(method): Path<String>,
    Query(query): Query<Map<String, Value>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let args = match serde_json::from_slice(&body) {
        Ok(Value::Object(args)) => Value::Object(args),
        _ => Value::Object(query),
    };
    let fault = {
        let mut world = shared.world();
        world.calls.push((method.clone(), args.clone()));
        world.fault(&method)
    };
    let answer = match &fault {
        Some(Fault::Limited(seconds)) => return limited(*seconds),
        Some(Fault::Status(status)) => return status_of(*status),
        Some(Fault::Refused(word)) => return refused(word),
        Some(Fault::Deaf) => std::future::pending().await,
        Some(Fault::Silent | Fault::DoneAndFailed) | None => {
            // One after the other: what the Slack behind gave goes to the call that it was given to.
            let _turn = shared.turn.lock().await;
            match ask_behind(&shared, &method, &args).await {
                Some(answered) => answered,
                None => answer(&shared, &method, &headers, &args),
            }
        }
    };
    shared.notify();
    match fault {
        Some(Fault::Silent) => std::future::pending().await,
        Some(_) => status_of(500),
        None => answer,
    }
}

/// Asks the Slack behind, where there is one that has the method. Its refusals and what it reads are the
/// answer; what it wrote is written here too.
async fn ask_behind(shared: &Shared, method: &str, args: &Value) -> Option<Response> {
    let behind = shared
        .behind
        .get()
        .filter(|behind| behind.has(method, args))?;
    let answer = behind.ask(method, args).await;
    let is_read = method.starts_with("conversations.") || method == "users.info";
    if answer["ok"] != true || (is_read && method != "conversations.open") {
        return Some(Json(answer).into_response());
    }
    behind.note(&mut shared.world(), method, &answer);
    None
}

fn answer(shared: &Shared, method: &str, headers: &HeaderMap, args: &Value) -> Response {
    let base = lock(&shared.base).clone();
    let mut world = shared.world();
    let token = headers.get(header::AUTHORIZATION).and_then(|value| {
        value
            .to_str()
            .ok()?
            .strip_prefix("Bearer ")
            .map(str::to_owned)
    });
    let wanted = if method == "apps.connections.open" {
        &world.app_token
    } else {
        &world.bot_token
    };
    match token {
        None => return refused("not_authed"),
        Some(_) if world.is_revoked => return refused("token_revoked"),
        Some(token) if token != *wanted => return refused("invalid_auth"),
        Some(_) => {}
    }
    if method == "apps.connections.open" {
        let ticket = format!("ticket-{}", world.next());
        lock(&shared.sockets).expect(&ticket);
        let base = lock(&shared.socket_base);
        return Json(json!({ "ok": true, "url": format!("{base}/link?ticket={ticket}") }))
            .into_response();
    }
    let scopes = world.scopes.join(",");
    match methods::call(&mut world, &base, method, args) {
        Ok(mut answer) => {
            answer["ok"] = json!(true);
            let mut response = Json(answer).into_response();
            let scopes = HeaderValue::from_str(&scopes).expect("scopes are plain");
            response.headers_mut().insert("x-oauth-scopes", scopes);
            response
        }
        Err(word) if word == "ratelimited" => limited(1),
        Err(word) => refused(&word),
    }
}

async fn response(
    State(shared): Held,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    let fault = {
        let mut world = shared.world();
        world.calls.push(("response_url".to_owned(), body.clone()));
        world.fault("response_url")
    };
    let answered = match fault {
        Some(Fault::Limited(seconds)) => return limited(seconds),
        Some(Fault::Status(status)) => return status_of(status),
        Some(Fault::Refused(word)) => Err(word.to_owned()),
        Some(Fault::Deaf) => std::future::pending().await,
        _ => methods::answer(&mut shared.world(), &id, &body),
    };
    shared.notify();
    match (fault, answered) {
        (Some(Fault::Silent), _) => std::future::pending().await,
        (Some(Fault::DoneAndFailed), _) => status_of(500),
        (_, Ok(())) => "ok".into_response(),
        (_, Err(word)) => (
            StatusCode::NOT_FOUND,
            Json(json!({ "ok": false, "error": word })),
        )
            .into_response(),
    }
}

async fn upload(State(shared): Held, Path(id): Path<String>, body: Bytes) -> Response {
    let fault = shared.world().fault("upload");
    if let Some(Fault::Status(status)) = fault {
        return status_of(status);
    }
    let text = String::from_utf8_lossy(&body).into_owned();
    if let Some(behind) = shared.behind.get() {
        behind.upload(&id, text.clone()).await;
    }
    let mut world = shared.world();
    let Some(file) = world.files.get_mut(&id) else {
        return status_of(404);
    };
    file.text = text;
    format!("OK - {}", body.len()).into_response()
}

/// Files that people sent; only who shows the bot's token may read them, others see a page to sign in.
async fn download(State(shared): Held, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let world = shared.world();
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if shown != format!("Bearer {}", world.bot_token) {
        return axum::response::Html("<html>Sign in</html>").into_response();
    }
    match world.files.get(&id) {
        Some(file) if file.name.ends_with(".png") => {
            ([(header::CONTENT_TYPE, "image/png")], file.text.clone()).into_response()
        }
        Some(file) => file.text.clone().into_response(),
        None => status_of(404),
    }
}

fn limited(seconds: u64) -> Response {
    let body = Json(json!({ "ok": false, "error": "ratelimited" }));
    (
        StatusCode::TOO_MANY_REQUESTS,
        [("retry-after", seconds.to_string())],
        body,
    )
        .into_response()
}

fn refused(word: &str) -> Response {
    Json(json!({ "ok": false, "error": word })).into_response()
}

fn status_of(status: u16) -> Response {
    StatusCode::from_u16(status)
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        .into_response()
}
