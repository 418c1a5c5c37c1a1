//! Runs one order through a helper process and collects what comes out, within its limits. Which
//! program, and whether it may run at all, is decided elsewhere.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Pid;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::capture::Keeper;
use super::order::{Cause, Order, Word};
use super::spool::Share;
use super::{helper, sweep};
use crate::logic::outcome::{Capture, Ending, Layer, Outcome};

/// What the helper may take on top of time limit and grace before it counts as stuck.
const HELPER_SLACK: Duration = Duration::from_secs(2);

/// How long a pipe may stay open once every process that we know of is gone.
const PIPE_SLACK: Duration = Duration::from_millis(500);

/// How a run is going, for a live line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes printed so far.
    pub bytes: u64,
}

/// How much output is kept, and how much is too much.
#[derive(Clone, Debug)]
pub struct OutputLimits {
    /// Bytes of each stream that are kept, half of them from its head and half from its tail.
    pub kept_bytes: usize,
    /// Bytes of both streams together at which the run is stopped.
    pub flood_bytes: u64,
    /// What it may write to the disk; more, and the run is stopped.
    pub disk: Share,
}

/// Runs `order` through the helper program `helper` until it ends, floods, or is cancelled.
///
/// Does not fail: a run that could not be started is an [`Ending::NotStarted`]. A future that is dropped
/// closes the socket, upon which the helper ends the program and itself.
pub async fn run(
    helper: &Path,
    order: &Order,
    limits: OutputLimits,
    cancel: &CancellationToken,
    progress: &watch::Sender<Progress>,
) -> Outcome {
    let started = Instant::now();
    let (child, bot) = match start_helper(helper) {
        Ok(both) => both,
        Err(error) => return not_started(format!("start the helper: {error}"), started),
    };
    let mut run = Run::new(child, bot, order, limits);
    run.drive(cancel, progress).await;
    run.into_outcome(started)
}

fn start_helper(helper: &Path) -> std::io::Result<(Child, UnixStream)> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let child = Command::new(helper)
        .arg(helper::NAME)
        .env_clear()
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    Ok((child, UnixStream::from_std(ours)?))
}

fn not_started(reason: String, started: Instant) -> Outcome {
    Outcome {
        ending: Ending::NotStarted { reason },
        stdout: Capture::default(),
        stderr: Capture::default(),
        took: started.elapsed(),
        layers: Vec::new(),
        swept: 0,
    }
}

/// One run under way.
struct Run<'a> {
    child: Child,
    bot: Option<UnixStream>,
    order: &'a Order,
    limits: OutputLimits,
    stdout: Keeper,
    stderr: Keeper,
    layers: Vec<Layer>,
    /// Why we asked the helper to stop, where we did.
    stopped: Option<Ending>,
    last_word: Option<Word>,
}

impl<'a> Run<'a> {
    fn new(child: Child, bot: UnixStream, order: &'a Order, limits: OutputLimits) -> Self {
        Self {
            child,
            bot: Some(bot),
            order,
            stdout: Keeper::new(limits.kept_bytes),
            stderr: Keeper::new(limits.kept_bytes),
            limits,
            layers: Vec::new(),
            stopped: None,
            last_word: None,
        }
    }

