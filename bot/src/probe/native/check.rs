//! The checks as a probe runs them: within one time limit, under one rate, each hop checked, the
//! result written down in lines of `name: value` that `logic::finding` reads.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::RootCertStore;
use tokio::time::timeout_at;

use super::certificate::Certificate;
use super::connect::{self, Connected};
use super::http::{self, Answer};
use super::rate::Rate;
use super::resolve::{self, Detours, Resolve};
use super::url::Place;
use crate::logic::outcome::{Capture, Ending, Outcome, duration_in_words};

/// A check takes no longer than this, whatever the catalogue says.
const LONGEST: Duration = Duration::from_secs(10);

/// Redirects followed at most.
const MOST_HOPS: usize = 5;

/// Lines of a body that are shown.
const BODY_LINES: usize = 30;

/// What to check. The host is one that the permit allows; `own` are those that a redirect may lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// GET an address and follow where it redirects to.
    Http {
        /// `https://host/path`.
        url: String,
        /// Hosts that may be asked.
        own: Vec<String>,
    },
    /// Shake hands and read the certificate.
    Tls {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// Connect and hang up.
    Tcp {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// List the host's addresses.
    Dns {
        /// The host.
        host: String,
    },
}

/// What the checks are made with.
pub struct Settings {
    /// Who knows the addresses of names.
    pub resolver: Arc<dyn Resolve>,
    /// Where an operator sends hosts.
    pub detours: Detours,
    /// Certificate authorities that are trusted.
    pub roots: Arc<RootCertStore>,
    /// Ports that the web is served on, beside 80 and 443.
    pub more_ports: Vec<u16>,
}

/// Makes checks.
pub struct Checker {
    settings: Settings,
    rate: Mutex<Rate>,
}

/// What a check wrote down so far, and whether it got an answer.
type Written = Result<(), String>;

impl Checker {
    /// Makes a checker.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            rate: Mutex::new(Rate::default()),
        }
    }

    /// Runs one check within `limit`. Does not fail: what went wrong is how it ended.
    pub async fn run(&self, check: &Check, limit: Duration) -> Outcome {
        let started = Instant::now();
        let limit = limit.min(LONGEST);
        let deadline = tokio::time::Instant::now() + limit;
        let mut text = String::new();
        let ending = match timeout_at(deadline, self.write(check, &mut text, deadline)).await {
            Ok(Ok(())) => Ending::Answered,
            Ok(Err(reason)) => Ending::Unanswered { reason },
            Err(_) => Ending::TimedOut {
                limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
            },
        };
        if let Ending::Unanswered { reason } = &ending {
            line(&mut text, "error", reason);
        }
        Outcome {
            ending,
            stdout: Capture::whole(text),
            stderr: Capture::default(),
            took: started.elapsed(),
            layers: Vec::new(),
            swept: 0,
        }
    }

    async fn write(
        &self,
        check: &Check,
        text: &mut String,
        deadline: tokio::time::Instant,
    ) -> Written {
        self.ask_leave(check)?;
        match check {
            Check::Http { url, own } => {
                // The body may end late; what came before it still counts.
                let deadline = deadline - Duration::from_millis(200);
                self.http(url, own, text, deadline).await
            }
            Check::Tls { host, port } => self.tls(host, *port, text).await,
            Check::Tcp { host, port } => self.tcp(host, *port, text).await.map(drop),
            Check::Dns { host } => self.dns(host, text).await,
        }
    }

    /// Counts a check against its host's rate; a redirect's hops are part of the one check.
    fn ask_leave(&self, check: &Check) -> Written {
        let host = match check {
            Check::Http { url, .. } => Place::of(url, &self.settings.more_ports)?.host,
            Check::Tls { host, .. } | Check::Tcp { host, .. } => host.clone(),
            // Asks the resolver alone, which remembers.
            Check::Dns { .. } => return Ok(()),
        };
        let asked = self
            .rate
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .ask(&host, Instant::now());
        asked.map_err(|wait| {
            let wait = duration_in_words(wait);
            format!("`{host}` was asked often enough; again in {wait}")
        })
    }

    async fn http(
        &self,
        url: &str,
        own: &[String],
        text: &mut String,
        deadline: tokio::time::Instant,
    ) -> Written {
        let ports = &self.settings.more_ports;
        let mut place = Place::of(url, ports)?;
        for hop in 0..=MOST_HOPS {
            if !own.contains(&place.host) {
                return Err(format!("`{}` is not a host of this project", place.host));
            }
            line(text, "get", &place.to_string());
            let connected = match self.connect(&place.host, place.port, text).await {
                Ok(connected) => connected,
                // Some sites have no HTTPS at all; that nothing listens for it is worth knowing.
                Err(reason) if hop == 0 && place.secure => {
                    line(text, "error", &reason);
                    place = place.in_plain();
                    line(text, "get", &place.to_string());
                    self.connect(&place.host, place.port, text).await?
                }
                Err(reason) => return Err(reason),
            };
            let answer = http::get(&place, connected, &self.settings.roots, deadline).await?;
            write_answer(text, &answer);
            let Some(location) = redirect(&answer) else {
                return Ok(());
            };
            place = match place.redirected(location, ports) {
                Ok(next) if own.contains(&next.host) => next,
                Ok(next) => {
                    let host = &next.host;
                    line(
                        text,
                        "not followed",
                        &format!("`{host}` is not a host of this project"),
                    );
                    return Ok(());
                }
                Err(reason) => {
                    line(text, "not followed", &reason);
                    return Ok(());
                }
            };
        }
        line(
            text,
            "not followed",
            &format!("more than {MOST_HOPS} redirects in a row"),
        );
        Ok(())
    }

    async fn tls(&self, host: &str, port: u16, text: &mut String) -> Written {
        let connected = self.tcp(host, port, text).await?;
        let secured = connect::tls(connected.stream, host, &self.settings.roots).await?;
        let (_, session) = secured.stream.get_ref();
        if let Some(version) = session
            .protocol_version()
            .and_then(|version| version.as_str())
        {
            line(text, "protocol", version);
        }
        line(text, "handshake", &duration_in_words(secured.took));
        let chain = session.peer_certificates().unwrap_or_default();
        let first = chain.first().ok_or("it showed no certificate")?;
        write_certificate(text, &Certificate::read(first)?);
        let trusted = match secured.distrust {
            None => "yes".to_owned(),
            Some(reason) => format!("no, {reason}"),
        };
        line(text, "trusted", &trusted);
        Ok(())
    }

    async fn tcp(&self, host: &str, port: u16, text: &mut String) -> Result<Connected, String> {
        line(text, "connect", &format!("{host}:{port}"));
        self.connect(host, port, text).await
    }

    async fn dns(&self, host: &str, text: &mut String) -> Written {
        line(text, "resolve", host);
        let started = Instant::now();
        for address in resolve::all(&*self.settings.resolver, host).await? {
            let note = super::blocked(address)
                .map(|what| format!(" ({what})"))
                .unwrap_or_default();
            line(text, "address", &format!("{address}{note}"));
        }
        line(text, "resolved in", &duration_in_words(started.elapsed()));
        Ok(())
    }

    async fn connect(&self, host: &str, port: u16, text: &mut String) -> Result<Connected, String> {
        let settings = &self.settings;
        let started = Instant::now();
        let addresses: Vec<SocketAddr> =
            resolve::pin(&*settings.resolver, &settings.detours, host, port).await?;
        line(text, "resolved in", &duration_in_words(started.elapsed()));
        let connected = connect::tcp(&addresses).await?;
        line(text, "address", &connected.address.to_string());
        line(text, "connected in", &duration_in_words(connected.took));
        Ok(connected)
    }
}

