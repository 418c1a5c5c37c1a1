//! How a command ends: its exit code, and whose business a failure is.

use std::fmt;
use std::process::ExitCode;

/// How a command ended when nothing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked. Exit code 0.
    Done,
    /// It did its work, and the answer is no: a lint found errors, a gate was not met, a probe was
    /// refused, a chain does not verify. Exit code 1.
    No,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::No => Self::from(1),
        }
    }
}

/// Whose business a failure is; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The asker's: something typed that cannot be meant. Exit code 2, as clap's own.
    Asker,
    /// The operator's: configuration, guides, policy. Exit code 3.
    Operator,
    /// The outside world's: files, disks, networks, other programs. Exit code 4.
    World,
    /// Ours: a bug. Exit code 70.
    Ours,
}

impl Whose {
    /// Gives the exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Asker => 2,
            Self::Operator => 3,
            Self::World => 4,
            Self::Ours => 70,
        }
    }
}

/// A failure that knows whose business it is, and what to try.
///
/// Goes through `anyhow` as the root of a chain; a chain without one is the outside world's.
#[derive(Debug)]
pub struct Failure {
    /// Whose business it is.
    pub whose: Whose,
    /// What failed: a fragment without a full stop.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
    /// How many mistakes it tells of.
    pub mistakes: usize,
}

impl Failure {
    /// Makes a failure of the asker's.
    pub fn asker(message: impl Into<String>) -> Self {
        Self {
            whose: Whose::Asker,
            message: message.into(),
            hint: None,
            mistakes: 1,
        }
    }

    /// Makes a failure of the operator's.
    pub fn operator(message: impl Into<String>) -> Self {
        Self {
            whose: Whose::Operator,
            message: message.into(),
            hint: None,
            mistakes: 1,
        }
    }

    /// Makes a failure of the outside world's.
    pub fn world(message: impl Into<String>) -> Self {
        Self {
            whose: Whose::World,
            message: message.into(),
            hint: None,
            mistakes: 1,
        }
    }

    /// Adds what to try.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says how many mistakes it tells of.
    #[must_use]
    pub fn mistakes(mut self, count: usize) -> Self {
        self.mistakes = count;
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
