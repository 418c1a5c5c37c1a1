//! The signed endpoints: nothing passes whose signature does not hold, by the signer of Slack's own SDK.

use std::net::SocketAddr;

use bot::chat::NotTaken;
use bot::chat::slack::http;
use bot::logic::heard::Way;
use serde_json::json;

use super::edge::{Edge, tokens};
use crate::harness::slack::calls::{send, signature};
use crate::harness::slack::world::{BOT_USER, CHANNEL};
use crate::harness::slack::{Judges, Line};

const SECRET: &str = "signing";

fn serve(edge: &Edge) -> SocketAddr {
    let signing = tokens().signing.expect("there is one");
    let routes = http::routes(&edge.slack, &signing, edge.take());
    edge.double.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, routes).await });
        address
    })
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Posts and gives the status and the body.
fn post(edge: &Edge, url: &str, time: &str, signature: &str, body: &str) -> (u16, String) {
    let headers = [
        ("x-slack-request-timestamp", time.to_owned()),
        ("x-slack-signature", signature.to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    let answer = edge
        .double
        .block_on(send(url, &headers, body.to_owned()))
        .expect("an answer");
    (answer.status, answer.body)
}

#[test]
fn every_way_in_works_over_http() {
    let edge = Edge::new();
    let address = serve(&edge);
    edge.double.use_line(Line::Http(address, SECRET.to_owned()));
    edge.double.done(
        &edge
            .double
            .says("U0ANN", CHANNEL, None, &format!("<@{BOT_USER}> help")),
    );
    edge.double
        .done(&edge.double.types("U0ANN", CHANNEL, "step 2 & <3>"));
    edge.double.done(&edge.double.points_at(
        "U0ANN",
        CHANNEL,
        &json!({ "ts": "1.1", "text": "502" }),
    ));
    let options = edge
        .double
        .interaction(json!({ "type": "block_suggestion", "user": { "id": "U0ANN" } }));
    assert_eq!(
        edge.double.acked(&options).payload,
        Some(json!({ "options": [] }))
    );
    let mut ways: Vec<Way> = edge.heard().iter().map(|heard| heard.way).collect();
    ways.sort_by_key(|way| *way as u8);
    assert_eq!(ways, [Way::Slash, Way::Mention, Way::Shortcut]);
}

#[test]
fn whoever_asks_while_the_program_stops_is_told_just_that() {
    let edge = Edge::new();
    let address = serve(&edge);
    edge.double.use_line(Line::Http(address, SECRET.to_owned()));
    edge.refuse(Some(NotTaken::Stopping));
    let act = edge.double.types("U0ANN", CHANNEL, "help");
    let said = edge.double.done(&act).payload.expect("an answer");
    let text = said["text"].as_str().expect("text");
    assert!(text.contains("being stopped"), "{text}");
    assert!(!text.contains("disk"), "{text}");
}

#[test]
fn a_full_disk_is_answered_so_that_it_comes_again() {
    let edge = Edge::new();
    let address = serve(&edge);
    edge.double.use_line(Line::Http(address, SECRET.to_owned()));
    edge.fill_the_disk(true);
    let act = edge.double.says("U0ANN", "D0ANN", None, "help");
    let said = edge
        .double
        .done(&edge.double.types("U0ANN", CHANNEL, "help"))
        .payload
        .expect("an answer");
    assert!(
        said["text"]
            .as_str()
            .expect("text")
            .contains("could not write")
    );
    assert!(!edge.double.is_acked(&act.id));
    edge.fill_the_disk(false);
    edge.double.pass(3);
    edge.double.done(&act);
    assert_eq!(edge.heard().len(), 1);
}

#[test]
fn the_signer_of_slacks_sdk_is_believed() {
    let edge = Edge::new();
    let url = format!("http://{}/slack/events", serve(&edge));
    let body = json!({ "type": "url_verification", "challenge": "3eZbrw1aB" }).to_string();
    let time = now().to_string();
    let Some(signed) = Judges::sign(SECRET, &time, &body) else {
        return;
    };
    assert_eq!(signed, signature(SECRET, &time, &body));
    assert_eq!(
        post(&edge, &url, &time, &signed, &body),
        (200, "{\"challenge\":\"3eZbrw1aB\"}".to_owned())
    );
    let other = Judges::sign("another", &time, &body).expect("it signed before");
    assert_eq!(post(&edge, &url, &time, &other, &body).0, 401);
}

#[test]
fn the_edges_of_the_time_are_five_minutes() {
    let edge = Edge::new();
    let url = format!("http://{}/slack/events", serve(&edge));
    let body = json!({ "type": "url_verification", "challenge": "x" }).to_string();
    // A second and more of room each way: the clock goes on while the test does.
    for (offset, expected) in [
        (-600, 401),
        (-330, 401),
        (-240, 200),
        (0, 200),
        (240, 200),
        (330, 401),
        (600, 401),
    ] {
        let time = (now() + offset).to_string();
        assert_eq!(
            post(&edge, &url, &time, &signature(SECRET, &time, &body), &body).0,
            expected,
            "{offset}"
        );
    }
    for time in ["", "x", "-1", "99999999999999999999"] {
        assert_eq!(
            post(&edge, &url, time, &signature(SECRET, time, &body), &body).0,
            401,
            "{time:?}"
        );
    }
}

#[test]
fn one_changed_bit_is_enough_to_be_refused() {
    let edge = Edge::new();
    let url = format!("http://{}/slack/events", serve(&edge));
    let body = json!({ "type": "event_callback", "event": { "type": "message" } }).to_string();
    let time = now().to_string();
    let signed = signature(SECRET, &time, &body);
    let mut changed = 0;
    for bit in (0..body.len() * 8).step_by(7) {
        let mut bytes = body.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let Ok(other) = String::from_utf8(bytes) else {
            continue;
        };
        assert_eq!(post(&edge, &url, &time, &signed, &other).0, 401);
        changed += 1;
    }
    for bit in 0..signed.len() * 8 {
        let mut bytes = signed.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let Some(other) = String::from_utf8(bytes)
            .ok()
            .filter(|text| text.bytes().all(|byte| (32..127).contains(&byte)))
        else {
            continue;
        };
        assert_eq!(post(&edge, &url, &time, &other, &body).0, 401, "{other}");
        changed += 1;
    }
    assert!(changed > 300, "{changed}");
    assert_eq!(edge.heard(), []);
}

#[test]
fn what_is_too_long_or_no_text_is_refused_before_it_is_read() {
    let edge = Edge::new();
    let url = format!("http://{}/slack/events", serve(&edge));
    let time = now().to_string();
    let long = "x".repeat(1024 * 1024 + 1);
    assert_eq!(
        post(&edge, &url, &time, &signature(SECRET, &time, &long), &long).0,
        413
    );
    let odd = "no json";
    assert_eq!(
        post(&edge, &url, &time, &signature(SECRET, &time, odd), odd).0,
        400
    );
}
