//! Why the audit cannot be read or written. Whatever it is, nothing runs.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::logic::audit::Broken;

/// Why the audit cannot be read or written.
#[derive(Debug, Error)]
pub enum AuditError {
    /// A file or folder cannot be used.
    #[error("{what} `{path}`")]
    Io {
        /// What was tried.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// There are entries and no key: whoever writes on with a new one would hide what was done.
    #[error("the key `{0}` is not there, and the audit has entries")]
    NoKey(PathBuf),
    /// Others can read the key.
    #[error("others can read the key `{path}` (mode {mode:04o}); it must be 0600")]
    OpenKey {
        /// The key's file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The key's file holds something else.
    #[error("`{0}` holds no key: 64 hexadecimal digits")]
    BadKey(PathBuf),
    /// The chain does not hold.
    #[error("the audit `{path}` does not hold: {broken}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// What was found.
        broken: Broken,
    },
    /// The last entry is not what was written with this key, so none can be added.
    #[error("the last entry of `{0}` was changed, or was written with another key")]
    BrokenEnd(PathBuf),
}

impl AuditError {
    /// Makes the error of a file or folder.
    pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
