//! The rules for what runs on the bot's machine: the Upsun CLI, one exact command that reads, the
//! target, `--no`, and options out of that command's list.

use super::super::names::{self, CliName, CliOption, Takes};
use super::super::parameter::Need;
use super::super::place::Wrong;
use super::super::probe::{Kind, Probe, Word};
use crate::logic::target::shown;

const SHELLS: &[&str] = &[
    "sh", "bash", "dash", "zsh", "ksh", "fish", "csh", "tcsh", "busybox",
];
const INTERPRETERS: &[&str] = &[
    "python", "python3", "perl", "ruby", "node", "php", "lua", "awk", "gawk", "sed", "env",
    "xargs", "find", "nohup", "sudo", "su", "timeout", "nice", "ssh", "docker", "git", "make",
    "tclsh",
];
const DATABASE_CLIENTS: &[&str] = &[
    "psql",
    "mysql",
    "mariadb",
    "mongo",
    "mongosh",
    "redis-cli",
    "sqlite3",
];

/// Checks the argv.
pub(super) fn check(probe: &Probe) -> Result<(), Wrong> {
    let argv = probe.kind.argv();
    program(argv.first())?;
    let command = command(argv.get(1))?;
    let is_native = !matches!(probe.kind, Kind::Command { .. });
    if is_native && command.name != "environment:url" {
        return Err(Wrong::new(
            "native-routes",
            "a native check learns its hosts from `environment:url` and nothing else",
        ));
    }
    if (command.name == "environment:ssh") != probe.kind.remote().is_some() {
        return Err(Wrong::new(
            "remote-needed",
            "`remote` goes with `environment:ssh`, and `environment:ssh` with `remote`",
        )
        .hint("without a remote command it opens a session, and ends never"));
    }
    let rest = argv.get(2..).unwrap_or_default();
    for word in argv {
        plain(word)?;
    }
    let found = Found::read(probe, command, rest)?;
    found.target(command)?;
    found.rest(command)
}

fn program(word: Option<&Word>) -> Result<(), Wrong> {
    let Some(Word::Fixed(program)) = word else {
        return Err(Wrong::new(
            "argv-program",
            "the program is not written in the catalogue",
        ));
    };
    let name = program.rsplit('/').next().unwrap_or_default();
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let is = |list: &[&str]| list.contains(&name) || list.contains(&stem);
    if program == "upsun" {
        return Ok(());
    }
    let (code, why) = if is(SHELLS) {
        ("argv-shell", "is a shell, which runs whatever it is given")
    } else if is(INTERPRETERS) {
        ("argv-interpreter", "runs whatever it is given")
    } else if is(DATABASE_CLIENTS) {
        (
            "argv-database",
            "is a database client, which also runs commands",
        )
    } else if program.contains('/') {
        (
            "argv-path",
            "is a path: the operator's settings say where the CLI is",
        )
    } else {
        ("argv-program", "is not the Upsun CLI")
    };
    Err(Wrong::new(code, format!("`{}` {why}", shown(program)))
        .hint("the program is `upsun`; what runs in the container stands in `remote`"))
}

fn command(word: Option<&Word>) -> Result<&'static CliName, Wrong> {
    let Some(Word::Fixed(name)) = word else {
        return Err(Wrong::new(
            "argv-name-free",
            "the CLI's command is not written in the catalogue",
        ));
    };
    if let Some(command) = names::find(name) {
        return Ok(command);
    }
    let shown_name = shown(name);
    if let Some((_, why)) = names::REFUSED.iter().find(|(known, _)| known == name) {
        return Err(Wrong::new(
            "argv-refused",
            format!("`{shown_name}` is no read: {why}"),
        ));
    }
    if name.starts_with('-') {
        return Err(Wrong::new(
            "argv-option-first",
            format!("the option `{shown_name}` stands before the command"),
        ));
    }
    let is_short = |known: &str| abbreviates(name, known);
    if names::NAMES.iter().any(|known| is_short(known.name))
        || names::REFUSED.iter().any(|(known, _)| is_short(known))
    {
        return Err(Wrong::new(
            "argv-abbreviation",
            format!(
                "`{shown_name}` is an abbreviation or alias, which can come to mean another command"
            ),
        )
        .hint("write the command's full name"));
    }
    Err(Wrong::new(
        "argv-name",
        format!("`{shown_name}` is not among the commands that are known only to read"),
    ))
}

