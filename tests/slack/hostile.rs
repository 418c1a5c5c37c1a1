//! Text of logs, guides and people that would call, lead or dress up, in every place of a message: the
//! double finds nothing that Slack would act on.

use bot::chat::slack::render::parcels;
use bot::logic::message::{Message, Part, Progress, Source, Task, Tone};
use bot::logic::outgoing::{Address, Body};
use bot::logic::request::Request;
use kb::text::{Block, Span};

use super::edge::place;
use crate::harness::slack::{Judges, marks, rules};

/// What such texts are made of; each is tried alone, and wrapped in each of the others' ways.
const SEEDS: &[&str] = &[
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!here|here>",
    "<@U0BEN>",
    "<@U0BEN|ben>",
    "<@W0BEN>",
    "<!subteam^S0ONCALL>",
    "<!subteam^S0ONCALL|@oncall>",
    "<#C0OPS>",
    "<#C0OPS|ops>",
    "<http://evil.test>",
    "<http://evil.test|paypal.com>",
    "<https://evil.test|✅ Approved>",
    "<mailto:a@evil.test|mail>",
    "<tel:+1|call>",
    "<slack://user?team=T0HOME&id=U0BEN|ben>",
    "<!date^1392734382^{date}^http://evil.test|x>",
    "@here",
    "@channel",
    "@everyone",
    "@oncall",
    "#ops",
    "&lt;!here&gt;",
    "&amp;lt;!here&amp;gt;",
    "<\u{200b}!here>",
    "<!he\u{200b}re>",
    "＜!here＞",
    "<!here",
    "!here>",
    "[paypal](http://evil.test)",
    "![x](http://evil.test)",
    "*bold* _it_ ~no~",
    "> quote",
    "- item",
    "```\n<!here>\n```",
    "```",
    "`<!here>`",
    "\n\n<!here>\n\n",
    "✅ *Approved by* <@U0ANN>",
    ":tada: :rotating_light:",
];

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
    for seed in SEEDS {
        for way in WAYS {
            let text = way(seed);
            let body = parcels(
                &Address::Here(place(None)),
                &Body::Message(everywhere(&text)),
            )
            .remove(0)
            .body;
            assert_eq!(rules::message(&body), Ok(()), "{text:?}");
            assert_eq!(marks::of(&body), [], "{text:?}");
            all.push(serde_json::json!({ "blocks": body["blocks"] }));
        }
    }
    assert!(all.len() >= 400, "{} texts", all.len());
    Judges::judge(&all);
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
