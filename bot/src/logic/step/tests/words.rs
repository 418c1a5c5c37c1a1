//! What was typed at a terminal, and what is said.

use expect_test::{Expect, expect};
use kb::guide::{Command, Guide, Lines, Place, Section};
use kb::text::{Block, Span};
use kb::{Knowledge, Lore};

use jiff::Timestamp;

use crate::chat::terminal::{heard, plain_text};
use crate::logic::catalogue::Catalogue;
use crate::logic::effect::Effect;
use crate::logic::event::{Asked, Event};
use crate::logic::facts::Facts;
use crate::logic::heard::What;
use crate::logic::outgoing::{Body, Outgoing};
use crate::logic::person::Asker;
use crate::logic::policy::{Policy, Wish};
use crate::logic::step;

/// Asserts what is said to what was typed.
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&said(text));
}

fn said(text: &str) -> String {
    said_from(&[guide()], text)
}

fn said_from(guides: &[Guide], text: &str) -> String {
    let knowledge = Knowledge::build(guides, &Lore::default()).expect("an index in memory");
    let catalogue = Catalogue::shipped();
    let policy = Policy::shipped(&catalogue);
    let asker = Asker::at_terminal(1000);
    let what = What::Said {
        text: text.into(),
        files: Vec::new(),
    };
    let target = Wish {
        project: Some("abcdefghijklm".into()),
        environment: Some("main".into()),
        app: Some("app".into()),
        ..Wish::default()
    };
    let effects = step(
        &Facts {
            channel_target: Some(&target),
            ..Facts::new(&knowledge, &catalogue, &policy)
        },
        Event::Heard(Box::new(Asked {
            heard: heard("1".into(), &asker, what, Timestamp::UNIX_EPOCH),
            asker,
            files: Vec::new(),
        })),
    );
    let replies: Vec<&Outgoing> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(outgoing) if outgoing.is_reply => Some(outgoing.as_ref()),
            _ => None,
        })
        .collect();
    match replies.as_slice() {
        [reply] => match &reply.body {
            Body::Message(message) => plain_text(message),
            Body::Form(form) => format!("form {}\n{}", form.title, plain_text(&form.plain)),
            Body::File { .. } => panic!("a file is no reply"),
        },
        _ => panic!("not exactly one reply: {effects:?}"),
    }
}

pub fn guide() -> Guide {
    Guide {
        path: "502.md".into(),
        title: "Resolve a 502 error".into(),
        sidebar_title: None,
        description: Some("Checks, in order.".into()),
        url: Some("https://docs.test/502".into()),
        sections: vec![
            section(
                "Step 1: Read the logs",
                1,
                "The app log shows why the app does not start.",
                "upsun log app",
            ),
            section(
                "Step 2: Check the port",
                2,
                "The app must listen on the port in PORT.",
                "upsun ssh 'echo $PORT'",
            ),
        ],
    }
}

fn section(heading: &str, number: u32, text: &str, command: &str) -> Section {
    let lines = Lines {
        first: number * 10,
        last: number * 10 + 5,
    };
    Section {
        heading: heading.into(),
        level: 2,
        anchor: format!("step-{number}"),
        parents: Vec::new(),
        step: Some(number),
        lines,
        blocks: vec![
            Block::Paragraph(vec![Span::Text(text.into())]),
            Block::Code {
                language: Some("bash".into()),
                title: None,
                text: command.into(),
            },
        ],
        commands: vec![Command {
            text: command.into(),
            introduction: Some(text.into()),
            description: None,
            place: Place::Local,
            lines,
        }],
    }
}

