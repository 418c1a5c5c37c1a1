//! Rules on the services that an app needs: `service-connect`, `service-resolve`, `sql-select`,
//! `relationships`.

use super::lines::{evidence, numbered, value};
use super::shape::{Finding, Weight};

/// Reads what the script `service-connect` printed.
pub fn connect(text: &str) -> Vec<Finding> {
    let Some((line, state)) = value(text, "connect", "=") else {
        return Vec::new();
    };
    let get = |key| value(text, key, "=").map_or("", |(_, said)| said);
    let place = format!("{}:{}", get("host"), get("port"));
    let found = match state {
        "ok" => Finding::new(
            "service-answers",
            Weight::Sound,
            format!("The service at {place} takes connections."),
        ),
        "refused" => Finding::new(
            "service-refuses",
            Weight::Broken,
            format!("The service at {place} refuses connections: it is down, starting, or on another port."),
        )
        .cause("service-refused")
        .then_probe("service-list", &[]),
        "timeout" => Finding::new(
            "service-silent",
            Weight::Broken,
            format!("The service at {place} did not answer within 5 seconds."),
        )
        .cause("service-timeout")
        .then_probe("service-list", &[]),
        "unresolved" => unresolved(get("host")),
        "unreachable" => Finding::new(
            "service-unreachable",
            Weight::Broken,
            format!("The network has no way to the service at {place}."),
        )
        .cause("service-timeout"),
        _ => Finding::new(
            "service-unknown",
            Weight::Doubtful,
            match get("why") {
                "" => format!("Whether the service at {place} answers could not be told."),
                why => format!("Whether the service answers could not be told: {why}."),
            },
        ),
    };
    vec![found.shown_by(Some(line))]
}

/// Reads what the script `service-resolve` printed.
pub fn resolve(text: &str) -> Vec<Finding> {
    let Some((line, state)) = value(text, "resolved", "=") else {
        return Vec::new();
    };
    let host = value(text, "host", "=").map_or("", |(_, host)| host);
    let found = match state {
        "yes" => Finding::new(
            "service-resolves",
            Weight::Sound,
            format!("The name `{host}` resolves in the container."),
        )
        .then_probe("service-connect", &[]),
        "no" => unresolved(host),
        _ => Finding::new(
            "service-unknown",
            Weight::Doubtful,
            "The container has nothing that could resolve a name.",
        )
        .then_probe("service-connect", &[]),
    };
    vec![found.shown_by(Some(line))]
}

fn unresolved(host: &str) -> Finding {
    Finding::new(
        "service-unresolved",
        Weight::Broken,
        format!("The name `{host}` does not resolve in the container: no relationship of the app has it."),
    )
    .cause("service-dns")
    .then_probe("relationships", &[])
}

/// Reads what the statement of `sql-select` gave: a header and one row, parted by `|`.
pub fn sql(text: &str) -> Vec<Finding> {
    if let Some((line, _)) = value(text, "client", "=").filter(|(_, said)| *said == "none") {
        let why = value(text, "why", "=").map_or("no reason given", |(_, why)| why);
        return vec![
            Finding::new(
                "no-client",
                Weight::Doubtful,
                format!("The database was not asked: {why}."),
            )
            .shown_by(Some(line)),
        ];
    }
    let mut lines = numbered(text).filter(|(_, line)| line.contains('|'));
    let (Some((_, header)), Some((n, row))) = (lines.next(), lines.next()) else {
        return Vec::new();
    };
    let cell = |name: &str| -> Option<f64> {
        let at = header.split('|').position(|cell| cell.trim() == name)?;
        row.split('|').nth(at)?.trim().parse().ok()
    };
    let (Some(connections), Some(most)) = (cell("connections"), cell("max_connections")) else {
        return Vec::new();
    };
    let shown = Some(evidence(n, row));
    let says = format!("The database answers; {connections} of {most} connections are in use.");
    let mut found = vec![if connections >= most * 0.9 {
        Finding::new("connections-short", Weight::Broken, says)
            .cause("service-too-many-connections")
            .shown_by(shown.clone())
            .then("Let the app keep fewer connections (a pool), or give the database more memory.")
    } else {
        Finding::new("database-answers", Weight::Sound, says).shown_by(shown.clone())
    }];
    if let Some(waiting) = cell("waiting").filter(|waiting| *waiting > 0.0) {
        let says = format!("{waiting} of its sessions wait for a lock.");
        found.push(Finding::new("locks", Weight::Doubtful, says).shown_by(shown));
    }
    found
}

/// Reads what the script `relationships` printed.
pub fn relationships(text: &str) -> Vec<Finding> {
    if let Some((line, _)) = value(text, "relationships", "=").filter(|(_, said)| *said == "none") {
        return vec![
            Finding::new(
                "no-relationships",
                Weight::Doubtful,
                "The app has no relationships, so it can reach no service by name.",
            )
            .cause("relationship-missing")
            .shown_by(Some(line)),
        ];
    }
    let names: Vec<String> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with(' ') && !line.contains('='))
        .map(|line| format!("`{line}`"))
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    vec![Finding::new(
        "relationships",
        Weight::Sound,
        format!("The app reaches {} by relationship.", names.join(", ")),
    )]
}
