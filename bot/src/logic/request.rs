//! What was asked: from a typed text to a typed request. Reading it touches nothing; whether the
//! step or guide exists is looked up later.

use serde::{Deserialize, Serialize};

use super::forgive;

/// What a person asks for. A button carries one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// What can be asked; with a topic, more on that one.
    Help {
        /// A word of [`WORDS`], or something mistyped.
        topic: Option<String>,
    },
    /// The answer to a question, or the meaning of an error or a log.
    Ask {
        /// The text, as pasted.
        text: String,
    },
    /// One step of the guide.
    Step {
        /// Its number, counted from 1.
        number: u32,
    },
    /// All steps of the guide.
    Steps,
    /// The guides that there are.
    Guides,
    /// One section of a guide, whole: the one that covers a line of a page.
    Section {
        /// Path of the page within its folder.
        path: String,
        /// A line of the section, counted from 1.
        line: u32,
    },
    /// The probes that there are.
    Probes,
    /// One run of a probe, on the target of the conversation.
    Probe {
        /// Its id, as typed.
        id: String,
        /// Its parameters, each `name=value`, as typed.
        values: Vec<String>,
    },
    /// What probes run on.
    Target {
        /// A name of the policy, or project, environment and app; empty to be told.
        words: Vec<String>,
    },
    /// Something that begins like a request and cannot be one.
    Unclear {
        /// What is wrong with it, and what would be right.
        what: String,
    },
}

impl Request {
    /// Lays the value of a form's field into the request: a parameter of a probe.
    #[must_use]
    pub fn with_field(mut self, name: &str, value: &str) -> Self {
        if let Self::Probe { values, .. } = &mut self {
            values.retain(|given| given.split_once('=').is_none_or(|(given, _)| given != name));
            if !value.is_empty() {
                values.push(format!("{name}={value}"));
            }
        }
        self
    }
}

/// A word that begins a request: the one table from which the parser, the help and the book read.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The word itself.
    pub word: &'static str,
    /// How it is written, with what may follow it.
    pub usage: &'static str,
    /// What it gives, in a few words.
    pub about: &'static str,
    /// What to know beyond that, for `help WORD`.
    pub more: &'static str,
    /// One that works as it stands.
    pub example: &'static str,
    parse: fn(&str) -> Request,
}

/// All words, in the order of the help.
pub const WORDS: &[Word] = &[
    Word {
        word: "ask",
        usage: "ask TEXT",
        about: "answer a question, or say what an error means",
        more: "The word itself can be left out: anything that is no other request is a question. \
               Paste one line of a log or a whole screen.",
        example: "ask connect() failed (111: Connection refused) while connecting to upstream",
        parse: |rest| Request::Ask {
            text: rest.to_owned(),
        },
    },
    Word {
        word: "step",
        usage: "step N",
        about: "show one step of the guide",
        more: "Steps are numbered as in the guide; `steps` lists them.",
        example: "step 2",
        parse: parse_step,
    },
    Word {
        word: "steps",
        usage: "steps",
        about: "list the steps of the guide",
        more: "The steps are in the order in which they usually pay off.",
        example: "steps",
        parse: |_| Request::Steps,
    },
    Word {
        word: "section",
        usage: "section PAGE:LINE",
        about: "show a section of a guide, whole",
        more: "Page and line are what an answer names as its source.",
        example: "section 502-errors.md:40",
        parse: parse_section,
    },
    Word {
        word: "probes",
        usage: "probes",
        about: "list the read-only checks",
        more: "Each is an entry of a closed catalogue; what may run where is the policy's to say.",
        example: "probes",
        parse: |_| Request::Probes,
    },
    Word {
        word: "probe",
        usage: "probe ID [NAME=VALUE]",
        about: "run a check and read what it shows",
        more: "It runs on the target of the conversation; `target` shows and sets that.",
        example: "probe app-log lines=500",
        parse: parse_probe,
    },
    Word {
        word: "target",
        usage: "target [NAME, or PROJECT ENVIRONMENT APP]",
        about: "show or set what checks run on",
        more: "A name is one of the policy's; without anything the target is shown.",
        example: "target abcdefghijklm main app",
        parse: |rest| Request::Target {
            words: rest.split_whitespace().map(str::to_owned).collect(),
        },
    },
    Word {
        word: "guides",
        usage: "guides",
        about: "list what the answers come from",
        more: "Each guide is a page of Markdown; an operator can add folders of them.",
        example: "guides",
        parse: |_| Request::Guides,
    },
    Word {
        word: "help",
        usage: "help [WORD]",
        about: "show what can be asked",
        more: "With one of these words, more on that one.",
        example: "help step",
        parse: |rest| Request::Help {
            topic: (!rest.is_empty()).then(|| rest.to_owned()),
        },
    },
];

