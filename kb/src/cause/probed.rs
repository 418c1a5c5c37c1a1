//! What the output of one read-only command shows: each is a question whose answer has a meaning.
//! Error messages within the output are left to the signatures.

use regex::bytes::Regex;

use super::capture::Ran;
use super::fact::{self, Fact, Says};
use super::finding::{Certainty, Evidence};
use super::pattern::patterns;
use super::rule::Ruled;

/// Takes facts that only the command makes clear: `echo $PORT` and `47781` under it.
pub(super) fn facts(ran: &[Ran], facts: &mut Vec<Fact>) {
    for ran in ran
        .iter()
        .filter(|ran| prints_variable(ran) == Some("PORT"))
    {
        let Some(value) = ran.value() else { continue };
        let value = value.strip_prefix("PORT=").unwrap_or(value);
        facts.push(Fact {
            says: Says::Port(value.parse().ok()),
            evidence: ran.shown(),
        });
    }
    told_to_listen(ran, facts);
}

/// Takes what the arguments of running processes say of where they listen: `php -S 0.0.0.0:8000`.
fn told_to_listen(ran: &[Ran], facts: &mut Vec<Fact>) {
    for ran in ran.iter().filter(|ran| asks(ran, &["ps", "pgrep"])) {
        for line in &ran.output {
            let place = ARGUMENTS.captures(line.text.as_bytes());
            if let Some(place) = place.and_then(|found| fact::place_of(&found)) {
                facts.push(Fact {
                    says: Says::Listens(place),
                    evidence: line.clone(),
                });
            }
        }
    }
}

/// Whether both were asked: what $PORT holds, and what listens. No error is needed then.
pub(super) fn compares_port(ran: &[Ran]) -> bool {
    let asks_port = |ran: &Ran| prints_variable(ran) == Some("PORT");
    let lists = |ran: &Ran| lists_sockets(ran) && !ran.output.is_empty();
    ran.iter().any(asks_port) && ran.iter().any(lists)
}

/// Whether the command was refused a connection by the app.
pub(super) fn was_refused(ran: &Ran) -> bool {
    ran.output
        .iter()
        .any(|line| REFUSED.is_match(line.text.as_bytes()))
}

/// Whether the command lists listening sockets.
pub(super) fn lists_sockets(ran: &Ran) -> bool {
    LISTS_SOCKETS.is_match(ran.inner.as_bytes())
}

/// Concludes what single commands show.
pub(super) fn conclude(ran: &[Ran]) -> Vec<Ruled> {
    let mut ruled: Vec<Ruled> = port_and_socket(ran).into_iter().collect();
    for ran in ran {
        ruled.extend(QUESTIONS.iter().filter_map(|question| question(ran)));
    }
    ruled
}

/// A question that a command asks, and what its answer means.
type Question = fn(&Ran) -> Option<Ruled>;

const QUESTIONS: &[Question] = &[
    full_disk,
    closed_socket,
    no_database,
    no_such_command,
    no_such_name,
    no_such_variable,
    no_such_process,
    memory_events,
    read_only_mount,
    not_executable,
    answers_500,
    how_it_ended,
];

/// $PORT is empty: because a socket is used instead, or because nothing sets it.
fn port_and_socket(all: &[Ran]) -> Option<Ruled> {
    let port = all
        .iter()
        .find(|ran| prints_variable(ran) == Some("PORT"))?;
    if !port.value()?.trim_start_matches("PORT=").is_empty()
        || port.exit.is_some_and(|code| code > 1)
    {
        return None;
    }
    let socket = all.iter().find(|ran| {
        prints_variable(ran) == Some("SOCKET")
            && ran
                .output
                .first()
                .is_some_and(|line| line.text.contains('/'))
    });
    Some(match socket {
        Some(socket) => Ruled {
            cause: "socket-family-mismatch",
            beside: Some(socket.shown()),
            ..decisive(
                port,
                port.shown(),
                "$PORT is empty and $SOCKET is set: the router speaks to a unix socket.",
            )
        },
        None => decisive(port, port.shown(), "$PORT is empty.").named("port-env-missing"),
    })
}

fn full_disk(ran: &Ran) -> Option<Ruled> {
    let full = asks(ran, &["df"]).then(|| find(ran, &FULL)).flatten()?;
    Some(decisive(ran, full, "A file system is full.").named("disk-full"))
}

