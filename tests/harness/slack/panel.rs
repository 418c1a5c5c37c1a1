//! The assistant's panel in the double: a thread that somebody opened, its status line, its prompts, its
//! title. What is shown there is held to Slack's rules and may do nothing.

use serde_json::{Value, json};

use super::marks;
use super::world::{Posted, World};

/// Seconds after which Slack takes a status away by itself.
const STATUS_LASTS: i64 = 120;

/// A panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// Every status that was set, oldest first; an empty one takes the line away.
    pub statuses: Vec<String>,
    /// What can be read now, and since when.
    status: Option<(String, i64)>,
    /// Its prompts: title and text.
    pub prompts: Vec<(String, String)>,
    /// Every title that was set.
    pub titles: Vec<String>,
}

impl Panel {
    /// Gives the status line as it can be read at this time of the double's clock.
    pub fn status(&self, now: i64) -> Option<&str> {
        let (status, since) = self.status.as_ref()?;
        (now - since < STATUS_LASTS).then_some(status)
    }

    /// A message of the bot's takes the status away.
    pub(super) fn posted(&mut self) {
        self.status = None;
    }
}

/// Answers a method of the panel's.
pub(super) fn call(world: &mut World, what: &str, args: &Value) -> Result<Value, String> {
    if let Some(word) = world.no_panel {
        return Err(word.to_owned());
    }
    let scope = match what {
        "setStatus" => "chat:write",
        _ => "assistant:write",
    };
    if !world.scopes.contains(&scope) {
        return Err("missing_scope".to_owned());
    }
    let text = |key: &str| args[key].as_str().unwrap_or_default().to_owned();
    let (channel, thread) = (text("channel_id"), text("thread_ts"));
    if !channel.starts_with('D') {
        return Err("channel_not_found".to_owned());
    }
    if thread.is_empty() {
        return pin(world, what, &channel, args);
    }
    if world.is_agent {
        // Slack takes prompts for one thread of an agent's, and does nothing with them.
        if what == "setSuggestedPrompts" {
            return Ok(json!({}));
        }
        let is_root = |message: &Posted| message.channel == channel && message.ts == thread;
        if world.messages.iter().any(is_root) {
            let key = (channel.clone(), thread.clone());
            world.panels.entry(key).or_default();
        }
    }
    let now = world.now;
    let Some(panel) = world.panels.get_mut(&(channel, thread)) else {
        return Err("invalid_thread_ts".to_owned());
    };
    match change(panel, what, args, now) {
        Ok(()) => Ok(json!({})),
        Err(wrong) => {
            world.broken_rules.push(format!("{what}: {wrong}"));
            Err("invalid_arguments".to_owned())
        }
    }
}

/// Prompts above all of an agent's messages with somebody.
fn pin(world: &mut World, what: &str, channel: &str, args: &Value) -> Result<Value, String> {
    if what != "setSuggestedPrompts" {
        return Err("invalid_thread_ts".to_owned());
    }
    if !world.is_agent {
        return Err("not_agent_app".to_owned());
    }
    let mut above = Panel::default();
    if let Err(wrong) = change(&mut above, what, args, world.now) {
        world.broken_rules.push(format!("{what}: {wrong}"));
        return Err("invalid_arguments".to_owned());
    }
    world.pinned.insert(channel.to_owned(), above.prompts);
    Ok(json!({}))
}

fn change(panel: &mut Panel, what: &str, args: &Value, now: i64) -> Result<(), String> {
    match what {
        "setStatus" => {
            let status = args["status"].as_str().ok_or("no status")?;
            line(status)?;
            panel.statuses.push(status.to_owned());
            panel.status = (!status.is_empty()).then(|| (status.to_owned(), now));
        }
        "setTitle" => {
            let title = full(&args["title"])?;
            panel.titles.push(title);
        }
        "setSuggestedPrompts" => {
            let prompts = args["prompts"].as_array().ok_or("no prompts")?;
            if prompts.is_empty() || prompts.len() > 4 {
                return Err(format!("{} prompts", prompts.len()));
            }
            if !args["title"].is_null() {
                full(&args["title"])?;
            }
            let pairs = prompts.iter();
            let pairs =
                pairs.map(|prompt| Ok((full(&prompt["title"])?, full(&prompt["message"])?)));
            panel.prompts = pairs.collect::<Result<_, String>>()?;
        }
        _ => return Err("no such method".to_owned()),
    }
    Ok(())
}

fn full(text: &Value) -> Result<String, String> {
    let text = text.as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err("an empty text".to_owned());
    }
    line(text)?;
    Ok(text.to_owned())
}

/// One line in which nothing acts, whether Slack would read it or not.
fn line(text: &str) -> Result<(), String> {
    if text.contains('\n') || !marks::of(&json!({ "text": text })).is_empty() {
        return Err(format!("{text:?} is more than a line of text"));
    }
    Ok(())
}