/// Reads what a person typed: forgiving of smart quotes, odd spaces, code fences and capitals.
/// What begins with no known word is a question; nothing at all is a call for help.
#[must_use]
pub fn parse(text: &str) -> Request {
    let text = forgive::mend(text);
    let (first, rest) = match text.split_once(char::is_whitespace) {
        Some((first, rest)) => (first, rest.trim()),
        None => (text.as_str(), ""),
    };
    if first.is_empty() || first == "?" {
        return Request::Help { topic: None };
    }
    match find(first) {
        Some(word) if takes(word, rest) => (word.parse)(rest),
        _ => Request::Ask { text },
    }
}

/// Finds the word that a request begins with.
#[must_use]
pub fn find(first: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| {
        word.word
            .eq_ignore_ascii_case(first.trim_start_matches('/'))
    })
}

/// Tells whether what follows makes a request of a word. "help my app is down" and "steps to fix a
/// 502" begin like requests and are questions.
fn takes(word: &Word, rest: &str) -> bool {
    match word.word {
        "ask" => !rest.is_empty(),
        "help" | "step" => rest.split_whitespace().count() <= 1,
        "section" => rest.split_whitespace().count() == 1,
        "target" => matches!(rest.split_whitespace().count(), 0 | 1 | 3),
        // "probe failed with exit code 1" is a question: what follows an id is name=value.
        "probe" => rest
            .split_whitespace()
            .skip(1)
            .all(|value| value.contains('=')),
        _ => rest.is_empty(),
    }
}

fn parse_step(rest: &str) -> Request {
    if rest.is_empty() {
        return Request::Steps;
    }
    match rest.trim_start_matches('#').parse() {
        Ok(number) => Request::Step { number },
        Err(_) => Request::Unclear {
            what: format!("`step` takes a number, and `{rest}` is none; for example `step 2`"),
        },
    }
}

fn parse_probe(rest: &str) -> Request {
    let mut words = rest.split_whitespace().map(str::to_owned);
    match words.next() {
        Some(id) => Request::Probe {
            id,
            values: words.collect(),
        },
        None => Request::Probes,
    }
}

fn parse_section(rest: &str) -> Request {
    // The source of an answer names a range, `page.md:40-52`; its first line will do.
    let place = rest.rsplit_once(':').and_then(|(path, lines)| {
        let line = lines.split('-').next()?.parse().ok()?;
        (!path.is_empty()).then(|| (path.to_owned(), line))
    });
    match place {
        Some((path, line)) => Request::Section { path, line },
        None => Request::Unclear {
            what: format!(
                "`section` takes a page and a line, and `{rest}` is not that; for example `section 502-errors.md:40`"
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&format!("{:?}", parse(text)));
    }

    #[test]
    fn nothing_is_a_call_for_help() {
        check("  ", expect![[r#"Help { topic: None }"#]]);
        check("?", expect![[r#"Help { topic: None }"#]]);
        check("/help", expect![[r#"Help { topic: None }"#]]);
        check("HELP step", expect![[r#"Help { topic: Some("step") }"#]]);
    }

    #[test]
    fn a_known_word_with_what_it_takes_is_a_request() {
        check("step 2", expect![[r#"Step { number: 2 }"#]]);
        check("step\u{a0}#3", expect![[r#"Step { number: 3 }"#]]);
        check("step", expect![[r#"Steps"#]]);
        check("Steps", expect![[r#"Steps"#]]);
        check("guides", expect![[r#"Guides"#]]);
        check(
            "step two",
            expect![[
                r#"Unclear { what: "`step` takes a number, and `two` is none; for example `step 2`" }"#
            ]],
        );
    }

    #[test]
    fn anything_else_is_a_question() {
        check(
            "help my app is down",
            expect![[r#"Ask { text: "help my app is down" }"#]],
        );
        check(
            "steps to fix a 502",
            expect![[r#"Ask { text: "steps to fix a 502" }"#]],
        );
        check(
            "“why is $PORT empty?”",
            expect![[r#"Ask { text: "\"why is $PORT empty?\"" }"#]],
        );
        check(
            "```\nEADDRINUSE :::3000\n```",
            expect![[r#"Ask { text: "EADDRINUSE :::3000" }"#]],
        );
    }

    #[test]
    fn every_example_is_the_request_that_it_stands_for() {
        for word in WORDS {
            let parsed = parse(word.example);
            assert!(
                !matches!(parsed, Request::Unclear { .. }),
                "{}: {parsed:?}",
                word.example
            );
            assert!(word.example.starts_with(word.word), "{}", word.example);
        }
    }
}
