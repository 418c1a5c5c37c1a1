//! The double as the conversation suite sees it.

use serde_json::{Value, json};

use super::double::{Double, lock};
use super::rules;
use super::world::{BOT_USER, CHANNEL, ELSEWHERE, Posted, World};
use crate::harness::room::{Room, Seen, Where, Who};

fn user(who: Who) -> &'static str {
    match who {
        Who::Ann => "U0ANN",
        Who::Ben => "U0BEN",
        Who::Cyd => "U0CYD",
        Who::Guest => "U0GUEST",
        Who::Away => "U0AWAY",
        Who::Gone => "U0GONE",
        Who::Nobody => "U0NOBODY",
    }
}

fn channel(place: Where) -> &'static str {
    match place {
        Where::Ops => CHANNEL,
        Where::Elsewhere => ELSEWHERE,
    }
}

impl Room for Double {
    fn id(&self, who: Who) -> String {
        user(who).to_owned()
    }

    fn mention(&self, who: Who, place: Where, thread: Option<&str>, text: &str) -> String {
        let text = format!("<@{BOT_USER}> {}", typed(text));
        self.says_with(user(who), channel(place), thread, &text, &team(who))
            .ts
    }

    fn say(&self, who: Who, place: Where, thread: Option<&str>, text: &str) -> String {
        self.says_with(user(who), channel(place), thread, &typed(text), &team(who))
            .ts
    }

    fn direct(&self, who: Who, text: &str) -> String {
        self.says(user(who), &World::direct(user(who)), None, &typed(text))
            .ts
    }

    fn direct_with_file(&self, who: Who, text: &str, name: &str, file: &str) -> String {
        let url = self.keeps_file(name, file);
        let files = json!({ "subtype": "file_share", "files": [{ "name": name, "url_private": url, "size": file.len() }] });
        self.says_with(
            user(who),
            &World::direct(user(who)),
            None,
            &typed(text),
            &files,
        )
        .ts
    }

    fn command(&self, who: Who, place: Where, text: &str) {
        let act = self.types(user(who), channel(place), text);
        self.done(&act);
    }

    fn point_at(&self, who: Who, place: Where, text: &str) {
        let ts = self.write("U0CYD", channel(place), None, text);
        let message = json!({ "type": "message", "user": "U0CYD", "ts": ts, "text": typed(text) });
        let act = self.points_at(user(who), channel(place), &message);
        self.done(&act);
    }

    fn press(&self, who: Who, seen: &Seen, label: &str) {
        let posted = self
            .world()
            .messages
            .iter()
            .find(|message| message.ts == seen.id)
            .cloned();
        let act = match posted {
            Some(posted) => self.presses(user(who), &posted, label),
            None => self.presses_home(user(who), label),
        };
        self.done(&act);
    }

    fn submit(&self, who: Who, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let act = self.submits(user(who), fields);
        let said = self.done(&act).payload.unwrap_or_default();
        if said["response_action"] != "errors" {
            self.closes(&act.ts);
            return Vec::new();
        }
        let errors = said["errors"].as_object().into_iter().flatten();
        let errors: Vec<(String, String)> = errors
            .map(|(field, text)| (field.clone(), text.as_str().unwrap_or_default().to_owned()))
            .collect();
        // What is said of a field that is not there, Slack shows to nobody.
        let there = self.form(who);
        for (field, text) in &errors {
            let is_shown = there.contains(field) && !text.is_empty();
            assert!(is_shown, "`{field}`: `{text}` is not among {there:?}");
        }
        assert!(!errors.is_empty(), "{said}");
        errors
    }

    fn form(&self, who: Who) -> Vec<String> {
        let view = self.wait_for("a form", |world| {
            let mut forms = world.forms.iter().rev();
            forms
                .find(|(_, opened_for, _)| opened_for == user(who))
                .map(|(_, _, view)| view.clone())
        });
        let blocks = view["blocks"].as_array().into_iter().flatten();
        blocks
            .filter_map(|block| block["block_id"].as_str().map(str::to_owned))
            .collect()
    }

