//! One life of a server: started, spoken to, and ended by itself or by us.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use bot::logic::heard::Heard;
use serde_json::Value;

use super::child::{ORDERS, Orders};
use super::far::said;

/// A server that lives.
pub struct Life {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// What became of a life.
#[derive(Debug, Default)]
pub struct Lived {
    /// Events that it said were taken.
    pub taken: BTreeSet<String>,
    /// Whether it died before all was done.
    pub died: bool,
}

impl Life {
    /// Starts a server and waits until it is ready; one that dies before is a life too.
    pub fn begin(orders: &Orders) -> Self {
        let this = std::env::current_exe().expect("this program");
        let mut child = Command::new(this)
            .args(["serve::child::a_child_serves", "--exact", "--nocapture"])
            .env(ORDERS, serde_json::to_string(orders).expect("plain data"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child starts");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            child,
            stdin,
            stdout,
        }
    }

    /// Says everything, waits until it is taken and all that comes of it is done, and ends the life.
    pub fn hear(mut self, events: &[Heard]) -> Lived {
        let mut lived = Lived::default();
        for event in events {
            let line = serde_json::to_string(event).expect("plain data");
            if self.tell(&line).is_err() {
                break;
            }
        }
        lived.died = !self.listen(&mut lived, "taken", events.len());
        if !lived.died {
            lived.died = self.tell("settle").is_err() || !self.listen(&mut lived, "settled", 1);
        }
        drop(self.stdin.take());
        self.child.wait().expect("a child ends");
        lived
    }

    fn tell(&mut self, line: &str) -> std::io::Result<()> {
        let stdin = self.stdin.as_mut().expect("it is told until its end");
        writeln!(stdin, "{line}")
    }

    /// Listens for `count` words of a kind; false where the child died before.
    fn listen(&mut self, lived: &mut Lived, kind: &str, count: usize) -> bool {
        let mut left = count;
        while left > 0 {
            let mut line = String::new();
            match self.stdout.read_line(&mut line) {
                Ok(0) | Err(_) => return false,
                Ok(_) => {}
            }
            let Some(word) = said(line.trim()) else {
                continue;
            };
            if word["is"] == "taken" {
                lived.taken.insert(key(&word));
            }
            left -= usize::from(word["is"] == kind);
        }
        true
    }
}

fn key(word: &Value) -> String {
    word["key"].as_str().expect("a key").to_owned()
}
