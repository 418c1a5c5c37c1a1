//! Cuts a shell listing into its commands: continued lines, quotations, here-documents and
//! compound commands stay together; comments are told apart.

/// How many lines one command may have: a quotation that is not closed must not swallow a page.
const LONGEST: usize = 100;

/// One command of a listing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The command, without its comment.
    pub text: String,
    /// Its own comment, or the comment lines right above it.
    pub comment: Option<String>,
    /// First and last line within the listing, counted from 0.
    pub lines: (usize, usize),
}

/// Cuts a listing into commands.
pub(crate) fn commands_in(listing: &str) -> Vec<Listed> {
    let lines: Vec<&str> = listing.lines().collect();
    let has_prompts = lines.iter().any(|line| line.trim_start().starts_with("$ "));
    let mut commands = Vec::new();
    let mut above: Vec<&str> = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        let line = lines[i].trim();
        let first = i;
        i += 1;
        if line.is_empty() {
            above.clear();
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            above.push(comment.trim_start_matches('#').trim());
            continue;
        }
        let line = match line.strip_prefix("$ ") {
            Some(command) => command.trim_start(),
            // Beside prompts, what has none is output.
            None if has_prompts => continue,
            None => line,
        };
        let last = last_line(line, &lines, first);
        i = last + 1;
        let (text, own) = if last == first {
            split_comment(line)
        } else {
            (dedented(line, &lines[first + 1..=last]), None)
        };
        let comment = own
            .map(str::to_owned)
            .or_else(|| (!above.is_empty()).then(|| above.join(" ")));
        above.clear();
        if !text.is_empty() {
            commands.push(Listed {
                text,
                comment,
                lines: (first, last),
            });
        }
    }
    commands
}

/// Finds the last line of the command that begins with `line`.
fn last_line(line: &str, lines: &[&str], first: usize) -> usize {
    let mut state = State::default();
    state.read(line);
    let mut last = first;
    while state.goes_on() {
        if last + 1 >= lines.len() || last - first >= LONGEST {
            // It never ends: only its first line can be meant.
            return first;
        }
        last += 1;
        state.read(lines[last]);
    }
    last
}

fn dedented(first: &str, rest: &[&str]) -> String {
    let indent_of = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_text = |line: &&&str| !line.trim().is_empty();
    let indent = rest
        .iter()
        .filter(is_text)
        .map(indent_of)
        .min()
        .unwrap_or(0);
    // The lines of a continued command are indented to show it; that is worth keeping.
    let indent = if first.ends_with('\\') { 0 } else { indent };
    let mut text = first.to_owned();
    for line in rest {
        text.push('\n');
        text.push_str(line.get(indent..).unwrap_or_default().trim_end());
    }
    text
}

/// Splits a line into the command and its comment.
pub(crate) fn split_comment(line: &str) -> (String, Option<&str>) {
    match comment_start(line) {
        Some(at) => {
            let comment = line[at..].trim_start_matches('#').trim();
            (
                line[..at].trim_end().to_owned(),
                (!comment.is_empty()).then_some(comment),
            )
        }
        None => (line.trim_end().to_owned(), None),
    }
}

/// Gives where the comment of a line begins: an unquoted `#` after white space.
pub(crate) fn comment_start(line: &str) -> Option<usize> {
    let mut state = State::default();
    state.read(line)
}

/// What a shell would remember from one line to the next.
#[derive(Default)]
struct State {
    quote: Option<char>,
    is_continued: bool,
    /// How many compound commands are open.
    compound: usize,
    /// Words that end the here-documents to come, and whether tabs before them are ignored.
    documents: Vec<(String, bool)>,
}

impl State {
    fn goes_on(&self) -> bool {
        self.quote.is_some() || self.is_continued || self.compound > 0 || !self.documents.is_empty()
    }

    /// Reads a line; gives where its comment begins.
    fn read(&mut self, line: &str) -> Option<usize> {
        if self.quote.is_none()
            && !self.is_continued
            && let Some((end, strips)) = self.documents.first()
        {
            let said = if *strips {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if said.trim() == end {
                self.documents.remove(0);
            }
            return None;
        }
        self.is_continued = false;
        let mut comment = None;
        let mut is_escaped = false;
        let mut before = ' ';
        for (i, c) in line.char_indices() {
            match (self.quote, c) {
                _ if is_escaped => is_escaped = false,
                (Some('\''), '\'') => self.quote = None,
                (Some('\''), _) => {}
                (_, '\\') => is_escaped = true,
                (Some('"'), '"') => self.quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => self.quote = Some(c),
                (None, '#') if before.is_whitespace() => {
                    comment = Some(i);
                    break;
                }
                (None, _) => {}
            }
            before = c;
        }
        self.is_continued = is_escaped && comment.is_none();
        let code = &line[..comment.unwrap_or(line.len())];
        if self.quote.is_none() {
            self.read_words(code);
        }
        comment
    }

    /// Follows the words that open and close compound commands, and here-documents.
    fn read_words(&mut self, code: &str) {
        let mut is_command = true;
        for word in code.split_inclusive([' ', '\t', ';', '\n']) {
            let ends_command = word.ends_with(';');
            let word = word.trim_end_matches([' ', '\t', ';', '\n']);
            if word.is_empty() {
                is_command |= ends_command;
                continue;
            }
            if is_command {
                match word {
                    "if" | "for" | "while" | "until" | "case" | "select" | "{" | "(" => {
                        self.compound += 1
                    }
                    "fi" | "done" | "esac" | "}" | ")" => {
                        self.compound = self.compound.saturating_sub(1)
                    }
                    _ => {}
                }
            } else if word == "{" {
                self.compound += 1;
            }
            if let Some(end) = word
                .split_once("<<")
                .map(|(_, end)| end)
                .filter(|end| !end.starts_with('<'))
            {
                let strips = end.starts_with('-');
                let end = end.trim_start_matches('-').trim_matches(['"', '\'', '\\']);
                if !end.is_empty() && end.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                    self.documents.push((end.to_owned(), strips));
                }
            }
            is_command = ends_command
                || matches!(
                    word,
                    "then" | "do" | "else" | "&&" | "||" | "|" | "{" | "(" | "!" | "if" | "while"
                );
        }
    }
}
