//! What nobody may read: secrets are taken out of whatever a program printed before it is shown,
//! stored or logged.
//!
//! The order is fixed: decode, clean (escape sequences, control and invisible characters), redact
//! the *whole* capture, and only then cut and escape for a platform. A secret glued to a colour
//! code is not recognised, and half a secret at a cut is not either.
//!
//! Redaction is best effort. It looks for the forms that tokens have, for names that say
//! "password", for the places where credentials stand (addresses, headers, command lines, SQL,
//! stack traces), and for the values that this program holds itself.

mod accept;
mod address;
mod blob;
mod block;
mod clean;
mod command;
mod find;
mod header;
mod kind;
mod known;
mod name;
mod pair;
mod quote;
mod redactor;
mod scan;
mod secrets;
mod separator;
mod shape;
mod span;
mod statement;
mod stream;
#[cfg(test)]
mod tests;
mod token;
mod value;
mod vendors;
mod words;

pub use clean::{clean, decode};
pub use kind::Kind;
pub use redactor::{Cut, Redacted, Redactor};
pub use secrets::Secrets;
pub use stream::Stream;
