//! One GET over a connection that was made and checked before: no client of its own that would
//! resolve, redirect, decompress or keep anything.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::RootCertStore;
use tokio::io::{AsyncRead, AsyncWrite};

use super::connect::{self, Connected};
use super::url::Place;

/// Bytes of a body that are read at most.
pub const BODY_BYTES: usize = 64 << 10;

/// Bytes of an answer's head at most, and how many headers.
const HEAD_BYTES: usize = 64 << 10;
const MOST_HEADERS: usize = 100;

/// Headers that say who answered and how; no other is kept. Cookies and tokens are in others.
const KEPT_HEADERS: [&str; 22] = [
    "server",
    "via",
    "location",
    "content-type",
    "content-length",
    "content-encoding",
    "retry-after",
    "date",
    "age",
    "x-cache",
    "x-served-by",
    "x-powered-by",
    "cf-ray",
    "cf-cache-status",
    "x-vercel-id",
    "x-amz-cf-id",
    "fly-request-id",
    "x-platform-cache",
    "x-platform-cluster",
    "x-platform-processor",
    "x-platform-router",
    "x-request-id",
];

/// Characters of a header's value that are kept at most.
const LONGEST_VALUE: usize = 300;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// The reason phrase that goes with the code.
    pub reason: &'static str,
    /// Headers that say who answered.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the body, as they came: never decompressed.
    pub body: Vec<u8>,
    /// Why the body ends where it does, where that is not its own end.
    pub body_cut: Option<&'static str>,
    /// From sending the request to the answer's head.
    pub first_byte: Duration,
    /// How long TLS took, where it was spoken.
    pub tls: Option<Duration>,
}

impl Answer {
    /// Gives a header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Asks for a place over a connection to it; the body may take until `deadline`.
///
/// # Errors
/// Why there is no answer: a fragment without a full stop.
pub async fn get(
    place: &Place,
    connected: Connected,
    roots: &Arc<RootCertStore>,
    deadline: tokio::time::Instant,
) -> Result<Answer, String> {
    if !place.secure {
        return ask(place, connected.stream, deadline).await;
    }
    let secured = connect::tls(connected.stream, &place.host, roots).await?;
    if let Some(reason) = secured.distrust {
        return Err(format!(
            "its certificate is not to be trusted: {reason}; nothing was asked"
        ));
    }
    let mut answer = ask(place, secured.stream, deadline).await?;
    answer.tls = Some(secured.took);
    Ok(answer)
}

async fn ask(
    place: &Place,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    deadline: tokio::time::Instant,
) -> Result<Answer, String> {
    let started = Instant::now();
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        .max_headers(MOST_HEADERS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| format!("the connection broke: {}", in_words(&error)))?;
    // Ends with the sender and the response, both of which live no longer than this check.
    let driver = tokio::spawn(connection);
    let response = sender
        .send_request(request(place)?)
        .await
        .map_err(|error| in_words(&error))?;
    let first_byte = started.elapsed();
    let mut answer = head(&response, first_byte);
    read_body(response, &mut answer, deadline).await;
    driver.abort();
    Ok(answer)
}

fn request(place: &Place) -> Result<Request<Empty<Bytes>>, String> {
    Request::get(&place.path)
        .header("host", place.authority())
        .header("user-agent", concat!("bot502/", env!("CARGO_PKG_VERSION")))
        .header("accept", "*/*")
        // A body is shown, not used: asked for as it is, it cannot grow when unpacked.
        .header("accept-encoding", "identity")
        .header("connection", "close")
        .body(Empty::new())
        .map_err(|error| format!("the address cannot be asked for: {error}"))
}

fn head(response: &Response<Incoming>, first_byte: Duration) -> Answer {
    let status = response.status();
    Answer {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or(""),
        headers: kept(response.headers()),
        body: Vec::new(),
        body_cut: None,
        first_byte,
        tls: None,
    }
}

fn kept(headers: &HeaderMap<HeaderValue>) -> Vec<(String, String)> {
    KEPT_HEADERS
        .iter()
        .filter_map(|name| {
            let value = headers.get(HeaderName::from_static(name))?;
            let text = String::from_utf8_lossy(value.as_bytes());
            let text = text.chars().filter(|letter| !letter.is_control());
            Some(((*name).to_owned(), text.take(LONGEST_VALUE).collect()))
        })
        .collect()
}

async fn read_body(
    response: Response<Incoming>,
    answer: &mut Answer,
    deadline: tokio::time::Instant,
) {
    let mut body = response.into_body();
    loop {
        match tokio::time::timeout_at(deadline, body.frame()).await {
            Ok(None) => return,
            Ok(Some(Ok(frame))) => {
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                let room = BODY_BYTES - answer.body.len();
                answer.body.extend_from_slice(&data[..room.min(data.len())]);
                if data.len() > room {
                    answer.body_cut = Some("the rest was not read");
                    return;
                }
            }
            Ok(Some(Err(_))) => {
                answer.body_cut = Some("the connection broke there");
                return;
            }
            Err(_) => {
                answer.body_cut = Some("the rest did not come in time");
                return;
            }
        }
    }
}

fn in_words(error: &hyper::Error) -> String {
    if error.is_parse() {
        return format!("what answers there does not speak HTTP/1.1 as it should ({error})");
    }
    if error.is_incomplete_message() {
        return "it closed the connection without an answer".to_owned();
    }
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
