//! One look over a text with two automata, and the finder that each hit calls.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::address::{self, Written};
use super::command::{self, Commands};
use super::name::Names;
use super::scan::{is_base64, skip};
use super::span::Span;
use super::vendors::FORMS;
use super::words::{ANCHORS, VENDORS};
use super::{blob, block, header, pair, shape, statement, token};

/// What a hit of the first look means, whatever its case.
#[derive(Clone, Copy, Debug)]
enum Hint {
    Name,
    Address(Written),
    Bearer,
    Basic,
    PrivateKey,
    PrivateLines,
    Clause,
    Call(usize),
    Program(usize),
    Link,
    Driver,
    PgPass,
}

/// What a hit of the exact look means.
#[derive(Clone, Copy, Debug)]
enum Mark {
    Form(usize),
    Clue(usize),
    HeadlessKey,
}

struct Looks {
    hints: AhoCorasick,
    hint_of: Vec<Hint>,
    marks: AhoCorasick,
    mark_of: Vec<Mark>,
}

/// How private keys begin in base64 when their first line is missing: OpenSSH's magic, PKCS #1,
/// PKCS #8 of the usual sizes, SEC 1.
#[rustfmt::skip]
const HEADLESS: &[&str] = &[
    "b3BlbnNzaC1rZXktdjE", "MIICXAIBAAKBgQ", "MIICXQIBAAKBgQ", "MIIEpAIBAAKCAQEA",
    "MIIEowIBAAKCAQEA", "MIIEogIBAAKCAQEA", "MIIEpQIBAAKCAQEA", "MIIJKQIBAAKCAgEA",
    "MIIJKAIBAAKCAgEA", "MIIJJwIBAAKCAgEA", "MIIEvQIBADANBgkqhkiG9w0B", "MIIEvAIBADANBgkqhkiG9w0B",
    "MIIEvgIBADANBgkqhkiG9w0B", "MIIJQgIBADANBgkqhkiG9w0B", "MIIJQwIBADANBgkqhkiG9w0B",
    "MIGHAgEAMBMGByqGSM49", "MHcCAQEEI", "MC4CAQAwBQYDK2VwBCIEI",
];

static LOOKS: LazyLock<Looks> = LazyLock::new(|| {
    let hints = hints();
    let marks = marks();
    Looks {
        hints: automaton(hints.iter().map(|(text, _)| text.as_str()), true),
        hint_of: hints.iter().map(|(_, hint)| *hint).collect(),
        marks: automaton(marks.iter().map(|(text, _)| *text), false),
        mark_of: marks.iter().map(|(_, mark)| *mark).collect(),
    }
});

fn hints() -> Vec<(String, Hint)> {
    let mut hints: Vec<(String, Hint)> = Vec::new();
    let mut add = |text: &str, hint: Hint| hints.push((text.to_owned(), hint));
    for (text, written) in address::OPENINGS {
        add(text, Hint::Address(*written));
    }
    add("-----begin", Hint::PrivateKey);
    add("private-lines:", Hint::PrivateLines);
    add("bearer", Hint::Bearer);
    add("basic", Hint::Basic);
    statement::CLAUSES
        .iter()
        .for_each(|text| add(text, Hint::Clause));
    statement::CALLS
        .iter()
        .for_each(|(text, argument)| add(text, Hint::Call(*argument)));
    command::programs()
        .enumerate()
        .for_each(|(place, text)| add(text, Hint::Program(place)));
    [
        "reset",
        "verif",
        "confirm",
        "activat",
        "invit",
        "magic",
        "recover",
        "unsubscribe",
        "/login",
        "/token",
        "/auth",
        "/share",
        "/webhook",
    ]
    .iter()
    .for_each(|text| add(text, Hint::Link));
    add("@tcp(", Hint::Driver);
    add("@unix(", Hint::Driver);
    [":5432:", ":5433:", ":6432:", ":*:", ":30000:"]
        .iter()
        .for_each(|text| add(text, Hint::PgPass));
    ANCHORS
        .iter()
        .chain(VENDORS)
        .for_each(|text| add(text, Hint::Name));
    hints
}

