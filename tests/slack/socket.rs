//! Socket Mode: acknowledged only when written down, brought again where it was not, through
//! disconnects, and a person told where nothing could be written down.

use bot::chat::slack::Socket;
use serde_json::json;

use super::edge::{Edge, settings, tokens};
use crate::harness::slack::world::{BOT_USER, CHANNEL, Fault};

fn open(edge: &Edge) -> Socket {
    let settings = settings(&edge.double, std::time::Duration::from_secs(30));
    let app = tokens().app.expect("there is one");
    let socket = edge
        .double
        .block_on(Socket::open(&edge.slack, &settings, &app, edge.take()))
        .expect("it opens");
    edge.double.wait_for_sockets(1);
    socket
}

#[test]
fn what_comes_again_is_written_down_once() {
    let edge = Edge::new();
    let _socket = open(&edge);
    for round in 0..25 {
        let act = edge
            .double
            .types("U0ANN", CHANNEL, &format!("step {round}"));
        edge.double.done(&act);
        for _ in 0..round % 4 {
            edge.double.repeat(&act.id);
        }
    }
    let last = edge.double.types("U0ANN", CHANNEL, "steps");
    edge.double.done(&last);
    assert_eq!(edge.heard().len(), 26);
}

#[test]
fn what_is_not_written_down_is_not_acknowledged_and_comes_again() {
    let edge = Edge::new();
    let _socket = open(&edge);
    edge.fill_the_disk(true);
    let act = edge
        .double
        .says("U0ANN", CHANNEL, None, &format!("<@{BOT_USER}> help"));
    // What is brought after it is acknowledged: the first was read, and was not.
    edge.double
        .acked(&edge.double.event(&json!({ "type": "reaction_added" })));
    edge.double
        .acked(&edge.double.event(&json!({ "type": "reaction_added" })));
    assert!(!edge.double.is_acked(&act.id));
    edge.fill_the_disk(false);
    edge.double.pass(3);
    edge.double.done(&act);
    assert_eq!(edge.heard().len(), 1);
}

#[test]
fn a_person_is_told_where_nothing_can_be_written_down() {
    let edge = Edge::new();
    let _socket = open(&edge);
    edge.fill_the_disk(true);
    let command = edge.double.types("U0ANN", CHANNEL, "step 2");
    let said = edge
        .double
        .done(&command)
        .payload
        .expect("a command is answered at once");
    assert!(
        said["text"]
            .as_str()
            .expect("text")
            .contains("could not write"),
        "{said}"
    );
    assert_eq!(said["response_type"], "ephemeral");
    let pointed = edge.double.points_at(
        "U0ANN",
        CHANNEL,
        &json!({ "type": "message", "ts": "1.1", "text": "502" }),
    );
    edge.double.done(&pointed);
    edge.double
        .wait_for("words for the one who pointed", |world| {
            world
                .messages
                .iter()
                .find(|message| message.alone.as_deref() == Some("U0ANN"))
                .map(drop)
        });
    // An event is tried until Slack tries no more; then it is said.
    let act = edge.double.says("U0BEN", "D0BEN", None, "help");
    for _ in 0..3 {
        edge.double.pass(3);
    }
    edge.double.done(&act);
    edge.double
        .wait_for("words for the one who wrote", |world| {
            world
                .messages
                .iter()
                .find(|message| message.channel == "D0BEN" && message.user == BOT_USER)
                .map(drop)
        });
    assert_eq!(edge.heard(), []);
}

#[test]
fn sockets_that_are_closed_are_opened_again() {
    let edge = Edge::new();
    let socket = open(&edge);
    for (round, with_warning) in [true, false, true].into_iter().enumerate() {
        edge.double.disconnect(with_warning);
        let act = edge
            .double
            .types("U0ANN", CHANNEL, &format!("step {round}"));
        edge.double.done(&act);
    }
    assert_eq!(edge.heard().len(), 3);
    assert!(socket.is_open());
    edge.double.block_on(socket.close());
}

#[test]
fn a_refused_connection_is_tried_again() {
    let edge = Edge::new();
    // The watch over the sockets and two sockets ask: enough for each to fail once.
    edge.double
        .fail("apps.connections.open", Fault::Status(500));
    let _socket = open(&edge);
    edge.double
        .done(&edge.double.types("U0ANN", CHANNEL, "steps"));
    assert_eq!(edge.heard().len(), 1);
}
