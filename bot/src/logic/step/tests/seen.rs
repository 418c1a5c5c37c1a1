//! What goes out of a scene, put down as lines that a test can expect.

use expect_test::Expect;

use super::scene::{Scene, heard, message, replies};
use crate::chat::terminal::plain_text;
use crate::logic::effect::Effect;
use crate::logic::heard::{Way, What};
use crate::logic::outgoing::{Address, Outgoing};
use crate::logic::request::Request;

/// Asserts what goes out when somebody does something, the first line of each, with its address.
pub fn check(scene: &mut Scene, (who, at, way): (&str, &str, Way), what: What, expected: Expect) {
    let effects = scene.hear(heard(who, at, way, what));
    expected.assert_eq(&outgoing(&effects));
}

pub fn outgoing(effects: &[Effect]) -> String {
    let lines = effects.iter().filter_map(|effect| match effect {
        Effect::Send(outgoing) => Some(line(outgoing)),
        Effect::Start { run, .. } => Some(format!("starts {}\n", run.words())),
        Effect::Record(event) => Some(format!("records {}\n", event.kind())),
        Effect::Cancel(_) => Some("stops it\n".to_owned()),
        Effect::Feedback(feedback) => Some(format!("keeps {feedback:?}\n")),
        Effect::Hint { hint, .. } => Some(format!("hints {hint:?}\n")),
        Effect::Hold { .. }
        | Effect::Change(_)
        | Effect::Close { .. }
        | Effect::Remember { .. }
        | Effect::Bind { .. }
        | Effect::Pause(_)
        | Effect::Resume => None,
    });
    lines.collect()
}

pub fn line(outgoing: &Outgoing) -> String {
    let to = match &outgoing.to {
        Address::Asker { person, .. } => format!("to {} alone", person.user),
        Address::Here(place) => match &place.thread {
            Some(thread) => format!("in {}/{thread}", place.channel),
            None => format!("in {}", place.channel),
        },
        Address::Beneath(_) => "beneath the run".to_owned(),
        Address::Instead(_) => "in the run's place".to_owned(),
        Address::Home(person) => format!("on the page of {}", person.user),
    };
    let title = message(outgoing).and_then(|message| message.title.clone());
    let buttons: Vec<&str> = message(outgoing)
        .map(|message| {
            message
                .buttons
                .iter()
                .map(|button| button.label.as_str())
                .collect()
        })
        .unwrap_or_default();
    let buttons = match buttons.is_empty() {
        true => String::new(),
        false => format!(" [{}]", buttons.join("] [")),
    };
    let mark = if outgoing.is_reply { "" } else { "(news) " };
    format!(
        "{mark}{to}: {}{buttons}\n",
        title.unwrap_or_else(|| "a file".to_owned())
    )
}

pub fn whole(scene: &mut Scene, who: &str, at: &str, way: Way, what: What) -> String {
    let effects = scene.hear(heard(who, at, way, what));
    let text: Vec<String> = replies(&effects)
        .iter()
        .filter_map(|reply| message(reply))
        .map(plain_text)
        .collect();
    text.concat()
}

pub fn press(request: Request) -> What {
    What::Pressed { request }
}
