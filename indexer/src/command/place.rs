//! Where a command must be run, as far as the guide says: on the engineer's machine, in the app's
//! container, in the console.

use kb::guide::Place;

use crate::options::Options;

/// What the guide has told to do before, within the section.
#[derive(Default)]
pub(crate) struct Told {
    /// Whether the reader was told to open a shell in the container.
    pub has_entered: bool,
}

/// Programs that work on a checkout or on keys, which are on the engineer's machine.
const LOCAL: &[&str] = &[
    "git",
    "docker",
    "brew",
    "lando",
    "ssh",
    "ssh-add",
    "ssh-keygen",
    "ssh-agent",
    "scp",
    "sftp",
    "rsync",
    "open",
];

/// How a sentence says that something is run in the container.
const IN_CONTAINER: &[&str] = &[
    "in the container",
    "in your container",
    "in the app container",
    "in your app container",
    "inside the container",
    "inside your container",
    "inside the app container",
    "within the container",
    "within your container",
    "within the app container",
    "from the container",
    "from the app container",
    "in the running container",
    "in an ssh session",
    "in your ssh session",
    "in the ssh session",
    "over ssh",
    "once connected",
    "once you're connected",
    "once logged in",
    "after connecting",
    "in the remote shell",
    "connected to the container",
    "connected to your container",
    "on the app container",
    "on the container",
    "within your app container",
    "from your app container",
    "from inside",
    "open an ssh session",
    "access the container",
    "access your app container",
    "log in to the app container",
    "login to the app container",
    "log in to the container",
];

/// Each of [`IN_CONTAINER`] has one of these: few sentences have any, and need no look at the others.
const MARKS: &[&str] = &[
    "container",
    "ssh",
    "connect",
    "logged in",
    "remote shell",
    "inside",
];

/// What only a container has.
const ONLY_IN_CONTAINER: &[&str] = &[
    ".internal",
    "$PORT",
    "$DATABASE_URL",
    "$PLATFORM_",
    "/var/log/",
    "/run/",
    "/mnt/",
];

/// Decides where a command is run.
pub(crate) fn place_of(
    command: &str,
    introduction: &str,
    location: Option<&str>,
    told: &Told,
    options: &Options,
) -> Place {
    if location.is_some_and(|location| location.to_lowercase().contains("container")) {
        return Place::Container;
    }
    let program = program_of(command);
    let is_platform = options
        .platform_programs
        .iter()
        .any(|name| name == program || command.contains(&format!("$({name} ")));
    if is_platform || LOCAL.contains(&program) {
        return Place::Local;
    }
    let said = introduction.to_lowercase().replace('’', "'");
    let may_say_container = MARKS.iter().any(|mark| said.contains(mark));
    let says_container = may_say_container
        && IN_CONTAINER.iter().any(|cue| {
            said.find(cue)
                .is_some_and(|at| !said[..at].trim_end().ends_with("not"))
        });
    if says_container
        || told.has_entered
        || ONLY_IN_CONTAINER.iter().any(|mark| command.contains(mark))
    {
        return Place::Container;
    }
    let says_console = [
        "in the console",
        "in the web console",
        "in the upsun console",
    ];
    if says_console.iter().any(|cue| said.contains(cue)) {
        Place::Console
    } else {
        Place::Local
    }
}

/// Gives the program that a command runs, without assignments and `sudo` before it.
pub(crate) fn program_of(command: &str) -> &str {
    let is_before = |word: &&str| *word == "sudo" || *word == "time" || is_assignment(word);
    let word = command
        .split_whitespace()
        .find(|word| !is_before(word))
        .unwrap_or_default();
    word.rsplit('/').next().unwrap_or(word)
}

/// Whether a command opens a shell in the container and stays there: `upsun ssh`, with options
/// but without a command to run.
pub(crate) fn enters_container(command: &str, options: &Options) -> bool {
    let mut words = command.split_whitespace();
    let is_platform = |word: &str| options.platform_programs.iter().any(|name| name == word);
    if !words.next().is_some_and(is_platform) {
        return false;
    }
    if !matches!(words.next(), Some("ssh" | "environment:ssh")) {
        return false;
    }
    let mut takes_value = false;
    words.all(|word| {
        let is_value = std::mem::take(&mut takes_value);
        takes_value = word.starts_with('-') && !word.contains('=');
        is_value || word.starts_with('-')
    })
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::{IN_CONTAINER, MARKS};

    #[test]
    fn every_cue_has_a_mark() {
        for cue in IN_CONTAINER {
            assert!(MARKS.iter().any(|mark| cue.contains(mark)), "{cue}");
        }
    }
}