#[test]
fn help_lists_what_can_be_asked() {
    check(
        "help",
        expect![[r#"
            Ask about a 502 in your own words, or paste an error or a log.

            - `ask TEXT`: answer a question, or say what an error means; for example `ask connect() failed (111: Connection refused) while connecting to upstream`
            - `step N`: show one step of the guide; for example `step 2`
            - `steps`: list the steps of the guide
            - `section PAGE:LINE`: show a section of a guide, whole; for example `section 502-errors.md:40`
            - `guides`: list what the answers come from
            - `causes`: list the causes that are known
            - `cause ID`: say what a cause is, and what fixes it; for example `cause port-in-use`
            - `probes`: list the read-only checks, and which of them you may run here
            - `probe ID [NAME=VALUE]`: run a check and read what it shows; for example `probe app-log lines=500`
            - `why [ID]`: say whether you may run a check here, by which rule, and who could; for example `why app-log`
            - `target [NAME, or PROJECT ENVIRONMENT APP]`: show or set what checks run on; for example `target abcdefghijklm main app`
            - `runs`: list what was asked for and run of late
            - `cancel [RUN]`: take back or stop a run; for example `cancel`
            - `share [TEXT]`: show an answer to all who are here; for example `share step 2`
            - `status`: say how the bot itself is
            - `audit`: show what was recorded of late
            - `help [WORD]`: show what can be asked; for example `help step`

            Checks that you may run here, on `abcdefghijklm main app`: `app-log`, `deploy-log`, `error-log`, `access-log`, `log-list`, `port`, `listeners`, `processes` and 15 more.

            Answers come from the guides, each with its source. `help WORD` says more on a word.

            [1] The steps of the guide
            [2] The checks
        "#]],
    );
    check(
        "help step",
        expect![[r#"
        step N: show one step of the guide

        Steps are numbered as in the guide; `steps` lists them.

            step 2
            an example
    "#]],
    );
    check(
        "help stpe",
        expect![[r#"
        step N: show one step of the guide

        Steps are numbered as in the guide; `steps` lists them.

            step 2
            an example

        (`stpe` was read as `step`.)
    "#]],
    );
}

#[test]
fn a_question_is_answered_with_its_source() {
    check(
        "which port must the app listen on",
        expect![[r#"
            Step 2: Check the port

                upsun ssh 'echo $PORT'
                on your own machine

            The app must listen on the port in PORT.

            source: Resolve a 502 error, Step 2: Check the port
                    502.md:20-25 (https://docs.test/502#step-2)

            [1] Run the check `port`
            [2] Show the whole section
            [3] See also: Step 1: Read the logs
        "#]],
    );
}

#[test]
fn what_no_guide_covers_is_said() {
    check(
        "who won the football match in lisbon yesterday",
        expect![[r#"
            This does not look like something the guides cover

            They are about apps that answer with HTTP 502: logs, the start command and its port, deployments, the container, services.

            [1] The steps of the guide
            [2] What can be asked
        "#]],
    );
}

#[test]
fn what_the_guides_are_about_is_said_of_those_at_hand() {
    let mut other = guide();
    (other.path, other.title) = ("mail.md".into(), "Send mail".into());
    let about = |guides: &[Guide]| {
        let said = said_from(guides, "who won the football match in lisbon yesterday");
        said.lines().nth(2).map(str::to_owned)
    };
    let pages = about(&[guide(), other.clone()]);
    assert_eq!(
        pages.as_deref(),
        Some("They have 2 pages; `guides` lists them.")
    );
    assert_eq!(about(&[other]).as_deref(), Some("There is one: Send mail."));
    assert_eq!(about(&[]).as_deref(), Some("There are none."));
}

#[test]
fn steps_are_listed_and_shown() {
    check(
        "steps",
        expect![[r#"
        Resolve a 502 error

        Checks, in order.

        - Step 1: Read the logs
        - Step 2: Check the port

        [1] Step 1
        [2] Step 2
    "#]],
    );
    check(
        "step 2",
        expect![[r#"
        Step 2: Check the port

        The app must listen on the port in PORT.

            upsun ssh 'echo $PORT'

        Run `upsun ssh 'echo $PORT'` on your own machine.

        source: Resolve a 502 error, Step 2: Check the port
                502.md:20-25 (https://docs.test/502#step-2)

        [1] Step 1
    "#]],
    );
    check(
        "step 7",
        expect![[r#"
        There is no step 7

        "Resolve a 502 error" has the steps 1, 2.

        [1] The steps of the guide
    "#]],
    );
    check(
        "step two",
        expect![[r#"
            `step` takes a number, and `two` is none; for example `step 2`

            - `ask TEXT`: answer a question, or say what an error means; for example `ask connect() failed (111: Connection refused) while connecting to upstream`
            - `step N`: show one step of the guide; for example `step 2`
            - `steps`: list the steps of the guide
            - `section PAGE:LINE`: show a section of a guide, whole; for example `section 502-errors.md:40`
            - `guides`: list what the answers come from
            - `causes`: list the causes that are known
            - `cause ID`: say what a cause is, and what fixes it; for example `cause port-in-use`
            - `probes`: list the read-only checks, and which of them you may run here
            - `probe ID [NAME=VALUE]`: run a check and read what it shows; for example `probe app-log lines=500`
            - `why [ID]`: say whether you may run a check here, by which rule, and who could; for example `why app-log`
            - `target [NAME, or PROJECT ENVIRONMENT APP]`: show or set what checks run on; for example `target abcdefghijklm main app`
            - `runs`: list what was asked for and run of late
            - `cancel [RUN]`: take back or stop a run; for example `cancel`
            - `share [TEXT]`: show an answer to all who are here; for example `share step 2`
            - `status`: say how the bot itself is
            - `audit`: show what was recorded of late
            - `help [WORD]`: show what can be asked; for example `help step`

            Checks that you may run here, on `abcdefghijklm main app`: `app-log`, `deploy-log`, `error-log`, `access-log`, `log-list`, `port`, `listeners`, `processes` and 15 more.

            Answers come from the guides, each with its source. `help WORD` says more on a word.

            [1] The steps of the guide
            [2] The checks
        "#]],
    );
}

#[test]
fn guides_and_their_sections_are_shown() {
    check(
        "guides",
        expect![[r#"
        1 guide

        - Resolve a 502 error (502.md, 2 steps) https://docs.test/502
    "#]],
    );
    check(
        "section 502.md:12",
        expect![[r#"
        Step 1: Read the logs

        The app log shows why the app does not start.

            upsun log app

        Run `upsun log app` on your own machine.

        source: Resolve a 502 error, Step 1: Read the logs
                502.md:10-15 (https://docs.test/502#step-1)
    "#]],
    );
    check(
        "section 503.md:12",
        expect![[r#"
        There is no page `503.md`

        Did you mean `502.md`?
    "#]],
    );
    check(
        "section 502.md:99",
        expect![[r#"
        `502.md` has no section at line 99

        It has 2 sections; an answer names page and line as its source.
    "#]],
    );
}

#[test]
fn a_probe_is_run_when_there_is_one_of_that_name() {
    check(
        "probe app-lgo",
        expect![[r#"
            There is no probe `app-lgo`

            Did you mean `app-log`?

            [1] Run `app-log`
            [2] The checks
        "#]],
    );
    check(
        "probe app-log",
        expect![[r#"
            Running `app-log`

            Target:   abcdefghijklm main app
            Asked by: terminal local/1000

                upsun environment:logs app -p abcdefghijklm -e main -A app --no --lines 200

            Run 000000, rule terminal.

            [1] Stop it
        "#]],
    );
    check(
        "probe app-log lines=50",
        expect![[r#"
            Running `app-log lines=50`

            Target:   abcdefghijklm main app
            Asked by: terminal local/1000

                upsun environment:logs app -p abcdefghijklm -e main -A app --no --lines 50

            Run 000000, rule terminal.

            [1] Stop it
        "#]],
    );
    check(
        "target",
        expect![[r#"
            Checks here run on abcdefghijklm main app

            `target NAME` sets another one, where the policy lets you.
        "#]],
    );
    check(
        "target abcdefghijklm main app",
        expect![[r#"
            Checks in this channel now run on abcdefghijklm main app

            Whether each may, the policy says when it is asked for.

            [1] The checks
        "#]],
    );
}

#[test]
fn whatever_is_typed_ends_in_exactly_one_reply() {
    let odd = [
        "",
        " ",
        "\0",
        "`",
        "```",
        "/",
        "step",
        "step -1",
        "step 99999999999999999999",
        "section",
        "section :",
        "ask",
        "\u{202e}",
        "{}",
        "a AND (",
        "\"",
        "$PORT:",
    ];
    for text in odd {
        assert!(!said(text).trim().is_empty(), "{text:?}");
    }
}
