//! The door that Slack calls at, crowded: whoever sends nothing, half of it or a byte at a time keeps
//! nobody out and is shown out, and what is hidden within a request is never read.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::any;
use bot::web::{Bounds, serve};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::harness::{is_full, tries};

/// A door behind which requests are counted.
struct Door {
    address: SocketAddr,
    seen: Arc<AtomicUsize>,
    _runtime: Runtime,
}

impl Door {
    fn open(bounds: Bounds) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let seen = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&seen);
        let answer = move |body: String| {
            counted.fetch_add(1, Ordering::SeqCst);
            async move { format!("read {} bytes", body.len()) }
        };
        let router = Router::new().fallback(any(answer));
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(serve(listener, router, bounds, CancellationToken::new()));
        Self {
            address,
            seen,
            _runtime: runtime,
        }
    }

    fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("it is heard");
        // A door that closes early may not take all of it.
        let _ = stream.write_all(bytes);
        stream
    }

    /// Sends a request and gives all that comes back.
    fn ask(&self, bytes: &[u8]) -> String {
        rest(&self.send(bytes))
    }
}

/// Reads until the other side closes.
fn rest(mut stream: &TcpStream) -> String {
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).expect("a patience");
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("it was never closed: {error}"),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

const EVENT: &[u8] = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 2\r\n\r\n{}";

