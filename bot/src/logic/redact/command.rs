//! Command lines that take a password as a flag or an argument: `mysql -pSECRET`,
//! `curl -u user:SECRET`, `redis-cli -a SECRET`.

use std::ops::Range;

use super::kind::Kind;
use super::quote::Quote;
use super::scan::{LOOK_BACK, begins_word, is_name, line_end_within, skip, slice};
use super::span::Span;
use super::value::is_placeholder;

const PASSWORD: Kind = Kind::new("password");

/// The longest command line that is read, in bytes.
const LONGEST: usize = 4096;

/// How a flag carries its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carries {
    /// Glued to the flag: `-pSECRET`.
    Glued,
    /// The next word.
    Next,
    /// The next word or glued, after a colon: `-u user:SECRET`.
    AfterColon,
    /// The next word, after a percent sign: `-U user%SECRET`.
    AfterPercent,
    /// The last of so many words after it.
    Argument(usize),
}

use Carries::{AfterColon, AfterPercent, Argument, Glued, Next};

/// Programs and the flags that carry a secret.
const PROGRAMS: &[(&str, &[(&str, Carries)])] = &[
    ("mysql", &[("-p", Glued)]),
    ("mysqldump", &[("-p", Glued)]),
    ("mysqladmin", &[("-p", Glued)]),
    ("mysqlimport", &[("-p", Glued)]),
    ("mysqlcheck", &[("-p", Glued)]),
    ("mysqlsh", &[("-p", Glued)]),
    ("mariadb", &[("-p", Glued)]),
    ("mariadb-dump", &[("-p", Glued)]),
    ("mariadb-admin", &[("-p", Glued)]),
    ("mycli", &[("-p", Glued), ("-p", Next)]),
    (
        "curl",
        &[
            ("-u", AfterColon),
            ("--user", AfterColon),
            ("-U", AfterColon),
            ("--proxy-user", AfterColon),
        ],
    ),
    ("http", &[("-a", AfterColon), ("--auth", AfterColon)]),
    ("https", &[("-a", AfterColon), ("--auth", AfterColon)]),
    ("wget", &[("--user", AfterColon)]),
    ("redis-cli", &[("-a", Next), ("--pass", Next)]),
    ("valkey-cli", &[("-a", Next), ("--pass", Next)]),
    ("sshpass", &[("-p", Next), ("-p", Glued)]),
    ("mongo", &[("-p", Next), ("-p", Glued)]),
    ("mongosh", &[("-p", Next), ("-p", Glued)]),
    ("mongodump", &[("-p", Next), ("-p", Glued)]),
    ("mongorestore", &[("-p", Next), ("-p", Glued)]),
    ("docker", &[("-p", Next)]),
    ("podman", &[("-p", Next)]),
    ("helm", &[("-p", Next)]),
    ("oc", &[("-p", Next)]),
    (
        "htpasswd",
        &[
            ("-b", Argument(3)),
            ("-cb", Argument(3)),
            ("-bc", Argument(3)),
            ("-nb", Argument(2)),
            ("-bn", Argument(2)),
        ],
    ),
    ("ldapsearch", &[("-w", Next), ("-w", Glued)]),
    ("ldapwhoami", &[("-w", Next), ("-w", Glued)]),
    ("ldapmodify", &[("-w", Next), ("-w", Glued)]),
    ("smbclient", &[("-U", AfterPercent)]),
    ("sqlcmd", &[("-P", Next), ("-P", Glued)]),
    ("bcp", &[("-P", Next), ("-P", Glued)]),
    ("cqlsh", &[("-p", Next)]),
    ("influx", &[("-p", Next), ("-t", Next)]),
    ("zip", &[("-P", Next)]),
    ("unzip", &[("-P", Next)]),
    ("7z", &[("-p", Glued)]),
    ("lftp", &[("-u", AfterColon)]),
    (
        "rabbitmqctl",
        &[
            ("add_user", Argument(2)),
            ("change_password", Argument(2)),
            ("authenticate_user", Argument(2)),
        ],
    ),
    ("openssl", &[("-k", Next), ("-K", Next)]),
    ("az", &[("-p", Next)]),
    ("ipmitool", &[("-P", Next)]),
    ("snmpwalk", &[("-c", Next), ("-A", Next), ("-X", Next)]),
    ("vncviewer", &[("-passwd", Next)]),
    ("upsun", &[("auth:api-token-login", Argument(1))]),
];

/// The names of the programs, for the first look.
pub(super) fn programs() -> impl Iterator<Item = &'static str> {
    PROGRAMS.iter().map(|(program, _)| *program)
}

