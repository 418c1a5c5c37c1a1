//! Slack's methods, as far as a bot calls them: what each does to the world, and with which words it
//! refuses.

use serde_json::{Value, json};

use super::panel;
use super::rules;
use super::world::{APP, BOT, BOT_USER, Kept, Posted, TEAM, World};

/// Answers a method's call; `Err` holds Slack's word.
pub fn call(world: &mut World, base: &str, method: &str, args: &Value) -> Result<Value, String> {
    match method {
        "auth.test" => Ok(json!({
            "url": "https://double.slack.test/", "team": "Home", "user": "bot502", "team_id": TEAM,
            "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": false, "app_id": APP,
        })),
        "chat.postMessage" => post(world, args),
        "chat.postEphemeral" => post_alone(world, args),
        "chat.update" => update(world, args),
        "conversations.history" | "conversations.replies" => read(world, method, args),
        "conversations.open" => open_direct(world, args),
        "conversations.info" => info(world, args),
        "users.conversations" => conversations(world, args),
        "users.info" => match world.users.get(text(args, "user")) {
            Some(user) => Ok(json!({ "user": user.profile })),
            None => refuse("user_not_found"),
        },
        "usergroups.list" => Ok(groups(world)),
        "views.open" => open_form(world, args),
        "views.publish" => publish(world, args),
        "files.getUploadURLExternal" => leave_to_upload(world, base, args),
        "files.completeUploadExternal" => show_file(world, args),
        _ => match method.strip_prefix("assistant.threads.") {
            Some(what) => panel::call(world, what, args),
            None => refuse("unknown_method"),
        },
    }
}

fn refuse<T>(word: &str) -> Result<T, String> {
    Err(word.to_owned())
}

fn text<'a>(args: &'a Value, key: &str) -> &'a str {
    args[key].as_str().unwrap_or_default()
}

fn checked(world: &mut World, result: Result<(), String>) -> Result<(), String> {
    result.map_err(|wrong| {
        world.broken_rules.push(wrong.clone());
        wrong
            .split(':')
            .next()
            .unwrap_or("invalid_blocks")
            .to_owned()
    })
}

/// Blocks that the workspace does not have are refused, and break no rule.
fn surfaces(world: &World, blocks: &Value) -> Result<(), String> {
    let newer = blocks
        .as_array()
        .into_iter()
        .flatten()
        .any(|block| block["type"] == "context_actions" || block["type"] == "task_card");
    if newer && !world.has_new_surfaces {
        refuse("invalid_blocks")
    } else {
        Ok(())
    }
}

/// A person as the channel is their direct messages.
fn channel(world: &World, args: &Value) -> Result<String, String> {
    let given = text(args, "channel");
    if world.users.contains_key(given) {
        return Ok(World::direct(given));
    }
    if given.starts_with('D') {
        return Ok(given.to_owned());
    }
    match world.channels.get(given) {
        None => refuse("channel_not_found"),
        Some(members) if !members.contains(BOT_USER) => refuse("not_in_channel"),
        Some(_) => Ok(given.to_owned()),
    }
}

fn thread(world: &World, channel: &str, args: &Value) -> Result<Option<String>, String> {
    let Some(thread) = args["thread_ts"].as_str() else {
        return Ok(None);
    };
    let is_there = world
        .messages
        .iter()
        .any(|message| message.channel == channel && message.ts == thread);
    if is_there {
        Ok(Some(thread.to_owned()))
    } else {
        refuse("thread_not_found")
    }
}

fn paced(world: &mut World, channel: &str) -> Result<(), String> {
    let Some(most) = world.pace else {
        return Ok(());
    };
    let now = world.now;
    let (since, count) = world.paced.entry(channel.to_owned()).or_insert((now, 0));
    if now > *since {
        (*since, *count) = (now, 0);
    }
    *count += 1;
    if *count > most {
        refuse("ratelimited")
    } else {
        Ok(())
    }
}

fn post(world: &mut World, args: &Value) -> Result<Value, String> {
    let channel = channel(world, args)?;
    let thread = thread(world, &channel, args)?;
    surfaces(world, &args["blocks"])?;
    checked(world, rules::message(args))?;
    paced(world, &channel)?;
    let ts = world.next_ts();
    keep(world, (&channel, &ts, thread), args, None);
    Ok(
        json!({ "channel": channel, "ts": ts, "message": { "ts": ts, "text": args["text"], "user": BOT_USER } }),
    )
}