    async fn drive(&mut self, cancel: &CancellationToken, progress: &watch::Sender<Progress>) {
        let (Some(bot), Some(mut stdout), Some(mut stderr)) = (
            self.bot.take(),
            self.child.stdout.take(),
            self.child.stderr.take(),
        ) else {
            return;
        };
        let (words, mut say) = bot.into_split();
        if let Err(error) = say.write_all(&order_line(self.order)).await {
            let reason = format!("tell the helper what to run: {error}");
            self.stopped = Some(Ending::NotStarted { reason });
            return;
        }
        let mut words = BufReader::new(words).lines();
        let mut open = (true, true);
        let mut out_piece = vec![0; 32 << 10];
        let mut err_piece = vec![0; 32 << 10];
        let limit = Duration::from_millis(self.order.time_ms + self.order.grace_ms) + HELPER_SLACK;
        let stuck = tokio::time::sleep(limit);
        let share = self.limits.disk.clone();
        let used_up = share.used_up();
        tokio::pin!(stuck, used_up);
        loop {
            tokio::select! {
                read = stdout.read(&mut out_piece), if open.0 => {
                    open.0 = take(&mut self.stdout, &out_piece, read);
                }
                read = stderr.read(&mut err_piece), if open.1 => {
                    open.1 = take(&mut self.stderr, &err_piece, read);
                }
                line = words.next_line() => match line {
                    Ok(Some(line)) => self.hear(&line),
                    // The helper has gone, and with it all that it watched.
                    Ok(None) | Err(_) => break,
                },
                () = cancel.cancelled(), if self.stopped.is_none() => {
                    self.stopped = Some(Ending::Cancelled);
                    // A helper that is gone has ended the run already.
                    let _ = say.write_all(b"stop\n").await;
                }
                () = &mut used_up, if self.stopped.is_none() => {
                    self.stopped = Some(Ending::Spilled {
                        limit_bytes: share.added_bytes,
                    });
                    let _ = say.write_all(b"stop\n").await;
                }
                () = &mut stuck => break,
            }
            let bytes = self.stdout.total_bytes() + self.stderr.total_bytes();
            progress.send_replace(Progress { bytes });
            if bytes > self.limits.flood_bytes && self.stopped.is_none() {
                self.stopped = Some(Ending::Flooded {
                    limit_bytes: self.limits.flood_bytes,
                });
                let _ = say.write_all(b"stop\n").await;
            }
        }
        if self.last_word.is_none() {
            self.kill_all();
        }
        drop(say);
        let _ = timeout(PIPE_SLACK, drain(&mut stdout, &mut self.stdout)).await;
        let _ = timeout(PIPE_SLACK, drain(&mut stderr, &mut self.stderr)).await;
        if timeout(HELPER_SLACK, self.child.wait()).await.is_err() {
            self.kill_all();
        }
    }

    fn hear(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(Word::Started { layers }) => self.layers = layers,
            Ok(Word::Refused { reason, layers }) => {
                self.layers.clone_from(&layers);
                self.last_word = Some(Word::Refused { reason, layers });
            }
            Ok(word @ Word::Ended { .. }) => self.last_word = Some(word),
            // A line that is none of ours leaves the run without a last word: lost.
            Err(_) => {}
        }
    }

    /// Kills the helper and all below it: it did not answer, or not as it should.
    fn kill_all(&mut self) {
        if let Some(pid) = self.child.id().and_then(|id| i32::try_from(id).ok())
            && let Some(pid) = Pid::from_raw(pid)
        {
            sweep::kill_tree(pid);
        }
    }

    fn into_outcome(self, started: Instant) -> Outcome {
        let (ending, swept) = match (self.stopped, self.last_word) {
            (_, Some(Word::Refused { reason, .. })) => (Ending::NotStarted { reason }, 0),
            (Some(ending), Some(Word::Ended { swept, .. })) => (ending, swept),
            (None, Some(Word::Ended { cause, swept })) => {
                (ending_of(cause, self.order.time_ms), swept)
            }
            (Some(ending @ Ending::NotStarted { .. }), _) => (ending, 0),
            (_, None | Some(Word::Started { .. })) => {
                let reason = "the process that watched it was gone".to_owned();
                (Ending::Lost { reason }, 0)
            }
        };
        Outcome {
            ending,
            stdout: self.stdout.finish(),
            stderr: self.stderr.finish(),
            took: started.elapsed(),
            layers: self.layers,
            swept,
        }
    }
}

fn order_line(order: &Order) -> Vec<u8> {
    let mut line = serde_json::to_vec(order).expect("an order holds strings and numbers only");
    line.push(b'\n');
    line
}

fn ending_of(cause: Cause, time_ms: u64) -> Ending {
    match cause {
        Cause::Exited(status) => Ending::Exited { status },
        Cause::Signalled(signal) => Ending::Signalled { signal },
        Cause::TimedOut => Ending::TimedOut { limit_ms: time_ms },
        Cause::Stopped => Ending::Lost {
            reason: "it was stopped from outside".to_owned(),
        },
    }
}

/// Keeps what was read; tells whether the stream goes on.
fn take(keeper: &mut Keeper, piece: &[u8], read: std::io::Result<usize>) -> bool {
    match read {
        Ok(0) | Err(_) => false,
        Ok(n) => {
            keeper.push(&piece[..n]);
            true
        }
    }
}

async fn drain(stream: &mut (impl AsyncRead + Unpin), keeper: &mut Keeper) {
    let mut piece = vec![0; 32 << 10];
    while let Ok(n) = stream.read(&mut piece).await
        && n > 0
    {
        keeper.push(&piece[..n]);
    }
}
