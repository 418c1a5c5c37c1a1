//! What stands in the assistant's panel around the messages. Slack takes plain strings there and does not
//! say that nothing is read in them: what it reads elsewhere is put so that it cannot be.

use serde_json::{Value, json};

use super::limits::{PANEL_LINE, PROMPT_TEXT, PROMPT_TITLE, PROMPTS, fit, length};
use super::words::visible;
use crate::logic::hint::Prompt;

/// Renders prompts: the first four that can be shown, if any can. A cut one would ask for something else.
#[must_use]
pub fn prompts(prompts: &[Prompt]) -> Option<Value> {
    let fits = |prompt: &&Prompt| {
        let text = &prompt.text;
        !text.trim().is_empty() && length(text) <= PROMPT_TEXT && visible(text) == **text
    };
    let prompts: Vec<Value> = prompts
        .iter()
        .filter(fits)
        .map(|prompt| json!({ "title": line(&prompt.title, PROMPT_TITLE), "message": prompt.text }))
        .filter(|prompt| prompt["title"] != "")
        .take(PROMPTS)
        .collect();
    (!prompts.is_empty()).then(|| json!({ "prompts": prompts, "title": "You could ask" }))
}

/// Renders a status line; an empty one takes the line away.
#[must_use]
pub fn status(text: &str) -> Value {
    json!({ "status": line(text, PANEL_LINE) })
}

/// Renders a thread's title.
#[must_use]
pub fn title(text: &str) -> Value {
    let title = line(text, PANEL_LINE);
    json!({ "title": if title.is_empty() { "bot502" } else { &title } })
}

/// One line in which Slack reads nothing.
pub(super) fn line(text: &str, most: usize) -> String {
    let text = visible(text).replace('\n', " ").replace('`', "");
    let text = text.replace('<', "‹").replace('>', "›");
    fit(text.trim(), most)
}