fn redirect(answer: &Answer) -> Option<&str> {
    matches!(answer.status, 301 | 302 | 303 | 307 | 308)
        .then(|| answer.header("location"))
        .flatten()
}

fn write_answer(text: &mut String, answer: &Answer) {
    if let Some(took) = answer.tls {
        line(text, "handshake", &duration_in_words(took));
    }
    line(
        text,
        "status",
        format!("{} {}", answer.status, answer.reason).trim_end(),
    );
    line(
        text,
        "first byte after",
        &duration_in_words(answer.first_byte),
    );
    for (name, value) in &answer.headers {
        line(text, name, value);
    }
    let cut = answer
        .body_cut
        .map(|why| format!(" ({why})"))
        .unwrap_or_default();
    line(text, "body", &format!("{} bytes{cut}", answer.body.len()));
    let packed = answer
        .header("content-encoding")
        .is_some_and(|value| value != "identity");
    if packed {
        return;
    }
    let body = String::from_utf8_lossy(&answer.body);
    // Marked, so that no line of a body can pass for one of ours.
    for shown in body.lines().take(BODY_LINES) {
        let _ = writeln!(text, "> {shown}");
    }
}

fn write_certificate(text: &mut String, certificate: &Certificate) {
    line(text, "certificate for", &certificate.names.join(", "));
    line(text, "issuer", &certificate.issuer);
    let day = |seconds: i64| {
        jiff::Timestamp::from_second(seconds)
            .map(|time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
            .unwrap_or_else(|_| "beyond the calendar".to_owned())
    };
    line(text, "valid from", &day(certificate.begins));
    line(text, "valid until", &day(certificate.ends));
    let left = certificate.ends - jiff::Timestamp::now().as_second();
    line(text, "days left", &left.div_euclid(86_400).to_string());
}

/// Writes one line; what comes from outside keeps no control characters, so that it stays one line.
fn line(text: &mut String, name: &str, value: &str) {
    let value: String = value
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    let _ = writeln!(text, "{name}: {value}");
}
