//! From what a run printed to what it means: findings with their evidence, and what to do next.

mod lines;
mod shape;

mod cli;
mod deploys;
mod logs;
mod outside;
mod read;
mod resources;
mod services;
mod start;

mod report;
mod shown;

pub use cli::{Trouble, trouble};
pub use read::{Printed, read};
pub use report::{About, Report, Shown};
pub use shape::{Evidence, Finding, Next, Weight};
pub use shown::shown;

#[cfg(test)]
mod cli_tests;
#[cfg(test)]
mod tests;
