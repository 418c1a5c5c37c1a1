//! Real programs run to their real failures: what they really wrote must lead to the cause.
//! `tests/prepare` installs them; a test whose program is missing says so, and fails under CI.

mod databases;
mod lab;
mod runtimes;
mod shell;
mod webservers;
