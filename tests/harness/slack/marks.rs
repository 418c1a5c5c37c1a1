//! What Slack would make of a message: who is called, and where one can be led. Text is parsed as Slack
//! does, in every place where Slack parses text.

use serde_json::Value;

/// Something that a message does beyond being read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Calls a person, a group, or all.
    Calls(String),
    /// Leads to an address.
    Leads(String),
}

/// Gives all that a message or a view does.
pub fn of(body: &Value) -> Vec<Mark> {
    let mut marks = Vec::new();
    if let Some(text) = body["text"].as_str() {
        parse(text, &mut marks);
        if body["link_names"] == true || body["parse"] == "full" {
            for word in ["@here", "@channel", "@everyone"]
                .iter()
                .filter(|word| text.contains(**word))
            {
                marks.push(Mark::Calls((*word).to_owned()));
            }
        }
    }
    let blocks = body["blocks"].as_array().into_iter().flatten();
    blocks.for_each(|block| walk(block, &mut marks));
    marks.sort();
    marks.dedup();
    marks
}

fn walk(value: &Value, marks: &mut Vec<Mark>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, marks)),
        Value::Object(object) => {
            match (value["type"].as_str(), value["text"].as_str()) {
                (Some("mrkdwn" | "markdown"), Some(text)) => parse(text, marks),
                _ => element(value, marks),
            }
            object.values().for_each(|inner| walk(inner, marks));
        }
        _ => {}
    }
}

fn element(value: &Value, marks: &mut Vec<Mark>) {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    match value["type"].as_str() {
        Some("user") => marks.push(Mark::Calls(text("user_id"))),
        Some("usergroup") => marks.push(Mark::Calls(text("usergroup_id"))),
        Some("broadcast") => marks.push(Mark::Calls(text("range"))),
        // Slack's documents call a card's title plain, and nothing proves that it is not read.
        Some("task_card") => parse(&text("title"), marks),
        Some("link") => marks.push(Mark::Leads(text("url"))),
        Some("button") if value["url"].is_string() => marks.push(Mark::Leads(text("url"))),
        _ => {}
    }
}

/// Parses Slack's marks: `<@U1>`, `<!here>`, `<http://..|..>`.
fn parse(text: &str, marks: &mut Vec<Mark>) {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let Some(end) = rest.find('>') else {
            return;
        };
        let mark = rest[..end].split('|').next().unwrap_or_default();
        match mark.chars().next() {
            Some('@' | '!') => marks.push(Mark::Calls(mark.to_owned())),
            Some('#') => marks.push(Mark::Leads(mark.to_owned())),
            Some(_) if mark.contains(':') => marks.push(Mark::Leads(mark.to_owned())),
            _ => {}
        }
        rest = &rest[end + 1..];
    }
}