/// `srwx------ root`: nobody but the owner may connect.
fn closed_socket(ran: &Ran) -> Option<Ruled> {
    let socket = asks(ran, &["ls", "stat"])
        .then(|| find(ran, &CLOSED_SOCKET))
        .flatten()?;
    Some(
        decisive(ran, socket, "Only its owner may connect to the socket.")
            .named("socket-permission"),
    )
}

fn no_database(ran: &Ran) -> Option<Ruled> {
    if !ran.inner.contains("PLATFORM_RELATIONSHIPS") {
        return None;
    }
    let text: String = ran.output.iter().map(|line| line.text.as_str()).collect();
    let readable = text.is_empty() || text.starts_with('{') || text.starts_with('[');
    if !readable || DATABASE.is_match(text.as_bytes()) {
        return None;
    }
    let because = "No database is among the relationships of the app.";
    Some(Ruled {
        certainty: Certainty::Supporting,
        ..decisive(ran, ran.shown(), because).named("relationship-missing")
    })
}

fn no_such_command(ran: &Ran) -> Option<Ruled> {
    let asked = asks(ran, &["command -v", "which", "type"]);
    let absent = ran.exit.is_some_and(|code| code != 0);
    (asked && absent).then(|| {
        decisive(ran, ran.shown(), "The command is not installed.").named("start-command-not-found")
    })
}

fn no_such_name(ran: &Ran) -> Option<Ruled> {
    let asked = asks(
        ran,
        &["getent hosts", "getent ahosts", "dig", "host", "nslookup"],
    );
    let absent = ran.exit.is_some_and(|code| code != 0) || find(ran, &NO_NAME).is_some();
    (asked && absent)
        .then(|| decisive(ran, ran.shown(), "The name does not resolve.").named("service-dns"))
}

fn no_such_variable(ran: &Ran) -> Option<Ruled> {
    let name = prints_variable(ran)?;
    let own_rule = matches!(name, "PORT" | "SOCKET" | "?" | "PLATFORM_RELATIONSHIPS");
    let is_empty = ran
        .value()
        .is_some_and(|value| value.is_empty() || value == format!("{name}="));
    (!own_rule && is_empty).then(|| {
        let because = format!("${name} is empty.");
        Ruled {
            because,
            ..decisive(ran, ran.shown(), "").named("missing-env-var")
        }
    })
}

/// `pgrep` finds nothing: the app does not run. Why, its log says.
fn no_such_process(ran: &Ran) -> Option<Ruled> {
    let absent = ran.exit == Some(1) && ran.output.is_empty();
    (asks(ran, &["pgrep", "pidof"]) && absent).then(|| Ruled {
        certainty: Certainty::Supporting,
        ..decisive(ran, ran.shown(), "No such process runs.").named("exits-immediately")
    })
}

fn memory_events(ran: &Ran) -> Option<Ruled> {
    let killed = ran
        .inner
        .contains("memory.events")
        .then(|| find(ran, &OOM_KILLS))
        .flatten()?;
    Some(decisive(ran, killed, "The container was killed for memory before.").named("oom-killed"))
}

fn read_only_mount(ran: &Ran) -> Option<Ruled> {
    let asked = asks(ran, &["mount", "findmnt", "cat /proc/mounts"]) && ran.inner.contains("grep");
    let line = asked.then(|| find(ran, &READ_ONLY)).flatten()?;
    Some(Ruled {
        certainty: Certainty::Supporting,
        ..decisive(ran, line, "The path is mounted read-only.").named("read-only-fs")
    })
}

/// `-rw-r--r-- start.sh`, or a carriage return at the end of its first line.
fn not_executable(ran: &Ran) -> Option<Ruled> {
    let line = if asks(ran, &["ls"]) {
        find(ran, &NO_EXECUTE)?
    } else if asks(ran, &["head", "od", "file", "cat"]) {
        find(ran, &CARRIAGE_RETURN)?
    } else {
        return None;
    };
    Some(
        decisive(ran, line, "The script cannot be executed as it is.")
            .named("start-not-executable"),
    )
}

fn answers_500(ran: &Ran) -> Option<Ruled> {
    let line = asks(ran, &["curl", "wget", "http"])
        .then(|| find(ran, &STATUS_500))
        .flatten()?;
    Some(decisive(ran, line, "The app answers, with an error of its own.").named("app-http-500"))
}

