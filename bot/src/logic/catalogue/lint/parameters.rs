//! The rules for what people can say: names, bounds, words and defaults.

use super::super::parameter::{Need, Parameter, ParameterType};
use super::super::place::Wrong;
use super::super::probe::{Kind, Probe, Word};
use super::probe::sentence;
use crate::logic::target::shown;

/// More parameters than these nobody types.
const MOST: usize = 6;

/// Words of an enum at most: a platform's menu holds 25.
const MOST_WORDS: usize = 25;

/// Checks the parameters.
pub(super) fn check(probe: &Probe) -> Result<(), Wrong> {
    if probe.parameters.len() > MOST {
        return Err(Wrong::new(
            "parameter-many",
            format!("more than {MOST} parameters"),
        ));
    }
    for (at, parameter) in probe.parameters.iter().enumerate() {
        let again = probe.parameters[..at]
            .iter()
            .any(|other| other.name == parameter.name);
        name(parameter, again)?;
        sentence("about", &parameter.about, 120)?;
        kind(parameter)?;
        default(parameter)?;
    }
    Ok(())
}

fn name(parameter: &Parameter, again: bool) -> Result<(), Wrong> {
    let name = parameter.name.as_str();
    let plain = (1..=20).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let reserved = matches!(name, "project" | "environment" | "app" | "target");
    if !plain || reserved || again {
        let why = match (plain, reserved) {
            (false, _) => "is not 1 to 20 small letters and `_`",
            (true, true) => "is the target's own",
            (true, false) => "is declared twice",
        };
        return Err(Wrong::new(
            "parameter-name",
            format!("`{}` {why}", shown(name)),
        ));
    }
    Ok(())
}

fn kind(parameter: &Parameter) -> Result<(), Wrong> {
    match &parameter.kind {
        ParameterType::Integer { min, max } if min > max => Err(Wrong::new(
            "parameter-bounds",
            format!("`{}` has `min` above `max`", parameter.name),
        )),
        ParameterType::Integer { max, .. } if *max > 100_000 => Err(Wrong::new(
            "parameter-bounds",
            format!(
                "`{}` may be more than 100000, which bounds nothing",
                parameter.name
            ),
        )),
        ParameterType::Enum(words) => enumeration(parameter, words),
        ParameterType::Integer { .. }
        | ParameterType::Activity
        | ParameterType::Service
        | ParameterType::Host => Ok(()),
    }
}

fn enumeration(parameter: &Parameter, words: &[String]) -> Result<(), Wrong> {
    if !(1..=MOST_WORDS).contains(&words.len()) {
        return Err(Wrong::new(
            "parameter-values",
            format!("`{}` has not 1 to {MOST_WORDS} `values`", parameter.name),
        ));
    }
    let plain = |word: &String| {
        (1..=40).contains(&word.len())
            && word.as_bytes()[0].is_ascii_alphanumeric()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte))
    };
    match words.iter().find(|word| !plain(word)) {
        Some(word) => Err(Wrong::new(
            "parameter-values",
            format!(
                "`{}` cannot be a value of `{}`",
                shown(word),
                parameter.name
            ),
        )
        .hint("a value begins with a letter or digit and holds these, `.`, `_`, `:` and `-`")),
        None => Ok(()),
    }
}

fn default(parameter: &Parameter) -> Result<(), Wrong> {
    match &parameter.need {
        Need::Default(value) if parameter.kind.check(value).as_ref() != Ok(value) => {
            Err(Wrong::new(
                "parameter-default",
                format!(
                    "`{}` cannot be `{}`, its default",
                    parameter.name,
                    shown(value)
                ),
            ))
        }
        Need::Default(_) | Need::Required | Need::Optional => Ok(()),
    }
}

/// Checks that each parameter changes something: one that does not would make two different asks the
/// same run.
pub(super) fn used(probe: &Probe) -> Result<(), Wrong> {
    probe
        .parameters
        .iter()
        .try_for_each(|parameter| has_place(probe, parameter))
}

fn has_place(probe: &Probe, parameter: &Parameter) -> Result<(), Wrong> {
    let names = |words: &[Word]| {
        words.iter().any(|word| match word {
            Word::Parameter(name) => *name == parameter.name,
            Word::Option {
                parameter: name, ..
            } => *name == parameter.name,
            Word::Fixed(_) => false,
        })
    };
    let is_host = parameter.kind == ParameterType::Host;
    let native = !matches!(probe.kind, Kind::Command { .. });
    let in_argv = names(probe.kind.argv());
    let in_remote = probe
        .kind
        .remote()
        .is_some_and(|remote| names(&remote.arguments));
    match if native {
        is_host && !in_argv
    } else {
        in_argv || in_remote
    } {
        true => Ok(()),
        false => Err(Wrong::new(
            "parameter-unused",
            format!("`{}` has no place in what runs", parameter.name),
        )
        .hint("a native check takes one `host`; a command names each parameter in a word")),
    }
}
