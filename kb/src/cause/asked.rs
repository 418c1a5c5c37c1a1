//! Whether what somebody asks is an error or a log rather than a question in words.
//! What it means is left to the reader.

use super::pattern::patterns;
use super::{clean, clue};

/// Whether a text looks like an error or a log. Costs no more than a look at each line: nothing of
/// the catalogue is loaded.
#[must_use]
pub fn looks_like_error(text: &str) -> bool {
    let is_one_line = text.trim().lines().count() == 1;
    if is_one_line && QUESTION.is_match(text.trim().as_bytes()) && !CODE.is_match(text.as_bytes()) {
        return false;
    }
    text.lines().any(|line| {
        if line.starts_with("$ ") {
            return true;
        }
        let mut reports = false;
        clean::clean(&clean::decode(line.as_bytes()), |line| {
            reports |= clue::reports_error(&line) || ROUTER.is_match(line.text.as_bytes());
        });
        reports
    })
}

patterns! {
    /// How people begin and end a question.
    QUESTION = r"(?i)^(?:why|how|what|when|where|which|who|is|are|does|do|did|can|could|should|must|my|our|the|i|we|it|after|help|please|explain|tell)\b|\?$";
    /// What people paste rather than say.
    CODE = r"\bE[A-Z]{4,}\b|\w(?:Error|Exception): |failed \(|\(\d{2,3}: |\bcode=[HRL]\d\d|::\d+|SQLSTATE|exit(?:ed)? (?:code|status)|^\S+: \S+: ";
    /// What routers and platforms say without a word for failing.
    ROUTER = r"(?i)upstream|code=[HRL]\d\d|error [HRL]\d\d|back-?off|\b50[234]\b|OOM|SIG[A-Z]{3,}|exited";
}