/// Tells whether a name is one that the CLI would take for `full`: each part a beginning of its
/// part, or the last part alone.
fn abbreviates(name: &str, full: &str) -> bool {
    let Some((space, last)) = full.split_once(':') else {
        return false;
    };
    match name.split_once(':') {
        Some((first, second)) => space.starts_with(first) && last.starts_with(second),
        None => name.len() >= 2 && (last.starts_with(name) || space.starts_with(name)),
    }
}

/// Checks that a fixed word is printable ASCII and no longer than an argument needs to be.
fn plain(word: &Word) -> Result<(), Wrong> {
    let text = match word {
        Word::Fixed(text) => text,
        Word::Option { prefix, .. } => prefix,
        Word::Parameter(_) => return Ok(()),
    };
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    match printable && !text.is_empty() && text.len() <= 200 {
        true => Ok(()),
        false => Err(Wrong::new(
            "argv-word",
            format!(
                "`{}` is empty, longer than 200 characters or not printable ASCII",
                shown(text)
            ),
        )),
    }
}

/// What an argv holds beyond the command's name.
#[derive(Default)]
struct Found<'a> {
    project: usize,
    environment: usize,
    app: usize,
    no: usize,
    options: Vec<&'a str>,
    positionals: usize,
    ends_options: bool,
}

impl<'a> Found<'a> {
    fn read(probe: &Probe, command: &CliName, words: &'a [Word]) -> Result<Self, Wrong> {
        let mut found = Self::default();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let next = match word {
                Word::Fixed(text) if text == "--" => {
                    found.ends_options = true;
                    if words.peek().is_some() {
                        return Err(Wrong::new("argv-dashes", "something stands after `--`"));
                    }
                    continue;
                }
                Word::Fixed(text) if text.starts_with('-') => {
                    found.option(probe, command, text, &mut words)?;
                    continue;
                }
                Word::Option { prefix, parameter } => {
                    let name = prefix.trim_end_matches('=');
                    let takes = known(command, name)?.takes;
                    if !matches!(takes, Takes::Value) {
                        return Err(value_wrong(name));
                    }
                    declared(probe, parameter)?;
                    always(probe, parameter)?;
                    found.options.push(name);
                    continue;
                }
                word => word,
            };
            if let Word::Parameter(name) = next {
                declared(probe, name)?;
            }
            found.positionals += 1;
        }
        Ok(found)
    }

    fn option(
        &mut self,
        probe: &Probe,
        command: &CliName,
        name: &'a str,
        words: &mut std::iter::Peekable<std::slice::Iter<'a, Word>>,
    ) -> Result<(), Wrong> {
        let count = match name {
            "-p" => Some((&mut self.project, "project")),
            "-e" => Some((&mut self.environment, "environment")),
            "-A" => Some((&mut self.app, "app")),
            _ => None,
        };
        if let Some((count, parameter)) = count {
            *count += 1;
            return match words.next() {
                Some(Word::Parameter(given)) if given == parameter => Ok(()),
                _ => Err(Wrong::new(
                    "argv-target",
                    format!("`{name}` is not followed by `{{{parameter}}}`"),
                )),
            };
        }
        if name == "--no" {
            self.no += 1;
            return Ok(());
        }
        let takes = known(command, name)?.takes;
        self.options.push(name);
        value(probe, name, takes, words)
    }

    fn target(&self, command: &CliName) -> Result<(), Wrong> {
        let app = usize::from(command.app);
        if (self.project, self.environment, self.app) == (1, 1, app) {
            return Ok(());
        }
        let app = match command.app {
            true => " and `-A {app}`",
            false => ", and no `-A`",
        };
        Err(Wrong::new(
            "argv-target",
            format!(
                "`{}` needs `-p {{project}}`, `-e {{environment}}`{app}, each once",
                command.name
            ),
        )
        .hint("without them the CLI asks, guesses, or takes what the folder says"))
    }

    fn rest(&self, command: &CliName) -> Result<(), Wrong> {
        if self.no != 1 {
            return Err(
                Wrong::new("argv-no", "`--no` does not stand there once").hint(
                    "it answers the CLI's questions with no; `--no-interaction` lets it answer yes",
                ),
            );
        }
        if let Some(missing) = command
            .needs
            .iter()
            .find(|name| !self.options.contains(name))
        {
            return Err(Wrong::new(
                "argv-endless",
                format!(
                    "`{}` needs `{missing}`, without which it asks or never ends",
                    command.name
                ),
            ));
        }
        if self.positionals > command.positionals {
            return Err(Wrong::new(
                "argv-positional",
                format!(
                    "`{}` takes {} words that are no options",
                    command.name, command.positionals
                ),
            ));
        }
        match self.ends_options == (command.name == "environment:ssh") {
            true => Ok(()),
            false => Err(Wrong::new(
                "argv-dashes",
                "`--` ends the argv of `environment:ssh`, and of no other command",
            )),
        }
    }
}

