//! The result of a run as people and programs get it: what was run on what, how it went, what it
//! shows, what to do next, and the whole output.

use kb::cause::Catalogue;
use kb::text::{Block, Span};
use serde::Serialize;

use super::cli::trouble;
use super::read::{Printed, read};
use super::shape::{Evidence, Finding, Next, Weight};
use crate::logic::message::{Message, Part, Tone};
use crate::logic::outcome::{LayerState, Outcome, duration_in_words};
use crate::logic::target::Target;

/// Lines shown before and after the evidence.
const AROUND: usize = 3;

/// Lines shown where there is no evidence to show them around.
const PLAIN_LINES: usize = 12;

/// Characters of an excerpt's line at most.
const LONGEST_LINE: usize = 240;

/// What was run.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The probe's name.
    pub probe: &'a str,
    /// What it is, in a few words.
    pub title: &'a str,
    /// Against what.
    pub target: &'a Target,
    /// The words that ran.
    pub argv: &'a [String],
    /// Whether somebody else had started the very same thing.
    pub shared: bool,
}

/// What was printed, redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How many secrets were hidden in both.
    pub hidden: usize,
}

/// The result of a run. Everything in it is redacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Version of this shape.
    pub version: u32,
    /// The probe's name.
    pub probe: String,
    /// What it is, in a few words.
    pub title: String,
    /// Against what.
    pub target: Target,
    /// The words that ran.
    pub argv: Vec<String>,
    /// How it ended, in words.
    pub ended: String,
    /// Whether the probe could be run and read: not whether what it saw is well.
    pub ok: bool,
    /// Milliseconds that it took.
    pub took_ms: u64,
    /// Whether the run was shared with another asker's.
    pub shared: bool,
    /// What it shows, the worst first.
    pub findings: Vec<Finding>,
    /// A few lines of the output around the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Excerpt>,
    /// What to know about the run itself.
    pub remarks: Vec<String>,
    /// How many secrets were hidden.
    pub hidden: usize,
    /// The whole output, as far as it was kept.
    pub output: String,
}

/// Lines of the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// Number of the first line, counted from 1.
    pub first_line: u64,
    /// The lines.
    pub text: String,
}

impl Report {
    /// Reads a run.
    #[must_use]
    pub fn of(about: &About<'_>, outcome: &Outcome, shown: &Shown, causes: &Catalogue) -> Self {
        let trouble = trouble(&outcome.ending, &shown.stderr, Some(about.target));
        let mut findings = match &trouble {
            Some(trouble) => vec![trouble.finding()],
            None => read(
                Printed {
                    probe: about.probe,
                    ending: &outcome.ending,
                    stdout: &shown.stdout,
                    stderr: &shown.stderr,
                },
                causes,
            ),
        };
        if outcome.ending.is_cut_short() && trouble.is_none() {
            // A line that was printed shows what it shows; what is missing may have been to come.
            findings
                .retain(|finding| finding.weight != Weight::Sound && finding.evidence.is_some());
        }
        // On success it holds labels of the CLI, such as which project was looked at.
        let silent = trouble.is_some() || (outcome.ending.is_success() && !shown.stdout.is_empty());
        let output = output(shown, silent);
        let evidence = findings
            .iter()
            .find_map(|finding| finding.evidence.as_ref());
        Self {
            version: 1,
            probe: about.probe.to_owned(),
            title: about.title.to_owned(),
            target: about.target.clone(),
            argv: about.argv.to_vec(),
            ended: outcome.ending.in_words(),
            ok: trouble.is_none() && outcome.ending.is_success(),
            took_ms: u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX),
            shared: about.shared,
            excerpt: excerpt(&output, evidence),
            remarks: remarks(about, outcome),
            hidden: shown.hidden,
            findings,
            output,
        }
    }

    /// Says it as a message; the whole output is for a file beside it.
    #[must_use]
    pub fn message(&self) -> Message {
        let mut message = Message::new(self.tone(), self.headline());
        message = message.part(Part::Fields(vec![
            (
                "Probe".to_owned(),
                format!("{} ({})", self.probe, self.title).into(),
            ),
            ("Target".to_owned(), self.target.to_string().into()),
            ("Run".to_owned(), self.run_in_words().into()),
        ]));
        for finding in self.findings.iter().skip(1) {
            message = message.sentence(finding.says.clone());
        }
        if let Some(excerpt) = &self.excerpt {
            message = message.part(Part::Evidence {
                text: excerpt.text.clone(),
                line: Some(excerpt.first_line),
            });
        }
        let nexts: Vec<Vec<Block>> = self
            .findings
            .iter()
            .filter_map(|finding| finding.next.as_ref())
            .map(|next| vec![Block::Paragraph(next_in_words(next))])
            .collect();
        if !nexts.is_empty() {
            let lead = Block::Paragraph(vec![Span::Strong(vec![Span::Text("Next".to_owned())])]);
            let list = Block::List {
                first: None,
                items: nexts,
            };
            message = message.part(Part::Text(vec![lead, list]));
        }
        let hidden = match self.hidden {
            0 => None,
            1 => Some("1 secret was hidden.".to_owned()),
            n => Some(format!("{n} secrets were hidden.")),
        };
        for remark in self.remarks.iter().cloned().chain(hidden) {
            message = message.part(Part::Remark(remark));
        }
        message
    }

    /// Says how the run ended, and when, where it took any time at all.
    fn run_in_words(&self) -> String {
        let took = std::time::Duration::from_millis(self.took_ms);
        match self.took_ms {
            0 => format!("it {}", self.ended),
            _ => format!("it {} after {}", self.ended, duration_in_words(took)),
        }
    }

    fn tone(&self) -> Tone {
        match self.findings.first().map(|finding| finding.weight) {
            Some(Weight::Broken) => Tone::Bad,
            Some(Weight::Doubtful) => Tone::Warning,
            Some(Weight::Sound) => Tone::Good,
            None if self.ok => Tone::Plain,
            None => Tone::Warning,
        }
    }

    fn headline(&self) -> String {
        match self.findings.first() {
            Some(finding) => finding.says.clone(),
            None if self.ok => format!("{}: here is what it shows.", self.title),
            None => format!("{}: it {}.", self.title, self.ended),
        }
    }
}

