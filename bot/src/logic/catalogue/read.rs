//! From a catalogue file to probes: reads what the file says, and leaves to `lint` whether that may
//! ever run.

use std::ops::Range;
use std::time::Duration;

use jiff::SignedDuration;
use kb::diagnostic::Diagnostic;
use toml::Spanned;

use super::file::{File, RawKind, RawParameter, RawProbe, RawRemote};
use super::lint;
use super::narrow;
use super::parameter::{Need, Parameter, ParameterType};
use super::place::{Source, Wrong};
use super::probe::{GuideCommand, Kind, Limits, Permission, Probe, Remote, RemoteRun, Word};
use super::shipped;
use crate::logic::target::{ProbeId, shown};

/// Bytes of one catalogue file at most; the shipped ones are below 12 KiB.
pub(super) const LARGEST_FILE: usize = 1 << 20;

/// Probes and complaints, as file after file is read.
#[derive(Default)]
pub(super) struct Reader {
    probes: Vec<Probe>,
    complaints: Vec<Diagnostic>,
}

impl Reader {
    /// Reads one file.
    pub fn read(&mut self, path: &str, text: &str) {
        let source = Source { path, text };
        if text.len() > LARGEST_FILE {
            let wrong = Wrong::new(
                "catalogue-size",
                format!(
                    "the file has {} bytes, more than {LARGEST_FILE}",
                    text.len()
                ),
            );
            self.complaints.push(source.complain(0..0, wrong));
            return;
        }
        let file: File = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                let wrong = Wrong::new("catalogue-syntax", error.message().to_owned())
                    .hint("the probes of config/probes show every key");
                self.complaints
                    .push(source.complain(error.span().unwrap_or(0..0), wrong));
                return;
            }
        };
        for raw in file.probe {
            self.add(source, raw);
        }
        for raw in file.narrow {
            if let Err(complaint) = narrow::apply(&mut self.probes, source, raw) {
                self.complaints.push(*complaint);
            }
        }
    }

    /// Gives what was read.
    pub fn end(self) -> (Vec<Probe>, Vec<Diagnostic>) {
        (self.probes, self.complaints)
    }

    fn add(&mut self, source: Source<'_>, raw: RawProbe) {
        let id_span = raw.id.span();
        let places = Places::of(&raw);
        let probe = match probe(source, raw) {
            Ok(probe) => probe,
            Err(complaint) => {
                self.complaints.push(*complaint);
                return;
            }
        };
        if self.probes.iter().any(|known| known.id == probe.id) {
            let wrong = Wrong::new(
                "probe-duplicate",
                format!("there is a probe `{}` already", probe.id),
            )
            .hint("give it another id; to make a shipped probe narrower use [[narrow]]");
            self.complaints.push(source.complain(id_span, wrong));
            return;
        }
        match lint::check(&probe) {
            Ok(()) => self.probes.push(probe),
            Err((at, wrong)) => self
                .complaints
                .push(source.complain(places.of_part(at), wrong)),
        }
    }
}

/// Where the parts of a probe stand in its file.
struct Places {
    id: Range<usize>,
    argv: Option<Range<usize>>,
    remote: Option<Range<usize>>,
    parameters: Option<Range<usize>>,
    time: Range<usize>,
    output: Range<usize>,
    touches: Range<usize>,
}

impl Places {
    fn of(raw: &RawProbe) -> Self {
        Self {
            id: raw.id.span(),
            argv: raw.argv.as_ref().map(Spanned::span),
            remote: raw.remote.as_ref().map(Spanned::span),
            parameters: raw.parameters.first().map(Spanned::span),
            time: raw.time.span(),
            output: raw.output_kib.span(),
            touches: raw.touches.span(),
        }
    }

    fn of_part(&self, part: lint::Part) -> Range<usize> {
        let found = match part {
            lint::Part::Probe => None,
            lint::Part::Argv => self.argv.clone(),
            lint::Part::Remote => self.remote.clone(),
            lint::Part::Parameters => self.parameters.clone(),
            lint::Part::Time => Some(self.time.clone()),
            lint::Part::Output => Some(self.output.clone()),
            lint::Part::Touches => Some(self.touches.clone()),
        };
        found.unwrap_or_else(|| self.id.clone())
    }
}

type Read<T> = Result<T, Box<Diagnostic>>;

fn probe(source: Source<'_>, raw: RawProbe) -> Read<Probe> {
    let at = |span: Range<usize>| move |wrong: Wrong| Box::new(source.complain(span, wrong));
    let id = ProbeId::new(raw.id.get_ref())
        .map_err(|error| Wrong::new("probe-id", error.to_string()))
        .map_err(at(raw.id.span()))?;
    let kind = kind(&raw).map_err(at(raw.id.span()))?;
    let mut parameters = Vec::new();
    for raw in &raw.parameters {
        parameters.push(parameter(raw.get_ref()).map_err(at(raw.span()))?);
    }
    let time = time(raw.time.get_ref()).map_err(at(raw.time.span()))?;
    let permissions = raw.touches.into_inner().into_iter();
    Ok(Probe {
        id,
        title: raw.title,
        tells: raw.tells,
        guide: raw.guide.map(|guide| GuideCommand {
            command: guide.command,
            step: guide.step,
            changed: guide.changed,
        }),
        kind,
        parameters,
        limits: Limits {
            time,
            output_bytes: u64::from(*raw.output_kib.get_ref()) * 1024,
        },
        approval: raw.approval,
        touches: permissions
            .map(|permission| Permission {
                touch: permission.what,
                reason: permission.reason,
            })
            .collect(),
    })
}

