//! `bot502 serve` as a process of its own, stopped in order when the test is over.

use std::io::Read;
use std::path::PathBuf;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{Platform, Program};

/// A server that runs, and the folder that outlives it.
pub struct Served {
    child: Option<Child>,
    folder: tempfile::TempDir,
    platform: Option<&'static Platform>,
    variables: Vec<(&'static str, String)>,
}

impl Served {
    /// Starts one with a policy and more variables; with the platform's CLI where there is one.
    pub fn start(
        policy: &str,
        platform: Option<&'static Platform>,
        variables: &[(&'static str, String)],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut served = Self {
            child: None,
            folder,
            platform,
            variables: variables.to_vec(),
        };
        std::fs::write(served.path("policy.toml"), policy).expect("a policy");
        served.go_on();
        served
    }

    /// Starts it on what it kept.
    ///
    /// # Panics
    /// When it was not stopped before.
    pub fn go_on(&mut self) {
        assert!(self.child.is_none(), "it runs");
        self.child = Some(self.bot502(&["serve"]).start());
    }

    /// A run of the program with the server's own settings.
    pub fn bot502(&self, args: &[&str]) -> Program {
        let mut program = match self.platform {
            Some(platform) => platform.bot502(args),
            None => Program::new(args).env("XDG_STATE_HOME", self.folder.path()),
        };
        for (name, file) in [
            ("BOT502__PROBES__POLICY", "policy.toml"),
            ("BOT502__SERVE__DATABASE", "bot502.db"),
            ("BOT502__AUDIT__FILE", "audit.jsonl"),
            ("BOT502__AUDIT__KEY", "audit.key"),
        ] {
            program = program.env(name, self.path(file));
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
        for (name, value) in &self.variables {
            program = program.env(name, value);
        }
        program
    }

    /// Gives the path of a file of its own: its policy, its audit.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gives what the audit holds, in words, after its chain was found whole.
    pub fn audit(&self) -> Vec<Value> {
        let listed = self.bot502(&["--json", "audit", "list"]).run().json();
        assert_eq!(listed["holds"], true, "{listed:#}");
        let entries = listed["entries"].as_array().cloned().unwrap_or_default();
        entries
            .into_iter()
            .map(|mut entry| entry["event"].take())
            .collect()
    }

    /// Gives the processes that it started and that live, and those that these started.
    pub fn children(&self) -> Vec<u32> {
        let mut found = vec![self.child.as_ref().expect("it runs").id()];
        let mut at = 0;
        while at < found.len() {
            found.extend(children_of(found[at]));
            at += 1;
        }
        found.split_off(1)
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it runs");
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        // One that ended by itself cannot be told: its exit code tells why.
        let _ = kill_process(pid.expect("a process has a number"), signal);
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
        if self.child.is_some() {
            self.signal(Signal::TERM);
        }
        self.ended()
    }

    /// Waits until it has ended by itself, or since it was told to; gives what it logged.
    ///
    /// # Panics
    /// When it does not end well.
    pub fn ended(&mut self) -> String {
        let Some(mut child) = self.child.take() else {
            return String::new();
        };
        let mut logged = String::new();
        if let Some(stderr) = child.stderr.as_mut() {
            stderr.read_to_string(&mut logged).expect("a log in UTF-8");
        }
        let status = child.wait().expect("it ends");
        assert!(status.success(), "{status}: {logged}");
        logged
    }
}

/// Gives the children of a process; none where it is gone.
fn children_of(pid: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task"));
    let tasks = tasks.into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    let lists: Vec<String> = lists.collect();
    let children = lists.iter().flat_map(|list| list.split_whitespace());
    children.filter_map(|child| child.parse().ok()).collect()
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
