//! The live line while a probe runs, on standard error and for a person only; Ctrl-C cancels.

use std::io::IsTerminal;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::logic::outcome::Outcome;
use crate::probe::{Ride, Stage};

/// How often the line is drawn anew.
const TICK: Duration = Duration::from_millis(120);

/// Waits for a run's end, shows how far it is, and cancels it on Ctrl-C.
pub async fn ride_along(mut ride: Ride, probe: &str) -> Arc<Outcome> {
    let line = line(probe);
    let mut tick = tokio::time::interval(TICK);
    // One listener for the whole ride: what is pressed while the line is drawn is not lost.
    let mut pressed = pin!(ctrl_c());
    let outcome = loop {
        tokio::select! {
            outcome = ride.outcome() => break outcome,
            () = &mut pressed => {
                line.set_message("cancelling");
                break ride.cancel().await;
            }
            _ = tick.tick() => line.set_message(match ride.stage() {
                Stage::Waiting => "waiting for its turn".to_owned(),
                Stage::Running(0) => "running".to_owned(),
                Stage::Running(bytes) => format!("running, {bytes} bytes so far"),
                Stage::Over(_) => "reading".to_owned(),
            }),
        }
    };
    line.finish_and_clear();
    outcome
}

/// Waits until Ctrl-C is pressed; for ever where that cannot be heard.
async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn line(probe: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let line = ProgressBar::new_spinner().with_prefix(probe.to_owned());
    // The template is ours and is drawn by a test run; a mistake in it leaves the plain spinner.
    let style =
        ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed}, Ctrl-C cancels)");
    let line = match style {
        Ok(style) => line.with_style(style),
        Err(_) => line,
    };
    line.enable_steady_tick(TICK);
    line
}
