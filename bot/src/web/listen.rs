//! Listening, with bounds that hold before anything is read: how many connections, how long a header
//! and a request may take, how large a body is. The server of the framework alone has none of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// How much is taken at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at once.
    pub connections: usize,
    /// For the header to arrive.
    pub header_within: Duration,
    /// For the whole request, its answer included.
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

/// How long requests under way may take to end when the server is stopped.
const END_WITHIN: Duration = Duration::from_secs(5);

/// Serves until it is stopped, and lets requests under way end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stopping: CancellationToken,
) {
    let router = router
        .layer(RequestBodyLimitLayer::new(bounds.body_bytes))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            bounds.request_within,
        ));
    let places = Arc::new(Semaphore::new(bounds.connections));
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
    let _ = tokio::time::timeout(END_WITHIN, connections.wait()).await;
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            // Too many open files, mostly: a pause lets some close.
            tracing::warn!(error = %error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

/// One request on one connection: a second one hidden in the first is never read.
async fn connection(
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
    router: Router,
    bounds: Bounds,
) {
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header_within)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // What is still open then is a body that never ends.
    let longest = bounds.header_within + bounds.request_within;
    if let Ok(Err(error)) = tokio::time::timeout(longest, served).await {
        tracing::debug!(error = %error, "a connection ended badly");
    }
}
