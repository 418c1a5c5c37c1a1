//! Blocks for a workspace that lacks the newer ones: the same in older words.

use serde_json::{Value, json};

/// Puts newer blocks into older ones; the others stay as they are. What a task card says stands in the
/// message's own words as well.
#[must_use]
pub fn plainer(blocks: &Value) -> Value {
    let Some(blocks) = blocks.as_array() else {
        return blocks.clone();
    };
    let kept = blocks.iter().filter(|block| block["type"] != "task_card");
    kept.map(block).collect()
}

fn block(block: &Value) -> Value {
    if block["type"] != "context_actions" {
        return block.clone();
    }
    let elements = block["elements"].as_array().into_iter().flatten();
    let buttons: Vec<Value> = elements
        .flat_map(|element| {
            [("positive_button", "yes"), ("negative_button", "no")].map(|(key, end)| {
        let button = &element[key];
        json!({
            "type": "button",
            "action_id": format!("{}-{end}", element["action_id"].as_str().unwrap_or("feedback")),
            "text": button["text"],
            "value": button["value"],
        })
    })
        })
        .collect();
    json!({ "type": "actions", "elements": buttons })
}
