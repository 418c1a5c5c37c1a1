//! What people do in Slack, brought over a socket, as the edge hears it.

use bot::chat::To;
use bot::chat::slack::Socket;
use bot::logic::form::{Field, Form, Input};
use bot::logic::heard::{Heard, Way, What};
use bot::logic::outgoing::{Address, Body};
use bot::logic::person::Standing;
use bot::logic::place::Kind;
use bot::logic::request::Request;
use serde_json::json;

use super::edge::{Edge, alone, message, person, place, settings, tokens};
use crate::harness::slack::world::{BOT, BOT_USER, CHANNEL, OTHER_TEAM, World};

struct Listening {
    edge: Edge,
    _socket: Socket,
}

fn listen() -> Listening {
    let edge = Edge::new();
    let settings = settings(&edge.double, std::time::Duration::from_secs(30));
    let app = tokens().app.expect("there is one");
    let socket = edge
        .double
        .block_on(Socket::open(&edge.slack, &settings, &app, edge.take()))
        .expect("it opens");
    edge.double.wait_for_sockets(1);
    Listening {
        edge,
        _socket: socket,
    }
}

fn text(heard: &Heard) -> &str {
    match &heard.what {
        What::Said { text, .. } => text,
        other => panic!("nothing was said: {other:?}"),
    }
}

#[test]
fn a_mention_is_heard_once_with_its_marks_undone() {
    let listening = listen();
    let double = &listening.edge.double;
    let act = double.says(
        "U0ANN",
        CHANNEL,
        None,
        &format!("<@{BOT_USER}> why &lt;502&gt; on <http://a.test|a.test>?"),
    );
    double.done(&act);
    let again = double.says_with("U0ANN", CHANNEL, Some(&act.ts), "more", &json!({}));
    double.done(&again);
    let heard = listening.edge.heard();
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert_eq!(
        (heard[0].way, text(&heard[0])),
        (Way::Mention, "why <502> on a.test?")
    );
    assert_eq!(
        heard[0].message.as_ref().map(|id| id.as_str()),
        Some(act.ts.as_str())
    );
    assert_eq!(
        (
            heard[1].way,
            heard[1].place.thread.as_ref().map(|id| id.as_str())
        ),
        (Way::FollowUp, Some(act.ts.as_str()))
    );
}

#[test]
fn what_is_said_in_the_agents_view_is_a_thread_of_its_own() {
    let listening = listen();
    let double = &listening.edge.double;
    let direct = World::direct("U0ANN");
    let in_view = json!({ "app_context": { "entities": [] } });
    let plain = double.says("U0ANN", &direct, None, "step 2");
    let first = double.says_with("U0ANN", &direct, None, "step 2", &in_view);
    let next = double.says_with("U0ANN", &direct, Some(&first.ts), "step 3", &in_view);
    for act in [&plain, &first, &next] {
        double.done(act);
    }
    let heard = listening.edge.heard();
    let threads: Vec<Option<&str>> = heard
        .iter()
        .map(|heard| heard.place.thread.as_ref().map(|id| id.as_str()))
        .collect();
    let root = Some(first.ts.as_str());
    assert_eq!(threads, [None, root, root]);
    assert!(heard.iter().all(|heard| heard.way == Way::Direct));
}

