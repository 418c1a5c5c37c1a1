//! Puts what was seen in order: which cause is the root, which lines are its echo, and whether the
//! text is healthy after all.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::catalogue::{Catalogue, Cause, Strength};
use super::clue;
use super::finding::{Alternative, Certainty, Evidence, Finding, Reading};
use super::rule::{self, Ruled};
use super::tally::{Seen, Tally};

/// Findings that are given at most: a person reads the first two.
const MOST_FINDINGS: usize = 5;

/// Everything that was seen of one cause.
struct Case<'a> {
    cause: &'a Cause,
    tier: Tier,
    strength: Strength,
    /// The signature that shows it best, and its lines.
    signature: &'a str,
    seen: &'a Seen,
    count: u64,
}

/// How much a case is worth before its place in the text counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// Only on lines that show another cause better.
    Outdone,
    /// Speaks for something that follows from other causes.
    SpeaksForConsequence,
    /// Speaks for a cause.
    Speaks,
    /// The app did not answer.
    Symptom,
    /// Names something that follows from other causes.
    Consequence,
    /// Names a cause.
    Named,
}

impl Tier {
    fn of(strength: Strength, is_consequence: bool) -> Self {
        match (strength, is_consequence) {
            (Strength::Decisive, false) => Self::Named,
            (Strength::Decisive, true) => Self::Consequence,
            (Strength::Symptom, _) => Self::Symptom,
            (Strength::Supporting, false) => Self::Speaks,
            (Strength::Supporting, true) => Self::SpeaksForConsequence,
        }
    }
}

/// Makes a reading of a tally.
pub(super) fn reading(catalogue: &Catalogue, tally: Tally, lines: u64) -> Reading {
    let mut cases = cases(catalogue, &tally);
    cases.sort_by_key(|case| (Reverse(case.tier), case.seen.place));
    let trouble = cases.iter().any(|case| case.tier >= Tier::Symptom);
    let mut findings: Vec<Finding> = cases.iter().map(finding).collect();
    for ruled in rule::conclude(&tally.facts, &tally.ran, trouble) {
        add_ruled(catalogue, &mut findings, ruled);
    }
    if findings.is_empty() {
        findings.extend(looks_like(catalogue, &tally));
    }
    findings.truncate(MOST_FINDINGS);
    let is_about = tally.manner.is_about();
    let unexplained = tally.unexplained.into_iter();
    Reading {
        findings,
        unexplained: unexplained
            .filter(|(_, is_built)| *is_built || !is_about)
            .map(|(line, _)| line)
            .collect(),
        error_lines: tally.error_lines,
        lines,
    }
}

/// What an error line that no signature knows looks like, if it looks like anything. Words alone
/// are not enough: "could not" stands in manuals too.
fn looks_like(catalogue: &Catalogue, tally: &Tally) -> Option<Finding> {
    let built = tally.unexplained.iter().filter(|(_, is_built)| *is_built);
    let lines: Vec<&Evidence> = built.map(|(line, _)| line).collect();
    if lines.is_empty() {
        return None;
    }
    let found = catalogue.likeness().resemblance(&lines)?;
    Some(Finding {
        line: found.evidence.line,
        evidence: found.evidence.text,
        because: Some(
            "No signature knows this line; its wording is nearest to this cause.".to_owned(),
        ),
        signature: "likeness".to_owned(),
        ..blank(&catalogue.causes()[found.cause])
    })
}

/// Puts what two facts say first, since there is no better evidence; what they only speak for goes
/// behind everything that was read.
fn add_ruled(catalogue: &Catalogue, findings: &mut Vec<Finding>, ruled: Ruled) {
    let Some(cause) = catalogue.get(ruled.cause) else {
        return;
    };
    let known = findings
        .iter()
        .position(|finding| finding.cause == ruled.cause);
    let count = known.map_or(1, |at| findings[at].count);
    let is_sure = ruled.certainty == Certainty::Decisive;
    match known {
        Some(at) if is_sure => {
            findings.remove(at);
        }
        Some(_) => return,
        None => {}
    }
    let finding = Finding {
        strength: ruled.certainty,
        line: ruled.evidence.line,
        evidence: ruled.evidence.text,
        beside: ruled.beside,
        because: Some(ruled.because),
        count,
        signature: format!("rule:{}", ruled.cause),
        ..blank(cause)
    };
    let at = findings
        .iter()
        .position(|other| is_sure && other.signature.strip_prefix("rule:").is_none())
        .unwrap_or(findings.len());
    findings.insert(at, finding);
}

fn cases<'a>(catalogue: &'a Catalogue, tally: &'a Tally) -> Vec<Case<'a>> {
    let mut by_cause: BTreeMap<usize, Case<'a>> = BTreeMap::new();
    for (&(cause_index, signature_index), seen) in &tally.seen {
        let cause = &catalogue.causes()[cause_index];
        let signature = &cause.signatures[signature_index];
        let lacks_other =
            signature.with.is_some() && !tally.with.contains(&(cause_index, signature_index));
        let is_spoken_of = tally.manner.is_about() && !seen.is_built;
        if lacks_other || is_spoken_of || is_over(seen, signature.strength, tally) {
            continue;
        }
        let yields = seen
            .yields_to
            .is_some_and(|other| tally.with.contains(&other));
        let tier = match seen.is_special && !yields {
            true => Tier::of(signature.strength, cause.consequence),
            false => Tier::Outdone,
        };
        let count = seen.count;
        let strength = signature.strength;
        let case = Case {
            cause,
            tier,
            strength,
            signature: &signature.pattern,
            seen,
            count,
        };
        by_cause
            .entry(cause_index)
            .and_modify(|best| best.join(&case))
            .or_insert(case);
    }
    by_cause.into_values().collect()
}

impl<'a> Case<'a> {
    /// Takes in what another signature of the same cause saw: the better evidence stays.
    fn join(&mut self, other: &Self) {
        let count = self.count.max(other.count);
        if (other.tier, Reverse(other.seen.place)) > (self.tier, Reverse(self.seen.place)) {
            *self = Self { ..*other };
        }
        self.count = count;
    }
}

/// Whether what was seen is no trouble: it was tried again and then worked, or what it names was
/// reached later, or it only spoke of trouble at a level that is none.
fn is_over(seen: &Seen, strength: Strength, tally: &Tally) -> bool {
    let recovered = tally.recovered.as_ref();
    let recovered = recovered.filter(|recovery| recovery.line > seen.last_line);
    let is_mended = recovered.is_some_and(|recovery| {
        seen.tolerated || clue::names_the_same(&recovery.text, &seen.first.text)
    });
    is_mended || (seen.benign && strength == Strength::Supporting)
}

fn finding(case: &Case<'_>) -> Finding {
    Finding {
        strength: match case.strength {
            Strength::Decisive => Certainty::Decisive,
            Strength::Supporting => Certainty::Supporting,
            Strength::Symptom => Certainty::Symptom,
        },
        line: case.seen.first.line,
        evidence: case.seen.first.text.clone(),
        count: case.count,
        signature: case.signature.to_owned(),
        ..blank(case.cause)
    }
}

/// A finding of a cause, without its evidence.
fn blank(cause: &Cause) -> Finding {
    Finding {
        cause: cause.id.clone(),
        title: cause.title.clone(),
        strength: Certainty::LooksLike,
        step: cause.step(),
        line: 0,
        evidence: String::new(),
        beside: None,
        because: None,
        count: 1,
        signature: String::new(),
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