/// The command lines of a text: how far each program's last one was read, so that a line of nothing
/// but programs' names is not read again and again.
#[derive(Debug)]
pub(super) struct Commands {
    read_to: [usize; PROGRAMS.len()],
}

impl Default for Commands {
    fn default() -> Self {
        Self {
            read_to: [0; PROGRAMS.len()],
        }
    }
}

impl Commands {
    /// Looks along the command line of the program found at a range. `place` is its number among
    /// `programs`.
    pub fn find(&mut self, text: &str, word: Range<usize>, place: usize, spans: &mut Vec<Span>) {
        let read_to = self.read_to.get(place).copied().unwrap_or_default();
        if word.start >= read_to
            && let Some(end) = find(text, word, place, spans)
        {
            self.read_to[place] = end;
        }
    }
}

/// Looks along one command line; gives how far it was read.
fn find(text: &str, word: Range<usize>, place: usize, spans: &mut Vec<Span>) -> Option<usize> {
    let bytes = text.as_bytes();
    let (program, flags) = PROGRAMS.get(place)?;
    let continues = bytes
        .get(word.end)
        .is_some_and(|byte| is_name(*byte) || *byte == b'.');
    if !begins_word(bytes, word.start) || continues {
        return None;
    }
    if matches!(*program, "docker" | "podman" | "helm" | "oc" | "az") && !logs_in(bytes, word.end) {
        return None;
    }
    let words = words(bytes, word.end);
    for (place, word) in words.iter().enumerate() {
        for (flag, carries) in *flags {
            if let Some(range) = secret(text, &words, place, word, (flag, *carries))
                && !range.is_empty()
                && !is_placeholder(slice(text, range.clone()))
            {
                spans.push(Span::new(range, PASSWORD));
            }
        }
    }
    words.last().map(|last| last.end)
}

fn logs_in(bytes: &[u8], at: usize) -> bool {
    let end = line_end_within(bytes, at, LOOK_BACK);
    memchr::memmem::find(&bytes[at..end], b"login").is_some()
}

fn secret(
    text: &str,
    words: &[Range<usize>],
    place: usize,
    word: &Range<usize>,
    (flag, carries): (&str, Carries),
) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let written = slice(text, word.clone());
    let is_flag = written == flag;
    let glued = written.strip_prefix(flag).filter(|rest| !rest.is_empty());
    let glued = glued.map(|rest| {
        unquote(
            bytes,
            word.end - rest.trim_start_matches('=').len()..word.end,
        )
    });
    let next = words
        .get(place + 1)
        .map(|next| unquote(bytes, next.clone()));
    match carries {
        Glued => glued.filter(|_| !flag.starts_with("--")),
        Next => next.filter(|next| is_flag && bytes[next.start] != b'-'),
        AfterColon | AfterPercent => {
            let mark = if carries == AfterColon { b':' } else { b'%' };
            let argument = if is_flag { next } else { glued }?;
            let found = bytes[argument.clone()]
                .iter()
                .position(|byte| *byte == mark || (mark == b':' && *byte == b','))?;
            let secret = argument.start + found + 1..argument.end;
            // `-u TOKEN:` is a token in place of the name, and no password.
            Some(if secret.is_empty() {
                argument.start..argument.start + found
            } else {
                secret
            })
        }
        Argument(count) => words
            .get(place + count)
            .filter(|_| is_flag)
            .map(|word| unquote(bytes, word.clone())),
    }
}

/// Splits the rest of a command line into words, quotes respected, up to what ends the command.
fn words(bytes: &[u8], from: usize) -> Vec<Range<usize>> {
    let end = line_end_within(bytes, from, LONGEST);
    let mut words = Vec::new();
    let mut at = from;
    while at < end && words.len() < 64 {
        let start = skip(&bytes[..end], at, |byte| {
            byte == b' ' || byte == b'\t' || byte == b',' || byte == b'['
        });
        let mut stop = start;
        while stop < end && !bytes[stop].is_ascii_whitespace() {
            let quoted = Quote::at(bytes, stop).and_then(|quote| {
                let close = quote.close(bytes, stop + quote.len())?;
                Some(close + quote.len())
            });
            stop = quoted.filter(|close| *close <= end).unwrap_or(stop + 1);
        }
        if start >= end || matches!(&bytes[start..stop], b"|" | b"||" | b"&&" | b"&" | b";") {
            break;
        }
        words.push(start..stop);
        at = stop;
    }
    words
}

fn unquote(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let Some(quote) = Quote::at(bytes, range.start) else {
        return range;
    };
    let from = range.start + quote.len();
    match quote.close(bytes, from) {
        Some(close) if close < range.end => from..close,
        _ => from.min(range.end)..range.end,
    }
}