fn keep(
    world: &mut World,
    (channel, ts, thread): (&str, &str, Option<String>),
    args: &Value,
    alone: Option<String>,
) {
    let hangs_on = thread.clone().unwrap_or_default();
    if let Some(panel) = world.panels.get_mut(&(channel.to_owned(), hangs_on)) {
        panel.posted();
    }
    world.messages.push(Posted {
        channel: channel.to_owned(),
        ts: ts.to_owned(),
        thread,
        user: BOT_USER.to_owned(),
        alone,
        body: args.clone(),
        files: Vec::new(),
        was: Vec::new(),
        is_gone: false,
    });
}

fn post_alone(world: &mut World, args: &Value) -> Result<Value, String> {
    let channel = channel(world, args)?;
    let thread = thread(world, &channel, args)?;
    surfaces(world, &args["blocks"])?;
    checked(world, rules::message(args))?;
    let user = text(args, "user").to_owned();
    if !channel.starts_with('D')
        && world
            .channels
            .get(&channel)
            .is_none_or(|members| !members.contains(&user))
    {
        return refuse("user_not_in_channel");
    }
    let ts = world.next_ts();
    keep(world, (&channel, &ts, thread), args, Some(user));
    Ok(json!({ "message_ts": ts }))
}

/// What comes by a `response_url`.
pub fn answer(world: &mut World, id: &str, args: &Value) -> Result<(), String> {
    let now = world.now;
    let Some(leave) = world.leaves.get_mut(id) else {
        return refuse("invalid_url");
    };
    if now - leave.at > 30 * 60 {
        return refuse("expired_url");
    }
    if leave.uses == 0 {
        return refuse("used_url");
    }
    let (channel, user) = (leave.channel.clone(), leave.user.clone());
    surfaces(world, &args["blocks"])?;
    checked(world, rules::message(args))?;
    if let Some(leave) = world.leaves.get_mut(id) {
        leave.uses -= 1;
    }
    let alone = (args["response_type"] != "in_channel").then_some(user);
    let ts = world.next_ts();
    let thread = args["thread_ts"].as_str().map(str::to_owned);
    keep(world, (&channel, &ts, thread), args, alone);
    Ok(())
}

fn update(world: &mut World, args: &Value) -> Result<Value, String> {
    let channel = channel(world, args)?;
    surfaces(world, &args["blocks"])?;
    checked(world, rules::message(args))?;
    let ts = text(args, "ts").to_owned();
    let Some(message) = world.message(&channel, &ts) else {
        return refuse("message_not_found");
    };
    if message.user != BOT_USER || message.alone.is_some() {
        return refuse("cant_update_message");
    }
    message
        .was
        .push(std::mem::replace(&mut message.body, args.clone()));
    Ok(json!({ "channel": channel, "ts": ts, "text": args["text"] }))
}

fn read(world: &mut World, method: &str, args: &Value) -> Result<Value, String> {
    let channel = channel(world, args)?;
    let with_metadata = matches!(text(args, "include_all_metadata"), "true" | "1");
    let ts = (method == "conversations.replies").then(|| text(args, "ts").to_owned());
    let belongs = |message: &&Posted| {
        message.channel == channel
            && !message.is_gone
            && message.alone.is_none()
            && match &ts {
                Some(ts) => message.ts == *ts || message.thread.as_ref() == Some(ts),
                None => message.thread.is_none(),
            }
    };
    let found: Vec<Value> = world
        .messages
        .iter()
        .filter(belongs)
        .map(|message| shown(message, with_metadata))
        .collect();
    if ts.is_some() && found.is_empty() {
        return refuse("thread_not_found");
    }
    // Small pages, so that who reads has to turn them.
    let limit = text(args, "limit").parse().unwrap_or(100_usize).min(20);
    let from: usize = text(args, "cursor").parse().unwrap_or(0);
    let next = if from + limit < found.len() {
        (from + limit).to_string()
    } else {
        String::new()
    };
    let page: Vec<Value> = found.into_iter().skip(from).take(limit).collect();
    Ok(
        json!({ "messages": page, "has_more": !next.is_empty(), "response_metadata": { "next_cursor": next } }),
    )
}

fn shown(message: &Posted, with_metadata: bool) -> Value {
    let mut shown = json!({
        "type": "message", "ts": message.ts, "user": message.user, "text": message.body["text"],
        "files": message.files.iter().map(|file| json!({ "name": file.name, "title": file.title })).collect::<Vec<_>>(),
    });
    if with_metadata && !message.body["metadata"].is_null() {
        shown["metadata"] = message.body["metadata"].clone();
    }
    shown
}

fn open_direct(world: &mut World, args: &Value) -> Result<Value, String> {
    let user = text(args, "users");
    if world.users.contains_key(user) {
        return Ok(json!({ "channel": { "id": World::direct(user) } }));
    }
    refuse("user_not_found")
}

