//! Slack's rules for what it is sent, written from its documents and apart from the program's own
//! limits: what breaks one is answered as Slack answers it.

use serde_json::Value;

/// Slack's word for what is wrong.
pub type Wrong = String;

const SURFACES: &[&str] = &["message", "modal", "home"];

/// Checks a message.
pub fn message(body: &Value) -> Result<(), Wrong> {
    let text = body["text"].as_str().unwrap_or_default();
    let blocks = body["blocks"].as_array();
    if text.is_empty() && blocks.is_none_or(Vec::is_empty) {
        return wrong("no_text");
    }
    if text.chars().count() > 40_000 {
        return wrong("msg_too_long");
    }
    match blocks {
        Some(blocks) => self::blocks(blocks, "message"),
        None => Ok(()),
    }
}

/// Checks a form or the bot's own page.
pub fn view(view: &Value) -> Result<(), Wrong> {
    let kind = view["type"].as_str().unwrap_or_default();
    if kind != "modal" && kind != "home" {
        return wrong("invalid_arguments: view type");
    }
    if kind == "modal" {
        plain(&view["title"], 24, "title")?;
        if !view["submit"].is_null() {
            plain(&view["submit"], 24, "submit")?;
        }
        if !view["close"].is_null() {
            plain(&view["close"], 24, "close")?;
        }
    }
    if units(view["private_metadata"].as_str().unwrap_or_default()) > 3_000 {
        return wrong("invalid_arguments: private_metadata");
    }
    if units(view["callback_id"].as_str().unwrap_or_default()) > 255 {
        return wrong("invalid_arguments: callback_id");
    }
    let blocks = view["blocks"]
        .as_array()
        .ok_or("invalid_arguments: no blocks")?;
    let has_input = blocks.iter().any(|block| block["type"] == "input");
    if kind == "modal" && has_input && view["submit"].is_null() {
        return wrong("invalid_arguments: input without submit");
    }
    self::blocks(blocks, kind)
}

/// Checks blocks for a surface.
pub fn blocks(blocks: &[Value], surface: &str) -> Result<(), Wrong> {
    assert!(SURFACES.contains(&surface), "an unknown surface");
    if blocks.len() > if surface == "message" { 50 } else { 100 } {
        return wrong("invalid_blocks: too many");
    }
    let mut ids: Vec<&str> = blocks
        .iter()
        .filter_map(|block| block["block_id"].as_str())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != count || ids.iter().any(|id| units(id) > 255 || id.is_empty()) {
        return wrong("invalid_blocks: block_id");
    }
    for one in blocks {
        block(one, surface)?;
    }
    let cards = blocks.iter().filter(|block| block["type"] == "task_card");
    let mut ids: Vec<&Value> = cards.map(|card| &card["task_id"]).collect();
    while let Some(id) = ids.pop() {
        if ids.contains(&id) {
            return wrong("invalid_blocks: task_id");
        }
    }
    // Measured near 13,200; where exactly Slack says nowhere.
    let total: usize = blocks.iter().map(text_of).map(|text| units(&text)).sum();
    if surface == "message" && total > 12_000 {
        return wrong("msg_blocks_too_long");
    }
    Ok(())
}

/// Gives all the text of a block or an element, as a person reads it.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut all = String::new();
            for (key, inner) in object {
                match (key.as_str(), inner) {
                    ("text" | "url" | "fallback" | "title", Value::String(text)) => {
                        all.push_str(text);
                    }
                    (_, Value::Object(_) | Value::Array(_)) => all.push_str(&text_of(inner)),
                    _ => {}
                }
            }
            all
        }
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(""),
        _ => String::new(),
    }
}

fn block(block: &Value, surface: &str) -> Result<(), Wrong> {
    match block["type"].as_str().unwrap_or_default() {
        "header" => plain(&block["text"], 150, "header"),
        "section" => section(block),
        "divider" => Ok(()),
        "context" => context(block),
        "actions" => actions(block),
        "context_actions" if surface == "message" => context_actions(block),
        "rich_text" => rich_text(block),
        "task_card" if surface == "message" => task_card(block),
        "input" if surface != "message" => input(block),
        "markdown" if surface == "message" => longest(&block["text"], 12_000, "markdown"),
        other => wrong(&format!("invalid_blocks: {other} on {surface}")),
    }
}

fn section(block: &Value) -> Result<(), Wrong> {
    if !block["text"].is_null() {
        text(&block["text"], 3_000, "section")?;
    }
    let fields = block["fields"].as_array();
    if block["text"].is_null() && fields.is_none() {
        return wrong("invalid_blocks: empty section");
    }
    match fields {
        Some(fields) if fields.is_empty() || fields.len() > 10 => wrong("invalid_blocks: fields"),
        Some(fields) => fields
            .iter()
            .try_for_each(|field| text(field, 2_000, "field")),
        None => Ok(()),
    }
}

