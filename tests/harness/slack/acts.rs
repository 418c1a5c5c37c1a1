//! What people do in the double, and the payloads that Slack makes of it.

use serde_json::{Value, json};

use super::double::{Acked, Double};
use super::panel::Panel;
use super::world::{APP, BOT_USER, Kept, Leave, Posted, TEAM, World};

/// Uses of a `response_url`.
const USES: u32 = 5;

/// Something that was brought to the bot.
#[derive(Clone, Debug)]
pub struct Act {
    /// What [`Double::acked`] waits with.
    pub id: String,
    /// The message that it made, or is about.
    pub ts: String,
}

impl Double {
    /// Says something in a channel or a thread, and brings it to the bot as Slack does: as a message, and
    /// as a mention where the bot is named.
    pub fn says(&self, user: &str, channel: &str, thread: Option<&str>, text: &str) -> Act {
        self.says_with(user, channel, thread, text, &json!({}))
    }

    /// The same, with more on the message.
    #[expect(
        clippy::too_many_arguments,
        reason = "a message is who, where, beneath what, and what; each test says them in a line"
    )]
    pub fn says_with(
        &self,
        user: &str,
        channel: &str,
        thread: Option<&str>,
        text: &str,
        more: &Value,
    ) -> Act {
        let ts = self.write(user, channel, thread, text);
        let mut event = json!({
            "type": "message", "channel": channel, "user": user, "text": text, "ts": ts, "event_ts": ts,
            "channel_type": if channel.starts_with('D') { "im" } else { "channel" }, "team": TEAM,
        });
        if let Some(thread) = thread {
            event["thread_ts"] = json!(thread);
        }
        if self.world().is_agent && channel.starts_with('D') {
            event["app_context"] = json!({});
        }
        for (key, value) in more.as_object().into_iter().flatten() {
            event[key] = value.clone();
        }
        let id = self.event(&event);
        if text.contains(&format!("<@{BOT_USER}>")) && !channel.starts_with('D') {
            event["type"] = json!("app_mention");
            if let Some(event) = event.as_object_mut() {
                event.remove("channel_type");
            }
            self.event(&event);
        }
        Act { id, ts }
    }

    /// Writes down a message of a person's, and brings it to nobody.
    pub fn write(&self, user: &str, channel: &str, thread: Option<&str>, text: &str) -> String {
        let _turn = self.block_on(self.shared.turn.lock());
        if self.has_behind() && !channel.starts_with('D') {
            let mut args = json!({ "channel": channel, "text": text });
            if let Some(thread) = thread {
                args["thread_ts"] = json!(thread);
            }
            let posted = self.ask_behind("chat.postMessage", &args);
            self.world().given = posted["ts"].as_str().map(str::to_owned);
        }
        let mut world = self.world();
        let ts = world.next_ts();
        world.messages.push(Posted {
            channel: channel.to_owned(),
            ts: ts.clone(),
            thread: thread.map(str::to_owned),
            user: user.to_owned(),
            alone: None,
            body: json!({ "text": text }),
            files: Vec::new(),
            was: Vec::new(),
            is_gone: false,
        });
        ts
    }

    /// Brings an event to the bot; gives what [`Double::acked`] waits with.
    pub fn event(&self, event: &Value) -> String {
        let (event_id, now) = {
            let mut world = self.world();
            (format!("Ev{:08}", world.next()), world.now)
        };
        let payload = json!({
            "token": "unused", "team_id": TEAM, "api_app_id": APP, "event": event, "type": "event_callback",
            "event_id": event_id, "event_time": now, "is_ext_shared_channel": false,
            "authorizations": [{ "team_id": TEAM, "user_id": BOT_USER, "is_bot": true }],
        });
        self.call_bot("events_api", payload, false)
    }

    /// Types the slash command.
    pub fn types(&self, user: &str, channel: &str, text: &str) -> Act {
        let leave = self.leave(user, channel);
        let payload = json!({
            "token": "unused", "team_id": TEAM, "team_domain": "home", "channel_id": channel,
            "channel_name": if channel.starts_with('D') { "directmessage" } else { "ops" },
            "user_id": user, "user_name": user.to_lowercase(), "command": "/502", "text": text, "api_app_id": APP,
            "is_enterprise_install": "false", "response_url": self.response_url(&leave), "trigger_id": leave,
        });
        Act {
            id: self.call_bot("slash_commands", payload, true),
            ts: leave,
        }
    }

    /// Presses a button of a message, by its words.
    #[track_caller]
    pub fn presses(&self, user: &str, message: &Posted, label: &str) -> Act {
        let bodies = [&message.body].into_iter().chain(message.was.iter().rev());
        let action = bodies
            .map(|body| action(&body["blocks"], label))
            .find(|action| !action.is_null());
        let action = action.unwrap_or_else(|| panic!("no button `{label}` on {}", message.body));
        self.acts(user, message, &action)
    }

    /// Presses what is on a message, or what somebody says is on it.
    pub fn acts(&self, user: &str, message: &Posted, action: &Value) -> Act {
        let leave = self.leave(user, &message.channel);
        let mut container = json!({
            "type": "message", "message_ts": message.ts, "channel_id": message.channel,
            "is_ephemeral": message.alone.is_some(),
        });
        let mut shown = json!({ "type": "message", "ts": message.ts, "user": BOT_USER, "text": message.body["text"] });
        if let Some(thread) = &message.thread {
            container["thread_ts"] = json!(thread);
            shown["thread_ts"] = json!(thread);
        }
        let mut payload = json!({
            "type": "block_actions", "user": person(user), "api_app_id": APP, "token": "unused",
            "container": container, "trigger_id": leave, "team": { "id": TEAM, "domain": "home" },
            "channel": { "id": message.channel, "name": "ops" }, "response_url": self.response_url(&leave),
            "actions": [action],
        });
        if message.alone.is_none() {
            payload["message"] = shown;
        }
        Act {
            id: self.call_bot("interactive", payload, false),
            ts: message.ts.clone(),
        }
    }

    /// Presses a button of the bot's own page.
    #[track_caller]
    pub fn presses_home(&self, user: &str, label: &str) -> Act {
        let view = self
            .world()
            .homes
            .get(user)
            .cloned()
            .expect("the page is there");
        let leave = self.leave(user, &World::direct(user));
        let payload = json!({
            "type": "block_actions", "user": person(user), "api_app_id": APP, "token": "unused",
            "container": { "type": "view", "view_id": "V1" }, "trigger_id": leave,
            "team": { "id": TEAM, "domain": "home" }, "view": view, "actions": [action(&view["blocks"], label)],
        });
        Act {
            id: self.call_bot("interactive", payload, false),
            ts: leave,
        }
    }

    /// Sends the form that was opened last for a person.
    #[track_caller]
    pub fn submits(&self, user: &str, filled: &[(&str, &str)]) -> Act {
        let (id, view) = {
            let world = self.world();
            let form = world
                .forms
                .iter()
                .rev()
                .find(|(_, opened_for, _)| opened_for == user);
            form.map(|(id, _, view)| (id.clone(), view.clone()))
                .expect("a form is open")
        };
        let mut values = json!({});
        for block in view["blocks"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|block| block["type"] == "input")
        {
            let name = block["block_id"].as_str().expect("each field has a name");
            let given = filled
                .iter()
                .find(|(field, _)| *field == name)
                .map(|(_, value)| *value);
            let element = &block["element"];
            let input = match element["type"].as_str() {
                Some("static_select") => json!({
                    "type": "static_select",
                    "selected_option": given.map(|value| json!({ "text": { "type": "plain_text", "text": value }, "value": value })),
                }),
                _ => {
                    json!({ "type": "plain_text_input", "value": given.or(element["initial_value"].as_str()) })
                }
            };
            let action = element["action_id"]
                .as_str()
                .expect("each input has a name");
            values[name] = json!({ action: input });
        }
        let trigger = self.leave(user, &World::direct(user));
        let mut view = view;
        view["id"] = json!(id);
        view["hash"] = json!("1.a");
        view["state"] = json!({ "values": values });
        let payload = json!({
            "type": "view_submission", "team": { "id": TEAM, "domain": "home" }, "user": person(user),
            "api_app_id": APP, "token": "unused", "trigger_id": trigger, "view": view, "response_urls": [],
        });
        Act {
            id: self.call_bot("interactive", payload, true),
            ts: id,
        }
    }

    /// Closes a form that was taken; what it was is kept to be judged.
    pub(super) fn closes(&self, form: &str) {
        let mut forms = self.world();
        let forms = forms.forms.iter_mut();
        forms
            .filter(|(id, ..)| id == form)
            .for_each(|(_, opened_for, _)| opened_for.clear());
    }

    /// Asks "What does this error mean?" of a message.
    pub fn points_at(&self, user: &str, channel: &str, message: &Value) -> Act {
        let leave = self.leave(user, channel);
        let payload = json!({
            "type": "message_action", "token": "unused", "action_ts": "1.1", "team": { "id": TEAM, "domain": "home" },
            "user": person(user), "channel": { "id": channel, "name": "ops" }, "is_enterprise_install": false,
            "callback_id": "explain", "trigger_id": leave, "response_url": self.response_url(&leave),
            "message_ts": message["ts"], "message": message,
        });
        let ts = message["ts"].as_str().unwrap_or_default().to_owned();
        Act {
            id: self.call_bot("interactive", payload, false),
            ts,
        }
    }

    /// Opens the bot's own page.
    pub fn opens_home(&self, user: &str) -> String {
        self.opens_tab(user, "home")
    }

    /// Opens the page, the messages beside it, or another tab.
    pub fn opens_tab(&self, user: &str, tab: &str) -> String {
        self.event(&json!({
            "type": "app_home_opened", "user": user, "channel": World::direct(user), "tab": tab, "event_ts": "1.1",
        }))
    }

    /// Opens the assistant's panel, which is a thread of the direct messages.
    pub fn opens_panel(&self, user: &str) -> Act {
        let channel = World::direct(user);
        let ts = self.write(user, &channel, None, "New chat");
        let key = (channel.clone(), ts.clone());
        self.world().panels.insert(key, Panel::default());
        let id = self.event(&json!({
            "type": "assistant_thread_started", "event_ts": ts,
            "assistant_thread": {
                "user_id": user, "channel_id": channel, "thread_ts": ts,
                "context": { "channel_id": super::world::CHANNEL, "team_id": TEAM, "enterprise_id": null },
            },
        }));
        Act { id, ts }
    }

    /// Brings an interaction as it stands.
    pub fn interaction(&self, payload: Value) -> String {
        self.call_bot("interactive", payload, true)
    }

    /// Puts a file where Slack keeps them; gives its address.
    pub fn keeps_file(&self, name: &str, text: &str) -> String {
        let mut world = self.world();
        let id = format!("F{:08}", world.next());
        world.files.insert(
            id.clone(),
            Kept {
                name: name.to_owned(),
                text: text.to_owned(),
                ..Kept::default()
            },
        );
        format!("{}/files/{id}", self.api_url().trim_end_matches("/api"))
    }

    /// Waits until an act was acknowledged.
    #[track_caller]
    pub fn done(&self, act: &Act) -> Acked {
        self.acked(&act.id)
    }

    /// Gives leave to answer and to open a form, under one id.
    fn leave(&self, user: &str, channel: &str) -> String {
        let given = self
            .has_behind()
            .then(|| self.ask_behind("views.generateTriggerId", &json!({ "user_id": user })));
        let given = given.and_then(|given| given["trigger_id"].as_str().map(str::to_owned));
        let mut world = self.world();
        let id = given.unwrap_or_else(|| format!("leave.{}", world.counter + 1));
        world.next();
        let leave = Leave {
            uses: USES,
            at: world.now,
            channel: channel.to_owned(),
            user: user.to_owned(),
        };
        world.triggers.insert(id.clone(), leave.clone());
        world.leaves.insert(id.clone(), leave);
        id
    }

    fn response_url(&self, leave: &str) -> String {
        format!(
            "{}/response/{leave}",
            self.api_url().trim_end_matches("/api")
        )
    }
}

fn person(user: &str) -> Value {
    json!({ "id": user, "username": user.to_lowercase(), "name": user.to_lowercase(), "team_id": TEAM })
}

/// Finds a button by its words and gives what Slack sends when it is pressed.
fn action(blocks: &Value, label: &str) -> Value {
    let wanted = |text: &Value| text["text"].as_str() == Some(label);
    for block in blocks.as_array().into_iter().flatten() {
        for element in block["elements"].as_array().into_iter().flatten() {
            let value = match element["type"].as_str() {
                Some("button") if wanted(&element["text"]) => &element["value"],
                Some("feedback_buttons") if wanted(&element["positive_button"]["text"]) => {
                    &element["positive_button"]["value"]
                }
                Some("feedback_buttons") if wanted(&element["negative_button"]["text"]) => {
                    &element["negative_button"]["value"]
                }
                _ => continue,
            };
            return json!({
                "type": element["type"], "action_id": element["action_id"], "block_id": "b", "value": value,
                "action_ts": "1790000000.000001", "text": { "type": "plain_text", "text": label },
            });
        }
    }
    Value::Null
}
