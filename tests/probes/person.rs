//! At a real terminal: a line that tells how far a run is, and Ctrl-C, which ends it and all of it.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use super::rules::Place;

/// Says one line, tells that it runs, and hangs on, deaf to all but what cannot be ignored.
const DEAF: &str = "#!/bin/sh\ntrap '' TERM INT HUP\necho one line\n: > \"$HOME/was-started\"\nsleep 60 & wait\nsleep 60\n";

#[test]
fn control_c_cancels_a_run_and_the_result_says_so() {
    let place = Place::new();
    let cli = place.path("upsun");
    fs::write(&cli, DEAF).expect("a script");
    fs::set_permissions(&cli, fs::Permissions::from_mode(0o755)).expect("a mode");
    // `script` gives a program a terminal of its own and passes on what it reads; the shell within it
    // hears Ctrl-C as well and must live to say how the program ended.
    let words = format!(
        "trap : INT; {} probe run app-log -p abcdefghijklm -e main -A app; echo exit code $?",
        env!("CARGO_BIN_EXE_bot502")
    );
    let mut child = Command::new("script")
        .args(["--quiet", "--command", &words, "/dev/null"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TERM", "xterm")
        .env("HOME", "/nonexistent")
        .env("XDG_STATE_HOME", place.path("state"))
        .env("BOT502__PROBES__CLI", &cli)
        .env("BOT502__PROBES__SANDBOX", "warn")
        .env("BOT502__PROBES__GRACE", "100ms")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("`script` is part of every Linux");
    let mut keys = child.stdin.take().expect("a piped standard input");
    let mut screen = child.stdout.take().expect("a piped standard output");
    let mut seen = String::new();
    let mut piece = [0; 4096];
    let mut is_pressed = false;
    while let Ok(n) = screen.read(&mut piece)
        && n > 0
    {
        seen.push_str(&String::from_utf8_lossy(&piece[..n]));
        if !is_pressed && seen.contains("9 bytes so far") && place.was_started() {
            keys.write_all(b"\x03").expect("a key");
            is_pressed = true;
        }
    }
    drop(keys);
    child.wait().expect("it ends");
    assert!(seen.contains("exit code 1"), "{seen}");
    assert!(seen.contains("app-log: running"), "{seen}");
    assert!(seen.contains("Ctrl-C cancels"), "{seen}");
    assert!(seen.contains("The app's log: it was cancelled."), "{seen}");
    assert!(seen.contains("it was cancelled after"), "{seen}");
    let audit = fs::read_to_string(place.path("state/bot502/audit.jsonl")).expect("the audit");
    assert!(audit.contains("was cancelled"), "{audit}");
}