/// Says what to do next.
fn next_in_words(next: &Next) -> Vec<Span> {
    match next {
        Next::Probe { id, values } => {
            let mut words = vec![id.clone()];
            words.extend(values.iter().cloned());
            vec![
                Span::Text("Run the probe ".to_owned()),
                Span::Code(words.join(" ")),
                Span::Text(".".to_owned()),
            ]
        }
        Next::Step(step) => vec![Span::Text(format!("Go on with step {step} of the guide."))],
        Next::Do(sentence) => vec![Span::Text(sentence.clone())],
    }
}

fn remarks(about: &About<'_>, outcome: &Outcome) -> Vec<String> {
    let mut remarks = Vec::new();
    if about.shared {
        remarks.push("Somebody had just asked for the same, so it ran once for both.".to_owned());
    }
    let left_out = outcome.stdout.left_out_bytes() + outcome.stderr.left_out_bytes();
    if left_out > 0 {
        remarks.push(format!(
            "It printed {left_out} bytes more than are kept; the middle was left out."
        ));
    }
    let weak = outcome
        .layers
        .iter()
        .filter(|layer| layer.state != LayerState::Full);
    remarks.extend(weak.map(|layer| {
        format!(
            "It ran without all of the sandbox: {} ({}).",
            layer.name, layer.detail
        )
    }));
    if outcome.swept > 0 {
        remarks.push(match outcome.swept {
            1 => "It left a process behind, which was killed.".to_owned(),
            n => format!("It left {n} processes behind, which were killed."),
        });
    }
    remarks
}

/// Puts the output together: what the CLI said about its own failure is left out, since it names other
/// projects and how to call it, and our own sentence says the rest.
fn output(shown: &Shown, silent: bool) -> String {
    let mut output = shown.stdout.clone();
    if silent {
        return output;
    }
    let stderr: Vec<&str> = shown
        .stderr
        .lines()
        .take_while(|line| !line.trim_start().starts_with("Your projects are"))
        .filter(|line| !line.trim().is_empty() && !is_usage(line))
        .collect();
    if !stderr.is_empty() {
        if !output.is_empty() && !output.ends_with('\n') {
            output.push('\n');
        }
        output.push_str("--- standard error\n");
        output.push_str(&stderr.join("\n"));
        output.push('\n');
    }
    output
}

/// A line that tells how to call the CLI.
fn is_usage(line: &str) -> bool {
    line.starts_with("upsun ") && line.contains("[--")
}

fn excerpt(output: &str, evidence: Option<&Evidence>) -> Option<Excerpt> {
    let lines: Vec<&str> = output.lines().collect();
    if lines.is_empty() {
        return None;
    }
    let at = evidence.and_then(|evidence| usize::try_from(evidence.line).ok()?.checked_sub(1));
    let (first, last) = match at.filter(|at| *at < lines.len()) {
        Some(at) => (
            at.saturating_sub(AROUND),
            (at + AROUND + 1).min(lines.len()),
        ),
        None => (0, lines.len().min(PLAIN_LINES)),
    };
    let shown: Vec<String> = lines[first..last]
        .iter()
        .map(|line| shorten(line))
        .collect();
    Some(Excerpt {
        first_line: first as u64 + 1,
        text: shown.join("\n"),
    })
}

fn shorten(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        None => line.to_owned(),
        Some((at, _)) => format!("{}...", &line[..at]),
    }
}
