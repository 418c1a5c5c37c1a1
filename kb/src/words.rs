//! Cuts text into words, so that what engineers type is found whole and in parts: `EADDRINUSE`,
//! `activity:list`, `$PORT`, `web.commands.start`, `/var/log/app.log`, `database.internal`.
//! Which words tell nothing in any text is said here, too; which ones of a question matter most, in `question`.

mod remembered;
mod stop;

pub(crate) use remembered::{Analysis, Separated};
pub(crate) use stop::{STOP_WORDS, is_stop_word};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

/// Longest piece of text kept as one word, in bytes. Longer ones are keys, hashes and encoded
/// data, which nobody searches for and which would swell the dictionary.
const MAX_WORD_BYTES: usize = 64;

/// Longest compound kept whole, in bytes: room for a deep path or a URL.
const MAX_WHOLE_BYTES: usize = 160;

/// Most pieces kept of one compound. A minified script is one "word" of ten thousand parts.
const MAX_PIECES: usize = 40;

/// The analysis of prose: words and their parts, lower-case, without accents, stemmed.
#[must_use]
pub(crate) fn prose() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default())
        .filter(AsciiFoldingFilter)
        .filter(LowerCaser)
        .filter(Stemmer::new(Language::English))
        .build()
}

/// Words as they are written: as [`prose`], but not stemmed.
#[must_use]
pub(crate) fn exact() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default())
        .filter(AsciiFoldingFilter)
        .filter(LowerCaser)
        .build()
}

/// Runs one word through an analysis, and gives its first form: the word as a whole.
pub(crate) fn first_word(analyzer: &mut TextAnalyzer, word: &str) -> String {
    let mut stream = analyzer.token_stream(word);
    if stream.advance() {
        stream.token().text.clone()
    } else {
        String::new()
    }
}

/// One word of a text, as a range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Whether it is a compound (`activity:list`) or a part of one.
    pub shape: Shape,
}

/// What a word is to the run of characters that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A word that is the whole run.
    Plain,
    /// A compound: a path, a key, an option, a name in camel case.
    Whole,
    /// A part of a compound.
    Part,
}

/// Gives the words of a text in order: each compound, then its parts.
pub(crate) fn pieces(text: &str, mut each: impl FnMut(Piece)) {
    let mut buffer = Vec::new();
    for (start, end) in runs(text) {
        buffer.clear();
        cut_run(text, start, end, &mut buffer);
        buffer.iter().copied().for_each(&mut each);
    }
}

/// The tokenizer over [`pieces`]. A compound and its first part share a position.
#[derive(Clone, Default)]
struct Words {
    token: Token,
    pieces: Vec<Piece>,
}

struct WordStream<'a> {
    text: &'a str,
    token: &'a mut Token,
    pieces: &'a [Piece],
    next: usize,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        self.pieces.clear();
        let found = &mut self.pieces;
        pieces(text, |piece| found.push(piece));
        WordStream {
            text,
            token: &mut self.token,
            pieces: &self.pieces,
            next: 0,
        }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(piece) = self.pieces.get(self.next) else {
            return false;
        };
        let follows_whole = self.next > 0 && self.pieces[self.next - 1].shape == Shape::Whole;
        if !follows_whole {
            self.token.position = self.token.position.wrapping_add(1);
        }
        self.next += 1;
        self.token.offset_from = piece.start;
        self.token.offset_to = piece.end;
        self.token.text.clear();
        self.token.text.push_str(&self.text[piece.start..piece.end]);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Runs of characters between blanks, brackets, quotes and the like.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = skip(text, rest, |separates| separates);
        rest = skip(text, start, |separates| !separates);
        (start < rest).then_some((start, rest))
    })
}

