//! What survives a restart: what was heard, what runs, what is to be said, and the audit of it.

pub mod audit;

#[cfg(feature = "serve")]
mod checkpoint;
#[cfg(feature = "serve")]
mod database;
#[cfg(feature = "serve")]
mod decision;
#[cfg(feature = "serve")]
mod error;
#[cfg(feature = "serve")]
mod inbox;
#[cfg(feature = "serve")]
mod memory;
#[cfg(feature = "serve")]
mod outbox;
#[cfg(feature = "serve")]
mod runs;
#[cfg(feature = "serve")]
mod threads;
#[cfg(feature = "serve")]
mod writer;

#[cfg(feature = "serve")]
pub use database::Store;
#[cfg(feature = "serve")]
pub use decision::{Decision, Outcome};
#[cfg(feature = "serve")]
pub use error::StoreError;
#[cfg(feature = "serve")]
pub use inbox::Row;
#[cfg(feature = "serve")]
pub use memory::{Backlog, Kept};
#[cfg(feature = "serve")]
pub use outbox::{Anchor, Due, Letter};
#[cfg(feature = "serve")]
pub use runs::Left;
