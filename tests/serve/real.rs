//! The real program before a Slack that enforces its rules: killed at random moments, watched over HTTP,
//! told to read again, and stopped in order.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::slack::Double;
use crate::harness::slack::world::{BOT_USER, CHANNEL};

/// A server of the real program.
struct Real {
    child: Child,
    log: Receiver<String>,
}

impl Real {
    fn start(double: &Double, folder: &Path) -> Self {
        let (bot, app) = {
            let world = double.world();
            (world.bot_token.clone(), world.app_token.clone())
        };
        let mut child = Command::new(env!("CARGO_BIN_EXE_bot502"))
            .arg("serve")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("XDG_STATE_HOME", folder)
            .env("SLACK_BOT_TOKEN", bot)
            .env("SLACK_APP_TOKEN", app)
            .env("BOT502__SLACK__API_URL", double.api_url())
            .env("BOT502__PROBES__POLICY", folder.join("policy.toml"))
            .env("BOT502__SERVE__LISTEN", "127.0.0.1:0")
            .env("BOT502__SERVE__FIRST_WAIT", "20ms")
            .env("BOT502__SERVE__LONGEST_WAIT", "200ms")
            .env("BOT502__SERVE__RELOAD_EVERY", "0s")
            .env("BOT502__SERVE__CHANNEL_PER_SECOND", "1000")
            .env("BOT502__SERVE__CHANNEL_AT_ONCE", "1000")
            .env("BOT502__LOG__LEVEL", "info,bot::serve::post=debug")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let (lines, log) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                // A test that has seen enough reads no more.
                let _ = lines.send(line);
            }
        });
        Self { child, log }
    }

    /// Waits for a line of the log that holds a word.
    fn says(&self, word: &str) -> String {
        let patience = Duration::from_secs(60);
        let mut seen = Vec::new();
        loop {
            match self.log.recv_timeout(patience) {
                Ok(line) if line.contains(word) => return line,
                Ok(line) => seen.push(line),
                Err(_) => panic!("never said: {word}; it said {seen:#?}"),
            }
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process has a number"), signal).expect("it lives");
    }

    fn ends_well(mut self) -> bool {
        self.child.wait().expect("it ends").success()
    }

    fn kill(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }
}

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

const POLICY: &str = "[pending]\neach = 3\nall = 20\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("policy.toml"), POLICY).expect("a policy");
    folder
}

#[test]
fn it_can_be_watched_told_to_read_again_and_stopped() {
    let (double, folder) = (Double::start(), folder());
    let real = Real::start(&double, folder.path());
    let line = real.says("listening");
    let address = line.rsplit_once("address=").expect("an address").1.trim();
    real.says("serving");
    double.wait_for_sockets(1);
    assert_eq!(page(address, "/healthz"), (200, "alive\n".to_owned()));
    // The socket is open at Slack a moment before it is known to be here.
    while page(address, "/readyz").0 != 200 {}
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
    let policy = folder.path().join("policy.toml");
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
    real.signal(Signal::TERM);
    real.says("stopped");
    assert!(real.ends_well());
}

/// `BOT502_FULL=1` takes more.
#[test]
fn killed_at_random_moments_what_slack_saw_taken_is_answered_once() {
    let kills = if std::env::var_os("BOT502_FULL").is_some() {
        60
    } else {
        6
    };
    let (double, folder) = (Double::start(), folder());
    let mut asked = Vec::new();
    for kill in 0..kills {
        let real = Real::start(&double, folder.path());
        double.wait_for_sockets(1);
        for _ in 0..3 {
            let text = format!("<@{BOT_USER}> step 2");
            asked.push(double.says("U0ANN", CHANNEL, None, &text));
        }
        // About as long as it has work to do: the moment of a crash is by chance.
        std::thread::sleep(Duration::from_millis(kill * 7_919 % 400));
        real.kill();
        // What is brought to a socket that is dead and not yet known to be is lost to the next life too.
        double.wait_for_no_sockets();
    }
    let real = Real::start(&double, folder.path());
    double.wait_for_sockets(1);
    // What was not acknowledged comes again, as Slack brings it.
    double.pass(4);
    for act in &asked {
        let thread = Some(act.ts.clone());
        double.wait_for("an answer in each thread", |world| {
            let mut messages = world.messages.iter();
            messages
                .any(|message| message.user == BOT_USER && message.thread == thread)
                .then_some(())
        });
    }
    real.signal(Signal::TERM);
    assert!(real.ends_well());
    for act in &asked {
        let thread = Some(act.ts.clone());
        let world = double.world();
        let answers = world.messages.iter();
        let answers =
            answers.filter(|message| message.user == BOT_USER && message.thread == thread);
        assert_eq!(answers.count(), 1, "each is answered once");
    }
    eprintln!(
        "killed {kills} times: {} mentions, each answered once",
        asked.len()
    );
}
