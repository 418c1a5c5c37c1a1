//! The rules for what runs in the app's container: a script that ships with bot502, or one program
//! that only reads, with words that the shell there cannot read otherwise than they are written.

use super::super::place::Wrong;
use super::super::probe::{Probe, Remote, RemoteRun, Word};
use super::super::sql;
use super::argv::declared;
use super::probe::word_length;
use crate::logic::target::shown;

/// The one script that takes a statement.
const TAKES_SQL: &str = "sql-select";

/// Programs that only read, with the options that they may have. None of them can write a file, run
/// another program or follow a file for ever with these.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("cat", &[]),
    ("df", &["-h", "-i", "-k", "-P"]),
    ("du", &["-a", "-h", "-k", "-s", "-x"]),
    ("free", &["-k", "-m"]),
    ("getent", &[]),
    ("grep", &["-c", "-E", "-F", "-i", "-m", "-n", "-v"]),
    ("head", &["-c", "-n"]),
    ("id", &[]),
    ("ls", &["-1", "-a", "-h", "-l", "-n", "-S", "-t"]),
    ("nproc", &[]),
    ("ps", &["-A", "-e", "-f"]),
    ("ss", &["-l", "-n", "-p", "-s", "-t", "-x"]),
    ("stat", &[]),
    ("tail", &["-c", "-n"]),
    ("uname", &["-a", "-r"]),
    ("uptime", &[]),
    ("wc", &["-c", "-l"]),
];

/// Where a program may look. Secrets live elsewhere: in variables, in the app's own files.
const PLACES: &[&str] = &["/var/log/", "/proc/net/", "/sys/fs/cgroup/"];
const FILES: &[&str] = &[
    "/var/log",
    "/app",
    "/tmp",
    "/mnt",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/uptime",
];

/// Checks what runs in the container.
pub(super) fn check(probe: &Probe) -> Result<(), Wrong> {
    let Some(remote) = probe.kind.remote() else {
        return Ok(());
    };
    match (&remote.run, &remote.sql) {
        (RemoteRun::Script { name, .. }, Some(text)) if name == TAKES_SQL => sql::check(text)?,
        (RemoteRun::Script { name, .. }, None) if name == TAKES_SQL => {
            return Err(Wrong::new(
                "sql-missing",
                format!("`{TAKES_SQL}` needs `sql`"),
            ));
        }
        (_, Some(_)) => {
            return Err(Wrong::new(
                "sql-elsewhere",
                format!("`sql` goes with the script `{TAKES_SQL}` and nothing else"),
            ));
        }
        (_, None) => {}
    }
    for word in &remote.arguments {
        argument(probe, word)?;
    }
    match &remote.run {
        RemoteRun::Script { .. } => only_parameters(remote),
        RemoteRun::Program(name) => program(name, &remote.arguments),
    }
}

/// Gives the most characters that the remote text can have; quoting can double a script's.
pub(super) fn longest(remote: &Remote) -> usize {
    let run = match &remote.run {
        RemoteRun::Program(name) => name.len(),
        RemoteRun::Script { text, .. } => {
            shlex::try_quote(text).map_or(usize::MAX / 2, |text| text.len())
        }
    };
    let sql = remote.sql.as_ref().map_or(0, |sql| sql.len() + 10);
    run + sql + 20 + remote.arguments.iter().map(word_length).sum::<usize>()
}

fn argument(probe: &Probe, word: &Word) -> Result<(), Wrong> {
    match word {
        Word::Parameter(name) => {
            declared(probe, name)?;
            let own = probe
                .parameters
                .iter()
                .find(|parameter| parameter.name == *name);
            // An environment's name may hold `/` and capitals: it stays on this side.
            let may = match own {
                Some(parameter) => parameter.kind.may_go_remote(),
                None => name != "environment",
            };
            match may {
                true => Ok(()),
                false => Err(Wrong::new(
                    "remote-parameter",
                    format!("`{{{name}}}` may hold signs that must not reach a shell"),
                )),
            }
        }
        Word::Option { .. } => Err(Wrong::new(
            "remote-parameter",
            "in the container a parameter is a whole word",
        )),
        Word::Fixed(text) => {
            let plain = (1..=120).contains(&text.len())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b" ._/:=,@%+-".contains(&byte));
            match plain {
                true => Ok(()),
                false => Err(Wrong::new(
                    "remote-word",
                    format!("`{}` has signs that a shell could read", shown(text)),
                )),
            }
        }
    }
}

fn only_parameters(remote: &Remote) -> Result<(), Wrong> {
    let fixed = remote
        .arguments
        .iter()
        .find(|word| !matches!(word, Word::Parameter(_)));
    match fixed {
        Some(_) => Err(Wrong::new(
            "remote-script-word",
            "a script takes parameters only; it was written for no other words",
        )),
        None => Ok(()),
    }
}

fn program(name: &str, arguments: &[Word]) -> Result<(), Wrong> {
    let Some((_, options)) = PROGRAMS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = PROGRAMS.iter().map(|(known, _)| *known).collect();
        return Err(Wrong::new(
            "remote-program",
            format!("`{}` is no program that is known only to read", shown(name)),
        )
        .hint(format!("there are {}", known.join(", "))));
    };
    for word in arguments {
        match word {
            Word::Fixed(text) if text.starts_with('-') => {
                if !options.contains(&text.as_str()) {
                    return Err(Wrong::new(
                        "remote-option",
                        format!("`{}` is no option that `{name}` may have here", shown(text)),
                    ));
                }
            }
            Word::Fixed(text)
                if text.contains('/') || text.contains("..") || text.starts_with('.') =>
            {
                path(text)?;
            }
            Word::Fixed(_) | Word::Parameter(_) | Word::Option { .. } => {}
        }
    }
    reads_something(name, arguments)
}

/// Checks that a program that would otherwise read its standard input names a file.
fn reads_something(name: &str, arguments: &[Word]) -> Result<(), Wrong> {
    let reads_files = matches!(name, "cat" | "head" | "tail" | "grep" | "wc" | "stat");
    let has_path = arguments
        .iter()
        .any(|word| matches!(word, Word::Fixed(text) if text.starts_with('/')));
    match reads_files && !has_path {
        true => Err(Wrong::new(
            "remote-path",
            format!("`{name}` names no file that is written in the catalogue"),
        )),
        false => Ok(()),
    }
}

fn path(text: &str) -> Result<(), Wrong> {
    let is_log = text.starts_with("/app/") && text.ends_with(".log");
    let allowed =
        FILES.contains(&text) || is_log || PLACES.iter().any(|place| text.starts_with(place));
    let hidden = text.contains("/.") || text.contains("//") || text.contains("..");
    match allowed && !hidden {
        true => Ok(()),
        false => Err(Wrong::new(
            "remote-path",
            format!("`{}` is no log and no account of the kernel's", shown(text)),
        )
        .hint("what may be read: /var/log/..., /app/....log, /proc/net/..., /sys/fs/cgroup/...; variables and settings hold secrets")),
    }
}
