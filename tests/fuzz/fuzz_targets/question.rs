//! Any text is a question: asking it never panics, and what the answer says of itself holds.

#![no_main]

use std::sync::LazyLock;

use indexer::Options;
use kb::answer::{Answer, Reply};
use kb::{Knowledge, Lore};
use libfuzzer_sys::fuzz_target;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| {
    let options = Options::default();
    let page = |(path, text): &(&str, &str)| indexer::read_page(path, text.as_bytes(), &options).0;
    let guides: Vec<_> = kb::shipped::GUIDES.iter().map(page).collect();
    Knowledge::build(&guides, &Lore::shipped(&guides)).expect("guides are indexed in memory")
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    holds(&KNOWLEDGE.ask(&text));
});

/// What is true of every answer.
fn holds(answer: &Answer) {
    assert!((0.0..=1.0).contains(&answer.confidence), "confidence {}", answer.confidence);
    assert!(answer.sections.len() <= 10);
    assert!(answer.sections.is_sorted_by(|one, other| one.score >= other.score));
    assert!(!answer.sections.is_empty() || answer.reply == Reply::OutOfScope);
    assert!(!answer.sections.is_empty() || answer.commands.is_empty());
    for hit in &answer.sections {
        assert!(hit.score.is_finite());
        assert!(hit.section.lines.first >= 1 && hit.section.lines.first <= hit.section.lines.last);
    }
    serde_json::to_string(answer).expect("an answer is JSON");
}
