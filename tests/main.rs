//! What we promise, from outside: the real binary, one module a topic, its fixtures beside it.

#![expect(
    clippy::print_stderr,
    reason = "a test that could not run says so where people look"
)]

mod ask;
mod causes;
mod cli;
mod conversation;
mod eval;
mod guides;
mod harness;
mod probes;
mod programs;
#[cfg(feature = "serve")]
mod serve;
mod slack;
mod tidy;
