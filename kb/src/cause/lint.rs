//! What a catalogue as a whole must fulfil: signatures that match what they say and nothing else,
//! names that exist. Whether a file can be read at all is left to `source`.

use super::catalogue::{Catalogue, Cause, Signature};
use super::{clean, literal, matcher};
use crate::diagnostic::{Diagnostic, Severity};

/// What causes may refer to.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Numbers of the steps that the guide has.
    pub steps: &'a [u32],
    /// Ids of the probes that the catalogue of probes has.
    pub probes: &'a [&'a str],
}

impl Catalogue {
    /// Complains about causes that are wrong or that mislead.
    #[must_use]
    pub fn lint(&self, known: &Known<'_>) -> Vec<Diagnostic> {
        let mut complaints = Vec::new();
        for cause in self.causes() {
            self.lint_names(cause, known, &mut complaints);
            for signature in &cause.signatures {
                self.lint_signature(cause, signature, &mut complaints);
            }
        }
        complaints
    }

    fn lint_names(&self, cause: &Cause, known: &Known<'_>, complaints: &mut Vec<Diagnostic>) {
        let mut push = |code, message: String, hint: &str| {
            complaints.push(complaint(cause, cause.line, (code, message, hint)));
        };
        for step in cause
            .steps
            .iter()
            .filter(|step| !known.steps.contains(step))
        {
            push(
                "unknown-step",
                format!("step {step} is not in the guide"),
                "name a step it has",
            );
        }
        if cause.steps.is_empty() {
            push(
                "no-step",
                "the cause belongs to no step".to_owned(),
                "name one in `steps`",
            );
        }
        if !known.probes.contains(&cause.probe.as_str()) {
            let message = format!("there is no probe `{}`", cause.probe);
            push("unknown-probe", message, "`bot502 probe` lists the probes");
        }
        for other in cause
            .confused_with
            .iter()
            .filter(|other| self.get(&other.id).is_none())
        {
            let message = format!("there is no cause `{}` to be confused with", other.id);
            push("unknown-cause", message, "`bot502 causes` lists the causes");
        }
        if cause.signatures.is_empty() && cause.asked_as.is_empty() {
            let message = "nothing leads to this cause".to_owned();
            push(
                "unreachable-cause",
                message,
                "add a signature or an `asked_as`",
            );
        }
    }

    fn lint_signature(
        &self,
        cause: &Cause,
        signature: &Signature,
        complaints: &mut Vec<Diagnostic>,
    ) {
        let mut push = |code, message: String, hint: &str| {
            complaints.push(complaint(cause, signature.line, (code, message, hint)));
        };
        for pattern in [
            Some(&signature.pattern),
            signature.unless.as_ref(),
            signature.with.as_ref(),
        ]
        .into_iter()
        .flatten()
        {
            if let Err(error) = matcher::compile(pattern) {
                let message = format!("`{pattern}` is no pattern: {error}");
                return push(
                    "bad-pattern",
                    message,
                    "the syntax is that of the `regex` crate",
                );
            }
        }
        match literal::required(&signature.pattern) {
            None => {
                let message = "the pattern needs no fixed text of three characters".to_owned();
                push(
                    "slow-pattern",
                    message,
                    "give every alternative a word that it must hold",
                );
            }
            Some(keys) if !literal::is_telling(&keys) => {
                let message = format!("the pattern is tried on ordinary lines: {keys:?}");
                push(
                    "slow-pattern",
                    message,
                    "give every alternative a word of its own",
                );
            }
            Some(_) => {}
        }
        if signature.example.is_empty() {
            push(
                "no-example",
                "the signature has no example".to_owned(),
                "add a line it matches",
            );
            return;
        }
        if !self.matched_by(&signature.example, cause, signature, false) {
            let message = "the signature does not match its example".to_owned();
            push(
                "dead-signature",
                message,
                "patterns are matched against the cleaned line",
            );
        }
        if signature.with.is_some() {
            let example = signature.with_example.as_deref().unwrap_or_default();
            if !self.matched_by(example, cause, signature, true) {
                let message = "`with` does not match `with_example`".to_owned();
                push("dead-signature", message, "give a line that it matches");
            }
        }
        for (other, theirs) in self.others_that_match(cause, signature) {
            let message = format!("the example is also matched by `{other}`: `{theirs}`");
            push(
                "ambiguous-signature",
                message,
                "narrow one of the two, or add an `unless`",
            );
        }
    }

    /// Whether a signature (or its `with`) matches a line, cleaned as the reader cleans it.
    fn matched_by(&self, line: &str, cause: &Cause, signature: &Signature, with: bool) -> bool {
        let mut is_matched = false;
        self.each_match(line, |found, known| {
            is_matched |= found.is_with == with
                && known.id == cause.id
                && known.signatures[found.signature].line == signature.line;
        });
        is_matched
    }

    /// Signatures of the same strength, of causes that neither admits to be confused with, that
    /// match the example of this one.
    fn others_that_match(&self, cause: &Cause, signature: &Signature) -> Vec<(String, String)> {
        let mut others = Vec::new();
        self.each_match(&signature.example, |found, other| {
            let theirs = &other.signatures[found.signature];
            let expected = other.id == cause.id
                || found.is_with
                || theirs.with.is_some()
                || theirs.strength < signature.strength
                || other.consequence
                || admits(cause, other)
                || admits(other, cause);
            if !expected {
                others.push((other.id.clone(), theirs.pattern.clone()));
            }
        });
        others
    }

    fn each_match(&self, text: &str, mut each: impl FnMut(matcher::Match, &Cause)) {
        for line in text.lines() {
            let line = clean::decode(line.as_bytes());
            clean::clean(&line, |line| {
                for found in self.matcher().match_line(line.text.as_bytes()) {
                    each(found, &self.causes()[found.cause]);
                }
            });
        }
    }
}

fn admits(cause: &Cause, other: &Cause) -> bool {
    cause
        .confused_with
        .iter()
        .any(|confusable| confusable.id == other.id)
}

fn complaint(cause: &Cause, line: u32, what: (&'static str, String, &str)) -> Diagnostic {
    let (code, message, hint) = what;
    let severity = match code {
        "ambiguous-signature" | "slow-pattern" => Severity::Warning,
        _ => Severity::Error,
    };
    Diagnostic {
        severity,
        code,
        path: cause.path.clone(),
        line,
        column: 0,
        quote: String::new(),
        message: format!("{}: {message}", cause.id),
        hint: Some(hint.to_owned()),
    }
}
