//! What the bot and the helper process tell each other over a socket: one line of JSON each way.
//! Neither command line nor environment of the helper carries any of it, so `ps` shows nothing.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::logic::outcome::Layer;

/// What the helper is to run, and within which walls.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The program, as an absolute path.
    pub program: PathBuf,
    /// Its arguments, without its name.
    pub args: Vec<String>,
    /// Its whole environment.
    pub environment: Vec<(String, String)>,
    /// The folder that it starts in.
    pub folder: PathBuf,
    /// How long it may run, in milliseconds.
    pub time_ms: u64,
    /// How long it has between being asked to end and being killed, in milliseconds.
    pub grace_ms: u64,
    /// What the kernel takes from it.
    pub limits: Limits,
    /// What it may touch.
    pub access: Access,
    /// Whether a layer that the kernel lacks stops the run.
    pub strict: bool,
}

/// Resource limits of each process of a run.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Seconds of CPU time.
    pub cpu_seconds: u64,
    /// Bytes of address space. Generous: runtimes reserve much and touch little.
    pub memory_bytes: u64,
    /// Bytes of the largest file that it may write.
    pub file_bytes: u64,
    /// Open files.
    pub open_files: u64,
    /// Processes of the same user; the kernel does not apply it to root.
    pub processes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu_seconds: 60,
            // The CLI is a Go program that starts PHP: 1.3 GiB reserved between them at rest.
            memory_bytes: 4 << 30,
            // The CLI unpacks 53 MB into its scratch folder when it first runs.
            file_bytes: 128 << 20,
            open_files: 256,
            processes: 512,
        }
    }
}

/// What a run may touch; all else is refused by the kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Files and folders that may be read, and executed.
    pub read: Vec<PathBuf>,
    /// Files and folders that may be written as well.
    pub write: Vec<PathBuf>,
    /// TCP ports that may be connected to.
    pub ports: Vec<u16>,
}

/// What the helper says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// The program runs.
    Started {
        /// Which layers hold.
        layers: Vec<Layer>,
    },
    /// The program was not started.
    Refused {
        /// Why: a fragment without a full stop.
        reason: String,
        /// Which layers hold.
        layers: Vec<Layer>,
    },
    /// The program and all that it started are gone.
    Ended {
        /// How.
        cause: Cause,
        /// Processes that it had left behind.
        swept: u32,
    },
}

/// How the program ended, as the helper sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// By itself, with this exit status.
    Exited(i32),
    /// By a signal that the helper did not send.
    Signalled(i32),
    /// Stopped at the time limit.
    TimedOut,
    /// Stopped because the bot said so, or is gone.
    Stopped,
}
