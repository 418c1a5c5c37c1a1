//! Whatever is to be said fits into Slack's limits and says nothing but what it was given.

use bot::chat::slack::render::parcels;
use bot::logic::form::{Field, Form, Input};
use bot::logic::heard::Handle;
use bot::logic::message::{
    Button, Message, Part, Progress, Source, Task, Tone, Value as Shown, Weight,
};
use bot::logic::outgoing::{Address, Body};
use bot::logic::request::Request;
use expect_test::{Expect, expect};
use kb::text::{Block, Span};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::edge::{person, place};
use crate::harness::slack::marks::{self, Mark};
use crate::harness::slack::{Judges, rules};

fn sent(message: &Message) -> Value {
    parcels(&Address::Here(place(None)), &Body::Message(message.clone()))
        .remove(0)
        .body
}

fn check(message: &Message, expected: Expect) {
    let sent = sent(message);
    rules::message(&sent).expect("within Slack's rules");
    let lines: Vec<String> = sent["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .map(Value::to_string)
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn an_answer_becomes_blocks_in_which_nothing_is_read() {
    let message = Message::new(Tone::Warning, "Probably `port-mismatch`: <!here>")
        .sentence("The app listens on *3000*, the router asks `$PORT`.")
        .part(Part::Command {
            text: "upsun ssh 'echo $PORT'".into(),
            remark: Some("on your machine".into()),
        })
        .part(Part::Evidence {
            text: "listen <@U1>: address".into(),
            line: Some(7),
        })
        .part(Part::Source(Source {
            name: "Step 2".into(),
            place: "502.md:3-9".into(),
            url: Some("https://docs.test/502#2".into()),
        }))
        .field("asked by", &person("U0ANN"))
        .button("Show step 3", Request::Step { number: 3 });
    check(
        &message,
        expect![[r#"
            {"elements":[{"elements":[{"text":"⚠️ ","type":"text"},{"style":{"bold":true},"text":"Probably ","type":"text"},{"style":{"bold":true,"code":true},"text":"port-mismatch","type":"text"},{"style":{"bold":true},"text":": <!here>","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"\n","type":"text"},{"text":"The app listens on *3000*, the router asks ","type":"text"},{"style":{"code":true},"text":"$PORT","type":"text"},{"text":".","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"upsun ssh 'echo $PORT'","type":"text"}],"type":"rich_text_preformatted"}],"type":"rich_text"}
            {"elements":[{"emoji":false,"text":"on your machine","type":"plain_text"}],"type":"context"}
            {"elements":[{"elements":[{"style":{"italic":true},"text":"line 7","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"listen <@U1>: address","type":"text"}],"type":"rich_text_preformatted"},{"elements":[{"style":{"italic":true},"text":"Source: ","type":"text"},{"text":"Step 2","type":"link","url":"https://docs.test/502#2"},{"style":{"italic":true},"text":" (502.md:3-9)","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"\n","type":"text"},{"style":{"bold":true},"text":"asked by: ","type":"text"},{"type":"user","user_id":"U0ANN"}],"type":"rich_text_section"}],"type":"rich_text"}
            {"elements":[{"action_id":"request-0","text":{"emoji":false,"text":"Show step 3","type":"plain_text"},"type":"button","value":"{\"step\":{\"number\":3}}"}],"type":"actions"}"#]],
    );
}

#[test]
fn lists_keep_their_numbers_and_their_depth() {
    let paragraph = |text: &str| Block::Paragraph(vec![Span::Text(text.to_owned())]);
    let inner = Block::List {
        first: None,
        items: vec![vec![paragraph("inner")]],
    };
    let code = Block::Code {
        language: None,
        title: None,
        text: "ls\n".into(),
    };
    let list = Block::List {
        first: Some(3),
        items: vec![
            vec![paragraph("three"), inner],
            vec![paragraph("four"), code],
            vec![paragraph("five")],
        ],
    };
    check(
        &Message {
            title: None,
            ..Message::new(Tone::Plain, "")
        }
        .part(Part::Text(vec![list])),
        expect![[
            r#"{"elements":[{"elements":[{"text":"3. ","type":"text"},{"text":"three","type":"text"}],"type":"rich_text_section"},{"elements":[{"elements":[{"text":"inner","type":"text"}],"type":"rich_text_section"}],"indent":1,"style":"bullet","type":"rich_text_list"},{"elements":[{"text":"4. ","type":"text"},{"text":"four","type":"text"}],"type":"rich_text_section"},{"elements":[{"text":"ls\n","type":"text"}],"type":"rich_text_preformatted"},{"elements":[{"text":"5. ","type":"text"},{"text":"five","type":"text"}],"type":"rich_text_section"}],"type":"rich_text"}"#
        ]],
    );
}

#[test]
fn a_pair_of_verdicts_is_the_platforms_own() {
    let feedback = |helpful| Request::Feedback {
        about: "step-2".into(),
        helpful,
        missing: None,
    };
    let message = Message::new(Tone::Plain, "Answer")
        .button("Steps", Request::Steps)
        .button("Helpful", feedback(true))
        .button("Not helpful", feedback(false));
    let sent = sent(&message);
    rules::message(&sent).expect("within Slack's rules");
    let kinds: Vec<&str> = sent["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .filter_map(|block| block["type"].as_str())
        .collect();
    assert_eq!(kinds, ["rich_text", "actions", "context_actions"]);
}

#[test]
fn what_is_cut_is_the_last_and_it_is_said() {
    let message = Message::new(Tone::Bad, "First")
        .sentence("Second.")
        .part(Part::Evidence {
            text: "a line of a log\n".repeat(2_000),
            line: None,
        })
        .sentence("This is dropped.")
        .button("Steps", Request::Steps);
    let sent = sent(&message);
    rules::message(&sent).expect("within Slack's rules");
    let all = rules::text_of(&sent["blocks"]);
    assert!(all.contains("First") && all.contains("Second.") && all.contains("This is cut"));
    assert!(!all.contains("This is dropped."));
    // Cut after a whole line, and the button is still there.
    assert!(all.contains("a line of a log\n…"));
    assert_eq!(
        sent["blocks"]
            .as_array()
            .expect("blocks")
            .last()
            .expect("one")["type"],
        "actions"
    );
}

#[test]
fn a_request_too_long_for_a_button_is_no_button() {
    let message = Message::new(Tone::Plain, "A")
        .button(
            "Again",
            Request::Ask {
                text: "x".repeat(3_000),
            },
        )
        .button("Steps", Request::Steps);
    let sent = sent(&message);
    rules::message(&sent).expect("within Slack's rules");
    assert!(!sent["blocks"].to_string().contains("Again"));
}

fn form(fields: Vec<Field>) -> Form {
    Form {
        title: "Which log?".into(),
        send: "Run".into(),
        intro: Message::new(Tone::Plain, "One thing is missing."),
        fields,
        request: Request::Probe {
            id: "app-log".into(),
            values: Vec::new(),
        },
        alone: true,
        plain: Message::new(Tone::Plain, "Type `probe app-log lines=100`."),
    }
}

fn field(name: &str, input: Input) -> Field {
    Field {
        name: name.into(),
        label: "Lines".into(),
        hint: None,
        input,
        initial: None,
        optional: false,
    }
}

fn to_asker(handle: bool) -> Address {
    let handle = handle.then(|| Handle {
        reply: None,
        form: Some("1.2".into()),
    });
    Address::Asker {
        place: place(None),
        person: person("U0ANN"),
        handle,
    }
}

#[test]
fn a_form_is_a_modal_where_one_may_be_opened() {
    let choices: Vec<String> = (0..250).map(|n| format!("choice {n}")).collect();
    let body = Body::Form(Box::new(form(vec![
        field(
            "lines",
            Input::Line {
                longest: 10,
                kind: None,
            },
        ),
        field("reason", Input::Lines { longest: 9_000 }),
        field("which", Input::Choice(choices)),
    ])));
    let parcel = parcels(&to_asker(true), &body).remove(0);
    assert_eq!(parcel.kind, "form");
    rules::view(&parcel.body["view"]).expect("within Slack's rules");
    rules::message(&parcel.body["plain"]).expect("within Slack's rules");
    let parcel = parcels(&to_asker(false), &body).remove(0);
    assert_eq!(parcel.kind, "message");
    assert!(
        parcel.body["text"]
            .as_str()
            .expect("text")
            .contains("probe app-log lines=100")
    );
}

#[test]
fn a_form_that_cannot_be_one_is_said_in_words() {
    for fields in [
        vec![],
        vec![field("which", Input::Choice(vec!["x".repeat(80)]))],
        vec![field("which", Input::Choice(vec![]))],
    ] {
        let parcel = parcels(&to_asker(true), &Body::Form(Box::new(form(fields)))).remove(0);
        assert_eq!(parcel.kind, "message");
    }
}

/// Pieces of text that do harm where they are read as anything but text.
fn pieces() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{0,40}",
        2 => any::<String>(),
        1 => Just("<!channel> <!here> <@U0BEN> <!subteam^S0ONCALL>".to_owned()),
        1 => Just("<http://evil.test|paypal.com> [x](http://evil.test)".to_owned()),
        1 => Just("``` `` ` *_~ @here @channel & &lt;!here&gt;".to_owned()),
        1 => Just("👩‍👩‍👧‍👦🇩🇪e\u{301}\u{202e}\u{200b}\u{e0041}".to_owned()),
        1 => "[a-z]{200,400}",
        1 => "([a-z]{1,9} ){100,700}",
        1 => "(line of a log, [0-9]{3}\n){50,300}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(pieces(), 0..4).prop_map(|pieces| pieces.concat())
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    let span = prop_oneof![
        text().prop_map(Span::Text),
        text().prop_map(Span::Code),
        text().prop_map(|text| Span::Strong(vec![Span::Text(text)])),
        text().prop_map(|text| Span::Emphasis(vec![Span::Text(text)])),
        (
            text(),
            prop_oneof![
                Just("https://docs.test/a".to_owned()),
                Just("javascript:x".to_owned()),
                text()
            ]
        )
            .prop_map(|(text, url)| Span::Link {
                text: vec![Span::Text(text)],
                url
            }),
        Just(Span::Break),
    ];
    prop::collection::vec(span, 0..5)
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let leaf = prop_oneof![
        spans().prop_map(Block::Paragraph),
        (text(), proptest::option::of(text())).prop_map(|(text, title)| Block::Code {
            language: None,
            title,
            text
        }),
        (
            prop::collection::vec(spans(), 0..3),
            prop::collection::vec(prop::collection::vec(spans(), 0..3), 0..3)
        )
            .prop_map(|(header, rows)| Block::Table { header, rows }),
    ];
    let block = leaf.prop_recursive(3, 12, 3, |inner| {
        let some = prop::collection::vec(inner, 0..3);
        prop_oneof![
            (
                proptest::option::of(any::<u64>()),
                prop::collection::vec(some.clone(), 0..4)
            )
                .prop_map(|(first, items)| Block::List { first, items }),
            (proptest::option::of(text()), some.clone())
                .prop_map(|(title, blocks)| Block::Note { title, blocks }),
            some.prop_map(Block::Quote),
        ]
    });
    prop::collection::vec(block, 0..4)
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        blocks().prop_map(Part::Text),
        (text(), proptest::option::of(text()))
            .prop_map(|(text, remark)| Part::Command { text, remark }),
        prop::collection::vec((text(), text().prop_map(Shown::Text)), 0..12).prop_map(Part::Fields),
        (text(), proptest::option::of(any::<u64>()))
            .prop_map(|(text, line)| Part::Evidence { text, line }),
        (text(), text(), proptest::option::of(text()))
            .prop_map(|(name, place, url)| Part::Source(Source { name, place, url })),
        text().prop_map(Part::Remark),
    ]
}

fn button() -> impl Strategy<Value = Button> {
    (
        text(),
        text(),
        prop_oneof![Just(Weight::Plain), Just(Weight::Main), Just(Weight::Grave)],
    )
        .prop_map(|(label, text, weight)| Button {
            label,
            request: Request::Ask { text },
            weight,
        })
}

fn tasks() -> impl Strategy<Value = Vec<Task>> {
    let progress = prop_oneof![
        Just(Progress::Waiting),
        Just(Progress::UnderWay),
        Just(Progress::Done),
        Just(Progress::Failed)
    ];
    let task = (
        text(),
        progress,
        proptest::option::of(text()),
        any::<bool>(),
    );
    prop::collection::vec(task, 0..12).prop_map(|tasks| {
        let tasks = tasks.into_iter().enumerate();
        tasks
            .map(|(index, (title, progress, outcome, is_by))| Task {
                id: format!("run-{index}"),
                title,
                progress,
                by: is_by.then(|| person("U0ANN")),
                outcome,
            })
            .collect()
    })
}

fn messages() -> impl Strategy<Value = Message> {
    let tone = prop_oneof![
        Just(Tone::Plain),
        Just(Tone::Good),
        Just(Tone::Warning),
        Just(Tone::Bad)
    ];
    let parts = prop_oneof![4 => prop::collection::vec(part(), 0..8), 1 => prop::collection::vec(part(), 60..90)];
    (
        tone,
        proptest::option::of(text()),
        parts,
        prop::collection::vec(button(), 0..30),
        tasks(),
    )
        .prop_map(|(tone, title, parts, buttons, tasks)| Message {
            tone,
            title,
            parts,
            buttons,
            tasks,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_fits_and_calls_nobody(message in messages()) {
        let sent = sent(&message);
        prop_assert_eq!(rules::message(&sent), Ok(()));
        for mark in marks::of(&sent) {
            // Who did a task is shown as a person; text calls nobody.
            let is_meant = matches!(&mark, Mark::Leads(url) if url.starts_with("http"))
                || mark == Mark::Calls("U0ANN".to_owned());
            prop_assert!(is_meant, "{:?}", mark);
        }
        let view = parcels(&Address::Home(person("U0ANN")), &Body::Message(message)).remove(0).body;
        prop_assert_eq!(rules::view(&view["view"]), Ok(()));
        let all = [json!({ "blocks": sent["blocks"] }), json!({ "blocks": view["view"]["blocks"], "view": view["view"] })];
        prop_assert_eq!(Judges::wrong(&all), None);
    }
}
