//! What is shown of the server to who watches it: the pages for machines, from before the platforms are
//! reached until all is over.

use std::sync::{Arc, OnceLock};

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::platforms::Platforms;
use crate::cli::Failure;
use crate::config::Serve;
use crate::serve::Server;
use crate::web::{self, Bounds, Late, Pages};

/// Whether the bot can work, and what an operator should look at.
type Look = Box<dyn Fn() -> (bool, Vec<String>) + Send + Sync>;

/// What is shown.
pub struct Front {
    look: Arc<OnceLock<Look>>,
    late: Late,
    web: Option<JoinHandle<()>>,
}

impl Front {
    /// Begins to count, and to listen where the settings say so.
    ///
    /// # Errors
    /// A failure of the operator's when it cannot listen there.
    pub async fn open(settings: &Serve, stopping: &CancellationToken) -> anyhow::Result<Self> {
        let figures = figures()?;
        let (look, late) = (Arc::new(OnceLock::<Look>::new()), Late::default());
        let looked = Arc::clone(&look);
        let pages = Pages {
            troubles: Arc::new(move || match looked.get() {
                Some(look) => look(),
                None => (
                    false,
                    vec!["It is starting: no platform is reached yet.".to_owned()],
                ),
            }),
            metrics: Arc::new(move || figures.render()),
        };
        let router = web::router(pages, Arc::clone(&late));
        let listener = listen(&settings.listen).await?;
        let web = listener.map(|listener| {
            tokio::spawn(web::serve(
                listener,
                router,
                Bounds::default(),
                stopping.clone(),
            ))
        });
        Ok(Self { look, late, web })
    }

    /// Shows a server that has started, and the routes that its platforms call.
    pub fn show(&self, server: &Arc<Server>, platforms: &Platforms) {
        let (server, connected) = (Arc::clone(server), platforms.connected());
        let look: Look = Box::new(move || {
            let mut troubles = server.troubles();
            let is_connected = connected();
            if !is_connected {
                troubles.push("A platform cannot reach us: its connection is down.".to_owned());
            }
            (server.is_able() && is_connected, troubles)
        });
        // Shown once, by the one who starts.
        let _ = self.look.set(look);
        if let Some(routes) = platforms.routes() {
            let _ = self.late.set(routes);
        }
    }

    /// Lets requests under way end, after it was told to stop.
    pub async fn close(self) {
        if let Some(web) = self.web {
            // Where it failed there is nothing to wait for.
            let _ = web.await;
        }
    }
}

async fn listen(address: &str) -> anyhow::Result<Option<TcpListener>> {
    if address.is_empty() {
        return Ok(None);
    }
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::operator(format!("listen on `{address}`: {error}"))
            .hint("`serve.listen` is an address and a port, as in \"127.0.0.1:8502\", or empty")
    })?;
    if let Ok(address) = listener.local_addr() {
        tracing::info!(address = %address, "listening");
    }
    Ok(Some(listener))
}

/// Begins to count.
fn figures() -> anyhow::Result<PrometheusHandle> {
    let seconds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0,
    ];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)
        .and_then(PrometheusBuilder::install_recorder)
        .context("begin to count")
}
