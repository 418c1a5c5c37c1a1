//! Redacting any bytes: no panic, nothing more on a second pass, nothing left to clean, the count
//! right, and no part of a value that the bot holds.

#![no_main]

use std::sync::LazyLock;

use bot::logic::redact::{Cut, Redactor, clean, decode};
use libfuzzer_sys::fuzz_target;

const OWN: &str = "xoxb-own/Value+1";

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new(&[OWN].into_iter().collect()));

fuzz_target!(|bytes: &[u8]| {
    let text = decode(bytes);
    let redacted = REDACTOR.redact(&text);
    assert_eq!(
        clean(&redacted.text),
        redacted.text,
        "something was left to clean"
    );
    assert_eq!(
        markers(&redacted.text),
        markers(&clean(&text)) + redacted.count(),
        "a wrong count"
    );
    let again = REDACTOR.redact(&redacted.text);
    assert_eq!(again.text, redacted.text, "a second pass changed the text");

    let with_own = REDACTOR.redact(&format!("{text} {OWN} {text}"));
    assert!(!with_own.text.contains(OWN), "an own value stayed");
    let _ = REDACTOR.redact_cut(
        &text,
        Cut {
            start: true,
            end: true,
        },
    );
});

fn markers(text: &str) -> usize {
    text.match_indices("[redacted:")
        .filter(|(at, start)| {
            let rest = &text[at + start.len()..];
            let name = rest
                .bytes()
                .take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
                .count();
            name > 0 && rest[name..].starts_with(']')
        })
        .count()
}
