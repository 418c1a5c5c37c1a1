//! The pages for machines: `/healthz`, `/readyz`, `/metrics`.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::ServiceExt as _;

/// What the pages show.
#[derive(Clone)]
pub struct Pages {
    /// Why the bot cannot work, or what an operator should look at; the flag says that it cannot.
    pub troubles: Arc<dyn Fn() -> (bool, Vec<String>) + Send + Sync>,
    /// The figures, in the words of Prometheus.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
}

/// Routes that are there only once a platform was reached.
pub type Late = Arc<OnceLock<Router>>;

/// Makes the pages; everything else goes to the platforms' own routes, once they are there.
pub fn router(pages: Pages, late: Late) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(pages)
        .fallback(move |request: Request| pass_on(Arc::clone(&late), request))
}

async fn pass_on(late: Late, request: Request) -> Response {
    match late.get().cloned() {
        Some(routes) => routes.oneshot(request).await.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Says whether events can be taken and answered. What is wrong without stopping that is said too.
async fn ready(State(pages): State<Pages>) -> impl IntoResponse {
    let (is_ready, troubles) = (pages.troubles)();
    let status = match is_ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut text = String::from(if is_ready { "ready\n" } else { "not ready\n" });
    for trouble in troubles {
        text.push_str(&trouble);
        text.push('\n');
    }
    (status, text)
}

async fn metrics(State(pages): State<Pages>) -> impl IntoResponse {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], (pages.metrics)())
}
