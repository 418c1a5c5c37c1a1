//! Finds and kills what a program started, however it tried to hide: the helper is its subreaper, so
//! that no descendant leaves the tree, and the kernel lists each thread's children.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// Rounds of stop-and-kill at most. A fork bomb loses within a few: what is stopped forks no more.
const ROUNDS: u32 = 1_000;

/// Between rounds; with [`ROUNDS`] it bounds the sweep to about a second.
const PAUSE: Duration = Duration::from_millis(1);

/// Kills every descendant of this process and reaps it. Gives how many there were.
pub fn kill_descendants() -> u32 {
    let me = rustix::process::getpid();
    let mut killed = BTreeSet::new();
    for round in 0..ROUNDS {
        reap();
        let found = descendants(me);
        if found.is_empty() {
            break;
        }
        // What was killed a moment ago may take one to go.
        if round > 2 {
            std::thread::sleep(PAUSE);
        }
        // Stop all before killing any: a parent that sees its child die could start another.
        signal(&found, Signal::STOP);
        let found = descendants(me);
        signal(&found, Signal::KILL);
        killed.extend(found.iter().map(|pid| pid.as_raw_nonzero().get()));
    }
    u32::try_from(killed.len()).unwrap_or(u32::MAX)
}

/// Sends `signal` to every descendant of this process.
pub fn signal_descendants(signal_to_send: Signal) {
    signal(&descendants(rustix::process::getpid()), signal_to_send);
}

/// Kills a process and all below it, seen from outside: for a helper that no longer answers.
pub fn kill_tree(root: Pid) {
    let mut found = descendants(root);
    found.push(root);
    signal(&found, Signal::STOP);
    let mut found = descendants(root);
    found.push(root);
    signal(&found, Signal::KILL);
}

fn signal(pids: &[Pid], signal_to_send: Signal) {
    for pid in pids {
        // It may be gone by now, which is what was wanted.
        let _ = kill_process(*pid, signal_to_send);
    }
}

/// Reaps children that have ended, adopted ones included.
fn reap() {
    while let Ok(Some(_)) = waitpid(None, WaitOptions::NOHANG) {}
}

/// Lists what descends from `root`, parents before their children.
fn descendants(root: Pid) -> Vec<Pid> {
    let mut found = children(root);
    let mut next = 0;
    while let Some(pid) = found.get(next) {
        let below = children(*pid);
        found.extend(below);
        next += 1;
    }
    found
}

fn children(pid: Pid) -> Vec<Pid> {
    let tasks = format!("/proc/{}/task", pid.as_raw_nonzero());
    let Ok(entries) = fs::read_dir(Path::new(&tasks)) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|line| {
            line.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter_map(|word| word.parse().ok().and_then(Pid::from_raw))
        .collect()
}
