//! Text of logs, guides and people that would call, lead or dress up, in every place of a message: the
//! double finds nothing that Slack would act on.

use bot::chat::slack::render::parcels;
use bot::logic::form::{Field, Form, Input};
use bot::logic::heard::Handle;
use bot::logic::message::{Message, Part, Progress, Source, Task, Tone};
use bot::logic::outgoing::{Address, Body};
use bot::logic::request::Request;
use kb::text::{Block, Span};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::edge::{person, place};
use crate::harness::hostile::{SEEDS, accents};
use crate::harness::slack::{Judges, marks, rules};
use crate::harness::tries;

/// Ways to wrap a text: each seed is tried in each.
const WAYS: &[fn(&str) -> String] = &[
    |text| text.to_owned(),
    |text| format!("error: {text} at line 3"),
    |text| format!("```{text}```"),
    |text| format!("`{text}`"),
    |text| format!("<{text}>"),
    |text| format!("{text}{text}"),
    |text| format!("\u{202e}{text}"),
    |text| format!("&{text};"),
    |text| format!("{}{text}", "x".repeat(2_999)),
    |text| format!("{}{text}", "word ".repeat(2_299)),
];

fn everywhere(text: &str) -> Message {
    let span = || Span::Text(text.to_owned());
    Message::new(Tone::Plain, text)
        .part(Part::Text(vec![
            Block::Paragraph(vec![
                span(),
                Span::Code(text.into()),
                Span::Strong(vec![span()]),
            ]),
            Block::Code {
                language: None,
                title: Some(text.into()),
                text: text.into(),
            },
            Block::List {
                first: Some(1),
                items: vec![vec![Block::Paragraph(vec![span()])]],
            },
            Block::Note {
                title: Some(text.into()),
                blocks: vec![Block::Paragraph(vec![span()])],
            },
            Block::Table {
                header: vec![vec![span()]],
                rows: vec![vec![vec![span()]]],
            },
            Block::Paragraph(vec![Span::Link {
                text: vec![span()],
                url: text.into(),
            }]),
        ]))
        .part(Part::Command {
            text: text.into(),
            remark: Some(text.into()),
        })
        .part(Part::Evidence {
            text: text.into(),
            line: Some(1),
        })
        .tasks(vec![Task {
            id: "run-1".to_owned(),
            title: text.to_owned(),
            progress: Progress::Done,
            by: None,
            outcome: Some(text.to_owned()),
        }])
        .field(text, text)
        .part(Part::Source(Source {
            name: text.into(),
            place: text.into(),
            url: Some(text.into()),
        }))
        .part(Part::Remark(text.into()))
        .button(text, Request::Ask { text: text.into() })
}

#[test]
fn hostile_text_calls_nobody_and_leads_nowhere() {
    let mut all = Vec::new();
    let accents = accents();
    for seed in SEEDS.iter().chain([&accents.as_str()]) {
        for way in WAYS {
            let text = way(seed);
            let message = Body::Message(everywhere(&text));
            let body = sent(&Address::Here(place(None)), &message);
            assert_eq!(rules::message(&body), Ok(()), "{text:?}");
            assert_eq!(marks::of(&body), [], "{text:?}");
            // What a button carries is not seen.
            let seen = format!("{}{}", body["text"], rules::text_of(&body["blocks"]));
            assert!(!seen.contains(hides), "{text:?}");
            let home = sent(&Address::Home(person("U0ANN")), &message);
            assert_eq!(rules::view(&home["view"]), Ok(()), "{text:?}");
            assert_eq!(marks::of(&home["view"]), [], "{text:?}");
            let form = sent(&asker(), &Body::Form(Box::new(form(&text))));
            let view = form.get("view").unwrap_or(&form);
            assert_eq!(rules::blocks(&blocks(view), "modal"), Ok(()), "{text:?}");
            assert_eq!(marks::of(view), [], "{text:?}");
            let file = Body::File {
                name: text.clone(),
                title: text.clone(),
                text: text.clone(),
            };
            let file = sent(&Address::Here(place(None)), &file);
            let name = file["name"].as_str().expect("a name");
            assert!(
                name.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "._-…".contains(c))
            );
            assert!(!file["title"].to_string().contains(hides), "{text:?}");
            all.push(serde_json::json!({ "blocks": body["blocks"] }));
        }
    }
    assert!(all.len() >= 500, "{} texts", all.len());
    Judges::judge(&all);
    eprintln!("{} texts in every place: no mark", all.len());
}

