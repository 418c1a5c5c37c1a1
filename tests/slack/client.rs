//! Delivery: each of Slack's words for what is wrong means what it must for a promise to be kept.

use std::time::{Duration, Instant};

use bot::chat::{Chat, To, Undelivered};
use bot::logic::heard::{File, Handle};
use bot::logic::outgoing::{Address, Body};
use bot::logic::person::{GroupId, Person, Standing, WorkspaceId};
use bot::logic::place::{Kind, MessageId, Place};

use super::edge::{Edge, alone, message, person, place};
use crate::harness::slack::world::{CHANNEL, ELSEWHERE, Fault, OTHER_TEAM, World};

fn thread(edge: &Edge) -> (String, To) {
    let ts = edge.double.write("U0ANN", CHANNEL, None, "why 502?");
    let to = To::Place(place(Some(&ts)));
    (ts, to)
}

#[test]
fn a_message_stands_in_its_thread_and_is_found_by_its_mark() {
    let edge = Edge::new();
    let (ts, to) = thread(&edge);
    let delivered = edge.say(&to, "mark-1").expect("delivered");
    let (at, id) = delivered.at.clone().expect("it stands somewhere");
    assert_eq!(at.thread.as_ref().map(MessageId::as_str), Some(ts.as_str()));
    // Far down in a long thread, over several pages.
    for _ in 0..60 {
        edge.double.write("U0BEN", CHANNEL, Some(&ts), "chatter");
    }
    edge.say(&to, "mark-2").expect("delivered");
    let find = |mark: &str| {
        edge.double
            .block_on(edge.slack.find(&to, mark))
            .expect("found out")
    };
    assert_eq!(
        find("mark-1")
            .and_then(|found| found.at)
            .map(|(_, found)| found),
        Some(id)
    );
    assert!(find("mark-2").is_some());
    assert_eq!(find("mark-3"), None);
}

#[test]
fn what_went_wrong_says_whether_it_may_have_arrived() {
    let edge = Edge::patient(Duration::from_millis(700));
    let (_, to) = thread(&edge);
    let rows = [
        (Fault::Limited(7), "later 7"),
        (Fault::Refused("ratelimited"), "later"),
        (Fault::Refused("channel_not_found"), "never"),
        (Fault::Refused("token_revoked"), "never"),
        (Fault::Refused("msg_too_long"), "never"),
        (Fault::Refused("internal_error"), "unknown"),
        (Fault::Status(500), "unknown"),
        (Fault::Status(503), "unknown"),
        (Fault::Status(403), "never"),
        (Fault::Silent, "unknown"),
        (Fault::Deaf, "unknown"),
        (Fault::DoneAndFailed, "unknown"),
    ];
    for (index, (fault, expected)) in rows.into_iter().enumerate() {
        edge.double.fail("chat.postMessage", fault.clone());
        let mark = format!("mark-{index}");
        let said = match edge.say(&to, &mark).expect_err("it went wrong") {
            Undelivered::Later {
                wait: Some(wait), ..
            } => format!("later {}", wait.as_secs()),
            Undelivered::Later { wait: None, .. } => "later".to_owned(),
            Undelivered::Unknown { .. } => "unknown".to_owned(),
            Undelivered::Never { .. } => "never".to_owned(),
        };
        assert_eq!(said, expected, "{fault:?}");
        let has_arrived = matches!(fault, Fault::Silent | Fault::DoneAndFailed);
        let found = edge
            .double
            .block_on(edge.slack.find(&to, &mark))
            .expect("found out");
        assert_eq!(found.is_some(), has_arrived, "{fault:?}");
    }
}

#[test]
fn a_server_that_is_gone_was_not_reached() {
    let edge = Edge::new();
    let (_, to) = thread(&edge);
    let parcel = edge
        .slack
        .render(&Address::Here(place(None)), &Body::Message(message()))
        .remove(0);
    let Edge { double, slack, .. } = edge;
    drop(double);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let failed = runtime
        .block_on(slack.deliver(&to, &parcel, "mark"))
        .expect_err("nobody is there");
    assert!(
        matches!(
            failed,
            Undelivered::Later { wait: None, .. } | Undelivered::Unknown { .. }
        ),
        "{failed:?}"
    );
}