#[test]
fn what_is_not_said_to_the_bot_is_not_heard() {
    let listening = listen();
    let double = &listening.edge.double;
    let acts = [
        double.says("U0ANN", CHANNEL, None, "good morning"),
        double.says_with(
            "U0ANN",
            CHANNEL,
            Some("1.1"),
            "x",
            &json!({ "subtype": "message_changed", "message": {} }),
        ),
        double.says_with(
            "U0ANN",
            CHANNEL,
            None,
            "x",
            &json!({ "subtype": "channel_join" }),
        ),
        double.says(BOT_USER, CHANNEL, Some("1.1"), "my own words"),
        double.says_with(
            "U0ROBOT",
            CHANNEL,
            Some("1.1"),
            "probe app-log",
            &json!({ "bot_id": "B0OTHER" }),
        ),
        double.says_with("U0X", CHANNEL, Some("1.1"), "x", &json!({ "bot_id": BOT })),
        double.says_with(
            "U0ROBOT",
            &World::direct("U0ROBOT"),
            None,
            "probe app-log",
            &json!({ "bot_id": "B0OTHER" }),
        ),
    ];
    for act in &acts {
        double.done(act);
    }
    for event in [
        json!({
            "type": "assistant_thread_context_changed",
            "assistant_thread": { "user_id": "U0ANN", "channel_id": "D0ANN", "thread_ts": "1.1", "context": {} },
        }),
        json!({ "type": "app_context_changed", "user": "U0ANN", "channel": "D0ANN", "context": {} }),
        json!({ "type": "app_home_opened", "user": "U0ANN", "channel": "D0ANN", "tab": "about" }),
        // Slack tells of a title that was set as of a change.
        json!({
            "type": "message", "subtype": "message_changed", "hidden": true, "channel": "D0ANN",
            "channel_type": "im", "ts": "1.2", "message": { "subtype": "assistant_app_thread", "text": "x" },
        }),
        json!({ "type": "reaction_added" }),
        json!({ "type": "some_day" }),
        json!({}),
    ] {
        double.acked(&double.event(&event));
    }
    assert_eq!(listening.edge.heard(), []);
}

#[test]
fn who_is_not_of_us_is_an_outsider_by_the_event_itself() {
    let listening = listen();
    let double = &listening.edge.double;
    let named = format!("<@{BOT_USER}> help");
    double.done(&double.says_with(
        "U0AWAY",
        CHANNEL,
        None,
        &named,
        &json!({ "user_team": OTHER_TEAM }),
    ));
    double.done(&double.says_with(
        "U0ROBOT",
        CHANNEL,
        None,
        &named,
        &json!({ "bot_id": "B0OTHER" }),
    ));
    double.done(&double.says("U0ANN", CHANNEL, None, &named));
    let standings: Vec<_> = listening
        .edge
        .heard()
        .iter()
        .map(|heard| heard.standing)
        .collect();
    assert_eq!(
        standings,
        [Some(Standing::Outsider), Some(Standing::Outsider), None]
    );
}

#[test]
fn direct_messages_commands_shortcuts_and_the_page_are_heard() {
    let listening = listen();
    let double = &listening.edge.double;
    let url = double.keeps_file("app.log", "EADDRINUSE");
    let files = json!({ "subtype": "file_share", "files": [{ "name": "app.log", "url_private": url, "size": 10 }] });
    double.done(&double.says_with(
        "U0ANN",
        &World::direct("U0ANN"),
        None,
        "what is this?",
        &files,
    ));
    double.done(&double.types("U0ANN", CHANNEL, "step 2"));
    let alert = json!({ "type": "message", "ts": "1790000000.000099", "text": "", "attachments": [
        { "title": "502 on shop", "text": "<http://shop.test|shop.test> answers 502", "fields": [{ "title": "app", "value": "shop" }] },
    ] });
    double.done(&double.points_at("U0BEN", CHANNEL, &alert));
    double.acked(&double.opens_home("U0CYD"));
    let heard = listening.edge.heard();
    let ways: Vec<Way> = heard.iter().map(|heard| heard.way).collect();
    assert_eq!(ways, [Way::Direct, Way::Slash, Way::Shortcut, Way::Home]);
    let What::Said { files, .. } = &heard[0].what else {
        panic!("said")
    };
    assert_eq!(
        (files[0].name.as_str(), heard[0].place.kind),
        ("app.log", Kind::Direct)
    );
    assert!(
        heard[1].alone
            && heard[1]
                .handle
                .as_ref()
                .is_some_and(|handle| handle.reply.is_some() && handle.form.is_some())
    );
    assert_eq!(
        text(&heard[2]),
        "502 on shop\nshop.test answers 502\napp\nshop"
    );
    assert_eq!(heard[3].what, What::Opened);
}

