//! What came of a run: how it ended, what it printed, how long it took. What that means is left to
//! `finding`; nothing here has been redacted yet.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What came of one run of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// What it printed on standard output, or what a native check wrote down.
    pub stdout: Capture,
    /// What it printed on standard error.
    pub stderr: Capture,
    /// From the start to the end, waiting for a place in the queue not counted.
    pub took: Duration,
    /// Which layers of the sandbox held; empty for native checks, which start no program.
    pub layers: Vec<Layer>,
    /// Processes that the program left behind and that were killed.
    pub swept: u32,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how")]
pub enum Ending {
    /// The program ended by itself.
    Exited {
        /// Its exit status, 0 to 255.
        status: i32,
    },
    /// A signal ended it that we did not send.
    Signalled {
        /// The signal's number.
        signal: i32,
    },
    /// A native check got an answer, whatever the answer says.
    Answered,
    /// A native check got no answer.
    Unanswered {
        /// Why: a fragment without a full stop.
        reason: String,
    },
    /// It ran past its time limit and was stopped.
    TimedOut {
        /// The limit in milliseconds.
        limit_ms: u64,
    },
    /// It printed past its output limit and was stopped.
    Flooded {
        /// The limit in bytes.
        limit_bytes: u64,
    },
    /// It wrote more files than it may and was stopped.
    Spilled {
        /// The limit in bytes.
        limit_bytes: u64,
    },
    /// A person stopped it.
    Cancelled,
    /// It never started; nothing ran.
    NotStarted {
        /// Why: a fragment without a full stop.
        reason: String,
    },
    /// It started, and its end was not seen; what was left of it was killed.
    Lost {
        /// Why: a fragment without a full stop.
        reason: String,
    },
}

impl Ending {
    /// Tells whether the program ended by itself with status 0, or the check got an answer.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Exited { status: 0 } | Self::Answered)
    }

    /// Tells whether the program was stopped or lost before it had said all that it had to say: what it
    /// printed until then can show what is broken, and not that all is well.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        matches!(
            self,
            Self::Cancelled
                | Self::TimedOut { .. }
                | Self::Flooded { .. }
                | Self::Spilled { .. }
                | Self::Signalled { .. }
                | Self::Lost { .. }
        )
    }

    /// Says it in words, as a fragment that fits after "it".
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Exited { status: 0 } => "ended well (exit status 0)".to_owned(),
            Self::Exited { status } => format!("ended with exit status {status}"),
            Self::Signalled { signal } => {
                format!("was ended by signal {signal}{}", signal_meaning(*signal))
            }
            Self::Answered => "got an answer".to_owned(),
            Self::Unanswered { reason } => format!("got no answer: {reason}"),
            Self::TimedOut { limit_ms } => format!(
                "was stopped at its time limit of {}",
                duration_in_words(Duration::from_millis(*limit_ms))
            ),
            Self::Flooded { limit_bytes } => format!(
                "was stopped because it printed more than {} KiB",
                limit_bytes / 1024
            ),
            Self::Spilled { limit_bytes } => format!(
                "was stopped because it wrote more than {} MiB of files",
                limit_bytes >> 20
            ),
            Self::Cancelled => "was cancelled".to_owned(),
            Self::NotStarted { reason } => format!("was not started: {reason}"),
            Self::Lost { reason } => format!("was lost: {reason}"),
        }
    }
}

/// Says how long something is, in the largest unit that keeps it short: `850 ms`, `12 s`, `2 min`.
#[must_use]
pub fn duration_in_words(duration: Duration) -> String {
    let ms = duration.as_millis();
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..10_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        10_000..120_000 => format!("{} s", ms / 1_000),
        _ => format!("{} min", ms / 60_000),
    }
}

/// What the common signals mean, as an apposition.
fn signal_meaning(signal: i32) -> &'static str {
    match signal {
        6 => ", it aborted itself",
        9 => ", killed: often because memory ran out",
        11 => ", it crashed",
        15 => ", asked to end",
        24 => ", it used up its CPU time",
        25 => ", it wrote a larger file than it may",
        31 => ", it made a system call that is not allowed",
        _ => "",
    }
}

/// What a program printed on one stream: all of it, or its head and its tail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// The first bytes.
    pub head: Vec<u8>,
    /// The last bytes, where the middle was left out; empty otherwise.
    pub tail: Vec<u8>,
    /// Bytes printed in all, left-out ones included.
    pub total_bytes: u64,
}

impl Capture {
    /// Makes a capture of text that is all there.
    #[must_use]
    pub fn whole(text: impl Into<Vec<u8>>) -> Self {
        let head = text.into();
        Self {
            total_bytes: head.len() as u64,
            head,
            tail: Vec::new(),
        }
    }

    /// Bytes between head and tail that were not kept.
    #[must_use]
    pub fn left_out_bytes(&self) -> u64 {
        self.total_bytes
            .saturating_sub((self.head.len() + self.tail.len()) as u64)
    }

    /// Gives head and tail as text, with a line between them that says what was left out.
    ///
    /// The cut line at either side of the gap is dropped: half a secret must not pass a redactor
    /// that knows whole ones.
    #[must_use]
    pub fn text(&self) -> String {
        if self.left_out_bytes() == 0 {
            let mut whole = self.head.clone();
            whole.extend_from_slice(&self.tail);
            return String::from_utf8_lossy(&whole).into_owned();
        }
        let head_end = self.head.iter().rposition(|byte| *byte == b'\n');
        let tail_start = self.tail.iter().position(|byte| *byte == b'\n');
        let head = &self.head[..head_end.map_or(0, |at| at + 1)];
        let tail = &self.tail[tail_start.map_or(self.tail.len(), |at| at + 1)..];
        let left_out = self.total_bytes - (head.len() + tail.len()) as u64;
        format!(
            "{}[... {left_out} bytes left out ...]\n{}",
            String::from_utf8_lossy(head),
            String::from_utf8_lossy(tail)
        )
    }
}

/// One layer of the sandbox, and whether it held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name: `landlock`, `seccomp`, `limits`, `subreaper`.
    pub name: String,
    /// How far the kernel enforces it.
    pub state: LayerState,
    /// What it covers, or why it does not hold.
    pub detail: String,
}

/// How far the kernel enforces a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerState {
    /// All of it.
    Full,
    /// Some of it.
    Partial,
    /// None of it.
    Absent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_takes_the_cut_lines_with_it() {
        let capture = Capture {
            head: b"one\npassword=hun".to_vec(),
            tail: b"ter2\nlast\n".to_vec(),
            total_bytes: 500,
        };
        assert_eq!(capture.text(), "one\n[... 491 bytes left out ...]\nlast\n");
    }

    #[test]
    fn what_fits_is_given_whole() {
        let capture = Capture {
            head: b"one\ntw".to_vec(),
            tail: b"o\n".to_vec(),
            total_bytes: 8,
        };
        assert_eq!(capture.text(), "one\ntwo\n");
    }

    #[test]
    fn endings_are_said_in_words() {
        let said = |ending: Ending| ending.in_words();
        assert_eq!(
            said(Ending::Exited { status: 3 }),
            "ended with exit status 3"
        );
        assert_eq!(
            said(Ending::TimedOut { limit_ms: 1500 }),
            "was stopped at its time limit of 1.5 s"
        );
        assert_eq!(
            said(Ending::Signalled { signal: 9 }),
            "was ended by signal 9, killed: often because memory ran out"
        );
    }
}
