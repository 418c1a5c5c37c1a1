//! What can go wrong with an index. A question never fails: it is answered or declined.

use std::path::{Path, PathBuf};

/// Why an index could not be built or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk refused: full, read-only, no permission. The index that was there is untouched.
    #[error("write the index in `{path}`")]
    Write {
        /// The folder of the index.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The index does not fit and has to be built again.
    #[error("open the index in `{path}`: {reason}")]
    Stale {
        /// The folder of the index.
        path: PathBuf,
        /// What does not fit: a fragment without a full stop.
        reason: String,
    },
    /// The search library failed where it should not: a bug.
    #[error("index the guides")]
    Index(#[source] Box<tantivy::TantivyError>),
}

impl Error {
    /// What the operator can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Write { .. } => Some("free space there, or choose another folder"),
            Self::Stale { .. } => Some("build it again with `bot502 index`"),
            Self::Index(_) => None,
        }
    }

    pub(crate) fn write(
        path: &Path,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Write {
            path: path.to_path_buf(),
            source: source.into(),
        }
    }

    pub(crate) fn stale(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Stale {
            path: path.to_path_buf(),
            reason: reason.to_string(),
        }
    }
}

impl From<tantivy::TantivyError> for Error {
    fn from(source: tantivy::TantivyError) -> Self {
        Self::Index(Box::new(source))
    }
}
