//! Causes that no line names but two facts show side by side: "listens on 3000, the router expects
//! 8888". What a single command's output shows is left to `probed`.

use super::capture::Ran;
use super::fact::{Fact, Place, Says};
use super::finding::{Certainty, Evidence};
use super::probed;

/// What a rule concludes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ruled {
    /// Id of the cause.
    pub(super) cause: &'static str,
    pub(super) certainty: Certainty,
    pub(super) evidence: Evidence,
    /// The other line that it takes.
    pub(super) beside: Option<Evidence>,
    /// What they say together.
    pub(super) because: String,
}

/// Ports of services: what listens there is not the app.
const SERVICE_PORTS: [u16; 14] = [
    22, 53, 1433, 3306, 5432, 5671, 5672, 6379, 8983, 9092, 9200, 9300, 11211, 27017,
];

/// Concludes what facts and captured commands say together.
///
/// `trouble` tells whether anything in the text says that a connection did not come about; where
/// nothing does, two ports that differ are two ports.
pub(super) fn conclude(facts: &[Fact], ran: &[Ran], trouble: bool) -> Vec<Ruled> {
    let mut facts = facts.to_vec();
    probed::facts(ran, &mut facts);
    let trouble = trouble || ran.iter().any(probed::was_refused) || probed::compares_port(ran);
    let mut ruled = Vec::new();
    ruled.extend(mismatch(&facts, trouble));
    ruled.extend(nothing_listens(&facts, ran));
    ruled.extend(probed::conclude(ran));
    ruled
}

/// The places that facts name, with who says so.
fn places(facts: &[Fact], pick: fn(&Says) -> Option<Place>) -> Vec<(Place, &Evidence)> {
    facts
        .iter()
        .filter_map(|fact| pick(&fact.says).map(|place| (place, &fact.evidence)))
        .collect()
}

/// Compares where the app listens with where it is expected.
fn mismatch(facts: &[Fact], trouble: bool) -> Option<Ruled> {
    let listens = places(facts, |says| match says {
        Says::Listens(place) => Some(place.clone()),
        _ => None,
    });
    let expects = places(facts, |says| match says {
        Says::Expects(place) => Some(place.clone()),
        Says::Port(Some(port)) => Some(Place::Tcp {
            host: None,
            port: *port,
        }),
        _ => None,
    });
    let apps: Vec<_> = listens
        .into_iter()
        .filter(|(place, _)| {
            place
                .port()
                .is_none_or(|port| !SERVICE_PORTS.contains(&port) || is_expected(port, &expects))
        })
        .collect();
    if !trouble || apps.is_empty() || expects.is_empty() {
        return None;
    }
    let same_port = apps.iter().find_map(|app| {
        let port = app.0.port()?;
        let same: Vec<_> = expects
            .iter()
            .filter(|(place, _)| place.port() == Some(port))
            .collect();
        (!same.is_empty()).then_some((app, same))
    });
    match same_port {
        Some((app, expected)) => {
            let all_loopback = apps
                .iter()
                .filter(|(place, _)| place.port() == app.0.port())
                .all(|(place, _)| place.is_loopback());
            let outside = expected
                .into_iter()
                .find(|(place, _)| is_elsewhere(&app.0, place))?;
            all_loopback.then(|| together("bind-localhost", app, outside))
        }
        None => different(&apps, &expects),
    }
}

fn is_expected(port: u16, expects: &[(Place, &Evidence)]) -> bool {
    expects.iter().any(|(place, _)| place.port() == Some(port))
}

/// Nothing listens where it is expected: on another port, or on a socket of the other family.
fn different(apps: &[(Place, &Evidence)], expects: &[(Place, &Evidence)]) -> Option<Ruled> {
    let tcp =
        |places: &[(Place, &Evidence)]| places.iter().position(|(place, _)| place.port().is_some());
    let unix = |places: &[(Place, &Evidence)]| {
        places
            .iter()
            .position(|(place, _)| matches!(place, Place::Unix(_)))
    };
    match (tcp(apps), unix(apps), tcp(expects), unix(expects)) {
        (Some(app), _, Some(expected), None) => {
            Some(together("wrong-port", &apps[app], &expects[expected]))
        }
        (Some(app), None, _, Some(expected)) | (None, Some(app), Some(expected), None) => Some(
            together("socket-family-mismatch", &apps[app], &expects[expected]),
        ),
        (_, Some(app), _, Some(expected)) if apps[app].0 != expects[expected].0 => {
            Some(together("socket-missing", &apps[app], &expects[expected]))
        }
        _ => None,
    }
}

/// Whether who goes to `expected` does not reach what listens on a loopback address.
fn is_elsewhere(app: &Place, expected: &Place) -> bool {
    let (
        Place::Tcp {
            host: Some(listens),
            ..
        },
        Place::Tcp {
            host: Some(host), ..
        },
    ) = (app, expected)
    else {
        return false;
    };
    let numeric = |host: &str| host.starts_with("127.") || host == "::1";
    app.is_loopback()
        && (!expected.is_loopback() || (numeric(listens) && numeric(host) && listens != host))
}

fn together(
    cause: &'static str,
    (app, app_line): &(Place, &Evidence),
    (expected, expected_line): &(Place, &Evidence),
) -> Ruled {
    Ruled {
        cause,
        certainty: Certainty::Decisive,
        evidence: (*app_line).clone(),
        beside: (app_line != expected_line).then(|| (*expected_line).clone()),
        because: format!("The app listens on {app}; it is expected on {expected}."),
    }
}

/// $PORT is known, the list of listening sockets is empty, and asking there is refused.
fn nothing_listens(facts: &[Fact], ran: &[Ran]) -> Option<Ruled> {
    let port = facts.iter().find_map(|fact| match fact.says {
        Says::Port(Some(port)) => Some((port, &fact.evidence)),
        _ => None,
    });
    let list = ran
        .iter()
        .find(|ran| probed::lists_sockets(ran) && ran.output.is_empty())?;
    let what = port.map_or("the port asked for".to_owned(), |(port, _)| {
        format!("port {port}")
    });
    Some(Ruled {
        cause: "upstream-refused",
        certainty: Certainty::Symptom,
        evidence: list.command.clone(),
        beside: ran
            .iter()
            .find(|ran| probed::was_refused(ran))
            .map(Ran::shown)
            .or_else(|| port.map(|(_, evidence)| evidence.clone())),
        because: format!("Nothing listens on {what}: the list of listening sockets is empty."),
    })
}