fn known(command: &CliName, name: &str) -> Result<&'static CliOption, Wrong> {
    names::find(command.name)
        .and_then(|command| command.options.iter().find(|option| option.name == name))
        .ok_or_else(|| {
            Wrong::new(
                "argv-option",
                format!(
                    "`{}` is no option that `{}` may have here",
                    shown(name),
                    command.name
                ),
            )
        })
}

fn value<'a>(
    probe: &Probe,
    name: &str,
    takes: Takes,
    words: &mut impl Iterator<Item = &'a Word>,
) -> Result<(), Wrong> {
    match takes {
        Takes::Nothing => Ok(()),
        Takes::OneOf(allowed) => match words.next() {
            Some(Word::Fixed(text)) if allowed.contains(&text.as_str()) => Ok(()),
            _ => Err(value_wrong(name)),
        },
        Takes::Value => match words.next() {
            Some(Word::Fixed(text)) if !text.starts_with('-') && !text.contains(' ') => Ok(()),
            Some(Word::Parameter(parameter)) => {
                declared(probe, parameter)?;
                always(probe, parameter)
            }
            _ => Err(value_wrong(name)),
        },
    }
}

fn value_wrong(name: &str) -> Wrong {
    Wrong::new(
        "argv-value",
        format!("what follows `{}` is not among what may", shown(name)),
    )
}

/// Tells whether a parameter is one of the target's or declared.
pub(super) fn declared(probe: &Probe, name: &str) -> Result<(), Wrong> {
    let is_declared = probe
        .parameters
        .iter()
        .any(|parameter| parameter.name == name);
    match is_declared || matches!(name, "project" | "environment" | "app") {
        true => Ok(()),
        false => Err(Wrong::new(
            "parameter-undeclared",
            format!("`{{{name}}}` is not declared"),
        )),
    }
}

/// Tells whether a parameter always has a value: an option without one would take the next word.
fn always(probe: &Probe, name: &str) -> Result<(), Wrong> {
    let optional = probe
        .parameters
        .iter()
        .any(|parameter| parameter.name == name && parameter.need == Need::Optional);
    match optional {
        true => Err(Wrong::new(
            "parameter-optional",
            format!("`{{{name}}}` follows an option, so it must always have a value"),
        )),
        false => Ok(()),
    }
}