#[test]
fn a_hanging_call_ends() {
    let edge = Edge::patient(Duration::from_millis(300));
    let (_, to) = thread(&edge);
    edge.double.fail("chat.postMessage", Fault::Deaf);
    let begun = Instant::now();
    assert!(matches!(
        edge.say(&to, "mark"),
        Err(Undelivered::Unknown { .. })
    ));
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "it waited {:?}",
        begun.elapsed()
    );
}

#[test]
fn a_change_is_made_again_and_a_message_that_is_gone_is_said_anew() {
    let edge = Edge::new();
    let (_, to) = thread(&edge);
    let (at, id) = edge
        .say(&to, "mark")
        .expect("delivered")
        .at
        .expect("somewhere");
    let instead = To::Instead(at.clone(), id.clone());
    edge.double.fail("chat.update", Fault::Status(502));
    assert!(matches!(
        edge.say(&instead, "mark-2"),
        Err(Undelivered::Later { .. })
    ));
    assert_eq!(
        edge.say(&instead, "mark-2").expect("changed").at,
        Some((at.clone(), id.clone()))
    );
    edge.double
        .world()
        .message(CHANNEL, id.as_str())
        .expect("it stands")
        .is_gone = true;
    let (new_at, new_id) = edge
        .say(&instead, "mark-3")
        .expect("said anew")
        .at
        .expect("somewhere");
    assert_eq!(new_at, at);
    assert_ne!(new_id, id);
}

fn leave(edge: &Edge, uses: u32) -> Handle {
    let act = edge.double.types("U0ANN", CHANNEL, "help");
    edge.double
        .world()
        .leaves
        .get_mut(&act.ts)
        .expect("leave was given")
        .uses = uses;
    let base = edge.double.api_url().replace("/api", "");
    Handle {
        reply: Some(format!("{base}/response/{}", act.ts)),
        form: Some(act.ts),
    }
}

#[test]
fn what_is_for_one_alone_is_seen_by_one_alone() {
    let edge = Edge::new();
    let handle = leave(&edge, 1);
    let to = alone(place(None), "U0ANN", Some(&handle));
    // By the leave, then past it, then where the bot is not: always only to the one.
    for _ in 0..2 {
        edge.say(&to, "mark").expect("delivered");
    }
    let elsewhere = Place {
        channel: bot::logic::person::ChannelId::new(ELSEWHERE).expect("an id"),
        ..place(None)
    };
    edge.say(&alone(elsewhere, "U0ANN", None), "mark")
        .expect("delivered");
    let world = edge.double.world();
    let seen: Vec<_> = world
        .messages
        .iter()
        .map(|message| (message.channel.as_str(), message.alone.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            (CHANNEL, Some("U0ANN")),
            (CHANNEL, Some("U0ANN")),
            ("D0ANN", None)
        ]
    );
}

#[test]
fn leave_to_answer_goes_to_slack_alone() {
    let edge = Edge::new();
    let handle = Handle {
        reply: Some("http://127.0.0.1:1/steal".into()),
        form: None,
    };
    edge.say(&alone(place(None), "U0ANN", Some(&handle)), "mark")
        .expect("delivered beside it");
    assert_eq!(edge.double.count("chat.postEphemeral"), 1);
}

