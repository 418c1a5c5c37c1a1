//! The catalogue of probes: the closed list of what may ever be run.

mod file;
mod lint;
mod list;
mod names;
mod narrow;
mod parameter;
mod place;
mod probe;
mod read;
mod render;
mod shipped;
mod shown;
mod sql;

#[cfg(test)]
mod tests;

pub use list::{Catalogue, has_error};
pub use parameter::{Need, Parameter, ParameterType};
pub(crate) use place::{Source, Wrong};
pub use probe::{
    Action, Approval, GuideCommand, Hosts, Kind, Limits, Permission, Probe, Remote, RemoteRun,
    Touch, Word,
};
pub(crate) use read::time as duration;
pub use render::{Values, render};
pub use shown::show;
