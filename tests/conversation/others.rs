//! The same on a Slack written by others: help, an error by mention, a check with consent and its result
//! in the thread, all of it kept there.

use serde_json::json;

use super::stage::Stage;
use crate::harness::room::{Where, Who};
use crate::harness::slack::world::CHANNEL;

#[test]
fn a_slack_written_by_others_holds_the_whole_conversation() {
    let Some(stage) = Stage::slack_of_others() else {
        return;
    };
    let room = stage.room();
    room.command(Who::Ann, Where::Ops, "help");
    room.wait("help", &|seen| {
        seen.alone.as_deref() == Some("U0ANN") && seen.text.contains("step N")
    });
    let error = "connect() failed (111: Connection refused) while connecting to upstream";
    let asked = room.mention(Who::Cyd, Where::Ops, None, error);
    room.wait("the answer", &|seen| seen.thread.as_deref() == Some(&asked));
    let port = room.mention(Who::Ann, Where::Ops, None, "probe port");
    let held = room.wait("a question for consent", &|seen| {
        seen.thread.as_deref() == Some(&port) && seen.buttons.iter().any(|label| label == "Approve")
    });
    room.press(Who::Ben, &held, "Approve");
    room.wait("the whole output", &|seen| {
        seen.thread.as_deref() == Some(&port) && !seen.files.is_empty()
    });
    let read = |ts: &str| {
        let replies = stage.room.ask_behind(
            "conversations.replies",
            &json!({ "channel": CHANNEL, "ts": ts }),
        );
        assert_eq!(replies["ok"], true, "{replies}");
        replies["messages"].to_string()
    };
    assert!(
        read(&asked).contains("Nothing accepts at the place"),
        "{}",
        read(&asked)
    );
    let thread = read(&port);
    for word in ["Something listens on $PORT", "is over", "\"files\""] {
        assert!(thread.contains(word), "no `{word}` in {thread}");
    }
    assert!(
        !thread.contains("\"Approve\""),
        "the buttons are gone: {thread}"
    );
}