fn form() -> Body {
    use bot::logic::form::{Field, Form, Input};
    use bot::logic::message::{Message, Tone};
    Body::Form(Box::new(Form {
        title: "Which log?".into(),
        send: "Run".into(),
        intro: Message::new(Tone::Plain, "One thing is missing."),
        fields: vec![Field {
            name: "lines".into(),
            label: "Lines".into(),
            hint: Some("How many.".into()),
            input: Input::Line {
                longest: 4,
                kind: None,
            },
            initial: None,
            optional: false,
        }],
        request: bot::logic::request::Request::Probe {
            id: "app-log".into(),
            values: Vec::new(),
        },
        alone: false,
        plain: Message::new(Tone::Plain, "Type `probe app-log lines=100`."),
    }))
}

#[test]
fn a_form_is_opened_once_and_in_time_or_said_in_words() {
    let edge = Edge::new();
    let handle = leave(&edge, 5);
    let to = alone(place(None), "U0ANN", Some(&handle));
    edge.deliver(&to, &form(), "mark").expect("opened");
    assert_eq!(edge.double.world().forms.len(), 1);
    // The leave is used; the next one is too late.
    edge.deliver(&to, &form(), "mark").expect("said in words");
    let late = leave(&edge, 5);
    edge.double.world().now += 4;
    edge.deliver(&alone(place(None), "U0ANN", Some(&late)), &form(), "mark")
        .expect("said in words");
    let world = edge.double.world();
    assert_eq!((world.forms.len(), world.messages.len()), (1, 2));
    assert!(
        world.messages[1].body["text"]
            .as_str()
            .expect("text")
            .contains("lines=100")
    );
}

#[test]
fn a_file_hangs_in_the_thread_and_is_found_again() {
    let edge = Edge::new();
    let (ts, to) = thread(&edge);
    let file = |text: &str| Body::File {
        name: "app log.txt".into(),
        title: "The whole output".into(),
        text: text.into(),
    };
    edge.double.fail("upload", Fault::Status(500));
    assert!(matches!(
        edge.deliver(&to, &file("x"), "mark-1"),
        Err(Undelivered::Later { .. })
    ));
    edge.deliver(&to, &file("line\u{fc}\n"), "mark-1")
        .expect("uploaded");
    edge.deliver(&to, &file(""), "mark-2")
        .expect("an empty file is one too");
    edge.double
        .fail("files.completeUploadExternal", Fault::DoneAndFailed);
    assert!(matches!(
        edge.deliver(&to, &file("y"), "mark-3"),
        Err(Undelivered::Unknown { .. })
    ));
    assert!(
        edge.double
            .block_on(edge.slack.find(&to, "mark-3"))
            .expect("found out")
            .is_some()
    );
    assert_eq!(
        edge.double.block_on(edge.slack.find(&to, "mark-4")),
        Ok(None)
    );
    let world = edge.double.world();
    let files: Vec<_> = world
        .messages
        .iter()
        .filter(|message| message.thread.as_deref() == Some(&ts))
        .flat_map(|message| &message.files)
        .collect();
    assert_eq!(
        files
            .iter()
            .map(|file| file.text.as_str())
            .collect::<Vec<_>>(),
        ["line\u{fc}\n", "(empty)", "y"]
    );
    assert!(files.iter().all(|file| file.title == "The whole output"));
}

#[test]
fn a_workspace_without_newer_surfaces_gets_plain_ones() {
    use bot::logic::request::Request;
    let edge = Edge::new();
    edge.double.world().has_new_surfaces = false;
    let (_, to) = thread(&edge);
    let feedback = |helpful| Request::Feedback {
        about: "step-2".into(),
        helpful,
        missing: None,
    };
    let body = Body::Message(
        message()
            .button("Helpful", feedback(true))
            .button("Not helpful", feedback(false)),
    );
    edge.deliver(&to, &body, "mark-1").expect("delivered");
    edge.deliver(&to, &body, "mark-2").expect("delivered");
    // It is learnt once.
    assert_eq!(edge.double.count("chat.postMessage"), 3);
}