/// What the exit code of a start command says by itself.
fn how_it_ended(ran: &Ran) -> Option<Ruled> {
    let (cause, because) = match ran.exit? {
        0 if STARTS_SERVER.is_match(ran.inner.as_bytes()) => (
            "exits-immediately",
            "The start command ended, with success: nothing keeps running.",
        ),
        126 => (
            "start-not-executable",
            "Exit code 126: the command cannot be executed.",
        ),
        127 => (
            "start-command-not-found",
            "Exit code 127: the command does not exist.",
        ),
        134 | 139 => (
            "segfault",
            "The exit code says that it crashed in native code.",
        ),
        137 => (
            "oom-killed",
            "Exit code 137: it was killed by SIGKILL, most often for memory.",
        ),
        _ => return None,
    };
    Some(Ruled {
        certainty: Certainty::Supporting,
        ..decisive(ran, ran.shown(), because).named(cause)
    })
}

/// The variable that a command prints and nothing else: `echo $PORT`, `printenv PORT`.
fn prints_variable(ran: &Ran) -> Option<&str> {
    let found = PRINTS.captures(ran.inner.as_bytes())?;
    let name = found
        .get(1)
        .or_else(|| found.get(2))
        .or_else(|| found.get(3))?;
    std::str::from_utf8(name.as_bytes()).ok()
}

/// Whether a command of a line or of a pipe is one of these.
fn asks(ran: &Ran, commands: &[&str]) -> bool {
    ran.inner.split(['|', ';', '&']).any(|part| {
        let part = part.trim_start();
        commands.iter().any(|command| {
            part.strip_prefix(command)
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
    })
}

fn find(ran: &Ran, pattern: &Regex) -> Option<Evidence> {
    ran.output
        .iter()
        .find(|line| pattern.is_match(line.text.as_bytes()))
        .cloned()
}

/// A conclusion from one command; the caller names the cause.
fn decisive(ran: &Ran, evidence: Evidence, because: &str) -> Ruled {
    Ruled {
        cause: "",
        certainty: Certainty::Decisive,
        beside: (evidence != ran.command).then(|| ran.command.clone()),
        evidence,
        because: because.to_owned(),
    }
}

impl Ruled {
    fn named(self, cause: &'static str) -> Self {
        Self { cause, ..self }
    }
}

patterns! {
    REFUSED = r"(?i)connection refused|couldn't connect to server|^curl: \(7\)";
    ARGUMENTS = r"(?x)\s(?:-S|-b|--bind|--listen|--addr|--address|-l)[\ =](?:tcp://|https?://)?(?P<host>\[[0-9a-fA-F:]+\]|[\w.*-]*):(?P<port>\d{2,5})\b
        | \s(?:--port|-p|-Dserver\.port|--server\.port|-m\ http\.server)[\ =](?P<port2>\d{2,5})\b";
    LISTS_SOCKETS = r"(?:^|[|;&]\s*)(?:ss\s+-|netstat\s+-|lsof\s+-i)";
    PRINTS = r#"^(?:echo\s+["'\[{(]*\$\{?(\w+)\}?["'\])}]*|printenv\s+(\w+)|env\s*\|\s*grep\s+["'^]*(\w+)=?["']?)\s*(?:;.*)?$"#;
    FULL = r"\s100%\s+/(?:[a-z]|$)";
    CLOSED_SOCKET = r"^s[rwx-]{3}(?:[r-]-[x-]){2}";
    DATABASE = r"(?i)database|postgres|mysql|mariadb|mongo|sql|5432|3306|27017|oracle";
    NO_NAME = r"(?i)NXDOMAIN|can't find|not found: |no answer";
    OOM_KILLS = r"^oom_kill\s+[1-9]";
    READ_ONLY = r"\sro[,\s]|\(ro[,)]";
    NO_EXECUTE = r"^-rw-[r-][w-]-[r-][w-]-.*\.(?:sh|py|rb|bin|pl)$";
    CARRIAGE_RETURN = r"\\r\s+\\n|\^M\$|CRLF line terminators";
    STATUS_500 = r"^HTTP/[\d.]+ 500\b|^500$";
    STARTS_SERVER = r"^(?:npm (?:run )?start|yarn start|pnpm start|node \S+|python3? \S+\.py|\./start\S*|bundle exec \S+|gunicorn \S+|java -jar \S+|npm run serve)\b";
}
