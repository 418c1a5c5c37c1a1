//! The log on standard error: what the program does, never what people typed or probes printed. Each
//! event is one line, whatever stands in its values.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::EnvFilter;

use super::Failure;

/// Libraries that log addresses with tickets in them, or what they were sent; what matters of them is
/// logged by us.
const TALKATIVE: [&str; 3] = [
    "slack_morphism=off",
    "tungstenite=off",
    "tokio_tungstenite=off",
];

/// Starts the log with a level or a filter.
///
/// # Errors
/// A failure of the operator's when the filter cannot be read.
pub fn start(level: &str) -> Result<(), Failure> {
    let mut filter = EnvFilter::try_new(level).map_err(|error| {
        Failure::operator(format!("read `log.level`: {error}"))
            .hint("\"error\", \"warn\", \"info\", \"debug\", or a filter such as \"info,bot::probe=debug\"")
    })?;
    for silent in TALKATIVE {
        filter = filter.add_directive(silent.parse().expect("a constant of the right form"));
    }
    let is_terminal = io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || Line { is_terminal })
        // Colour codes in a file or a pipe are noise, and a way to fool who reads it.
        .with_ansi(is_terminal)
        .init();
    Ok(())
}

/// Writes an event as one line. A value may hold line breaks, such as the words of a mistake in an
/// operator's file: a second line would pass for an event of its own.
struct Line {
    is_terminal: bool,
}

impl Write for Line {
    /// Takes a whole event, as the log hands it over.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let line = one_line(&String::from_utf8_lossy(event), self.is_terminal);
        io::stderr().lock().write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Shows what would break a line or steer a terminal. The log's own colours stay where it has any; what
/// stands in values of theirs is shown already.
fn one_line(event: &str, has_colours: bool) -> String {
    let event = event.strip_suffix('\n').unwrap_or(event);
    let mut line = String::with_capacity(event.len() + 1);
    for character in event.chars() {
        match character {
            '\x1b' if has_colours => line.push(character),
            '\u{2028}' | '\u{2029}' => line.extend(character.escape_unicode()),
            c if c.is_control() => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::logic::tries::tries;

    #[test]
    fn an_event_is_one_line() {
        assert_eq!(one_line("INFO it is so\n", false), "INFO it is so\n");
        assert_eq!(
            one_line("WARN why=a\nINFO b\r\u{85}\u{2028}\x1b[2J\n", false),
            "WARN why=a\\nINFO b\\r\\u{85}\\u{2028}\\u{1b}[2J\n"
        );
        assert_eq!(
            one_line("\x1b[32mINFO\x1b[0m a\nb\n", true),
            "\x1b[32mINFO\x1b[0m a\\nb\n"
        );
        assert_eq!(one_line("", false), "\n");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(tries(2_000, 1_000_000)))]
        #[test]
        fn whatever_is_said_is_one_line(event in "(\\PC|\\pC|[\r\n\t]){0,40}") {
            let line = one_line(&event, false);
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert!(!line.trim_end_matches('\n').chars().any(char::is_control), "{:?}", line);
        }
    }
}
