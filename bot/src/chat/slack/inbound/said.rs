//! The text and the files of a message. An alert of another program often has its words in
//! attachments or blocks alone.

use serde::Deserialize;
use serde_json::Value;

use super::mark;
use crate::logic::heard::File;

/// Words of attachments and blocks are read so deep at most.
const DEEPEST: usize = 12;

/// A message, as events and shortcuts carry it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Said {
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub ts: Option<String>,
    #[serde(default)]
    pub thread_ts: Option<String>,
    #[serde(default)]
    files: Option<Vec<Attached>>,
    #[serde(default)]
    attachments: Option<Vec<Value>>,
    #[serde(default)]
    blocks: Option<Vec<Value>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Attached {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    url_private: Option<String>,
    #[serde(default)]
    url_private_download: Option<String>,
    #[serde(default)]
    size: Option<u64>,
}

impl Said {
    /// Gives its words as people see them; those of attachments and blocks where it has no others.
    pub fn words(&self, us: &str) -> String {
        let text = mark::plain(self.text.as_deref().unwrap_or_default(), us);
        if !text.is_empty() {
            return text;
        }
        let mut lines = Vec::new();
        for attachment in self.attachments.iter().flatten() {
            gather_attachment(attachment, us, &mut lines);
        }
        for block in self.blocks.iter().flatten() {
            gather(block, us, 0, &mut lines);
        }
        lines.join("\n")
    }

    /// Gives its files. What they hold is found when they are read.
    pub fn files(&self) -> Vec<File> {
        let files = self.files.iter().flatten().filter_map(|file| {
            Some(File {
                name: file
                    .name
                    .clone()
                    .or_else(|| file.title.clone())
                    .unwrap_or_else(|| "file".to_owned()),
                url: file
                    .url_private_download
                    .clone()
                    .or_else(|| file.url_private.clone())?,
                size_bytes: file.size.unwrap_or(0),
            })
        });
        files.collect()
    }
}

fn gather_attachment(attachment: &Value, us: &str, lines: &mut Vec<String>) {
    let before = lines.len();
    for key in ["pretext", "title", "text"] {
        push(attachment.get(key), us, lines);
    }
    for field in attachment["fields"].as_array().into_iter().flatten() {
        push(field.get("title"), us, lines);
        push(field.get("value"), us, lines);
    }
    for block in attachment["blocks"].as_array().into_iter().flatten() {
        gather(block, us, 0, lines);
    }
    if lines.len() == before {
        push(attachment.get("fallback"), us, lines);
    }
}

/// Gathers every `text` of a block, whatever kind of block it is.
fn gather(value: &Value, us: &str, depth: usize, lines: &mut Vec<String>) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Object(object) => {
            push(object.get("text"), us, lines);
            for key in ["text", "fields", "elements", "alt_text"] {
                if let Some(inner @ (Value::Object(_) | Value::Array(_))) = object.get(key) {
                    gather(inner, us, depth + 1, lines);
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| gather(item, us, depth + 1, lines)),
        _ => {}
    }
}

fn push(text: Option<&Value>, us: &str, lines: &mut Vec<String>) {
    if let Some(text) = text.and_then(Value::as_str) {
        let text = mark::plain(text, us);
        if !text.is_empty() {
            lines.push(text);
        }
    }
}
