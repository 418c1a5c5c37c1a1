//! From a probe, a target and checked values to the words that run. Each parameter fills one word
//! or the end of one; the remote text is quoted so that the shell there reads back these words.

use std::collections::BTreeMap;

use super::parameter::Need;
use super::probe::{Action, Hosts, Kind, Probe, Remote, RemoteRun, Word};
use crate::logic::target::{HostName, Target};

/// Checked values of a probe's parameters. Only [`Values::check`] makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// Checks what was given: every name declared, every value within its type, nothing missing.
    ///
    /// # Errors
    /// A sentence on what was understood and what to say instead.
    pub fn check(probe: &Probe, given: &BTreeMap<String, String>) -> Result<Self, String> {
        for name in given.keys() {
            if !probe.parameters.iter().any(|known| known.name == *name) {
                return Err(undeclared(probe, name));
            }
        }
        let mut values = BTreeMap::new();
        for parameter in &probe.parameters {
            let text = match (given.get(&parameter.name), &parameter.need) {
                (Some(text), _) | (None, Need::Default(text)) => text,
                (None, Need::Optional) => continue,
                (None, Need::Required) => {
                    return Err(format!(
                        "`{}` needs `{}=`: a {}",
                        probe.id, parameter.name, parameter.kind
                    ));
                }
            };
            let value = parameter
                .kind
                .check(text)
                .map_err(|why| format!("`{}` of `{}`: {why}", parameter.name, probe.id))?;
            values.insert(parameter.name.clone(), value);
        }
        Ok(Self(values))
    }

    /// Gives the value of a parameter; `None` where an optional one was not given.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn undeclared(probe: &Probe, name: &str) -> String {
    let name = crate::logic::target::shown(name);
    let known: Vec<String> = probe
        .parameters
        .iter()
        .map(|parameter| format!("`{}`", parameter.name))
        .collect();
    if known.is_empty() {
        format!(
            "`{}` takes nothing beyond its target, so not `{name}`",
            probe.id
        )
    } else {
        format!(
            "`{}` does not take `{name}`; it takes {}",
            probe.id,
            known.join(", ")
        )
    }
}

/// Fills a probe in: every word that will run.
#[must_use]
pub fn render(probe: &Probe, target: &Target, values: &Values, listed: &[HostName]) -> Action {
    let fill = |words: &[Word]| -> Vec<String> {
        words
            .iter()
            .filter_map(|word| fill(word, target, values))
            .collect()
    };
    let hosts = |routes: &[Word]| Hosts {
        wanted: wanted(probe, values),
        listed: listed.to_vec(),
        routes: fill(routes),
    };
    match &probe.kind {
        Kind::Command { argv, remote } => {
            let mut argv = fill(argv);
            if let Some(remote) = remote {
                argv.push(remote_text(remote, probe.limits.time.as_secs(), |words| {
                    fill(words)
                }));
            }
            Action::Command { argv }
        }
        Kind::Http { path, routes } => Action::Http {
            hosts: hosts(routes),
            path: path.clone(),
        },
        Kind::Tls { port, routes } => Action::Tls {
            hosts: hosts(routes),
            port: *port,
        },
        Kind::Dns { routes } => Action::Dns {
            hosts: hosts(routes),
        },
        Kind::Tcp { port, routes } => Action::Tcp {
            hosts: hosts(routes),
            port: *port,
        },
    }
}

fn fill(word: &Word, target: &Target, values: &Values) -> Option<String> {
    let value = |name: &str| match name {
        "project" => Some(target.project.as_str().to_owned()),
        "environment" => Some(target.environment.as_str().to_owned()),
        "app" => Some(target.app.as_str().to_owned()),
        name => values.get(name).map(str::to_owned),
    };
    match word {
        Word::Fixed(text) => Some(text.clone()),
        Word::Parameter(name) => value(name),
        Word::Option { prefix, parameter } => {
            value(parameter).map(|value| format!("{prefix}{value}"))
        }
    }
}

fn wanted(probe: &Probe, values: &Values) -> Option<HostName> {
    probe
        .parameters
        .iter()
        .filter(|parameter| parameter.kind == super::parameter::ParameterType::Host)
        .find_map(|parameter| values.get(&parameter.name))
        .and_then(|host| HostName::new(host).ok())
}

/// Seconds that a remote command is given less than the whole probe: connecting takes some, and
/// the far side must end first, so that nothing stays behind there.
const CONNECTING_SECONDS: u64 = 10;

/// Makes the one argument that goes verbatim to the shell in the container.
fn remote_text(
    remote: &Remote,
    time_seconds: u64,
    fill: impl Fn(&[Word]) -> Vec<String>,
) -> String {
    let seconds = time_seconds.saturating_sub(CONNECTING_SECONDS).max(5);
    let mut words = vec!["timeout".to_owned(), seconds.to_string()];
    match &remote.run {
        RemoteRun::Program(program) => words.push(program.clone()),
        RemoteRun::Script { text, .. } => {
            words.extend(["sh", "-c", text, "bot502"].map(str::to_owned));
        }
    }
    words.extend(remote.sql.clone());
    words.extend(fill(&remote.arguments));
    shlex::try_join(words.iter().map(String::as_str))
        .expect("a NUL byte is in no checked catalogue and no parameter's alphabet")
}