    fn home(&self, who: Who) -> Seen {
        self.world().homes.remove(user(who));
        self.opens_home(user(who));
        let view = self.wait_for("the page", |world| world.homes.get(user(who)).cloned());
        Seen {
            id: "home".to_owned(),
            channel: World::direct(user(who)),
            thread: None,
            alone: Some(user(who).to_owned()),
            text: read(&view["blocks"]),
            buttons: buttons(&view["blocks"]),
            files: Vec::new(),
            changes: 0,
        }
    }

    fn seen(&self) -> Vec<Seen> {
        let world = self.world();
        world
            .messages
            .iter()
            .filter(|message| message.user == BOT_USER && !message.is_gone)
            .map(seen)
            .collect()
    }

    fn wait(&self, what: &str, fits: &dyn Fn(&Seen) -> bool) -> Seen {
        self.wait_for(what, |world| {
            let ours = world
                .messages
                .iter()
                .filter(|message| message.user == BOT_USER && !message.is_gone);
            ours.map(seen).find(|seen| fits(seen))
        })
    }

    fn settled(&self) {
        let pending = &self.shared.pending;
        self.wait_for("all acknowledgements", |_| {
            lock(pending)
                .iter()
                .all(|pending| pending.acked.is_some() || pending.is_over)
                .then_some(())
        });
    }
}

/// What Slack makes of what people type.
fn typed(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn team(who: Who) -> Value {
    match who {
        Who::Away => json!({ "user_team": super::world::OTHER_TEAM }),
        _ => json!({}),
    }
}

fn seen(message: &Posted) -> Seen {
    Seen {
        id: message.ts.clone(),
        channel: message.channel.clone(),
        thread: message.thread.clone(),
        alone: message.alone.clone(),
        text: if message.body["blocks"].is_array() {
            read(&message.body["blocks"])
        } else {
            message.body["text"].as_str().unwrap_or_default().to_owned()
        },
        buttons: buttons(&message.body["blocks"]),
        files: message.files.iter().map(|file| file.text.clone()).collect(),
        changes: message.was.len(),
    }
}

/// All that can be read, a block a line, without the words on buttons.
fn read(blocks: &Value) -> String {
    let blocks = blocks.as_array().into_iter().flatten();
    let shown =
        blocks.filter(|block| block["type"] != "actions" && block["type"] != "context_actions");
    shown
        .map(|block| match block["type"].as_str() {
            Some("task_card") => card(block),
            _ => lines(&block["elements"]),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// A card in a line: how far, what, by whom, what came of it.
fn card(block: &Value) -> String {
    let of = |key: &str| block[key].as_str().unwrap_or_default().to_owned();
    let inner = |key: &str| lines(&block[key]["elements"]);
    let all = [
        format!("[{}]", of("status")),
        of("title"),
        inner("details"),
        inner("output"),
    ];
    all.iter()
        .filter(|text| !text.is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

fn lines(elements: &Value) -> String {
    let elements = elements.as_array().into_iter().flatten();
    let line = |element: &Value| match element["elements"].is_array() {
        true if element["type"] == "rich_text_list" => lines(&element["elements"]),
        true => element["elements"]
            .as_array()
            .into_iter()
            .flatten()
            .map(run)
            .collect(),
        false => rules::text_of(element),
    };
    elements.map(line).collect::<Vec<_>>().join("\n")
}

fn run(run: &Value) -> String {
    let of = |key: &str| run[key].as_str().unwrap_or_default().to_owned();
    match run["type"].as_str() {
        Some("user") => of("user_id"),
        Some("date") => of("fallback"),
        _ => of("text"),
    }
}

fn buttons(blocks: &Value) -> Vec<String> {
    let mut labels = Vec::new();
    for block in blocks.as_array().into_iter().flatten() {
        for element in block["elements"].as_array().into_iter().flatten() {
            let texts = match element["type"].as_str() {
                Some("button") => vec![&element["text"]["text"]],
                Some("feedback_buttons") => {
                    vec![
                        &element["positive_button"]["text"]["text"],
                        &element["negative_button"]["text"]["text"],
                    ]
                }
                _ => continue,
            };
            labels.extend(
                texts
                    .into_iter()
                    .filter_map(|text| text.as_str().map(str::to_owned)),
            );
        }
    }
    labels
}
