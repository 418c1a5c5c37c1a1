//! The real program before a Slack that enforces its rules: watched over HTTP, told to read again, and
//! stopped in order.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rustix::process::Signal;

use crate::harness::real::{Home, Real};
use crate::harness::slack::Double;
use crate::harness::slack::world::{BOT_USER, CHANNEL};

/// Asks a page, and gives its status and its words.
fn page(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: test\r\n\r\n").expect("it is asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let words = answer.split_once("\r\n\r\n").map_or("", |(_, words)| words);
    (status.expect("a status"), words.to_owned())
}

/// Gives the sum of all figures whose names hold this.
pub fn figure(address: &str, named: &str) -> usize {
    let (_, figures) = page(address, "/metrics");
    let lines = figures.lines().filter(|line| line.contains(named));
    let values = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<usize>().ok());
    values.sum()
}

/// Tells whether a server says that it is ready.
pub fn is_ready(address: &str) -> bool {
    page(address, "/readyz").0 == 200
}

const POLICY: &str = "[pending]\neach = 3\nall = 20\n";

#[test]
fn it_can_be_watched_told_to_read_again_and_stopped() {
    let (double, home) = (Double::start(), Home::new());
    let policy = home.path("policy.toml");
    std::fs::write(&policy, POLICY).expect("a policy");
    let real = Real::start(home.server(&double));
    let address = &real.address();
    real.says("serving");
    double.wait_for_sockets(1);
    assert_eq!(page(address, "/healthz"), (200, "alive\n".to_owned()));
    // The socket is open at Slack a moment before it is known to be here.
    while !is_ready(address) {}
    double.types("U0ANN", CHANNEL, "planted-question");
    real.says("answered");
    double.wait_for("an answer", |world| {
        let mut messages = world.messages.iter();
        messages
            .any(|message| message.user == BOT_USER)
            .then_some(())
    });
    real.says("delivered");
    let (_, figures) = page(address, "/metrics");
    let counted = "bot502_events_total{platform=\"Slack\",way=\"slash\",outcome=\"taken\"} 1";
    assert!(figures.contains(counted), "{figures}");
    for figure in [
        "bot502_search_seconds",
        "bot502_queue_length",
        "bot502_deliveries_total",
    ] {
        assert!(figures.contains(figure), "no {figure}: {figures}");
    }
    assert!(!figures.contains("planted"));
    std::fs::write(&policy, "[[rule]]\nid = 1\n").expect("a bad policy");
    real.signal(Signal::HUP);
    assert!(real.says("refused").contains("the old stays"));
    let (status, words) = page(address, "/readyz");
    assert!(
        status == 200 && words.contains("refused"),
        "{status} {words}"
    );
    std::fs::write(&policy, POLICY).expect("a good policy");
    real.signal(Signal::HUP);
    real.says("were read again");
    assert_eq!(page(address, "/readyz"), (200, "ready\n".to_owned()));
    assert_eq!(page(address, "/elsewhere").0, 404);
    let log = real.stop();
    assert!(log.iter().any(|line| line.contains("stopped")), "{log:?}");
}
