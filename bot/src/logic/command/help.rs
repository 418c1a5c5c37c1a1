//! `help`: what can be asked, from the one table of words.

use kb::text::{Block, Span};

use crate::logic::message::{Message, Part, Tone};
use crate::logic::nearest::nearest;
use crate::logic::request::{Request, WORDS, Word, find};

/// Shows what can be asked, or more on one word.
#[must_use]
pub fn answer(topic: Option<&str>) -> Message {
    match topic.map(|topic| (topic, find(topic))) {
        None => overview(),
        Some((_, Some(word))) => one(word),
        Some((topic, None)) => match nearest(topic, WORDS.iter().map(|word| word.word))
            .and_then(find)
        {
            Some(word) => one(word).sentence(format!("(`{topic}` was read as `{}`.)", word.word)),
            None => unclear(&format!("there is no help on `{topic}`")),
        },
    }
}

/// Says that a request cannot be meant, and shows what can.
#[must_use]
pub fn unclear(what: &str) -> Message {
    let mut message = overview();
    message.tone = Tone::Warning;
    message.title = Some(sentence_case(what));
    message
}

fn overview() -> Message {
    let items = WORDS.iter().map(|word| vec![usage(word)]).collect();
    Message::new(
        Tone::Plain,
        "Ask about a 502 in your own words, or paste an error or a log.",
    )
    .part(Part::Text(vec![Block::List { first: None, items }]))
    .part(Part::Remark(
        "Answers come from the guides, each with its source. `help WORD` says more on a word."
            .into(),
    ))
    .button("The steps of the guide", Request::Steps)
}

fn one(word: &Word) -> Message {
    Message::new(Tone::Plain, format!("{}: {}", word.usage, word.about))
        .sentence(word.more)
        .part(Part::Command {
            text: word.example.into(),
            remark: Some("an example".into()),
        })
}

fn usage(word: &Word) -> Block {
    Block::Paragraph(vec![
        Span::Code(word.usage.into()),
        Span::Text(format!(": {}", word.about)),
    ])
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
