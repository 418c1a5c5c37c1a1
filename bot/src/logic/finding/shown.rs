//! From what a run printed to what may be seen of it: the whole capture redacted.

use super::report::Shown;
use crate::logic::outcome::{Capture, Outcome};
use crate::logic::redact::{Cut, Redactor, decode};

/// Redacts what a run printed.
#[must_use]
pub fn shown(outcome: &Outcome, redactor: &Redactor) -> Shown {
    let (stdout, hidden_out) = stream(&outcome.stdout, redactor);
    let (stderr, hidden_err) = stream(&outcome.stderr, redactor);
    Shown {
        stdout,
        stderr,
        hidden: hidden_out + hidden_err,
    }
}

/// Redacts head and tail apart, each with the broken line at the gap.
fn stream(capture: &Capture, redactor: &Redactor) -> (String, usize) {
    let left_out = capture.left_out_bytes();
    if left_out == 0 {
        let whole = [capture.head.as_slice(), capture.tail.as_slice()].concat();
        let redacted = redactor.redact_bytes(&whole);
        let hidden = redacted.count();
        return (redacted.text, hidden);
    }
    let cut = |start, end| Cut { start, end };
    let head = redactor.redact_cut(&decode(&capture.head), cut(false, true));
    let tail = redactor.redact_cut(&decode(&capture.tail), cut(true, false));
    let hidden = head.count() + tail.count();
    let text = format!(
        "{}\n[... {left_out} bytes left out ...]\n{}",
        head.text.trim_end_matches('\n'),
        tail.text
    );
    (text, hidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::redact::Secrets;

    #[test]
    fn half_a_secret_beside_the_gap_is_not_shown() {
        let capture = Capture {
            head: b"start\nDATABASE_URL=postgresql://main:hunter2-and-".to_vec(),
            tail: b"more-of-it@database.internal/main\nlast\n".to_vec(),
            total_bytes: 500,
        };
        let (text, _) = stream(&capture, &Redactor::new(&Secrets::none()));
        assert!(
            text.starts_with("start\n") && text.ends_with("last\n"),
            "{text}"
        );
        assert!(
            !text.contains("hunter2") && !text.contains("more-of-it"),
            "{text}"
        );
        assert!(text.contains("bytes left out"), "{text}");
    }
}
