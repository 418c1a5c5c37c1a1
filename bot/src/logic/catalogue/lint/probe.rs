//! The rules for a probe as a whole: its texts, limits and permissions. What runs here is left to
//! `argv`, what runs in the container to `remote`, what people can say to `parameters`.

use super::super::names;
use super::super::place::Wrong;
use super::super::probe::{Approval, Kind, Probe, Touch, Word};
use super::{argv, parameters, remote};
use crate::logic::target::shown;

/// The part of a probe that a complaint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::logic::catalogue) enum Part {
    /// The probe as a whole.
    Probe,
    /// Its argv.
    Argv,
    /// Its remote command.
    Remote,
    /// Its parameters.
    Parameters,
    /// Its time limit.
    Time,
    /// Its output limit.
    Output,
    /// Its permissions.
    Touches,
}

/// What is wrong, and about which part.
pub(super) type Broken = (Part, Wrong);

/// Seconds that a probe may take: someone waits for it in a chat.
const TIME_SECONDS: std::ops::RangeInclusive<u64> = 1..=120;

/// Bytes that a probe may print: what a chat platform takes as a file without complaint, and what
/// can be redacted in an instant.
const OUTPUT_BYTES: std::ops::RangeInclusive<u64> = 1024..=1 << 20;

/// Characters of a title and of a sentence at most.
const LONGEST_TITLE: usize = 80;
const LONGEST_TEXT: usize = 400;

/// Characters that can be shown whole to who must consent.
const LONGEST_SHOWN: usize = 1500;

/// Characters of an argv at most, where nobody has to read it.
const LONGEST_ARGV: usize = 8000;

/// Checks one probe; gives the first rule that it breaks.
pub(in crate::logic::catalogue) fn check(probe: &Probe) -> Result<(), Broken> {
    texts(probe).map_err(|wrong| (Part::Probe, wrong))?;
    parameters::check(probe).map_err(|wrong| (Part::Parameters, wrong))?;
    argv::check(probe).map_err(|wrong| (Part::Argv, wrong))?;
    remote::check(probe).map_err(|wrong| (Part::Remote, wrong))?;
    parameters::used(probe).map_err(|wrong| (Part::Parameters, wrong))?;
    native(&probe.kind).map_err(|wrong| (Part::Probe, wrong))?;
    limits(probe)?;
    touches(probe).map_err(|wrong| (Part::Touches, wrong))?;
    length(probe).map_err(|wrong| (Part::Argv, wrong))
}

fn texts(probe: &Probe) -> Result<(), Wrong> {
    let mut texts = vec![
        ("title", &probe.title, LONGEST_TITLE),
        ("tells", &probe.tells, LONGEST_TEXT),
    ];
    if let Some(guide) = &probe.guide {
        texts.push(("guide.command", &guide.command, LONGEST_TITLE));
        if !guide.changed.is_empty() {
            texts.push(("guide.changed", &guide.changed, LONGEST_TEXT));
        }
        if !(1..=99).contains(&guide.step) {
            return Err(Wrong::new("guide-step", "`guide.step` is not from 1 to 99"));
        }
    }
    texts
        .iter()
        .try_for_each(|(name, text, longest)| sentence(name, text, *longest))
}

/// Checks a text that people will read: there, not too long, and nothing in it that hides or turns
/// around what is shown.
pub(super) fn sentence(name: &str, text: &str, longest: usize) -> Result<(), Wrong> {
    if text.trim().is_empty() || text.chars().count() > longest {
        return Err(Wrong::new(
            "probe-text",
            format!("`{name}` is empty or has more than {longest} characters"),
        ));
    }
    match text.chars().find(|letter| !matches!(letter, ' '..='~')) {
        Some(letter) => Err(Wrong::new(
            "probe-text",
            format!(
                "`{name}` has `{}` in it, which is not plain ASCII",
                shown(&letter.to_string())
            ),
        )
        .hint("what is shown to those who consent must read as it is")),
        None => Ok(()),
    }
}

