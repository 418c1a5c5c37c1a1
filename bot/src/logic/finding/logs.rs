//! Reads logs with the causes that `kb` knows.

use std::collections::BTreeSet;

use kb::cause::{Catalogue, Certainty};

use super::shape::{Evidence, Finding, Next, Weight};

/// Findings of one log at most; what follows is in the output.
const MOST: usize = 5;

/// Reads a log.
pub fn log(text: &str, causes: &Catalogue) -> Vec<Finding> {
    let reading = causes.read(text.as_bytes());
    if text.trim().is_empty() {
        return vec![Finding::new(
            "log-empty",
            Weight::Doubtful,
            "The log is empty: what should write to it has not run, or writes elsewhere.",
        )];
    }
    // One line is evidence once: for the strongest that it shows, which stands first.
    let mut lines = BTreeSet::new();
    let strongest = reading
        .findings
        .iter()
        .filter(|read| lines.insert(read.line));
    let mut found: Vec<Finding> = strongest.take(MOST).map(finding).collect();
    if found.is_empty() {
        found.extend(reading.unexplained.first().map(|line| {
            Finding::new(
                "log-unexplained",
                Weight::Doubtful,
                format!(
                    "{} of {} lines report an error that no rule knows.",
                    reading.error_lines, reading.lines
                ),
            )
            .shown_by(Some(Evidence {
                line: line.line,
                text: line.text.clone(),
            }))
        }));
    }
    if found.is_empty() {
        let lines = match reading.lines {
            1 => "Its one line reports".to_owned(),
            n => format!("None of its {n} lines reports"),
        };
        let says = if reading.lines == 1 {
            format!("{lines} no error.")
        } else {
            format!("{lines} an error.")
        };
        found.push(Finding::new("log-calm", Weight::Sound, says));
    }
    found
}

fn finding(read: &kb::cause::Finding) -> Finding {
    let weight = match read.strength {
        Certainty::Decisive | Certainty::Supporting => Weight::Broken,
        Certainty::Symptom | Certainty::LooksLike => Weight::Doubtful,
    };
    let lead = match read.strength {
        Certainty::Decisive => "",
        Certainty::Supporting => "Probably: ",
        Certainty::Symptom => "A symptom: ",
        Certainty::LooksLike => "It looks like: ",
    };
    let mut found = Finding::new(
        &read.cause,
        weight,
        format!("{lead}{}. {}", read.title, read.fix),
    )
    .cause(&read.cause)
    .shown_by(Some(Evidence {
        line: read.line,
        text: read.evidence.clone(),
    }));
    found.next = Some(
        if read.strength == Certainty::Decisive || read.next_probe.is_empty() {
            Next::Step(read.step)
        } else {
            Next::Probe {
                id: read.next_probe.clone(),
                values: Vec::new(),
            }
        },
    );
    found
}