/// What a slow one sends before it stops.
const STALLED: [&[u8]; 4] = [
    b"",
    b"POST /slack/ev",
    b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 500\r\n\r\n{",
    b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n{",
];

/// Bounds that hold nobody back and show nobody out.
fn endless(connections: usize) -> Bounds {
    let hour = Duration::from_secs(3600);
    Bounds {
        connections,
        header_within: hour,
        request_within: hour,
        ..Bounds::default()
    }
}

#[test]
fn a_crowd_that_sends_nothing_keeps_nobody_out() {
    let door = Door::open(endless(tries(32, 256)));
    // More than there are places, and nobody is ever shown out for being slow.
    let crowd: Vec<TcpStream> = (0..tries(150, 1_000))
        .map(|n| door.send(STALLED[n % STALLED.len()]))
        .collect();
    let begun = Instant::now();
    for _ in 0..20 {
        let answer = door.ask(EVENT);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(
        door.seen.load(Ordering::SeqCst),
        20,
        "and of the others none"
    );
    eprintln!(
        "beside {} stalled: 20 events answered in {:?}",
        crowd.len(),
        begun.elapsed()
    );
}

#[test]
fn who_is_slow_is_shown_out() {
    let bounds = match is_full() {
        true => Bounds::default(),
        false => Bounds {
            connections: 64,
            header_within: Duration::from_millis(500),
            request_within: Duration::from_secs(1),
            ..Bounds::default()
        },
    };
    let door = Door::open(bounds);
    let begun = Instant::now();
    let crowd: Vec<TcpStream> = (0..tries(50, 1_000))
        .map(|n| door.send(STALLED[n % STALLED.len()]))
        .collect();
    let dripping: Vec<_> = (0..8)
        .map(|n| {
            let mut stream = door.send(STALLED[1 + n % 3]);
            std::thread::spawn(move || {
                // A byte more now and then, for as long as anybody listens.
                while stream.write_all(b"x").is_ok() {
                    std::thread::sleep(Duration::from_millis(20));
                }
            })
        })
        .collect();
    for stream in &crowd {
        let answer = rest(stream);
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    for drip in dripping {
        drip.join().expect("it is refused in the end");
    }
    assert_eq!(door.seen.load(Ordering::SeqCst), 0);
    eprintln!(
        "{} slow ones, all out after {:?}",
        crowd.len(),
        begun.elapsed()
    );
}

/// A second request, as it is hidden in a first.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: bot\r\n\r\n";

/// Requests in which another may be found by who reads them otherwise, by name.
fn smuggled() -> Vec<(&'static str, String)> {
    let post = "POST /slack/events HTTP/1.1\r\nHost: bot\r\n";
    let both = |first: &str, second: &str, body: &str| {
        format!("{post}{first}\r\n{second}\r\n\r\n{body}{HIDDEN}")
    };
    let long = HIDDEN.len() + 2;
    vec![
        ("a pipeline", both("Content-Length: 2", "A: b", "{}")),
        ("no length", both("A: b", "C: d", "")),
        (
            "length, then chunks",
            both(
                "Content-Length: 4",
                "Transfer-Encoding: chunked",
                "0\r\n\r\n",
            ),
        ),
        (
            "chunks, then length",
            both(
                "Transfer-Encoding: chunked",
                "Content-Length: 4",
                "0\r\n\r\n",
            ),
        ),
        (
            "two lengths",
            both(
                "Content-Length: 2",
                &format!("Content-Length: {long}"),
                "{}",
            ),
        ),
        (
            "a list of lengths",
            both(&format!("Content-Length: 2, {long}"), "A: b", "{}"),
        ),
        ("a signed length", both("Content-Length: +2", "A: b", "{}")),
        (
            "a blank before the colon",
            both("Content-Length : 2", "A: b", "{}"),
        ),
        (
            "chunks with a blank",
            both("Transfer-Encoding : chunked", "Content-Length: 2", "{}"),
        ),
        (
            "another coding",
            both("Transfer-Encoding: xchunked", "Content-Length: 2", "{}"),
        ),
        (
            "chunked that is not the last",
            both("Transfer-Encoding: chunked, identity", "A: b", "0\r\n\r\n"),
        ),
        (
            "a folded header",
            both("A: b\r\n Content-Length: 2", "Content-Length: 0", "{}"),
        ),
        (
            "bare line feeds",
            both("Content-Length: 2", "A: b", "{}").replace("\r\n", "\n"),
        ),
        (
            "a chunk's size that is none",
            both(
                "Transfer-Encoding: chunked",
                "A: b",
                "-1\r\n{}\r\n0\r\n\r\n",
            ),
        ),
    ]
}

#[test]
fn a_request_within_a_request_is_never_read() {
    let cases = smuggled();
    // What waits for more than was sent is not waited for.
    let door = Door::open(Bounds {
        header_within: Duration::from_millis(500),
        request_within: Duration::from_secs(1),
        ..Bounds::default()
    });
    let mut refused = 0;
    for (name, bytes) in &cases {
        let before = door.seen.load(Ordering::SeqCst);
        let answer = door.ask(bytes.as_bytes());
        let seen = door.seen.load(Ordering::SeqCst) - before;
        let answers = answer.matches("HTTP/1.1 ").count();
        assert!(seen <= 1 && answers <= 1, "{name}: {seen} seen, {answer}");
        let is_taken = answer.starts_with("HTTP/1.1 200");
        // What is taken is one request, after which the connection is closed.
        assert_eq!(seen, usize::from(is_taken), "{name}: {answer}");
        assert!(
            !is_taken || answer.contains("connection: close"),
            "{name}: {answer}"
        );
        refused += usize::from(!is_taken);
        eprintln!("{name}: {}", answer.lines().next().unwrap_or("closed"));
    }
    assert!(refused >= 7, "{refused} of {} refused", cases.len());
}

#[test]
fn what_is_longer_than_may_be_is_not_read() {
    let door = Door::open(Bounds {
        body_bytes: 1_000,
        ..Bounds::default()
    });
    let head = "POST / HTTP/1.1\r\nHost: bot\r\n";
    let body = "x".repeat(1_001);
    let told = format!("{head}Content-Length: 1001\r\n\r\n{body}");
    let untold = format!("{head}Transfer-Encoding: chunked\r\n\r\n3e9\r\n{body}\r\n0\r\n\r\n");
    for bytes in [told, untold] {
        let answer = door.ask(bytes.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    }
    let headers = "A: b\r\n".repeat(200_000);
    let answer = door.ask(format!("{head}{headers}\r\n").as_bytes());
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(door.seen.load(Ordering::SeqCst), 0);
    let fits = format!("{head}Content-Length: 1000\r\n\r\n{}", "x".repeat(1_000));
    assert!(door.ask(fits.as_bytes()).contains("read 1000 bytes"));
}
