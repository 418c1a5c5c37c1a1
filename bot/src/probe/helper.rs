//! The helper process, one for each run: builds the walls, starts the program within them, watches it
//! from outside, ends it, and leaves nothing of it behind. It is the bot's own program, started again
//! under a hidden name, so that nothing runs between fork and exec and no `unsafe` is needed.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{DumpableBehavior, Pid, PidfdFlags, Signal, pidfd_open};

use super::order::{Cause, Order, Word};
use super::{sandbox, sweep};
use crate::logic::outcome::{Layer, LayerState};

/// The hidden command that makes the program a helper.
pub const NAME: &str = "sandbox-exec";

/// Runs one order that comes in over standard input, a socket, and answers there.
#[must_use]
pub fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody but a person who started us by hand can read this.
        Err(error) => {
            let _ = writeln!(io::stderr(), "{NAME} is started by bot502 itself: {error}");
            ExitCode::from(70)
        }
    }
}

fn serve() -> io::Result<()> {
    let mut bot = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let order = read_order(&mut bot)?;
    let mut layers = prepare();
    let (started, walls) = start_within_walls(&order);
    layers.extend(walls);
    let child = match started {
        Ok(child) => child,
        Err(reason) => return say(&mut bot, &Word::Refused { reason, layers }),
    };
    // From here on the program must not outlive us, whatever fails: a bot that is gone ends it too.
    let told = say(&mut bot, &Word::Started { layers });
    let cause = if told.is_ok() {
        watch(child, &bot, &order)
    } else {
        Cause::Stopped
    };
    let swept = sweep::kill_descendants();
    say(&mut bot, &Word::Ended { cause, swept })
}

/// Makes this process fit to watch: a session of its own without a terminal, the parent of all that is
/// orphaned below it, closed to debuggers of the same user.
fn prepare() -> Vec<Layer> {
    let kept = sandbox::keep_files_from_programs().is_ok();
    let session = rustix::process::setsid().is_ok();
    let me = rustix::process::getpid();
    let reaper = rustix::process::set_child_subreaper(Some(me)).is_ok();
    let listed =
        std::fs::read_to_string(format!("/proc/self/task/{}/children", me.as_raw_nonzero()))
            .is_ok();
    // The order holds a token; a core file or a debugger would give it away.
    let closed = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok();
    let state = if kept && session && reaper && listed && closed {
        LayerState::Full
    } else {
        LayerState::Partial
    };
    let parts = [
        ("a session of its own", session),
        ("adopts orphans", reaper),
        ("lists them", listed),
        ("passes no files on", kept),
        ("closed to debuggers", closed),
    ];
    let said = parts.map(|(part, holds)| match holds {
        true => part.to_owned(),
        false => format!("not: {part}"),
    });
    let detail = said.join(", ");
    vec![Layer {
        name: "watch".to_owned(),
        state,
        detail,
    }]
}

/// Starts the program from a thread that is within the walls; this thread stays outside of them.
fn start_within_walls(order: &Order) -> (Result<Child, String>, Vec<Layer>) {
    std::thread::scope(|scope| {
        let inside = scope.spawn(|| {
            let layers = sandbox::enter(&order.access, &order.limits);
            if order.strict && !sandbox::all_hold(&layers) {
                return (Err(missing_walls(&layers)), layers);
            }
            (start(order), layers)
        });
        inside
            .join()
            .unwrap_or_else(|_| (Err("build the sandbox: it panicked".to_owned()), Vec::new()))
    })
}

fn missing_walls(layers: &[Layer]) -> String {
    let missing: Vec<String> = layers
        .iter()
        .filter(|layer| layer.state != LayerState::Full)
        .map(|layer| format!("{} ({})", layer.name, layer.detail))
        .collect();
    format!("the sandbox does not hold: {}", missing.join(", "))
}

fn start(order: &Order) -> Result<Child, String> {
    Command::new(&order.program)
        .args(&order.args)
        .env_clear()
        .envs(order.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(&order.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| format!("start `{}`: {error}", order.program.display()))
}

/// Waits for the program's end, the time limit, or the bot's word, and sees to it that it ends.
fn watch(mut child: Child, bot: &UnixStream, order: &Order) -> Cause {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let Some(end) = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else {
        return wait(&mut child);
    };
    let deadline = Instant::now() + Duration::from_millis(order.time_ms);
    let cause = loop {
        let mut fds = [
            PollFd::new(&end, PollFlags::IN),
            PollFd::new(bot, PollFlags::IN),
        ];
        match poll(&mut fds, Some(&until(deadline))) {
            Ok(0) if Instant::now() >= deadline => break Cause::TimedOut,
            Ok(_) if !fds[0].revents().is_empty() => return wait(&mut child),
            // Any word means stop, and so does the end of the bot.
            Ok(_) if !fds[1].revents().is_empty() => break Cause::Stopped,
            Ok(_) | Err(_) => {}
        }
    };
    sweep::signal_descendants(Signal::TERM);
    let grace_end = Instant::now() + Duration::from_millis(order.grace_ms);
    let mut fds = [PollFd::new(&end, PollFlags::IN)];
    // Interrupted or not: what is left is killed by the sweep that follows.
    let _ = poll(&mut fds, Some(&until(grace_end)));
    cause
}

fn wait(child: &mut Child) -> Cause {
    child.wait().map_or(Cause::Stopped, cause_of)
}

fn cause_of(status: ExitStatus) -> Cause {
    match (status.code(), status.signal()) {
        (Some(code), _) => Cause::Exited(code),
        (None, Some(signal)) => Cause::Signalled(signal),
        (None, None) => Cause::Stopped,
    }
}

fn until(deadline: Instant) -> Timespec {
    let left = deadline.saturating_duration_since(Instant::now());
    Timespec {
        tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(left.subsec_nanos()),
    }
}

fn read_order(bot: &mut UnixStream) -> io::Result<Order> {
    let mut line = Vec::new();
    let mut piece = [0; 4096];
    while !line.ends_with(b"\n") {
        let n = bot.read(&mut piece)?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.extend_from_slice(&piece[..n]);
    }
    Ok(serde_json::from_slice(&line)?)
}

fn say(bot: &mut UnixStream, word: &Word) -> io::Result<()> {
    let mut line = serde_json::to_vec(word)?;
    line.push(b'\n');
    bot.write_all(&line)
}
