//! Programs that misbehave, run the way a probe's program is: through the real helper.

use std::path::Path;
use std::time::Duration;

use bot::logic::outcome::Outcome;
use bot::probe::order::{Access, Limits, Order};
use bot::probe::process::{self, OutputLimits, Progress};
use bot::probe::sandbox;
use bot::probe::spool::Share;
use tokio_util::sync::CancellationToken;

/// What a victim may write to the disk.
pub const DISK_BYTES: u64 = 8 << 20;

/// A misbehaving program, ready to run.
pub struct Victim {
    pub order: Order,
    pub output: OutputLimits,
    pub cancel: CancellationToken,
    mark: String,
    scratch: tempfile::TempDir,
}

impl Victim {
    /// A shell script.
    pub fn sh(script: &str) -> Self {
        Self::new("/bin/sh", &["-c", script])
    }

    /// A Perl script: it can make any system call.
    pub fn perl(script: &str) -> Self {
        Self::new("/usr/bin/perl", &["-e", script])
    }

    pub fn new(program: &str, args: &[&str]) -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let mark = uuid::Uuid::now_v7().to_string();
        let mut access: Access = sandbox::base_access();
        access.write.push(scratch.path().to_owned());
        let order = Order {
            program: program.into(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            environment: vec![
                ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
                ("MARK".to_owned(), mark.clone()),
            ],
            folder: scratch.path().to_owned(),
            time_ms: 10_000,
            grace_ms: 100,
            limits: Limits::default(),
            access,
            strict: true,
        };
        Self {
            order,
            output: OutputLimits {
                kept_bytes: 64 << 10,
                flood_bytes: 1 << 20,
                disk: Share {
                    folders: vec![scratch.path().to_owned()],
                    most_bytes: DISK_BYTES,
                    added_bytes: DISK_BYTES,
                },
            },
            cancel: CancellationToken::new(),
            mark,
            scratch,
        }
    }

    pub fn limit_ms(mut self, time_ms: u64) -> Self {
        self.order.time_ms = time_ms;
        self
    }

    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    pub async fn run(&self) -> Outcome {
        let (progress, _) = tokio::sync::watch::channel(Progress::default());
        let helper = Path::new(env!("CARGO_BIN_EXE_bot502"));
        process::run(
            helper,
            &self.order,
            self.output.clone(),
            &self.cancel,
            &progress,
        )
        .await
    }

    /// Processes that carry this program's mark: it, and all that it started.
    pub fn survivors(&self) -> Vec<String> {
        let mark = format!("MARK={}", self.mark);
        let entries = std::fs::read_dir("/proc").expect("a process list");
        entries
            .flatten()
            .filter(|entry| {
                let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
                environment
                    .split(|byte| *byte == 0)
                    .any(|variable| variable == mark.as_bytes())
            })
            .map(|entry| {
                let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
                String::from_utf8_lossy(&command).replace('\0', " ")
            })
            .collect()
    }
}

/// Text of standard output, without the final line break.
pub fn stdout(outcome: &Outcome) -> String {
    outcome.stdout.text().trim_end().to_owned()
}

/// What a time limit may be overrun by until everything is gone.
pub const OVERRUN: Duration = Duration::from_secs(3);
