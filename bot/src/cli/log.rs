//! The log on standard error: what the program does, never what people typed or probes printed.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::Failure;

/// Libraries that log addresses with tickets in them, or what they were sent; what matters of them is
/// logged by us.
const TALKATIVE: &str = "slack_morphism=off";

/// Starts the log with a level or a filter.
///
/// # Errors
/// A failure of the operator's when the filter cannot be read.
pub fn start(level: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(level).map_err(|error| {
        Failure::operator(format!("read `log.level`: {error}"))
            .hint("\"error\", \"warn\", \"info\", \"debug\", or a filter such as \"info,bot::probe=debug\"")
    })?;
    let silent = TALKATIVE.parse().expect("a constant of the right form");
    let filter = filter.add_directive(silent);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colour codes in a file or a pipe are noise, and a way to fool who reads it.
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    Ok(())
}
