//! `bot502 serve` as a process of its own, stopped in order when the test is over.

use std::io::Read;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

use super::{Platform, Program};

/// A server that runs.
pub struct Served {
    child: Option<Child>,
    folder: tempfile::TempDir,
}

impl Served {
    /// Starts one with a policy and more variables; with the platform's CLI where there is one.
    pub fn start(policy: &str, platform: Option<&Platform>, variables: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("policy.toml"), policy).expect("a policy");
        let mut program = match platform {
            Some(platform) => platform.bot502(&["serve"]),
            None => Program::new(&["serve"]).env("XDG_STATE_HOME", folder.path()),
        };
        for (name, value) in [
            ("BOT502__PROBES__POLICY", path("policy.toml")),
            ("BOT502__SERVE__DATABASE", path("bot502.db")),
            ("BOT502__AUDIT__FILE", path("audit.jsonl")),
            ("BOT502__AUDIT__KEY", path("audit.key")),
        ] {
            program = program.env(name, value);
        }
        // A test does not wait for what a channel takes a second.
        for (name, value) in [
            ("BOT502__SERVE__LISTEN", ""),
            ("BOT502__SERVE__CHANNEL_PER_SECOND", "1000"),
            ("BOT502__SERVE__CHANNEL_AT_ONCE", "1000"),
            ("BOT502__SERVE__FIRST_WAIT", "20ms"),
            ("BOT502__SERVE__STOP_WITHIN", "10s"),
            ("BOT502__LOG__LEVEL", "info,bot=debug"),
        ] {
            program = program.env(name, value);
        }
        for (name, value) in variables {
            program = program.env(name, value);
        }
        Self {
            child: Some(program.start()),
            folder,
        }
    }

    /// Gives the file of its database.
    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("bot502.db")
    }

    /// Stops it in order; gives what it logged.
    ///
    /// # Panics
    /// When it does not end well.
    pub fn stop(&mut self) -> String {
        let Some(mut child) = self.child.take() else {
            return String::new();
        };
        let pid = i32::try_from(child.id())
            .ok()
            .and_then(Pid::from_raw)
            .expect("a process has a number");
        // One that ended by itself cannot be told: its exit code tells why.
        let _ = kill_process(pid, Signal::TERM);
        let mut logged = String::new();
        if let Some(stderr) = child.stderr.as_mut() {
            stderr.read_to_string(&mut logged).expect("a log in UTF-8");
        }
        let status = child.wait().expect("it ends");
        assert!(status.success(), "{status}: {logged}");
        logged
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if std::thread::panicking() {
            if let Some(mut child) = self.child.take() {
                // It may be gone already.
                let _ = child.kill();
                let mut logged = String::new();
                if let Some(stderr) = child.stderr.as_mut() {
                    let _ = stderr.read_to_string(&mut logged);
                }
                let tail: Vec<&str> = logged.lines().rev().take(30).collect();
                eprintln!(
                    "the end of the log:\n{}",
                    tail.into_iter().rev().collect::<Vec<_>>().join("\n")
                );
                let _ = child.wait();
            }
            return;
        }
        drop(self.stop());
    }
}
