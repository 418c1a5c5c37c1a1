//! The audit's file, its key and its lock. What stands in an entry, and whether a chain holds, is
//! decided in `logic::audit`.

mod error;
mod file;
mod key;
mod log;
#[cfg(test)]
mod tests;

pub use error::AuditError;
pub use log::{AuditLog, Paths};
