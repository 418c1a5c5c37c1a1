//! Puts what was seen in order: which cause is the root, which lines are its echo, and whether the
//! text is healthy after all.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::catalogue::{Catalogue, Cause, Strength};
use super::finding::{Alternative, Certainty, Finding, Reading};
use super::tally::{Seen, Tally};

/// Findings that are given at most: a person reads the first two.
const MOST_FINDINGS: usize = 5;

/// Everything that was seen of one cause.
struct Case<'a> {
    cause: &'a Cause,
    strength: Strength,
    /// The signature that shows it best, and its lines.
    signature: &'a str,
    seen: &'a Seen,
    count: u64,
}

/// Makes a reading of a tally.
pub(super) fn reading(catalogue: &Catalogue, tally: Tally, lines: u64) -> Reading {
    let mut cases = cases(catalogue, &tally);
    cases.sort_by_key(|case| (Reverse(tier(case)), case.seen.place));
    let findings = cases.iter().take(MOST_FINDINGS).map(finding).collect();
    Reading {
        findings,
        unexplained: tally.unexplained,
        error_lines: tally.error_lines,
        lines,
    }
}

/// How much a case is worth before its place in the text counts.
fn tier(case: &Case<'_>) -> u8 {
    match (case.strength, case.cause.consequence) {
        (Strength::Decisive, false) => 4,
        (Strength::Decisive, true) => 3,
        (Strength::Symptom, _) => 2,
        (Strength::Supporting, false) => 1,
        (Strength::Supporting, true) => 0,
    }
}

fn cases<'a>(catalogue: &'a Catalogue, tally: &'a Tally) -> Vec<Case<'a>> {
    let mut by_cause: HashMap<usize, Case<'a>> = HashMap::new();
    for (&(cause_index, signature_index), seen) in &tally.seen {
        let cause = &catalogue.causes()[cause_index];
        let signature = &cause.signatures[signature_index];
        let key = (cause_index, signature_index);
        if signature.with.is_some() && !tally.with.contains(&key) {
            continue;
        }
        if is_over(seen, signature.strength, tally) {
            continue;
        }
        let case = Case {
            cause,
            strength: signature.strength,
            signature: &signature.pattern,
            seen,
            count: seen.count,
        };
        by_cause
            .entry(cause_index)
            .and_modify(|best| {
                let count = best.count.max(case.count);
                let is_better = (case.strength, Reverse(case.seen.place))
                    > (best.strength, Reverse(best.seen.place));
                if is_better {
                    *best = Case { count, ..case };
                }
                best.count = count;
            })
            .or_insert(Case {
                count: seen.count,
                ..case
            });
    }
    by_cause.into_values().collect()
}

/// Whether what was seen is no trouble: it was tried again and then worked, or it only spoke of
/// trouble at a level that is none.
fn is_over(seen: &Seen, strength: Strength, tally: &Tally) -> bool {
    let recovered = tally.recovered.is_some_and(|line| line > seen.last_line);
    (seen.tolerated && recovered) || (seen.benign && strength == Strength::Supporting)
}

fn finding(case: &Case<'_>) -> Finding {
    let cause = case.cause;
    Finding {
        cause: cause.id.clone(),
        title: cause.title.clone(),
        strength: match case.strength {
            Strength::Decisive => Certainty::Decisive,
            Strength::Supporting => Certainty::Supporting,
            Strength::Symptom => Certainty::Symptom,
        },
        step: cause.step(),
        line: case.seen.first.line,
        evidence: case.seen.first.text.clone(),
        beside: None,
        because: None,
        count: case.count,
        signature: case.signature.to_owned(),
        fix: cause.fix.clone(),
        next_probe: cause.probe.clone(),
        or: cause
            .confused_with
            .iter()
            .map(|other| Alternative {
                cause: other.id.clone(),
                tell: other.tell.clone(),
            })
            .collect(),
    }
}
