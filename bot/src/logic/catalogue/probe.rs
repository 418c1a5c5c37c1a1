//! A probe as the catalogue has it: one read-only check, what it stands for, how it runs, what it
//! may touch. How a file is read and checked is left to `file` and `lint`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::parameter::Parameter;
use crate::logic::target::{HostName, ProbeId};

/// One read-only check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Probe {
    /// Its name: `app-log`.
    pub id: ProbeId,
    /// What it is, in a few words.
    pub title: String,
    /// What its result tells.
    pub tells: String,
    /// The command of a guide that it stands for.
    pub guide: Option<GuideCommand>,
    /// How it runs.
    pub kind: Kind,
    /// What can be said beyond the target; in the order of the help.
    pub parameters: Vec<Parameter>,
    /// How long it may take and how much it may print.
    pub limits: Limits,
    /// Who must consent before it runs.
    pub approval: Approval,
    /// What it may touch, each with the reason.
    pub touches: Vec<Permission>,
}

/// The command of a guide that a probe stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GuideCommand {
    /// The command as the guide has it.
    pub command: String,
    /// The step of the 502 guide that tells to run it.
    pub step: u32,
    /// What the probe changed in it and why; empty where nothing was.
    pub changed: String,
}

/// How a probe runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A program with its arguments, without a shell.
    Command {
        /// The program and its arguments.
        argv: Vec<Word>,
        /// What is run in the app's container, as the one argument after the argv.
        remote: Option<Remote>,
    },
    /// A GET of one address of the project, from outside.
    Http {
        /// The path, `/` at its head.
        path: String,
        /// Where the project's own hosts are learnt from.
        routes: Vec<Word>,
    },
    /// A TLS handshake with one host of the project, to read its certificate.
    Tls {
        /// The port.
        port: u16,
        /// Where the project's own hosts are learnt from.
        routes: Vec<Word>,
    },
    /// The addresses of one host of the project.
    Dns {
        /// Where the project's own hosts are learnt from.
        routes: Vec<Word>,
    },
    /// A TCP connection to one host of the project.
    Tcp {
        /// The port.
        port: u16,
        /// Where the project's own hosts are learnt from.
        routes: Vec<Word>,
    },
}

impl Kind {
    /// Gives the kind's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Command { .. } => "command",
            Self::Http { .. } => "http",
            Self::Tls { .. } => "tls",
            Self::Dns { .. } => "dns",
            Self::Tcp { .. } => "tcp",
        }
    }

    /// Gives the argv that it runs: its own, or the one that lists the project's hosts.
    #[must_use]
    pub fn argv(&self) -> &[Word] {
        match self {
            Self::Command { argv, .. } => argv,
            Self::Http { routes, .. }
            | Self::Tls { routes, .. }
            | Self::Dns { routes }
            | Self::Tcp { routes, .. } => routes,
        }
    }

    /// Gives what is run in the app's container, where anything is.
    #[must_use]
    pub fn remote(&self) -> Option<&Remote> {
        match self {
            Self::Command { remote, .. } => remote.as_ref(),
            Self::Http { .. } | Self::Tls { .. } | Self::Dns { .. } | Self::Tcp { .. } => None,
        }
    }
}

/// One word of an argv.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Written in the catalogue.
    Fixed(String),
    /// A parameter's value, whole. Left out where an optional parameter is not given.
    Parameter(String),
    /// A fixed `--option=` and a parameter's value.
    Option {
        /// The text up to and with `=`.
        prefix: String,
        /// The parameter.
        parameter: String,
    },
}

/// What is run in the app's container: always `timeout N` and then words, each quoted for the
/// remote shell, so that the shell there reads back exactly these words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remote {
    /// A program, or `sh -c` with a script that is compiled into bot502.
    pub run: RemoteRun,
    /// Further words: for a script they are `$1`, `$2`.
    pub arguments: Vec<Word>,
    /// The statement that stands as the first argument, checked to be one plain read.
    pub sql: Option<String>,
}

/// What the remote words begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteRun {
    /// A read-only program.
    Program(String),
    /// A script that ships with bot502; a catalogue can name one, never write one.
    Script {
        /// Its name: `listeners`.
        name: String,
        /// Its text.
        text: String,
    },
}

/// How long a probe may take and how much it may print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// From its start to its end.
    pub time: Duration,
    /// Bytes kept of what it prints; over it, the head and the tail are.
    pub output_bytes: u64,
}

/// Who must consent before a probe runs, in the order of strictness.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// Nobody: it runs at once.
    #[default]
    Nobody,
    /// The asker, by a second click.
    Asker,
    /// A second person.
    SecondPerson,
}

impl fmt::Display for Approval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "nobody",
            Self::Asker => "the asker, by a second click",
            Self::SecondPerson => "a second person",
        })
    }
}

/// One thing that a probe may touch, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// The thing.
    pub touch: Touch,
    /// Why it is needed.
    pub reason: String,
}

/// A thing that a probe may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Touch {
    /// The platform's API, over HTTPS.
    UpsunApi,
    /// The platform's SSH gateway, and through it the app's container.
    UpsunSsh,
    /// The project's own addresses, over HTTP and HTTPS.
    AppUrl,
    /// The resolver of this machine.
    Dns,
    /// The CLI's session and cache, in a HOME of its own.
    CliHome,
}

impl Touch {
    /// Gives the name as a catalogue has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UpsunApi => "upsun-api",
            Self::UpsunSsh => "upsun-ssh",
            Self::AppUrl => "app-url",
            Self::Dns => "dns",
            Self::CliHome => "cli-home",
        }
    }
}

/// How a permitted probe runs: its kind with every parameter filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Run this argv, without a shell.
    Command {
        /// The program, `upsun`, and its arguments.
        argv: Vec<String>,
    },
    /// GET `https://HOST` + path, and `http://HOST` + path where that is refused.
    Http {
        /// Which hosts.
        hosts: Hosts,
        /// The path.
        path: String,
    },
    /// Shake hands and read the certificate.
    Tls {
        /// Which hosts.
        hosts: Hosts,
        /// The port.
        port: u16,
    },
    /// Resolve.
    Dns {
        /// Which hosts.
        hosts: Hosts,
    },
    /// Connect and hang up.
    Tcp {
        /// Which hosts.
        hosts: Hosts,
        /// The port.
        port: u16,
    },
}

/// Which hosts a native check may reach: the project's own and no others.
///
/// A wanted host that is in `listed` may be reached at once. Otherwise `routes` is run first, and a
/// host may be reached only if it is the host of an address that this prints. Without a wanted host
/// the first of `listed` is taken, else the first that `routes` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hosts {
    /// The host that was asked for.
    pub wanted: Option<HostName>,
    /// Hosts that the operator wrote beside the target.
    pub listed: Vec<HostName>,
    /// The argv that prints the project's addresses, one a line.
    pub routes: Vec<String>,
}

impl Action {
    /// Gives the argv that it runs: its own, or the one that lists the project's hosts.
    #[must_use]
    pub fn argv(&self) -> &[String] {
        match self {
            Self::Command { argv } => argv,
            Self::Http { hosts, .. }
            | Self::Tls { hosts, .. }
            | Self::Dns { hosts }
            | Self::Tcp { hosts, .. } => &hosts.routes,
        }
    }
}