#[test]
fn people_are_asked_about_and_strangers_are_outsiders() {
    let edge = Edge::new();
    let ask = |person: &Person, known| {
        edge.double
            .block_on(edge.slack.asker(person, known))
            .expect("found out")
    };
    for (user, standing, groups) in [
        ("U0ANN", Standing::Member, 1),
        ("U0CYD", Standing::Member, 0),
        ("U0GUEST", Standing::Guest, 0),
        ("U0SOLO", Standing::Guest, 0),
        ("U0GONE", Standing::Outsider, 0),
        ("U0ROBOT", Standing::Outsider, 0),
        ("U0AWAY", Standing::Outsider, 0),
        ("U0NOBODY", Standing::Outsider, 0),
    ] {
        let asker = ask(&person(user), None);
        assert_eq!(
            (asker.standing, asker.groups.len()),
            (standing, groups),
            "{user}"
        );
    }
    assert!(
        ask(&person("U0ANN"), None)
            .groups
            .contains(&GroupId::new("S0ONCALL").expect("an id"))
    );
    let away = Person {
        workspace: WorkspaceId::new(OTHER_TEAM).expect("an id"),
        ..person("U0ANN")
    };
    assert_eq!(ask(&away, None).standing, Standing::Outsider);
    assert_eq!(
        ask(&person("U0ANN"), Some(Standing::Outsider)).standing,
        Standing::Outsider
    );
}

#[test]
fn who_cannot_be_asked_about_is_nobody() {
    let edge = Edge::new();
    for (method, user) in [("users.info", "U0ANN"), ("usergroups.list", "U0BEN")] {
        edge.double.fail(method, Fault::Limited(30));
        let failed = edge.double.block_on(edge.slack.asker(&person(user), None));
        assert!(
            failed
                .expect_err("no answer is no right")
                .contains("slow down")
        );
    }
}

#[test]
fn files_are_read_with_a_bound_and_from_slack_alone() {
    let edge = Edge::new();
    let read = |url: &str, limit| {
        let file = File {
            name: "app.log".into(),
            url: url.into(),
            size_bytes: 1,
        };
        edge.double.block_on(edge.slack.read(&file, limit))
    };
    let log = edge.double.keeps_file("app.log", "EADDRINUSE :::3000");
    assert_eq!(read(&log, 1_000), Ok("EADDRINUSE :::3000".to_owned()));
    assert_eq!(read(&log, 10), Ok("EADDRINUSE".to_owned()));
    let picture = edge.double.keeps_file("shot.png", "x");
    assert!(read(&picture, 10).is_err());
    assert!(read("http://127.0.0.1:1/elsewhere", 10).is_err());
    assert!(read("https://slack.com.evil.test/x", 10).is_err());
    assert!(read("no address", 10).is_err());
}

#[test]
fn what_goes_wrong_is_said_without_what_was_sent() {
    let edge = Edge::patient(Duration::from_millis(300));
    let (_, to) = thread(&edge);
    for fault in [
        Fault::Status(500),
        Fault::Deaf,
        Fault::Refused("invalid_auth"),
        Fault::Refused("xoxb_leak"),
        Fault::Limited(1),
    ] {
        edge.double.fail("chat.postMessage", fault);
        let said = format!(
            "{:?}",
            edge.say(&to, "mark-secret").expect_err("it went wrong")
        );
        for secret in [
            "xoxb-0",
            "mark-secret",
            "does not listen",
            "127.0.0.1",
            "Bearer",
        ] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}

#[test]
fn the_page_is_published_and_a_direct_message_goes_home() {
    let edge = Edge::new();
    edge.say(&To::Address(Address::Home(person("U0ANN"))), "mark")
        .expect("published");
    assert!(edge.double.world().homes.contains_key("U0ANN"));
    let home = Place {
        channel: bot::logic::person::ChannelId::new("U0ANN").expect("an id"),
        kind: Kind::Home,
        ..place(None)
    };
    let at = edge
        .say(&alone(home, "U0ANN", None), "mark")
        .expect("delivered")
        .at
        .expect("somewhere");
    assert_eq!(at.0.channel.as_str(), World::direct("U0ANN"));
}
