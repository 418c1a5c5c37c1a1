//! Never silent: whatever people do, each thing is answered exactly once. Counted when the server has
//! stopped, so that nothing more can come.

use bot::logic::request::WORDS;

use super::stage::Stage;
use crate::harness::room::{Room, Seen, Where, Who};

const EVERYBODY: [Who; 5] = [Who::Ann, Who::Ben, Who::Cyd, Who::Guest, Who::Away];

/// Texts that are hard to answer.
const ODD: [&str; 14] = [
    "",
    "   ",
    "?",
    "stpe 2",
    "step two",
    "step 4000000000",
    "step -1",
    "section",
    "section nowhere.md:999999",
    "cause no-such-cause",
    "why no-such-probe",
    "why is the sky blue",
    "\u{202e}\u{200b}<!here> <@U0BEN>",
    "🦀🦀🦀",
];

/// Every word of the table, as its example and bare, but those that start a check or stop all.
fn requests() -> Vec<String> {
    let calm = WORDS
        .iter()
        .filter(|word| !matches!(word.word, "probe" | "pause" | "resume" | "share"));
    let mut all: Vec<String> = calm
        .flat_map(|word| [word.example.to_owned(), word.word.to_owned()])
        .collect();
    all.extend(ODD.iter().map(|odd| (*odd).to_owned()));
    all.push(format!(
        "what is this? {}",
        "a long line of a log ".repeat(400)
    ));
    all
}

/// Gives what was said to a person alone.
fn alone<'a>(seen: &'a [Seen], id: &str) -> Vec<&'a Seen> {
    seen.iter()
        .filter(|seen| seen.alone.as_deref() == Some(id))
        .collect()
}

#[test]
fn every_command_of_everybody_has_exactly_one_reply() {
    let mut stage = Stage::slack();
    let requests = requests();
    let mut asked = [0; EVERYBODY.len()];
    for (index, text) in requests.iter().enumerate() {
        for who in [index % EVERYBODY.len(), (index + 2) % EVERYBODY.len()] {
            stage.room.command(EVERYBODY[who], Where::Ops, text);
            asked[who] += 1;
        }
    }
    wait_until(&stage.room, 2 * requests.len());
    let log = stage.served.stop();
    let seen = stage.room.seen();
    for (who, asked) in EVERYBODY.into_iter().zip(asked) {
        assert_eq!(alone(&seen, &stage.room.id(who)).len(), asked, "{who:?}");
    }
    assert!(
        !log.contains("sky blue") && !log.contains("xoxb-0-double"),
        "the log says what people typed"
    );
}

#[test]
fn every_mention_has_exactly_one_reply_in_its_thread_however_often_it_comes() {
    let mut stage = Stage::slack();
    let requests = requests();
    let mut asked = Vec::new();
    for (index, text) in requests.iter().enumerate() {
        let who = EVERYBODY[index % EVERYBODY.len()];
        asked.push(stage.room.mention(who, Where::Ops, None, text));
    }
    stage.room.settled();
    wait_until(&stage.room, asked.len());
    stage.served.stop();
    let seen = stage.room.seen();
    for (message, text) in asked.iter().zip(&requests) {
        // `audit` is for the one who asked, and they see it in the same thread.
        let replies = seen
            .iter()
            .filter(|seen| seen.thread.as_deref() == Some(message))
            .count();
        assert_eq!(
            replies,
            1,
            "{text:?}: {:#?}",
            seen.iter()
                .filter(|seen| seen.thread.as_deref() == Some(message))
                .collect::<Vec<_>>()
        );
    }
}

fn wait_until(room: &crate::harness::slack::Double, count: usize) {
    let enough = std::cell::Cell::new(0);
    room.wait_for("as many replies as requests", |world| {
        let ours = world
            .messages
            .iter()
            .filter(|message| message.user == crate::harness::slack::world::BOT_USER);
        enough.set(ours.count());
        (enough.get() >= count).then_some(())
    });
}
