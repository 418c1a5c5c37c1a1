//! Rules on what listens: probes `port` and `listeners`.

use super::lines::{self, numbered, value};
use super::shape::{Evidence, Finding, Weight};

/// Reads what the probe `port` printed.
pub fn port(text: &str) -> Vec<Finding> {
    let Some((port_line, port)) = value(text, "PORT", "=") else {
        return Vec::new();
    };
    let socket = value(text, "SOCKET", "=").filter(|(_, socket)| !socket.is_empty());
    let listening = value(text, "listening", "=");
    let is_heard = listening.as_ref().map(|(_, said)| *said == "yes");
    let shown = listening.map(|(line, _)| line);
    match (port, socket, is_heard) {
        ("", None, _) => vec![
            Finding::new(
                "port-empty",
                Weight::Broken,
                "$PORT is empty and so is $SOCKET: the platform gave the app no place to listen.",
            )
            .cause("port-env-missing")
            .shown_by(Some(port_line))
            .then("Look at `web.upstream.socket_family` in `.upsun/config.yaml`: `tcp` sets $PORT, `unix` sets $SOCKET."),
        ],
        ("", Some((line, socket)), heard) => on_socket(line, socket, heard),
        (port, _, Some(true)) => vec![
            Finding::new(
                "port-heard",
                Weight::Sound,
                format!("Something listens on $PORT, which is {port}."),
            )
            .shown_by(shown),
        ],
        (port, _, Some(false)) => vec![
            Finding::new(
                "port-unheard",
                Weight::Broken,
                format!("Nothing listens on $PORT, which is {port}: the router finds nobody there."),
            )
            .shown_by(shown)
            .then_probe("listeners", &[]),
        ],
        (_, _, None) => Vec::new(),
    }
}

fn on_socket(line: Evidence, socket: &str, heard: Option<bool>) -> Vec<Finding> {
    let note = Finding::new(
        "port-empty",
        Weight::Doubtful,
        "$PORT is empty because the app is configured for a Unix socket: an app that reads $PORT \
         listens nowhere.",
    )
    .cause("socket-family-mismatch")
    .shown_by(Some(line.clone()))
    .then("Listen on $SOCKET, or set `web.upstream.socket_family: tcp`.");
    let heard = match heard {
        Some(true) => Finding::new(
            "socket-heard",
            Weight::Sound,
            format!("The socket {socket} is there."),
        ),
        Some(false) => Finding::new(
            "socket-missing",
            Weight::Broken,
            format!("The socket {socket} is not there: nothing listens."),
        )
        .cause("socket-missing")
        .then_probe("app-log", &[]),
        None => return vec![note],
    };
    // With the socket in use the empty $PORT is as it should be.
    if heard.weight == Weight::Sound {
        return vec![heard.shown_by(Some(line))];
    }
    vec![heard.shown_by(Some(line)), note]
}

/// One line `tcp ADDRESS PORT PID PROGRAM`.
struct Listener<'t> {
    line: Evidence,
    address: &'t str,
    port: u16,
    program: &'t str,
}

/// Programs of the platform itself: that they listen says nothing about the app.
const PLATFORM: [&str; 6] = ["nginx", "sshd", "runit", "systemd", "chronyd", "proxy"];

/// Reads what the probe `listeners` printed.
pub fn listeners(text: &str) -> Vec<Finding> {
    let all: Vec<Listener<'_>> = numbered(text).filter_map(listener).collect();
    let wanted = value(text, "PORT", "=");
    let port: Option<u16> = wanted.as_ref().and_then(|(_, port)| port.parse().ok());
    match (port, wanted) {
        (Some(port), Some((line, _))) => vec![on_port(port, line, &all)],
        _ => socket_listener(text),
    }
}

fn on_port(port: u16, port_line: Evidence, all: &[Listener<'_>]) -> Finding {
    let on_port: Vec<&Listener<'_>> = all.iter().filter(|one| one.port == port).collect();
    if let Some(open) = on_port.iter().find(|one| one.address != "loopback") {
        return Finding::new(
            "port-heard",
            Weight::Sound,
            format!("{} listens on $PORT, which is {port}.", name(open.program)),
        )
        .shown_by(Some(open.line.clone()));
    }
    if let Some(local) = on_port.first() {
        return Finding::new(
            "only-localhost",
            Weight::Broken,
            format!(
                "{} listens on port {port}, but on localhost alone: nobody outside the container can \
                 connect.",
                name(local.program)
            ),
        )
        .cause("bind-localhost")
        .shown_by(Some(local.line.clone()))
        .then("Make the app listen on 0.0.0.0 (or ::) instead of 127.0.0.1 or localhost.");
    }
    let mut others = all.iter().filter(|one| !PLATFORM.contains(&one.program));
    match others.next() {
        Some(other) => Finding::new(
            "other-port",
            Weight::Broken,
            format!(
                "{} listens on port {}, and nothing on $PORT, which is {port}.",
                name(other.program),
                other.port
            ),
        )
        .cause("wrong-port")
        .shown_by(Some(other.line.clone()))
        .then("Make the app listen on the port in $PORT: it is not the same in every container."),
        None => Finding::new(
            "nothing-listens",
            Weight::Broken,
            format!(
                "Nothing of the app listens at all; $PORT is {port}. It did not start, or it ended."
            ),
        )
        .shown_by(Some(port_line))
        .then_probe("app-log", &[]),
    }
}

fn socket_listener(text: &str) -> Vec<Finding> {
    let Some((line, socket)) = value(text, "SOCKET", "=").filter(|(_, path)| !path.is_empty())
    else {
        return Vec::new();
    };
    let unix = lines::find(text, |line| line.strip_prefix("unix ") == Some(socket));
    vec![match unix {
        Some((heard, _)) => Finding::new(
            "socket-heard",
            Weight::Sound,
            format!("Something listens on $SOCKET, which is {socket}."),
        )
        .shown_by(Some(heard)),
        None => Finding::new(
            "socket-missing",
            Weight::Broken,
            format!("Nothing listens on $SOCKET, which is {socket}."),
        )
        .cause("socket-missing")
        .shown_by(Some(line))
        .then_probe("app-log", &[]),
    }]
}

fn listener((number, line): (u64, &str)) -> Option<Listener<'_>> {
    let mut words = line.split(' ');
    let (Some("tcp"), Some(address), Some(port)) = (words.next(), words.next(), words.next())
    else {
        return None;
    };
    Some(Listener {
        line: lines::evidence(number, line),
        address,
        port: port.parse().ok()?,
        program: words.nth(1).unwrap_or("-"),
    })
}

fn name(program: &str) -> String {
    match program {
        "-" | "" => "Something".to_owned(),
        program => format!("`{program}`"),
    }
}
