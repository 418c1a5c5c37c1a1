//! Rules on deployments: `activity-list` and `activity-log`.

use super::lines::{csv, evidence};
use super::shape::{Finding, Weight};

/// Activities that deploy.
const DEPLOYING: [&str; 10] = [
    "environment.push",
    "environment.redeploy",
    "environment.activate",
    "environment.merge",
    "environment.initialize",
    "environment.synchronize",
    "environment.restore",
    "environment.branch",
    "environment.resources.update",
    "environment.update",
];

/// Reads the CLI's CSV of activities, the newest first.
pub fn list(text: &str) -> Vec<Finding> {
    let rows = csv(text);
    let Some(((_, header), rows)) = rows.split_first() else {
        return Vec::new();
    };
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let (Some(id), Some(kind), Some(state), Some(result)) = (
        column("ID"),
        column("Type"),
        column("State"),
        column("Result"),
    ) else {
        return Vec::new();
    };
    let whole = rows.iter().filter(|row| row.1.len() == header.len());
    let mut deploying = whole.filter(|row| DEPLOYING.contains(&row.1[kind].as_str()));
    let Some((line, cells)) = deploying.next() else {
        return Vec::new();
    };
    let when = column("Created").map_or("", |at| cells[at].as_str());
    let id_value = format!("activity={}", cells[id]);
    let shown = Some(evidence(*line, &cells.join(",")));
    let found = match (cells[state].as_str(), cells[result].as_str()) {
        ("complete", "success") => Finding::new(
            "deploy-succeeded",
            Weight::Sound,
            format!("The last deployment, of {when}, succeeded."),
        ),
        ("complete", _) => Finding::new(
            "deploy-failed",
            Weight::Broken,
            format!("The last deployment, of {when}, failed."),
        )
        .then_probe("activity-log", &[&id_value]),
        ("cancelled", _) => Finding::new(
            "deploy-cancelled",
            Weight::Doubtful,
            format!("The last deployment, of {when}, was cancelled."),
        )
        .then_probe("activity-log", &[&id_value]),
        _ => Finding::new(
            "deploying",
            Weight::Doubtful,
            format!(
                "A deployment began at {when} and is not over: requests may wait or fail meanwhile."
            ),
        )
        .then_probe("activity-log", &[&id_value]),
    };
    vec![found.shown_by(shown)]
}
