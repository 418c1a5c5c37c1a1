//! What a question gets from guides: the right section first, its commands, and its place.

use kb::answer::{Answer, Reply};
use kb::guide::{Command, Guide, Lines, Place, Section};
use kb::text::{Block, Span};
use kb::{Knowledge, Live, Lore};

fn section(heading: &str, step: Option<u32>, words: &str, commands: &[(&str, &str)]) -> Section {
    let mut blocks: Vec<Block> = words
        .lines()
        .map(|line| Block::Paragraph(vec![Span::Text(line.to_owned())]))
        .collect();
    let code = |text: &str| Block::Code {
        language: None,
        title: None,
        text: text.to_owned(),
    };
    blocks.extend(commands.iter().map(|(text, _)| code(text)));
    let command = |(text, introduction): &(&str, &str)| Command {
        text: (*text).to_owned(),
        introduction: Some((*introduction).to_owned()),
        description: None,
        place: Place::Local,
        lines: Lines { first: 2, last: 2 },
    };
    Section {
        heading: heading.to_owned(),
        level: 2,
        anchor: heading.to_lowercase().replace(' ', "-"),
        parents: Vec::new(),
        step,
        lines: Lines { first: 1, last: 9 },
        blocks,
        commands: commands.iter().map(command).collect(),
    }
}

fn guide() -> Guide {
    Guide {
        path: "shop/502.md".to_owned(),
        title: "502 in the shop".to_owned(),
        sidebar_title: None,
        description: Some("What to do when the shop does not answer.".to_owned()),
        url: Some("https://example.org/502".to_owned()),
        sections: vec![
            section(
                "Read the logs",
                Some(1),
                "Look at what the app printed.",
                &[
                    ("shop log app", "To read what the app printed:"),
                    ("shop log deploy", "To read what the deploy hook printed:"),
                ],
            ),
            section(
                "Check the port",
                Some(2),
                "The app must listen on `$PORT`.\nA fixed port does not work.",
                &[("shop ssh 'echo $PORT'", "To see the port:")],
            ),
            section(
                "Review activity",
                Some(3),
                "See what changed.",
                &[("shop activity:list", "To list recent activities:")],
            ),
            section(
                "Connect to the database",
                None,
                "Ping database.internal from inside.",
                &[("ping database.internal", "To see whether it answers:")],
            ),
        ],
    }
}

fn ask(question: &str) -> Answer {
    Knowledge::build(&[guide()], &Lore::default())
        .expect("guides are indexed in memory")
        .ask(question)
}

fn check(question: &str, heading: &str, command: &str) {
    let answer = ask(question);
    let first = answer
        .sections
        .first()
        .map(|hit| hit.section.heading.as_str());
    assert_eq!(first, Some(heading), "section for {question:?}");
    let first = answer.commands.first().map(|command| command.text.as_str());
    assert_eq!(first, Some(command), "command for {question:?}");
}

#[test]
fn the_section_that_fits_comes_first_with_its_command() {
    check(
        "which port must the app listen on?",
        "Check the port",
        "shop ssh 'echo $PORT'",
    );
    check("$PORT", "Check the port", "shop ssh 'echo $PORT'");
    check("activity:list", "Review activity", "shop activity:list");
    check(
        "what did the deploy hook print",
        "Read the logs",
        "shop log deploy",
    );
    check(
        "database.internal",
        "Connect to the database",
        "ping database.internal",
    );
}

#[test]
fn a_misspelt_word_is_read_and_said() {
    let answer = ask("wich prot");
    assert_eq!(answer.sections[0].section.heading, "Check the port");
    assert_eq!(answer.understood.read_as[0].read, "port");
}

#[test]
fn words_that_no_guide_has_are_said_and_numbers_are_not() {
    let understood = ask("lunch at the port 134217728").understood;
    assert_eq!(understood.unknown, ["lunch"]);
    assert!(understood.read_as.is_empty(), "{:?}", understood.read_as);
    assert_eq!(understood.words, ["port"]);
}

