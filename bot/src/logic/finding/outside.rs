//! Rules on how the app looks from outside: `url-status`, `url-certificate`, `url-dns`.

use super::lines::{last_value, number, numbered, value};
use super::shape::{Evidence, Finding, Weight};
use crate::logic::outcome::Ending;

/// Days before its end from which a certificate is worth a look.
const SOON_DAYS: f64 = 14.0;

/// Reads what the HTTP check wrote.
pub fn status(ending: &Ending, text: &str) -> Vec<Finding> {
    if let Some(found) = unanswered(ending, text) {
        return vec![found];
    }
    let Some((line, status)) = last_value(text, "status", ": ") else {
        return Vec::new();
    };
    let code = status
        .split(' ')
        .next()
        .and_then(|code| code.parse::<u16>().ok());
    let who = who_answered(text);
    let found = match code {
        Some(200..=299) => Finding::new(
            "url-answers",
            Weight::Sound,
            format!("The address answers {status}, so it is not down{who}."),
        ),
        Some(300..=399) => Finding::new(
            "url-redirects",
            Weight::Sound,
            format!("The address answers {status} and leads elsewhere, so it is not down{who}."),
        ),
        Some(401 | 403) => Finding::new(
            "url-locked",
            Weight::Sound,
            format!("The address answers {status}: it asks for a password or keeps us out, and is not down{who}."),
        ),
        Some(404) => Finding::new(
            "url-not-found",
            Weight::Doubtful,
            format!("The address answers {status}: something runs there and does not know this path{who}."),
        )
        .cause("domain-not-attached"),
        Some(502..=504) => Finding::new(
            "url-gateway-error",
            Weight::Broken,
            format!("The address answers {status}: what stands before the app gets no answer from it{who}."),
        )
        .cause("upstream-refused")
        .then_probe("app-log", &[]),
        Some(500..=599) => Finding::new(
            "url-app-error",
            Weight::Broken,
            format!("The address answers {status}: the app runs and fails by itself; that is no 502{who}."),
        )
        .cause("app-http-500")
        .then_probe("app-log", &[]),
        _ => Finding::new(
            "url-odd",
            Weight::Doubtful,
            format!("The address answers {status}{who}."),
        ),
    };
    let mut all = vec![found.shown_by(Some(line))];
    all.extend(not_followed(text));
    all
}

/// Says who answered, from the headers of the last answer.
fn who_answered(text: &str) -> String {
    let has = |name: &str| last_value(text, name, ": ");
    let who = if has("cf-ray").is_some() {
        "Cloudflare, which stands before the platform"
    } else if has("x-amz-cf-id").is_some() {
        "CloudFront, which stands before the platform"
    } else if has("x-served-by").is_some_and(|(_, value)| value.starts_with("cache-")) {
        "Fastly, which stands before the platform"
    } else if has("x-platform-processor").is_some() || has("x-platform-router").is_some() {
        "the platform's router"
    } else if let Some((_, server)) = has("server") {
        return format!(" (answered by `{server}`)");
    } else {
        return String::new();
    };
    format!(" (answered through {who})")
}

fn not_followed(text: &str) -> Option<Finding> {
    let (line, why) = value(text, "not followed", ": ")?;
    if why.contains("redirects in a row") {
        let says = format!("It redirects in a circle: {why}.");
        let found = Finding::new("redirect-loop", Weight::Broken, says);
        return Some(found.cause("redirect-loop").shown_by(Some(line)));
    }
    let says = format!("It redirects to where bot502 does not follow: {why}.");
    Some(Finding::new("redirects-away", Weight::Doubtful, says).shown_by(Some(line)))
}