fn marks() -> Vec<(&'static str, Mark)> {
    let forms = FORMS
        .iter()
        .enumerate()
        .map(|(place, form)| (form.prefix, Mark::Form(place)));
    let clues = shape::CLUES
        .iter()
        .enumerate()
        .map(|(place, (text, _))| (*text, Mark::Clue(place)));
    let keys = HEADLESS.iter().map(|text| (*text, Mark::HeadlessKey));
    forms.chain(clues).chain(keys).collect()
}

fn automaton<'t>(patterns: impl Iterator<Item = &'t str>, ignores_case: bool) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .ascii_case_insensitive(ignores_case)
        .build(patterns)
        .expect("a few hundred short patterns fit an automaton")
}

/// Finds all that must go. `depth` says how many times the text was taken out of base64.
pub(super) fn all(text: &str, depth: usize, spans: &mut Vec<Span>) {
    marked(text, spans);
    runs(text, depth, spans);
    hinted(text, spans);
}

/// Tells whether a text that was decoded holds a secret.
pub(super) fn holds_secret(text: &str, depth: usize) -> bool {
    let mut spans = Vec::new();
    all(text, depth, &mut spans);
    !spans.is_empty()
}

fn marked(text: &str, spans: &mut Vec<Span>) {
    let looks = &*LOOKS;
    // Prefixes are found where they end: one may begin before the token that was found last.
    let mut hidden = 0..0;
    let mut hidden_at = 0;
    for hit in looks.marks.find_overlapping_iter(text) {
        match looks.mark_of[hit.pattern().as_usize()] {
            Mark::Form(_) if hidden.contains(&hit.start()) => {}
            Mark::Form(place) => {
                let found = token::find(text, hit.start(), &FORMS[place], spans);
                if let Some(end) = found {
                    // The longer prefix names it, though the shorter one ends first.
                    if hit.start() < hidden.start && hidden.end <= end {
                        spans.remove(hidden_at);
                    }
                    hidden = hit.start()..end;
                    hidden_at = spans.len() - 1;
                }
            }
            Mark::Clue(place) => (shape::CLUES[place].1)(text, hit.range(), spans),
            Mark::HeadlessKey => block::headless_key(text, hit.start(), spans),
        }
    }
}

fn hinted(text: &str, spans: &mut Vec<Span>) {
    let looks = &*LOOKS;
    let mut names = Names::default();
    let mut commands = Commands::default();
    let mut next_name = 0;
    let mut keys_to = 0;
    for hit in looks.hints.find_overlapping_iter(text) {
        match looks.hint_of[hit.pattern().as_usize()] {
            Hint::Name if hit.start() < next_name => {}
            Hint::Name => next_name = pair::find(text, hit.start(), &mut names, spans),
            Hint::Address(written) => address::find(text, hit.range(), written, spans),
            Hint::Bearer => header::bearer(text, hit.range(), spans),
            Hint::Basic => header::basic(text, hit.range(), spans),
            Hint::PrivateKey => keys_to = block::private_key(text, hit.start(), keys_to, spans),
            Hint::PrivateLines => block::headless_key(text, hit.end(), spans),
            Hint::Clause => statement::clause(text, hit.range(), spans),
            Hint::Call(argument) => statement::call(text, hit.range(), argument, spans),
            Hint::Program(place) => commands.find(text, hit.range(), place, spans),
            Hint::Link => address::link(text, hit.range(), spans),
            Hint::Driver => address::without_scheme(text, hit.range(), spans),
            Hint::PgPass => statement::pgpass(text, hit.range(), spans),
        }
    }
}

/// The longest token of three parts, in bytes.
const LONGEST_DOTTED: usize = 200;

/// Looks at each run of base64's letters, and at runs with dots for tokens of three parts.
fn runs(text: &str, depth: usize, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_base64(bytes[at]) {
            at += 1;
            continue;
        }
        let end = skip(bytes, at, is_base64);
        if end - at >= blob::SHORTEST {
            let limit = bytes.len().min(end + LONGEST_DOTTED);
            let dots = skip(&bytes[..limit], end, |byte| is_base64(byte) || byte == b'.');
            if dots > end && dots - at < LONGEST_DOTTED {
                shape::run(text, at..dots, spans);
            }
            blob::find(text, at..end, depth, spans);
        }
        at = end;
    }
}