/// Gives where the first character stands, from `at` on, that is not to be skipped. Looks at bytes,
/// not at characters, as long as it can: it goes over all text that is ever read.
fn skip(text: &str, at: usize, is_skipped: impl Fn(bool) -> bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = at;
    while let Some(byte) = bytes.get(at) {
        let (separates, length) = match ASCII_SEPARATES.get(usize::from(*byte)) {
            Some(separates) => (*separates, 1),
            None => {
                let c = text[at..].chars().next().unwrap_or_default();
                (separates(c), c.len_utf8())
            }
        };
        if !is_skipped(separates) {
            break;
        }
        at += length;
    }
    at
}

/// Characters beyond ASCII that are never inside of a word, however odd.
fn separates(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '“' | '”' | '…' | '–' | '—' | '«' | '»')
}

/// The same of the characters that nearly all text is made of, looked up.
static ASCII_SEPARATES: [bool; 128] = {
    let marks = b"()[]{}<>\"`,;|=!?*^\\&+";
    let mut table = [false; 128];
    let mut at = 0;
    while at < 128 {
        let byte = at as u8;
        table[at] = byte.is_ascii_whitespace() || byte.is_ascii_control();
        at += 1;
    }
    at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether the character can stand within a plain word.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
}

/// Cuts one run into a compound, where it is one, and its parts.
fn cut_run(text: &str, start: usize, end: usize, out: &mut Vec<Piece>) {
    let run = &text[start..end];
    let lead = run.find(|c| is_letter(c) || matches!(c, '$' | '/' | '.' | '-' | '_' | '@'));
    let Some(lead) = lead else { return };
    let Some(tail) = run.rfind(|c| is_letter(c) || c == '_') else {
        return;
    };
    let tail = tail + run[tail..].chars().next().map_or(0, char::len_utf8);
    if lead >= tail {
        return;
    }
    let (start, end) = (start + lead, start + tail);
    let whole = &text[start..end];
    let contraction = contraction(whole);
    if let Some(kept) = contraction {
        push(out, start, start + kept, Shape::Plain);
        return;
    }
    let first = out.len();
    let compound = whole.len() <= MAX_WHOLE_BYTES && !whole.chars().all(is_letter);
    if compound {
        push_whole(out, start, end);
        segments(text, start, end, out);
    }
    parts(text, start, end, out);
    out.truncate(first + MAX_PIECES);
}

/// Recognises `isn't` and `app's`, and gives how many bytes of it are the word.
fn contraction(word: &str) -> Option<usize> {
    let (mark, quote) = word.char_indices().find(|(_, c)| matches!(c, '\'' | '’'))?;
    let after = &word[mark + quote.len_utf8()..];
    let plain = word[..mark].chars().all(char::is_alphabetic) && mark > 0;
    match after {
        "s" | "S" if plain => Some(mark),
        "t" | "re" | "ve" | "ll" | "d" | "m" | "T" if plain => Some(word.len()),
        _ => None,
    }
}

/// The segments of a path that are compounds themselves: `app.log` of `/var/log/app.log`.
fn segments(text: &str, start: usize, end: usize, out: &mut Vec<Piece>) {
    if !text[start..end].contains('/') {
        return;
    }
    let mut from = start;
    for segment in text[start..end].split('/') {
        let to = from + segment.len();
        let named = segment.contains(is_letter) && !segment.chars().all(is_letter);
        if named && segment.len() < end - start {
            push_whole(out, from, to);
        }
        from = to + 1;
    }
}

/// The plain words of a run, and the humps of those in camel case.
fn parts(text: &str, start: usize, end: usize, out: &mut Vec<Piece>) {
    let run = &text[start..end];
    let shape = if run.chars().all(is_letter) {
        Shape::Plain
    } else {
        Shape::Part
    };
    let mut from = start;
    for word in run.split(|c: char| !is_letter(c)) {
        let to = from + word.len();
        if !word.is_empty() {
            push_word(text, (from, to), shape, out);
        }
        let separator = text[to..end].chars().next().map_or(0, char::len_utf8);
        from = to + separator;
    }
}