fn context(block: &Value) -> Result<(), Wrong> {
    let elements = block["elements"]
        .as_array()
        .ok_or("invalid_blocks: context")?;
    if elements.is_empty() || elements.len() > 10 {
        return wrong("invalid_blocks: context elements");
    }
    elements
        .iter()
        .try_for_each(|element| text(element, 3_000, "context"))
}

fn actions(block: &Value) -> Result<(), Wrong> {
    let elements = block["elements"]
        .as_array()
        .ok_or("invalid_blocks: actions")?;
    if elements.is_empty() || elements.len() > 25 {
        return wrong("invalid_blocks: actions elements");
    }
    distinct(elements)?;
    elements
        .iter()
        .try_for_each(|element| match element["type"].as_str() {
            Some("button") => button(element),
            _ => wrong("invalid_blocks: element of actions"),
        })
}

fn context_actions(block: &Value) -> Result<(), Wrong> {
    let elements = block["elements"]
        .as_array()
        .ok_or("invalid_blocks: context_actions")?;
    if elements.is_empty() || elements.len() > 5 {
        return wrong("invalid_blocks: context_actions elements");
    }
    distinct(elements)?;
    for element in elements {
        if element["type"] != "feedback_buttons" {
            return wrong("invalid_blocks: element of context_actions");
        }
        for side in ["positive_button", "negative_button"] {
            plain(&element[side]["text"], 75, side)?;
            longest(&element[side]["value"], 2_000, side)?;
        }
    }
    Ok(())
}

/// Title and id are plain strings; what stands in it is one `rich_text` of one element. 256 is the limit
/// where cards are streamed.
fn task_card(block: &Value) -> Result<(), Wrong> {
    longest(&block["task_id"], 255, "task_id")?;
    longest(&block["title"], 256, "title of a task")?;
    let status = block["status"].as_str().unwrap_or_default();
    if !["pending", "in_progress", "complete", "error"].contains(&status) {
        return wrong("invalid_blocks: status of a task");
    }
    for key in ["details", "output"] {
        let inner = &block[key];
        if inner.is_null() {
            continue;
        }
        let count = inner["elements"].as_array().map_or(0, Vec::len);
        if inner["type"] != "rich_text" || count != 1 {
            return wrong("invalid_blocks: a task takes one rich_text of one element");
        }
        rich_text(inner)?;
    }
    let known = [
        "type", "block_id", "task_id", "title", "status", "details", "output", "sources",
    ];
    let keys = block.as_object().into_iter().flat_map(|card| card.keys());
    match keys.into_iter().find(|key| !known.contains(&key.as_str())) {
        Some(key) => wrong(&format!("invalid_blocks: {key} of a task")),
        None => Ok(()),
    }
}

fn button(element: &Value) -> Result<(), Wrong> {
    plain(&element["text"], 75, "button")?;
    let style = element["style"].as_str();
    if !element["style"].is_null() && !matches!(style, Some("primary" | "danger")) {
        return wrong("invalid_blocks: button style");
    }
    if !element["url"].is_null() {
        longest(&element["url"], 3_000, "button url")?;
    }
    match &element["value"] {
        Value::Null => Ok(()),
        value => longest(value, 2_000, "button value"),
    }
}

fn distinct(elements: &[Value]) -> Result<(), Wrong> {
    let mut ids = Vec::new();
    for element in elements {
        let id = element["action_id"].as_str().unwrap_or_default();
        if id.is_empty() || units(id) > 255 || ids.contains(&id) {
            return wrong("invalid_blocks: action_id");
        }
        ids.push(id);
    }
    Ok(())
}

fn input(block: &Value) -> Result<(), Wrong> {
    plain(&block["label"], 2_000, "label")?;
    if !block["hint"].is_null() {
        plain(&block["hint"], 2_000, "hint")?;
    }
    let element = &block["element"];
    if units(element["action_id"].as_str().unwrap_or_default()) > 255 {
        return wrong("invalid_blocks: action_id");
    }
    match element["type"].as_str() {
        Some("plain_text_input") => {
            let most = element["max_length"].as_u64().unwrap_or(3_000);
            let initial = element["initial_value"].as_str().unwrap_or_default();
            if !(1..=3_000).contains(&most) || units(initial) as u64 > most {
                return wrong("invalid_blocks: plain_text_input");
            }
            Ok(())
        }
        Some("static_select") => select(element),
        _ => wrong("invalid_blocks: element of input"),
    }
}

