//! The on-call bot for HTTP 502 errors.
//!
//! `logic` decides and does nothing; `chat`, `probe` and `store` act and decide nothing; `cli` joins
//! them. Which folder may name which is a test, `tests/tidy.rs`.

pub mod chat;
pub mod cli;
pub mod config;
pub mod failure;
pub mod logic;
pub mod probe;
#[cfg(feature = "serve")]
pub mod serve;
pub mod store;
#[cfg(feature = "serve")]
pub mod web;