fn info(world: &mut World, args: &Value) -> Result<Value, String> {
    let id = text(args, "channel");
    match world.channels.get(id) {
        Some(members) => Ok(
            json!({ "channel": { "id": id, "is_member": members.contains(BOT_USER), "name": "ops" } }),
        ),
        None => refuse("channel_not_found"),
    }
}

/// Pages of at most what was asked for, each with a word that leads to the next.
fn conversations(world: &World, args: &Value) -> Result<Value, String> {
    let limit: usize = text(args, "limit").parse().unwrap_or(100);
    if !(1..=1_000).contains(&limit) {
        return refuse("invalid_limit");
    }
    let from = match text(args, "cursor") {
        "" => 0,
        cursor => match cursor.strip_prefix("after-").and_then(|n| n.parse().ok()) {
            Some(from) => from,
            None => return refuse("invalid_cursor"),
        },
    };
    let mut ours = world
        .channels
        .iter()
        .filter(|(_, members)| members.contains(BOT_USER))
        .skip(from);
    let page: Vec<Value> = ours
        .by_ref()
        .take(limit)
        .map(|(id, _)| json!({ "id": id, "name": id.to_lowercase() }))
        .collect();
    let next = match ours.next() {
        Some(_) => format!("after-{}", from + limit),
        None => String::new(),
    };
    Ok(json!({ "channels": page, "response_metadata": { "next_cursor": next } }))
}

fn groups(world: &World) -> Value {
    let groups: Vec<Value> = world
        .groups
        .iter()
        .map(|(id, users)| json!({ "id": id, "team_id": TEAM, "handle": id.to_lowercase(), "date_delete": 0, "users": users }))
        .collect();
    json!({ "usergroups": groups })
}

fn open_form(world: &mut World, args: &Value) -> Result<Value, String> {
    let trigger = text(args, "trigger_id").to_owned();
    let Some(leave) = world.triggers.get(&trigger).cloned() else {
        return refuse("invalid_trigger_id");
    };
    if leave.uses == 0 {
        return refuse("exchanged_trigger_id");
    }
    if world.now - leave.at > 3 {
        return refuse("expired_trigger_id");
    }
    checked(world, rules::view(&args["view"]))?;
    if let Some(leave) = world.triggers.get_mut(&trigger) {
        leave.uses = 0;
    }
    let id = format!("V{:08}", world.next());
    world
        .forms
        .push((id.clone(), leave.user, args["view"].clone()));
    Ok(json!({ "view": { "id": id, "hash": "1.a" } }))
}

fn publish(world: &mut World, args: &Value) -> Result<Value, String> {
    surfaces(world, &args["view"]["blocks"])?;
    checked(world, rules::view(&args["view"]))?;
    world
        .homes
        .insert(text(args, "user_id").to_owned(), args["view"].clone());
    Ok(json!({ "view": { "id": format!("V{:08}", world.next()) } }))
}

fn leave_to_upload(world: &mut World, base: &str, args: &Value) -> Result<Value, String> {
    let announced: usize = text(args, "length").parse().unwrap_or(0);
    if announced == 0 || text(args, "filename").is_empty() {
        return refuse("invalid_arguments");
    }
    let id = world
        .given
        .take()
        .unwrap_or_else(|| format!("F{:08}", world.counter + 1));
    world.next();
    let name = text(args, "filename").to_owned();
    world.files.insert(
        id.clone(),
        Kept {
            name,
            announced,
            ..Kept::default()
        },
    );
    Ok(json!({ "upload_url": format!("{base}/upload/{id}"), "file_id": id }))
}

fn show_file(world: &mut World, args: &Value) -> Result<Value, String> {
    let mut asked = args.clone();
    asked["channel"] = args["channel_id"].clone();
    let channel = channel(world, &asked)?;
    let thread = thread(world, &channel, args)?;
    let mut files = Vec::new();
    for one in args["files"].as_array().into_iter().flatten() {
        let Some(file) = world.files.get_mut(text(one, "id")) else {
            return refuse("file_not_found");
        };
        if file.text.len() != file.announced || file.is_shown {
            return refuse("file_update_failed");
        }
        file.title = text(one, "title").to_owned();
        file.is_shown = true;
        files.push(file.clone());
    }
    let ts = world.next_ts();
    keep(world, (&channel, &ts, thread), &json!({ "text": "" }), None);
    if let Some(message) = world.messages.last_mut() {
        message.files = files;
    }
    Ok(json!({ "files": [{ "id": "F1" }] }))
}
