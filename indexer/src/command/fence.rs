//! Commands in fenced code: which listings hold commands, and what each line of them says.

use kb::guide::{Command, Lines};

use super::lines::{Listed, commands_in, comment_start};
use super::place::{Told, enters_container, place_of, program_of};
use super::sentence::last_sentence;
use crate::options::Options;
use crate::source::{Complaint, Complaints};

/// A code block as it stands in the page.
pub(crate) struct Fence<'a> {
    /// The whole info string: `bash {location="Terminal"}`.
    pub info: &'a str,
    pub text: &'a str,
    /// The paragraph above it.
    pub introduction: &'a str,
}

/// The code with what was mended in it, and its commands.
pub(crate) struct Read {
    pub text: String,
    pub commands: Vec<Command>,
}

/// Languages whose listings are typed into a shell.
const SHELLS: &[&str] = &[
    "bash",
    "sh",
    "shell",
    "zsh",
    "console",
    "shell-session",
    "shellsession",
    "sh-session",
    "terminal",
    "fish",
];

/// Gives the language of an info string: its first word.
pub(crate) fn language(info: &str) -> Option<&str> {
    let word = info
        .split([' ', '\t', '{', ','])
        .next()
        .unwrap_or_default()
        .trim_start_matches('.');
    (!word.is_empty()).then_some(word)
}

/// Reads the commands of a code block. `place` gives the source's offset of a byte of the code.
pub(crate) fn read_fence(
    fence: &Fence<'_>,
    told: &mut Told,
    place: &dyn Fn(usize) -> usize,
    options: &Options,
    complaints: &mut Complaints<'_>,
) -> Read {
    if !is_listing(fence, options) {
        return Read {
            text: fence.text.to_owned(),
            commands: Vec::new(),
        };
    }
    let text = without_stray_marks(fence.text, place, complaints);
    let introduction = last_sentence(fence.introduction);
    if announces_output(introduction) {
        return Read {
            text,
            commands: Vec::new(),
        };
    }
    let location = attribute(fence.info, "location");
    let starts: Vec<usize> = line_starts(fence.text);
    let source_offset = |line: usize| place(starts.get(line).copied().unwrap_or_default());
    let mut commands = Vec::new();
    for Listed {
        text: command,
        comment,
        lines,
    } in commands_in(&text)
    {
        if !is_runnable(&command, commands.is_empty()) {
            continue;
        }
        if shlex::split(&command).is_none() {
            let complaint =
                Complaint::error("unparsable-command", "no shell can read this command");
            let hint = "close its quotation marks, and end no last line with `\\`";
            complaints.at(source_offset(lines.0), complaint.hint(hint));
        }
        let where_run = place_of(&command, introduction, location, told, options);
        told.has_entered |= enters_container(&command, options);
        let line_of = |line| complaints.source().line_of(source_offset(line));
        commands.push(Command {
            introduction: (!introduction.is_empty()).then(|| introduction.to_owned()),
            description: comment,
            place: where_run,
            lines: Lines {
                first: line_of(lines.0),
                last: line_of(lines.1),
            },
            text: command,
        });
    }
    Read { text, commands }
}

/// Whether a code block is typed into a shell, rather than the content of a file or some output.
fn is_listing(fence: &Fence<'_>, options: &Options) -> bool {
    let is_file = attribute(fence.info, "location")
        .is_some_and(|location| !location.to_lowercase().starts_with("terminal"))
        || ["configfile", "filename", "file", "dir"]
            .iter()
            .any(|key| attribute(fence.info, key).is_some())
        || fence.text.starts_with("#!");
    if is_file {
        return false;
    }
    match language(fence.info) {
        Some(language) => SHELLS
            .iter()
            .any(|shell| language.eq_ignore_ascii_case(shell)),
        // Without a language, only what begins with a program of ours is taken for commands.
        None => {
            let program = program_of(fence.text.trim_start().trim_start_matches("$ "));
            options.platform_programs.iter().any(|name| name == program)
        }
    }
}

/// How a sentence says that what follows is printed, not typed.
const PRINTED: &[&str] = &[
    "output",
    "error",
    "message",
    "response",
    "prompt",
    "generated",
    "result",
];

/// Whether the sentence above announces output, and no command beside it.
fn announces_output(introduction: &str) -> bool {
    let said = introduction.to_lowercase();
    let has_any = |words: &[&str]| words.iter().any(|word| said.contains(word));
    has_any(PRINTED) && !has_any(&["run", "command", "use ", "type "])
}

/// Whether a command runs a program, rather than being a line of output, a bare assignment or a
/// synopsis (`upsun ssh [--app APP]`).
fn is_runnable(command: &str, is_first: bool) -> bool {
    let program = program_of(command);
    let is_path = program.len() < command.split_whitespace().next().map_or(0, str::len);
    let has_arguments = command.split_whitespace().nth(1).is_some();
    // Programs have lower-case names, sentences and headings of output do not.
    let begins_well = program.starts_with(|c: char| {
        c.is_ascii_lowercase()
            || c.is_ascii_digit()
            || matches!(c, '.' | '~' | '$' | '_' | '"' | '(')
    });
    let is_synopsis = ["[-", "[<", "<command>"]
        .iter()
        .any(|mark| command.contains(mark));
    begins_well
        && !is_synopsis
        && !program.ends_with(':')
        && program.contains(|c: char| !c.is_ascii_digit())
        && !program.starts_with("...")
        && (has_arguments || is_path || is_first && program != ".")
}

/// Reads `key="value"` from an info string's braces.
fn attribute<'a>(info: &'a str, key: &str) -> Option<&'a str> {
    let braces = info.split_once('{')?.1;
    let mut rest = braces;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_start_matches([' ', ',']).trim_end();
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find([' ', ',', '}']).unwrap_or(after.len())),
        };
        if name.eq_ignore_ascii_case(key) {
            return Some(value);
        }
        rest = next;
    }
    None
}

/// Removes back-ticks that open or close nothing: one at a line's end, left over from inline code.
fn without_stray_marks(
    text: &str,
    place: &dyn Fn(usize) -> usize,
    complaints: &mut Complaints<'_>,
) -> String {
    let is_odd = |text: &str| text.matches('`').count() % 2 == 1;
    let is_odd_in_all = is_odd(text);
    let mut out = String::with_capacity(text.len());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let said = line.trim_end();
        // Within a comment a back-tick encloses nothing; elsewhere it may go on on another line.
        let is_stray = said.ends_with('`')
            && match comment_start(said) {
                Some(at) => is_odd(&said[at..]) && !is_odd(&said[..at]),
                None => is_odd(said) && is_odd_in_all,
            };
        if is_stray {
            let at = said.len() - 1;
            out.push_str(&line[..at]);
            out.push_str(&line[at + 1..]);
            let complaint = Complaint::warning("stray-backtick", "a back-tick that closes nothing");
            complaints.at(place(start + at), complaint.hint("remove it"));
        } else {
            out.push_str(line);
        }
        start += line.len();
    }
    out
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
        .collect()
}