fn sent(to: &Address, body: &Body) -> Value {
    parcels(to, body).remove(0).body
}

fn blocks(view: &Value) -> Vec<Value> {
    view["blocks"].as_array().cloned().unwrap_or_default()
}

/// What must be shown and not sent: steering characters and those that turn text around.
fn hides(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{ad}' | '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe01}' | '\u{e0000}'..='\u{e0fff}')
}

fn asker() -> Address {
    Address::Asker {
        place: place(None),
        person: person("U0ANN"),
        handle: Some(Handle {
            reply: None,
            form: Some("trigger".to_owned()),
        }),
    }
}

fn form(text: &str) -> Form {
    Form {
        title: text.into(),
        send: text.into(),
        intro: Message::new(Tone::Plain, text).sentence(text),
        fields: vec![Field {
            name: "reason".into(),
            label: text.into(),
            hint: Some(text.into()),
            input: Input::Line {
                longest: 3_000,
                kind: None,
            },
            initial: Some(text.into()),
            optional: false,
        }],
        request: Request::Ask { text: "x".into() },
        alone: true,
        plain: Message::new(Tone::Plain, text),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(u32::try_from(tries(300, 100_000)).expect("few")))]
    #[test]
    fn whatever_a_log_says_calls_nobody(
        text in "([<>&!@#|^:`*_~\\n ]|here|channel|U0BEN|http://evil\\.test|subteam|\\PC|\\pC){0,80}"
    ) {
        let body = sent(&Address::Here(place(None)), &Body::Message(everywhere(&text)));
        prop_assert_eq!(rules::message(&body), Ok(()));
        let marks = marks::of(&body);
        // An address that is one may be opened; here it may stand alone.
        let harmless = |mark: &marks::Mark| matches!(mark, marks::Mark::Leads(url) if *url == text);
        prop_assert!(marks.iter().all(harmless), "{:?}", marks);
    }

    #[test]
    fn of_code_nothing_is_lost_without_a_word(lines in "([a-z<>& ]{0,60}\\n){0,400}") {
        let message = Message::new(Tone::Plain, "x").part(Part::Evidence { text: lines.clone(), line: None });
        let body = sent(&Address::Here(place(None)), &Body::Message(message));
        let shown = body["blocks"].to_string();
        let code: Vec<String> = preformatted(&body["blocks"]);
        let whole = code.join("\n");
        let is_whole = whole.trim_end() == lines.trim_end();
        prop_assert!(is_whole || lines.trim().is_empty() || shown.contains("cut to what Slack shows"));
        let kept = whole.trim_end_matches('…').trim_end_matches('\n');
        prop_assert!(lines.replace('\n', "").starts_with(&kept.replace('\n', "")), "{:?}", kept);
    }
}

/// Gives the code of blocks, piece by piece.
fn preformatted(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(preformatted).collect(),
        Value::Object(object) if object.get("type") == Some(&json!("rich_text_preformatted")) => {
            vec![rules::text_of(value)]
        }
        Value::Object(object) => object.values().flat_map(preformatted).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_double_would_find_them() {
    let body = serde_json::json!({ "text": "<!here> <@U1> <http://a|b>", "blocks": [
        { "type": "section", "text": { "type": "mrkdwn", "text": "<@U2>" } },
        { "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": [{ "type": "broadcast", "range": "here" }] }] },
    ] });
    assert_eq!(marks::of(&body).len(), 5);
}

#[test]
fn the_judges_read_whatever_ends_a_line_elsewhere() {
    let value = "a\u{2028}b\u{2029}c\u{85}d\u{b}e\r\n";
    let button = serde_json::json!({
        "type": "button", "action_id": "a", "value": value, "text": { "type": "plain_text", "text": "x" },
    });
    let actions = serde_json::json!({ "type": "actions", "elements": [button] });
    Judges::judge(&[serde_json::json!({ "blocks": [actions] })]);
}