#[test]
fn what_cannot_be_read_is_answered_where_somebody_waits() {
    let listening = listen();
    let double = &listening.edge.double;
    let ts = double.write("U0ANN", CHANNEL, None, "x");
    double.acked(&double.event(&json!({ "type": "app_mention", "channel": CHANNEL, "user": "U0ANN", "thread_ts": ts, "text": 7 })));
    double.wait_for("an apology in the thread", |world| {
        world
            .messages
            .iter()
            .find(|message| message.user == BOT_USER && message.thread.as_deref() == Some(&ts))
            .map(drop)
    });
    let acked = double.acked(&double.interaction(
        json!({ "type": "block_actions", "user": { "id": "U0ANN" }, "channel": { "id": CHANNEL } }),
    ));
    assert_eq!(acked.payload, None);
    double.wait_for("an apology in the channel", |world| {
        world
            .messages
            .iter()
            .filter(|message| message.user == BOT_USER)
            .nth(1)
            .map(drop)
    });
    assert_eq!(listening.edge.heard(), []);
}

#[test]
fn buttons_and_forms_come_back_as_what_they_ask_for() {
    let listening = listen();
    let edge = &listening.edge;
    let double = &edge.double;
    let ts = double.write("U0ANN", CHANNEL, None, "why 502?");
    let body = Body::Message(message().button("Show step 3", Request::Step { number: 3 }));
    edge.deliver(&To::Place(place(Some(&ts))), &body, "mark")
        .expect("delivered");
    edge.deliver(&To::Address(Address::Home(person("U0ANN"))), &body, "mark")
        .expect("published");
    let posted = double
        .world()
        .messages
        .last()
        .cloned()
        .expect("it was posted");
    double.done(&double.presses("U0ANN", &posted, "Show step 3"));
    double.done(&double.presses_home("U0ANN", "Show step 3"));
    let forged = [
        json!("{\"probe\":{\"id\":1}}"),
        json!("rm -rf /"),
        json!("x".repeat(20_000)),
        json!(null),
    ];
    for value in &forged {
        let action = json!({ "type": "button", "action_id": "request-0", "value": value });
        double.done(&double.acts("U0CYD", &posted, &action));
    }
    let heard = edge.heard();
    assert_eq!(
        heard[0].what,
        What::Pressed {
            request: Request::Step { number: 3 }
        }
    );
    assert_eq!(
        heard[0].place.thread.as_ref().map(|id| id.as_str()),
        Some(ts.as_str())
    );
    assert_eq!(
        heard[0].message.as_ref().map(|id| id.as_str()),
        Some(posted.ts.as_str())
    );
    assert_eq!(heard[1].place.kind, Kind::Home);
    for heard in &heard[2..] {
        assert!(
            matches!(
                &heard.what,
                What::Pressed {
                    request: Request::Unclear { .. }
                }
            ),
            "{heard:?}"
        );
    }
    assert_eq!(heard.len(), 2 + forged.len());
}

#[test]
fn a_form_brings_back_where_it_was_asked_for() {
    let listening = listen();
    let edge = &listening.edge;
    let double = &edge.double;
    double.done(&double.types("U0ANN", CHANNEL, "probe app-log"));
    let handle = edge.heard()[0].handle.clone();
    let form = Form {
        title: "Which log?".into(),
        send: "Run".into(),
        intro: message(),
        fields: vec![Field {
            name: "lines".into(),
            label: "Lines".into(),
            hint: None,
            input: Input::Choice(vec!["100".into(), "500".into()]),
            initial: Some("100".into()),
            optional: false,
        }],
        request: Request::Probe {
            id: "app-log".into(),
            values: vec![],
        },
        alone: true,
        plain: message(),
    };
    let to = alone(place(None), "U0ANN", handle.as_ref());
    edge.deliver(&to, &Body::Form(Box::new(form)), "mark")
        .expect("opened");
    double.done(&double.submits("U0ANN", &[("lines", "500")]));
    let heard = edge.heard();
    let request = Request::Probe {
        id: "app-log".into(),
        values: vec!["lines=500".into()],
    };
    assert_eq!(
        (heard[1].way, &heard[1].what, &heard[1].place),
        (Way::Form, &What::Pressed { request }, &place(None))
    );
    assert!(heard[1].alone);
}