/// Reads what the TLS check wrote.
pub fn certificate(ending: &Ending, text: &str) -> Vec<Finding> {
    if let Some(found) = unanswered(ending, text) {
        return vec![found];
    }
    let ends = value(text, "valid until", ": ");
    let until = ends.as_ref().map_or("an unknown day", |(_, day)| day);
    let left = value(text, "days left", ": ").and_then(|(_, days)| number(days));
    if let Some(left) = left.filter(|left| *left < 0.0) {
        let says = format!("The certificate expired {:.0} days ago, on {until}.", -left);
        return vec![broken_certificate(
            "certificate-expired",
            says,
            ends.map(|found| found.0),
        )];
    }
    let Some((line, trusted)) = value(text, "trusted", ": ") else {
        return Vec::new();
    };
    if let Some(why) = trusted.strip_prefix("no, ") {
        let says = format!("Browsers do not trust the certificate: {why}.");
        return vec![broken_certificate(
            "certificate-untrusted",
            says,
            Some(line),
        )];
    }
    let shown = ends.map(|found| found.0);
    let left = left.unwrap_or_default();
    vec![if left < SOON_DAYS {
        let says =
            format!("The certificate ends in {left:.0} days, on {until}, and was not renewed yet.");
        Finding::new("certificate-ends-soon", Weight::Doubtful, says).shown_by(shown)
    } else {
        let says = format!("The certificate is trusted and holds until {until} ({left:.0} days).");
        Finding::new("certificate-holds", Weight::Sound, says).shown_by(shown)
    }]
}

fn broken_certificate(rule: &str, says: String, shown: Option<Evidence>) -> Finding {
    Finding::new(rule, Weight::Broken, says)
        .cause("certificate-invalid")
        .shown_by(shown)
        .then("Redeploy the environment to have the certificate renewed; the domain's DNS must lead to Upsun for that.")
}

/// Reads what the DNS check wrote.
pub fn dns(ending: &Ending, text: &str) -> Vec<Finding> {
    if let Some(found) = unanswered(ending, text) {
        return vec![found];
    }
    let addresses: Vec<(u64, &str)> = numbered(text)
        .filter(|(_, line)| line.starts_with("address: "))
        .collect();
    let private = addresses.iter().find(|(_, line)| line.contains('('));
    if let Some((n, line)) = private {
        let says = format!(
            "The name leads to {}, which is no public address.",
            &line[9..]
        );
        let shown = Some(super::lines::evidence(*n, line));
        return vec![
            Finding::new("name-inner", Weight::Doubtful, says)
                .cause("domain-not-attached")
                .shown_by(shown),
        ];
    }
    let count = addresses.len();
    let noun = if count == 1 { "address" } else { "addresses" };
    vec![Finding::new(
        "name-resolves",
        Weight::Sound,
        format!("The name leads to {count} public {noun}."),
    )]
}

/// Says why a check got no answer.
fn unanswered(ending: &Ending, text: &str) -> Option<Finding> {
    let reason = match ending {
        Ending::Unanswered { reason } => reason.clone(),
        Ending::TimedOut { .. } => "no answer came in time".to_owned(),
        _ => return None,
    };
    let shown = last_value(text, "error", ": ").map(|found| found.0);
    let found = if reason.contains("does not resolve") || reason.contains("has no address") {
        Finding::new(
            "name-unknown",
            Weight::Broken,
            format!("Nobody can reach it: {reason}."),
        )
        .cause("domain-not-attached")
        .then("Check the domain's DNS record, and that the domain is added to the project.")
    } else if reason.contains("certificate is not to be trusted") {
        Finding::new(
            "certificate-untrusted",
            Weight::Broken,
            format!("Browsers refuse it: {reason}."),
        )
        .cause("certificate-invalid")
        .then_probe("url-certificate", &[])
    } else if reason.contains("asked often enough") || reason.contains("nothing is sent there") {
        Finding::new(
            "not-asked",
            Weight::Doubtful,
            format!("It was not asked: {reason}."),
        )
    } else {
        Finding::new(
            "url-silent",
            Weight::Broken,
            format!("The address gives no answer: {reason}."),
        )
        .cause("upstream-unreachable")
        .then_probe("url-dns", &[])
    };
    Some(found.shown_by(shown))
}
