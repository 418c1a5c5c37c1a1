//! Captures of a terminal: `$ command`, what it printed, `[exit N]`. What they mean together is
//! left to `rule`.

use super::finding::Evidence;
use super::pattern::{part, patterns};
use super::tally::evidence;

/// Commands that are kept of one text.
const MOST_COMMANDS: usize = 32;
/// Lines of output that are kept of one command.
const MOST_LINES: usize = 64;

/// A command of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ran {
    /// The command as typed.
    pub(super) command: Evidence,
    /// What ran in the end: what stands within `upsun ssh '...'`.
    pub(super) inner: String,
    /// What it printed, without empty lines.
    pub(super) output: Vec<Evidence>,
    /// How it ended, where the capture says so.
    pub(super) exit: Option<i32>,
}

impl Ran {
    /// The first line of the output; the command itself where it printed nothing.
    pub(super) fn shown(&self) -> Evidence {
        self.output.first().unwrap_or(&self.command).clone()
    }

    /// What it printed, if that was one short line; brackets put around it to see it are gone. Of
    /// several commands in one line it is what the first printed, if that is a number.
    pub(super) fn value(&self) -> Option<&str> {
        match self.output.as_slice() {
            [first, ..] if self.inner.contains([';', '&']) => {
                Some(first.text.as_str()).filter(|text| text.parse::<u64>().is_ok())
            }
            [] => Some(""),
            [line] => {
                let text = line.text.as_str();
                let inner = text
                    .strip_prefix('[')
                    .and_then(|text| text.strip_suffix(']'));
                Some(inner.unwrap_or(text).trim())
            }
            _ => None,
        }
    }
}

/// Takes a cleaned line of a text that may be a capture.
pub(super) fn take(ran: &mut Vec<Ran>, number: u64, text: &str) {
    if let Some(command) = text.strip_prefix("$ ") {
        if ran.len() < MOST_COMMANDS {
            let inner = ELSEWHERE.captures(command.as_bytes());
            let inner = inner
                .as_ref()
                .and_then(|found| part(found, "inner").or_else(|| part(found, "inner2")));
            ran.push(Ran {
                inner: inner.unwrap_or(command).trim().to_owned(),
                command: evidence(number, command),
                output: Vec::new(),
                exit: None,
            });
        }
        return;
    }
    let Some(last) = ran.last_mut().filter(|last| last.exit.is_none()) else {
        return;
    };
    if let Some(code) = text
        .strip_prefix("[exit ")
        .and_then(|rest| rest.strip_suffix(']'))
    {
        last.exit = code.parse().ok();
    } else if !text.is_empty() && last.output.len() < MOST_LINES {
        last.output.push(evidence(number, text));
    }
}

patterns! {
    /// A command that runs another in the app's container.
    ELSEWHERE = r#"^(?:upsun|platform|magento-cloud|symfony|heroku|fly|flyctl|kubectl|docker|cf|ssh)\b.{0,120}?(?:\s['"](?P<inner>[^'"]+)['"]|\s--\s+(?P<inner2>\S.*))\s*$"#;
}
