//! Listening, with bounds that hold before anything is read: how many connections, how long a header
//! and a request may take, how large a body is. The server of the framework alone has none of them.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::places::{Place, Places};

/// How much is taken at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at once.
    pub connections: usize,
    /// For the header to arrive.
    pub header_within: Duration,
    /// For the whole request, from the connection to its answer.
    pub request_within: Duration,
    /// Bytes of a body.
    pub body_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        // Slack gives three seconds to answer and sends bodies of some kilobytes.
        Self {
            connections: 256,
            header_within: Duration::from_secs(5),
            request_within: Duration::from_secs(10),
            body_bytes: 1024 * 1024,
        }
    }
}

/// How long whoever is told that it took too long may take to hear it.
const SHOWN_OUT_WITHIN: Duration = Duration::from_millis(500);

/// How long requests under way may take to end when the server is stopped.
const END_WITHIN: Duration = Duration::from_secs(5);

/// Serves until it is stopped, and lets requests under way end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stopping: CancellationToken,
) {
    let places = Places::new(bounds.connections);
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = stopping.cancelled() => break,
        };
        if let Some((stream, place)) = accepted {
            connections.spawn(connection(stream, place, router.clone(), bounds));
        }
    }
    drop(listener);
    connections.close();
    let _ = timeout(END_WITHIN, connections.wait()).await;
}

async fn accept(listener: &TcpListener, places: &Places) -> Option<(TcpStream, Place)> {
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, places.take().await?)),
        Err(error) => {
            // Too many open files, mostly: a pause lets some close.
            tracing::warn!(error = %error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

/// One request on one connection: a second one hidden in the first is never read.
async fn connection(stream: TcpStream, place: Place, router: Router, bounds: Bounds) {
    let place = Arc::new(place);
    let asked = Arc::clone(&place);
    let until = Instant::now() + bounds.request_within;
    let service = service_fn(move |request| {
        let (router, place) = (router.clone(), Arc::clone(&asked));
        async move {
            let answer = timeout_at(until, answer(request, &place, router, bounds));
            let late = |_| StatusCode::REQUEST_TIMEOUT.into_response();
            Ok::<_, Infallible>(answer.await.unwrap_or_else(late))
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header_within)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // What is still open then is somebody who does not take the answer.
    tokio::select! {
        served = timeout_at(until + SHOWN_OUT_WITHIN, served) => if let Ok(Err(error)) = served {
            tracing::debug!(error = %error, "a connection ended badly");
        },
        () = place.wanted.cancelled() => tracing::debug!("a connection gave way to another"),
    }
}

/// Reads the whole request, and only then lets anybody work on it.
async fn answer(
    request: Request<Incoming>,
    place: &Place,
    router: Router,
    bounds: Bounds,
) -> Response {
    let (head, body) = request.into_parts();
    let body = match whole(body, bounds.body_bytes).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    place.keep();
    let request = Request::from_parts(head, Body::from(body));
    router.oneshot(request).await.into_response()
}

async fn whole(body: Incoming, most: usize) -> Result<Bytes, StatusCode> {
    if body.size_hint().lower() > most as u64 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match Limited::new(body, most).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}