fn select(element: &Value) -> Result<(), Wrong> {
    let groups: Vec<&Value> = match (
        element["options"].as_array(),
        element["option_groups"].as_array(),
    ) {
        (Some(_), None) => vec![&element["options"]],
        (None, Some(groups)) if (1..=100).contains(&groups.len()) => {
            for group in groups {
                plain(&group["label"], 75, "group")?;
            }
            groups.iter().map(|group| &group["options"]).collect()
        }
        _ => return wrong("invalid_blocks: options"),
    };
    let mut all = Vec::new();
    for group in groups {
        let options = group.as_array().ok_or("invalid_blocks: options")?;
        if options.is_empty() || options.len() > 100 {
            return wrong("invalid_blocks: count of options");
        }
        for option in options {
            plain(&option["text"], 75, "option")?;
            longest(&option["value"], 150, "option value")?;
            all.push(option);
        }
    }
    if !element["initial_option"].is_null() && !all.contains(&&element["initial_option"]) {
        return wrong("invalid_blocks: initial_option");
    }
    Ok(())
}

fn rich_text(block: &Value) -> Result<(), Wrong> {
    let elements = block["elements"]
        .as_array()
        .ok_or("invalid_blocks: rich_text")?;
    if elements.is_empty() {
        return wrong("invalid_blocks: empty rich_text");
    }
    elements.iter().try_for_each(rich_element)
}

fn rich_element(element: &Value) -> Result<(), Wrong> {
    let inner = element["elements"]
        .as_array()
        .ok_or("invalid_blocks: rich element")?;
    if inner.is_empty() {
        return wrong("invalid_blocks: empty rich element");
    }
    match element["type"].as_str() {
        Some("rich_text_section" | "rich_text_quote") => {
            inner.iter().try_for_each(|run| self::run(run, true))
        }
        Some("rich_text_preformatted") => inner.iter().try_for_each(|run| self::run(run, false)),
        Some("rich_text_list") => {
            let style = element["style"].as_str();
            if !matches!(style, Some("bullet" | "ordered"))
                || element["indent"].as_u64().unwrap_or(0) > 8
            {
                return wrong("invalid_blocks: list");
            }
            inner
                .iter()
                .try_for_each(|item| match item["type"].as_str() {
                    Some("rich_text_section") => rich_element(item),
                    _ => wrong("invalid_blocks: item of a list"),
                })
        }
        _ => wrong("invalid_blocks: rich element"),
    }
}

fn run(run: &Value, may_be_styled: bool) -> Result<(), Wrong> {
    if let Some(style) = run["style"].as_object() {
        let known = style
            .keys()
            .all(|key| ["bold", "italic", "strike", "code"].contains(&key.as_str()));
        if !known || !may_be_styled {
            return wrong("invalid_blocks: style");
        }
    }
    match run["type"].as_str() {
        Some("text") => longest(&run["text"], 12_000, "text"),
        Some("link") => {
            longest(&run["url"], 3_000, "url")?;
            let address = run["url"].as_str().unwrap_or_default();
            if !address.starts_with("https://") && !address.starts_with("http://") {
                return wrong("invalid_blocks: url");
            }
            Ok(())
        }
        Some("user") => longest(&run["user_id"], 40, "user_id"),
        Some("date") => match (run["timestamp"].as_i64(), run["format"].as_str()) {
            (Some(_), Some(format)) if format.contains('{') => Ok(()),
            _ => wrong("invalid_blocks: date"),
        },
        Some("emoji") => longest(&run["name"], 100, "emoji"),
        _ => wrong("invalid_blocks: rich run"),
    }
}

fn text(object: &Value, most: usize, what: &str) -> Result<(), Wrong> {
    match object["type"].as_str() {
        Some("mrkdwn" | "plain_text") => longest(&object["text"], most, what),
        _ => wrong(&format!("invalid_blocks: text of {what}")),
    }
}

fn plain(object: &Value, most: usize, what: &str) -> Result<(), Wrong> {
    match object["type"].as_str() {
        Some("plain_text") => longest(&object["text"], most, what),
        _ => wrong(&format!("invalid_blocks: {what} is no plain_text")),
    }
}

fn longest(text: &Value, most: usize, what: &str) -> Result<(), Wrong> {
    match text.as_str() {
        Some(text) if (1..=most).contains(&units(text)) => Ok(()),
        Some(text) => wrong(&format!(
            "invalid_blocks: {what} has {} characters",
            units(text)
        )),
        None => wrong(&format!("invalid_blocks: {what} has no text")),
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn wrong(what: &str) -> Result<(), Wrong> {
    Err(what.to_owned())
}
