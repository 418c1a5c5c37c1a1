//! The machine's clock set forward and back by a day while somebody's consent is waited for: what is over
//! by it is over, what is not is not, and nothing starts by itself. Steps are made by `libfaketime`.

use std::path::Path;

use crate::harness::real::{Home, Real};
use crate::harness::slack::Double;
use crate::harness::slack::world::{BOT_USER, CHANNEL, Posted};

const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// A server whose clock is a file.
struct Clocked {
    double: Double,
    home: Home,
    real: Real,
}

impl Clocked {
    fn start() -> Option<Self> {
        if !Path::new(LIBRARY).is_file() {
            let must = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!must, "libfaketime is not there: tests/run installs it");
            eprintln!("not run: libfaketime is not there; tests/run installs it");
            return None;
        }
        let (double, home) = (Double::start(), Home::new());
        std::fs::write(home.path("clock"), "+0").expect("a clock");
        let server = home
            .server(&double)
            .env("LD_PRELOAD", LIBRARY)
            .env("FAKETIME_TIMESTAMP_FILE", home.path("clock"))
            .env("FAKETIME_NO_CACHE", "1")
            // Waits are by the other clock, which nobody can set.
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let real = Real::start(server);
        double.wait_for_sockets(1);
        Some(Self { double, home, real })
    }

    fn step(&self, by: &str) {
        // In one step: a clock that is half written is no clock.
        let new = self.home.path("clock.new");
        std::fs::write(&new, by).expect("a clock");
        std::fs::rename(new, self.home.path("clock")).expect("a clock");
    }

    /// Asks for a check, and waits until a second person is waited for.
    fn held(&self, lines: usize) -> Posted {
        let text = format!("<@{BOT_USER}> probe error-log lines={lines}");
        let asked = self.double.says("U0ANN", CHANNEL, None, &text);
        self.double.wait_for("a question for consent", |world| {
            let mut messages = world.messages.iter();
            let is_it = |message: &&Posted| {
                message.thread.as_deref() == Some(&asked.ts)
                    && message.body["blocks"].to_string().contains("\"Approve\"")
            };
            messages.find(is_it).cloned()
        })
    }

    /// Waits until a message says something else.
    fn says(&self, held: &Posted, word: &str) {
        self.double.wait_for(word, |world| {
            let mut messages = world.messages.iter();
            let is_it = |message: &Posted| {
                message.ts == held.ts && message.body["text"].to_string().contains(word)
            };
            messages.any(is_it).then_some(())
        });
    }
}

#[test]
fn a_day_later_consent_comes_too_late() {
    let Some(clocked) = Clocked::start() else {
        return;
    };
    let held = clocked.held(1);
    clocked.step("+1d");
    let act = clocked.double.presses("U0BEN", &held, "Approve");
    clocked.double.done(&act);
    clocked.says(&held, "expired");
    clocked.real.stop();
    assert_eq!(clocked.home.started(), Vec::<String>::new());
}

#[test]
fn a_day_earlier_consent_is_still_waited_for_and_nothing_starts_by_itself() {
    let Some(clocked) = Clocked::start() else {
        return;
    };
    let held = clocked.held(1);
    clocked.step("-1d");
    // Something else is done meanwhile: the clock was looked at, and nothing came of it.
    let other = clocked.held(2);
    assert_eq!(clocked.home.started(), Vec::<String>::new());
    let act = clocked.double.presses("U0BEN", &held, "Approve");
    clocked.double.done(&act);
    clocked.double.wait_for("the whole output", |world| {
        let mut messages = world.messages.iter();
        messages
            .any(|message| !message.files.is_empty() && message.thread == held.thread)
            .then_some(())
    });
    clocked.step("+1d");
    let act = clocked.double.presses("U0BEN", &other, "Approve");
    clocked.double.done(&act);
    clocked.says(&other, "expired");
    clocked.real.stop();
    assert_eq!(clocked.home.started(), ["1"]);
}
