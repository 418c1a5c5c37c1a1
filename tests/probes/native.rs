//! Checks from outside against hosts that mislead: redirects inward, endless bodies, packed bombs.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bot::logic::outcome::{Ending, Outcome};
use bot::probe::native::{Check, Checker, Resolve, Settings, SystemResolver};

/// Serves one scripted answer to each connection, on loopback.
fn serve(answer: impl Fn(&mut dyn Write) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 2048];
            let _ = stream.read(&mut head);
            answer(&mut stream);
        }
    });
    address
}

/// Counts who connects, and answers nobody.
fn sink() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for _ in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (address, count)
}

/// A checker for which `shop.example:80` is `address`.
fn checker(address: SocketAddr, resolver: Arc<dyn Resolve>, more_ports: Vec<u16>) -> Checker {
    Checker::new(Settings {
        resolver,
        detours: [("shop.example:80".to_owned(), address)].into(),
        roots: Arc::new(rustls::RootCertStore::empty()),
        more_ports,
    })
}

async fn get(checker: &Checker, url: &str, own: &[&str], limit_ms: u64) -> Outcome {
    let check = Check::Http {
        url: url.to_owned(),
        own: own.iter().map(|host| (*host).to_owned()).collect(),
    };
    checker.run(&check, Duration::from_millis(limit_ms)).await
}

/// Answers every name with loopback, as a rebound name does.
struct Inward;

impl Resolve for Inward {
    fn resolve<'a>(
        &'a self,
        _host: &'a str,
    ) -> std::pin::Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send + 'a>> {
        Box::pin(async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) })
    }
}

/// Where an answer may redirect to, `{port}` being a port that counts who connects.
const INWARD: [&str; 20] = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f.1:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "//127.0.0.1:{port}/",
    "http://user@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@shop.example/",
    "http://inner.example:{port}/",
    "http://shop.example:{port}/",
    "http://shop.example.:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/",
    "http://[fd00:ec2::254]/",
    "http://10.0.0.1/",
    "gopher://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http:\\\\127.0.0.1:{port}\\",
];

#[tokio::test]
async fn redirects_inward_reach_nobody() {
    let (inner, count) = sink();
    for location in INWARD {
        let location = location.replace("{port}", &inner.port().to_string());
        let head =
            format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let address = serve(move |stream| drop(stream.write_all(head.as_bytes())));
        // The worst case: names and numbers of loopback are even called the project's own.
        let own = [
            "shop.example",
            "inner.example",
            "127.0.0.1",
            "localhost",
            "::1",
            "169.254.169.254",
            "10.0.0.1",
        ];
        let checker = checker(address, Arc::new(Inward), vec![inner.port()]);
        let outcome = get(&checker, "http://shop.example/", &own, 3_000).await;
        assert!(
            !matches!(outcome.ending, Ending::TimedOut { .. }),
            "{location}: {}",
            outcome.stdout.text()
        );
        assert!(
            outcome.stdout.text().contains("status: 302 Found"),
            "{location}"
        );
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_circle_of_redirects_ends_after_five() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let address = serve(move |stream| {
        let n = counted.fetch_add(1, Ordering::SeqCst);
        let _ = write!(
            stream,
            "HTTP/1.1 301 x\r\nLocation: /{n}\r\nContent-Length: 0\r\n\r\n"
        );
    });
    let checker = checker(address, Arc::new(SystemResolver), Vec::new());
    let outcome = get(&checker, "http://shop.example/", &["shop.example"], 5_000).await;
    assert!(
        outcome
            .stdout
            .text()
            .contains("not followed: more than 5 redirects in a row")
    );
    assert_eq!(asked.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn endless_slow_and_packed_bodies_are_cut() {
    let endless = serve(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b'x'; 8192]).is_ok() {}
    });
    let slow = serve(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            std::thread::park_timeout(Duration::from_millis(20));
        }
    });
    // A megabyte that claims to be packed: shown as so many bytes, never unpacked.
    let packed = serve(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
        let _ = stream.write_all(&vec![0x1f; 1 << 20]);
    });
    let cases = [
        (
            "endless",
            endless,
            "body: 65536 bytes (the rest was not read)",
        ),
        ("slow", slow, "(the rest did not come in time)"),
        (
            "packed",
            packed,
            "body: 65536 bytes (the rest was not read)",
        ),
    ];
    for (name, address, expected) in cases {
        let checker = checker(address, Arc::new(SystemResolver), Vec::new());
        let outcome = get(&checker, "http://shop.example/", &["shop.example"], 700).await;
        let text = outcome.stdout.text();
        assert_eq!(outcome.ending, Ending::Answered, "{name}: {text}");
        assert!(text.contains(expected), "{name}: {text}");
        assert!(text.len() < 80 << 10, "{name}: {}", text.len());
    }
}

#[tokio::test]
async fn odd_answers_end_in_a_sentence() {
    let bomb: &'static str =
        Box::leak(format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(50_000)).into());
    let answers = [
        ("closes", "", "it closed the connection without an answer"),
        ("SSH", "SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP/1.1"),
        ("header bomb", bomb, "does not speak HTTP/1.1"),
    ];
    for (name, answer, expected) in answers {
        let address = serve(move |stream| drop(stream.write_all(answer.as_bytes())));
        let checker = checker(address, Arc::new(SystemResolver), Vec::new());
        let outcome = get(&checker, "http://shop.example/", &["shop.example"], 3_000).await;
        let Ending::Unanswered { reason } = outcome.ending else {
            panic!("{name}: {:?}", outcome.ending);
        };
        assert!(reason.contains(expected), "{name}: {reason}");
    }
}

#[tokio::test]
async fn a_host_is_not_hammered() {
    let address = serve(|stream| drop(stream.write_all(b"HTTP/1.1 204 x\r\n\r\n")));
    let checker = checker(address, Arc::new(SystemResolver), Vec::new());
    let mut answered = 0;
    for _ in 0..20 {
        let outcome = get(&checker, "http://shop.example/", &["shop.example"], 3_000).await;
        answered += usize::from(outcome.ending == Ending::Answered);
    }
    assert_eq!(answered, 6);
}