fn push_word(text: &str, (from, to): (usize, usize), shape: Shape, out: &mut Vec<Piece>) {
    let humps = humps(&text[from..to]);
    if humps.is_empty() {
        push(out, from, to, shape);
        return;
    }
    push(out, from, to, Shape::Whole);
    let mut start = from;
    for end in humps.into_iter().map(|hump| from + hump).chain([to]) {
        push(out, start, end, Shape::Part);
        start = end;
    }
}

/// Where the humps of a word in camel case part: `FileNotFound` at 4 and 7, `HTTPServer` at 4.
fn humps(word: &str) -> Vec<usize> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut cuts = Vec::new();
    for window in chars.windows(2) {
        let [(_, before), (at, here)] = [window[0], window[1]];
        if before.is_lowercase() && here.is_uppercase() {
            cuts.push(at);
        }
    }
    for window in chars.windows(3) {
        let [(_, first), (at, second), (_, third)] = [window[0], window[1], window[2]];
        if first.is_uppercase() && second.is_uppercase() && third.is_lowercase() && third != 's' {
            cuts.push(at);
        }
    }
    cuts.sort_unstable();
    cuts
}

fn push(out: &mut Vec<Piece>, start: usize, end: usize, shape: Shape) {
    if end - start <= MAX_WORD_BYTES {
        out.push(Piece { start, end, shape });
    }
}

fn push_whole(out: &mut Vec<Piece>, start: usize, end: usize) {
    out.push(Piece {
        start,
        end,
        shape: Shape::Whole,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        exact()
            .token_stream(text)
            .process(&mut |token| found.push(token.text.clone()));
        assert_eq!(found, expected, "words of {text:?}");
    }

    #[test]
    fn names_that_engineers_type_are_kept_whole_and_in_parts() {
        check("EADDRINUSE", &["eaddrinuse"]);
        check("activity:list", &["activity:list", "activity", "list"]);
        check("echo $PORT", &["echo", "$port", "port"]);
        check(
            "web.commands.start",
            &["web.commands.start", "web", "commands", "start"],
        );
        check(
            "/var/log/app.log",
            &["/var/log/app.log", "app.log", "var", "log", "app", "log"],
        );
        check(
            "database.internal",
            &["database.internal", "database", "internal"],
        );
        check("DATABASE_URL", &["database_url", "database", "url"]);
        check("--no-wait", &["--no-wait", "no", "wait"]);
        check(
            "FileNotFoundError",
            &["filenotfounderror", "file", "not", "found", "error"],
        );
        check("HTTPServer", &["httpserver", "http", "server"]);
    }

    #[test]
    fn marks_around_a_word_are_not_part_of_it() {
        check(
            "connect() failed (111: Connection refused)",
            &["connect", "failed", "111", "connection", "refused"],
        );
        check("'echo $PORT'", &["echo", "$port", "port"]);
        check("PORT=8080;", &["port", "8080"]);
        check(
            "\"http://127.0.0.1:8080/\"",
            &[
                "http://127.0.0.1:8080",
                "http:",
                "127.0.0.1:8080",
                "http",
                "127",
                "0",
                "0",
                "1",
                "8080",
            ],
        );
        check("URLs and logs.", &["urls", "and", "logs"]);
    }

    #[test]
    fn contractions_are_one_word() {
        check("it isn't the app's", &["it", "isn't", "the", "app"]);
        check("isn’t", &["isn't"]);
    }

    #[test]
    fn encoded_data_is_not_a_word() {
        check(&"a1".repeat(100), &[]);
        check(&"x.".repeat(5000), &["x"; MAX_PIECES]);
        check("— … ///  -- $ _", &["_"]);
    }

    #[test]
    fn prose_is_stemmed_and_loses_its_accents() {
        let mut found = Vec::new();
        prose()
            .token_stream("Déployed connections")
            .process(&mut |token| {
                found.push(token.text.clone());
            });
        assert_eq!(found, ["deploy", "connect"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_within_its_bounds(text in ".{0,200}") {
            pieces(&text, |piece| assert!(!text[piece.start..piece.end].is_empty()));
        }
    }
}
