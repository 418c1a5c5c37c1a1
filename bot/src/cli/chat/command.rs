//! `bot502 chat`: the conversation that Slack and Discord have, in a terminal. A number presses the
//! button of that number; a paste of many lines stands between two lines of three back-ticks.

use std::io::{self, BufRead, IsTerminal};

use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor};

use super::world::World;
use crate::cli::{Context, Exit, Failure, knowledge};
use crate::logic::heard::What;
use crate::logic::request::Request;

/// What opens and closes a paste of many lines.
const FENCE: &str = "```";

/// Nothing to choose.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Type `help` for what can be asked, a number to press a button, Ctrl-D to leave."
)]
pub struct Args {}

/// Talks until there is nothing more to read.
///
/// # Errors
/// When the guides or the rules cannot be read, or the terminal fails.
pub fn run(_args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    if ctx.json {
        return Err(Failure::asker("`chat` is for people and has no JSON")
            .hint("bot502 ask --json --batch answers a question a line")
            .into());
    }
    let knowledge = knowledge::load(ctx)?;
    let mut conversation = Conversation {
        world: World::new(ctx, &knowledge)?,
    };
    if io::stdin().is_terminal() {
        conversation.world.turn(What::Pressed {
            request: Request::Help { topic: None },
        })?;
        interactive(&mut conversation)?;
    } else {
        piped(&mut conversation)?;
    }
    Ok(Exit::Done)
}

struct Conversation<'a> {
    world: World<'a>,
}

impl Conversation<'_> {
    fn heard(&mut self, text: String) -> anyhow::Result<()> {
        let what = match self.pressed(&text) {
            Some(request) => What::Pressed { request },
            None => What::Said {
                text,
                files: Vec::new(),
            },
        };
        self.world.turn(what)
    }

    /// A bare number is a button of the last message, where there is one of that number.
    fn pressed(&self, text: &str) -> Option<Request> {
        let number: usize = text
            .trim()
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse()
            .ok()?;
        let button = self.world.buttons.get(number.checked_sub(1)?)?;
        Some(button.request.clone())
    }
}

fn interactive(conversation: &mut Conversation<'_>) -> anyhow::Result<()> {
    let config = Config::builder()
        .auto_add_history(true)
        .bracketed_paste(true)
        .build();
    let mut editor = DefaultEditor::with_config(config)?;
    loop {
        match read_paragraph(|prompt| editor.readline(prompt)) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => conversation.heard(text)?,
            // Ctrl-C gives up the line, as a shell does; Ctrl-D leaves.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Reads a line, or all lines up to the closing fence where the line opens one.
fn read_paragraph(
    mut readline: impl FnMut(&str) -> Result<String, ReadlineError>,
) -> Result<String, ReadlineError> {
    let mut text = readline("502> ")?;
    while is_open(&text) {
        text.push('\n');
        text.push_str(&readline("...> ")?);
    }
    Ok(text)
}

fn piped(conversation: &mut Conversation<'_>) -> anyhow::Result<()> {
    let mut text = String::new();
    for line in io::stdin().lock().split(b'\n') {
        text.push_str(&String::from_utf8_lossy(&line?));
        if is_open(&text) {
            text.push('\n');
        } else if !text.trim().is_empty() {
            conversation.heard(std::mem::take(&mut text))?;
        }
    }
    // A fence that nobody closed is still a question.
    if text.trim().is_empty() {
        Ok(())
    } else {
        conversation.heard(text)
    }
}

fn is_open(text: &str) -> bool {
    text.trim_start().starts_with(FENCE) && text.matches(FENCE).count() % 2 == 1
}