fn kind(raw: &RawProbe) -> Result<Kind, Wrong> {
    let native = [
        raw.http.is_some(),
        raw.tls.is_some(),
        raw.tcp.is_some(),
        raw.dns.is_some(),
    ];
    let natives = native.iter().filter(|is_there| **is_there).count();
    if natives > 1 || (natives == 1 && raw.remote.is_some()) {
        return Err(Wrong::new(
            "kind-one",
            "a probe is one thing: a command, or one of `http`, `tls`, `tcp`, `dns`",
        ));
    }
    let argv = match &raw.argv {
        Some(argv) => words(argv.get_ref().iter().map(Spanned::get_ref))?,
        None => {
            return Err(Wrong::new(
                "argv-missing",
                "a probe needs `argv`: what it runs, or what lists the project's hosts",
            ));
        }
    };
    Ok(if let Some(http) = &raw.http {
        Kind::Http {
            path: http.get_ref().path.clone(),
            routes: argv,
        }
    } else if let Some(tls) = &raw.tls {
        Kind::Tls {
            port: tls.get_ref().port,
            routes: argv,
        }
    } else if let Some(tcp) = &raw.tcp {
        Kind::Tcp {
            port: tcp.get_ref().port,
            routes: argv,
        }
    } else if raw.dns.is_some() {
        Kind::Dns { routes: argv }
    } else {
        let remote = raw.remote.as_ref().map(Spanned::get_ref);
        Kind::Command {
            argv,
            remote: remote.map(read_remote).transpose()?,
        }
    })
}

fn read_remote(raw: &RawRemote) -> Result<Remote, Wrong> {
    let run = match (&raw.program, &raw.script) {
        (Some(program), None) => RemoteRun::Program(program.clone()),
        (None, Some(name)) => RemoteRun::Script {
            name: name.clone(),
            text: shipped::script(name).ok_or_else(|| no_script(name))?,
        },
        (Some(_), Some(_)) | (None, None) => {
            return Err(Wrong::new(
                "remote-one",
                "`remote` needs a `program` or a `script`, and not both",
            ));
        }
    };
    Ok(Remote {
        run,
        arguments: words(raw.arguments.iter())?,
        sql: raw.sql.clone(),
    })
}

fn no_script(name: &str) -> Wrong {
    let known: Vec<&str> = shipped::script_names().collect();
    Wrong::new(
        "remote-script",
        format!("there is no script `{}` in bot502", shown(name)),
    )
    .hint(format!(
        "a catalogue cannot bring scripts of its own; there are {}",
        known.join(", ")
    ))
}

/// Reads words: `{name}` is a parameter, `--option={name}` an option with one, all else fixed.
fn words<'a>(texts: impl Iterator<Item = &'a String>) -> Result<Vec<Word>, Wrong> {
    texts.map(|text| word(text)).collect()
}

fn word(text: &str) -> Result<Word, Wrong> {
    let Some((before, rest)) = text.split_once('{') else {
        return match text.contains('}') {
            true => Err(stray(text)),
            false => Ok(Word::Fixed(text.to_owned())),
        };
    };
    let name = rest.strip_suffix('}').ok_or_else(|| stray(text))?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match (before, is_name) {
        ("", true) => Ok(Word::Parameter(name.to_owned())),
        (prefix, true) if prefix.starts_with("--") && prefix.ends_with('=') => Ok(Word::Option {
            prefix: prefix.to_owned(),
            parameter: name.to_owned(),
        }),
        _ => Err(stray(text)),
    }
}

fn stray(text: &str) -> Wrong {
    Wrong::new(
        "argv-brace",
        format!("`{}` is no word with a parameter", shown(text)),
    )
    .hint("a parameter is a whole word, `{lines}`, or the end of one, `--lines={lines}`")
}

fn parameter(raw: &RawParameter) -> Result<Parameter, Wrong> {
    let bounds = raw.min.is_some() || raw.max.is_some();
    let kind = match (raw.kind, raw.min, raw.max) {
        (RawKind::Integer, Some(min), Some(max)) if raw.values.is_empty() => {
            ParameterType::Integer { min, max }
        }
        (RawKind::Integer, _, _) => {
            return Err(Wrong::new(
                "parameter-bounds",
                format!(
                    "`{}` needs `min` and `max`, and no `values`",
                    shown(&raw.name)
                ),
            ));
        }
        (RawKind::Enum, None, None) => ParameterType::Enum(raw.values.clone()),
        _ if bounds || !raw.values.is_empty() => {
            return Err(Wrong::new(
                "parameter-keys",
                format!(
                    "`{}` has keys that its kind does not take",
                    shown(&raw.name)
                ),
            ));
        }
        (RawKind::Activity, _, _) => ParameterType::Activity,
        (RawKind::Service, _, _) => ParameterType::Service,
        (RawKind::Host, _, _) => ParameterType::Host,
        (RawKind::Enum, _, _) => ParameterType::Enum(Vec::new()),
    };
    let need = match (&raw.default, raw.optional) {
        (Some(_), true) => {
            return Err(Wrong::new(
                "parameter-keys",
                format!(
                    "`{}` has a default, so it is not optional",
                    shown(&raw.name)
                ),
            ));
        }
        (Some(value), false) => Need::Default(value.clone()),
        (None, true) => Need::Optional,
        (None, false) => Need::Required,
    };
    Ok(Parameter {
        name: raw.name.clone(),
        about: raw.about.clone(),
        kind,
        need,
    })
}

/// Reads a duration such as `30s` or `2m`.
pub(crate) fn time(text: &str) -> Result<Duration, Wrong> {
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|time| Duration::try_from(time).ok())
        .ok_or_else(|| {
            Wrong::new("limits-time", format!("`{}` is no duration", shown(text)))
                .hint("write it as `30s`")
        })
}
