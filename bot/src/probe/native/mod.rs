//! Checks that the bot makes itself, from where it runs: HTTP, TLS, TCP and DNS.

mod address;
mod certificate;
mod check;
mod connect;
mod http;
mod rate;
mod resolve;
mod url;

pub use address::blocked;
pub use check::{Check, Checker, Settings};
pub use resolve::{Resolve, SystemResolver};