fn native(kind: &Kind) -> Result<(), Wrong> {
    match kind {
        Kind::Http { path, .. } => {
            let plain = path.starts_with('/')
                && path.len() <= 200
                && !path.contains("..")
                && !path.starts_with("//")
                && path
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte));
            match plain {
                true => Ok(()),
                false => Err(Wrong::new(
                    "http-path",
                    format!("`{}` is no plain path", shown(path)),
                )
                .hint("it begins with one `/` and holds letters, digits, `/`, `.`, `_`, `-` and `~`: no query, which could act")),
            }
        }
        Kind::Tls { port, .. } | Kind::Tcp { port, .. } => match port {
            80 | 443 => Ok(()),
            port => Err(
                Wrong::new("native-port", format!("port {port} is not 80 or 443")).hint(
                    "the platform's router listens on these two only; others would be a port scan",
                ),
            ),
        },
        Kind::Dns { .. } | Kind::Command { .. } => Ok(()),
    }
}

fn limits(probe: &Probe) -> Result<(), Broken> {
    if !TIME_SECONDS.contains(&probe.limits.time.as_secs()) {
        let message = "the time is not from 1s to 2m";
        return Err((Part::Time, Wrong::new("limits-time", message)));
    }
    if !OUTPUT_BYTES.contains(&probe.limits.output_bytes) {
        let message = "the output is not from 1 to 1024 KiB";
        return Err((Part::Output, Wrong::new("limits-output", message)));
    }
    Ok(())
}

/// Holds the permissions against what the probe does: none missing, none too many, each once, each
/// with its reason.
fn touches(probe: &Probe) -> Result<(), Wrong> {
    let mut needed = vec![Touch::UpsunApi, Touch::CliHome];
    if goes_over_ssh(probe) {
        needed.push(Touch::UpsunSsh);
    }
    match probe.kind {
        Kind::Command { .. } => {}
        Kind::Dns { .. } => needed.push(Touch::Dns),
        Kind::Http { .. } | Kind::Tls { .. } | Kind::Tcp { .. } => {
            needed.extend([Touch::Dns, Touch::AppUrl]);
        }
    }
    for permission in &probe.touches {
        sentence("reason", &permission.reason, LONGEST_TEXT)?;
        let name = permission.touch.name();
        let before = needed.len();
        needed.retain(|touch| *touch != permission.touch);
        if needed.len() == before {
            return Err(Wrong::new(
                "touches-too-many",
                format!("`{name}` is not needed, or stands there twice"),
            ));
        }
    }
    match needed.first() {
        Some(touch) => Err(Wrong::new(
            "touches-missing",
            format!("the probe touches `{}` and does not say so", touch.name()),
        )),
        None => Ok(()),
    }
}

fn goes_over_ssh(probe: &Probe) -> bool {
    match probe.kind.argv().get(1) {
        Some(Word::Fixed(name)) => names::find(name).is_some_and(|name| name.ssh),
        _ => false,
    }
}

/// Adds up the longest words that the probe can have.
fn length(probe: &Probe) -> Result<(), Wrong> {
    let most = match probe.approval {
        Approval::Nobody => LONGEST_ARGV,
        Approval::Asker | Approval::SecondPerson => LONGEST_SHOWN,
    };
    let fixed: usize = probe.kind.argv().iter().map(word_length).sum();
    let there = probe.kind.remote().map_or(0, remote::longest);
    match fixed + there {
        length if length > most => Err(Wrong::new(
            "argv-long",
            format!("what runs can have {length} characters, more than {most}"),
        )),
        _ => Ok(()),
    }
}

/// Characters that a word can have, with the space after it; no parameter's value has more than 64.
pub(super) fn word_length(word: &Word) -> usize {
    match word {
        Word::Fixed(text) => text.chars().count() + 1,
        Word::Parameter(_) => 65,
        Word::Option { prefix, .. } => prefix.len() + 65,
    }
}
