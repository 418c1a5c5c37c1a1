//! Commands named within a sentence: "run `upsun ssh`".

use kb::guide::{Command, Lines};

use super::place::{Told, place_of, program_of};
use crate::options::Options;

/// Words that tell to do something with the code that follows them.
const CUES: &[&str] = &[
    "run",
    "running",
    "runs",
    "execute",
    "executing",
    "type",
    "enter",
    "use",
    "using",
    "call",
    "calling",
    "command",
    "commands",
    "try",
];

/// Reads a piece of inline code as a command, if that is what the sentence makes of it. A command
/// of the platform with an argument always is; `npm start` is one only where one is told to run it.
pub(crate) fn read_mention(
    code: &str,
    sentence: &str,
    line: u32,
    options: &Options,
) -> Option<Command> {
    let code = code.trim();
    let mut words = code.split_whitespace();
    let program = program_of(code);
    let has_arguments = words.nth(1).is_some();
    let is_platform = options.platform_programs.iter().any(|name| name == program);
    let is_command = has_arguments
        && (is_platform
            || options.programs.iter().any(|name| name == program) && is_told(code, sentence))
        && shlex::split(code).is_some();
    is_command.then(|| Command {
        text: code.to_owned(),
        introduction: Some(sentence.to_owned()),
        description: None,
        place: place_of(code, sentence, None, &Told::default(), options),
        lines: Lines {
            first: line,
            last: line,
        },
    })
}

/// Whether one of the few words before the code tells to run it.
fn is_told(code: &str, sentence: &str) -> bool {
    let before = sentence
        .split(code)
        .next()
        .unwrap_or_default()
        .to_lowercase();
    before
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .rev()
        .take(4)
        .any(|word| CUES.contains(&word))
}
