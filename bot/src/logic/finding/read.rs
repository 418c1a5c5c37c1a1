//! Which rules read which probe's output. One table: a probe that is not in it is shown, not read.

use kb::cause::Catalogue;

use super::shape::Finding;
use super::{deploys, logs, outside, resources, services, start};
use crate::logic::outcome::Ending;

/// What a run printed, redacted.
#[derive(Clone, Copy, Debug)]
pub struct Printed<'t> {
    /// The probe's name.
    pub probe: &'t str,
    /// How it ended.
    pub ending: &'t Ending,
    /// Standard output, or what a native check wrote.
    pub stdout: &'t str,
    /// Standard error.
    pub stderr: &'t str,
}

/// Reads what a run printed; the worst first. The same output gives the same findings.
///
/// The failures of the CLI itself are not looked for here: see [`super::trouble`].
#[must_use]
pub fn read(printed: Printed<'_>, causes: &Catalogue) -> Vec<Finding> {
    let text = printed.stdout;
    let mut found = match printed.probe {
        "port" => start::port(text),
        // What is missing in half a list is not known to be missing.
        "listeners" if printed.ending.is_cut_short() => Vec::new(),
        "listeners" => start::listeners(text),
        "disk-usage" => resources::disk_usage(text),
        "mount-list" => resources::mount_list(text),
        "memory" => resources::memory(text),
        "restarts" => resources::restarts(text),
        "metrics" => resources::metrics(text),
        "service-connect" => services::connect(text),
        "service-resolve" => services::resolve(text),
        "relationships" => services::relationships(text),
        "sql-select" => sql(printed, causes),
        "activity-list" => deploys::list(text),
        "url-status" => outside::status(printed.ending, text),
        "url-certificate" => outside::certificate(printed.ending, text),
        "url-dns" => outside::dns(printed.ending, text),
        "app-log" | "deploy-log" | "error-log" | "access-log" | "activity-log" => {
            logs::log(text, causes)
        }
        _ => Vec::new(),
    };
    found.sort_by_key(|finding| finding.weight);
    found
}

/// What the statement gave, or why the client could not ask, which it writes on standard error.
fn sql(printed: Printed<'_>, causes: &Catalogue) -> Vec<Finding> {
    let found = services::sql(printed.stdout);
    if found.is_empty() && !printed.stderr.trim().is_empty() {
        return logs::log(printed.stderr, causes);
    }
    found
}