#[test]
fn a_name_of_a_tool_is_not_read_as_another_word() {
    let mut guide = guide();
    let blocks = "The panel of the router and the terrace.";
    guide.sections.push(section("Panel", None, blocks, &[]));
    let knowledge = Knowledge::build(&[guide], &Lore::default()).expect("it is indexed");
    let understood = |question| knowledge.ask(question).understood;
    assert_eq!(understood("install cpanel").unknown, ["install", "cpanel"]);
    assert_eq!(understood("the routr").read_as[0].read, "router");
}

#[test]
fn a_question_of_small_words_alone_finds_the_heading_of_just_those() {
    let mut guide = guide();
    guide
        .sections
        .push(section("Get help", None, "Write to support.", &[]));
    let knowledge = Knowledge::build(&[guide], &Lore::default()).expect("it is indexed");
    let answer = knowledge.ask("how do I get help?");
    assert_eq!(answer.sections[0].section.heading, "Get help");
    assert_eq!(answer.understood.words, ["get", "help"]);
}

#[test]
fn an_answer_says_where_it_stands() {
    let answer = ask("fixed port");
    let json = serde_json::to_value(&answer).unwrap();
    let first = &json["sections"][0];
    assert_eq!(first["path"], "shop/502.md");
    assert_eq!(first["url"], "https://example.org/502#check-the-port");
    assert_eq!(first["lines"], serde_json::json!([1, 9]));
    assert_eq!(first["step"], 2);
    assert_eq!(json["commands"][0]["where"], "local");
    assert_eq!(json["reply"], "answer");
}

#[test]
fn what_no_guide_covers_is_out_of_scope() {
    for question in ["what's for lunch", "", "   ", "\0\u{1}\u{2}", "((((", "???"] {
        assert_eq!(ask(question).reply, Reply::OutOfScope, "{question:?}");
    }
}

#[test]
fn queries_that_mean_something_to_a_parser_are_words() {
    for question in [
        "port AND",
        "\"port",
        "port:[1 TO",
        "*",
        "port^2 +-",
        "path:/x",
    ] {
        let _ = ask(question);
    }
}

#[test]
fn a_megabyte_of_log_is_summarised() {
    let noise = "2026-01-02T03:04:05Z GET /cart 200 shop activity\n".repeat(25_000);
    let answer = ask(&format!(
        "{noise}FATAL: cannot listen, port already in use\n"
    ));
    assert!(answer.understood.is_summary);
    assert_eq!(answer.sections[0].section.heading, "Check the port");
}

#[test]
fn the_same_question_has_the_same_answer() {
    assert_eq!(
        ask("the app printed nothing"),
        ask("the app printed nothing")
    );
}

#[test]
fn no_guides_is_not_an_error() {
    let empty = Knowledge::build(&[], &Lore::default()).unwrap();
    assert_eq!(empty.ask("port").reply, Reply::OutOfScope);
    assert!(empty.guides().is_empty());
}

#[test]
fn pages_are_listed_with_their_sections() {
    let knowledge = Knowledge::build(&[guide()], &Lore::default()).unwrap();
    let entries = knowledge.guides();
    assert_eq!(entries[0].steps[1], (2, "Check the port".to_owned()));
    let sections: Vec<_> = knowledge
        .sections(&entries[0])
        .into_iter()
        .map(|(_, s)| s)
        .collect();
    assert_eq!(sections, guide().sections);
}

#[test]
fn a_snapshot_is_swapped_under_who_holds_the_old_one() {
    let live = Live::new(Knowledge::build(&[guide()], &Lore::default()).unwrap());
    let held = live.get();
    live.swap(Knowledge::build(&[], &Lore::default()).unwrap());
    assert_eq!(held.guides().len(), 1);
    assert!(live.get().guides().is_empty());
}
