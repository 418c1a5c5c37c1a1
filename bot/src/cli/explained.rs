//! How a reading looks to a person: the cause, the line that shows it, the fix, what to do next.
//! `explain` and `ask` share it.

use std::fmt::Write as _;

use kb::cause::{Certainty, Evidence, Finding, Reading};

use super::output::Output;

/// Columns where nobody told us a width.
const PLAIN_WIDTH: usize = 100;

/// Writes a reading for a person.
pub(super) fn text(reading: &Reading, out: &Output) -> String {
    let mut page = Page {
        text: String::new(),
        width: out.width.unwrap_or(PLAIN_WIDTH),
    };
    match reading.findings.split_first() {
        None => page.nothing(reading),
        Some((best, others)) => {
            page.best(best);
            if best.strength == Certainty::Symptom {
                page.what_would_tell(best);
            }
            page.others(others);
        }
    }
    page.text
}

struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn line(&mut self, indent: usize, text: &str) {
        let spaces = " ".repeat(indent);
        let options = textwrap::Options::new(self.width)
            .initial_indent(&spaces)
            .subsequent_indent(&spaces);
        for line in textwrap::wrap(text, options) {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    fn quote(&mut self, evidence: &Evidence) {
        // Evidence is not wrapped: it must be found again by searching the log for it.
        let _ = writeln!(self.text, "  {:>6} | {}", evidence.line, evidence.text);
    }

    fn best(&mut self, finding: &Finding) {
        self.line(
            0,
            &format!(
                "{} {} ({})",
                lead(finding.strength),
                finding.title,
                finding.cause
            ),
        );
        self.text.push('\n');
        self.quote(&Evidence {
            line: finding.line,
            text: finding.evidence.clone(),
        });
        if let Some(beside) = &finding.beside {
            self.quote(beside);
        }
        if finding.count > 1 {
            self.line(9, &format!("seen {} times", finding.count));
        }
        self.text.push('\n');
        if let Some(because) = &finding.because {
            self.line(0, because);
        }
        self.line(0, &format!("Fix: {}", finding.fix));
        self.line(
            0,
            &format!(
                "Next: step {} of the 502 guide (`bot502 step {}`), probe `{}`.",
                finding.step, finding.step, finding.next_probe
            ),
        );
        for other in &finding.or {
            self.line(0, &format!("Or {}: {}", other.cause, other.tell));
        }
    }

    fn what_would_tell(&mut self, finding: &Finding) {
        self.text.push('\n');
        self.line(
            0,
            &format!(
                "This is a symptom: the reason stands elsewhere. What would tell: the app log of \
                 the same second (`upsun log app`), the value of $PORT, and the listening sockets \
                 (probe `listeners`), read together with line {}.",
                finding.line
            ),
        );
    }

    fn others(&mut self, others: &[Finding]) {
        if others.is_empty() {
            return;
        }
        self.text.push_str("\nAlso in this text:\n");
        for other in others {
            let seen = if other.count > 1 {
                format!(", {} times", other.count)
            } else {
                String::new()
            };
            self.line(2, &format!("{} ({}){seen}", other.title, other.cause));
            self.quote(&Evidence {
                line: other.line,
                text: other.evidence.clone(),
            });
        }
    }

    fn nothing(&mut self, reading: &Reading) {
        let lines = counted(reading.lines, "line");
        if reading.unexplained.is_empty() {
            self.line(
                0,
                &format!("No cause of a 502 in {lines}: nothing in it reports an error."),
            );
            return;
        }
        self.line(
            0,
            &format!(
                "No cause that I know fits. {} of {lines} report an error:",
                counted(reading.error_lines, "line")
            ),
        );
        self.text.push('\n');
        for evidence in &reading.unexplained {
            self.quote(evidence);
        }
        self.text.push('\n');
        self.line(
            0,
            "The first error of a chain says most: try more lines from before it, or the app log of \
             the same second (`upsun log app --lines 200`).",
        );
    }
}

fn lead(strength: Certainty) -> &'static str {
    match strength {
        Certainty::Decisive => "Cause:",
        Certainty::Supporting => "Probably:",
        Certainty::Symptom => "Symptom:",
        Certainty::LooksLike => "Looks like:",
    }
}

fn counted(n: u64, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}
