//! Which programs the kernel was asked to start: none for what is hostile, and of a good request only
//! what the catalogue says.

use std::fs;
use std::process::{Command, Stdio};

use bot::logic::catalogue::{Catalogue, ParameterType};

use super::rules::Place;
use crate::harness::tries;

/// What breaks out of words, options, shells and addresses. None of it is a value of any parameter.
const PAYLOADS: [&str; 40] = [
    "$(id)",
    "`id`",
    ";id",
    "|id",
    "||id",
    "&&id",
    "&id",
    "\nid",
    "\r\nid",
    "'",
    "\"",
    "\\",
    "${IFS}id",
    ">x",
    "<x",
    "*",
    "?",
    "~root",
    "!id",
    "#",
    "%0aid",
    "{a,b}",
    "(id)",
    "a b",
    " ",
    "\t",
    "-",
    "--",
    "-p",
    "--yes",
    "-oProxyCommand=id",
    "--browser=id",
    "@/etc/passwd",
    "../x",
    "//x",
    "file:///etc/passwd",
    "a:b@c",
    "\u{202e}x",
    "\u{2212}p",
    "m\u{430}in",
];

/// Each payload alone, and glued to what would be a value.
fn payloads() -> Vec<String> {
    PAYLOADS
        .iter()
        .flat_map(|payload| {
            ["", "5", "database", "main"]
                .into_iter()
                .flat_map(move |value| [format!("{value}{payload}"), format!("{payload}{value}")])
        })
        .collect()
}

/// Runs bot502 and gives every program that was started, as the kernel saw it.
fn started(place: &Place, args: &[&str]) -> Option<Vec<String>> {
    let trace = place.path("trace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-s", "400", "-e", "trace=execve", "-o"])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_bot502"))
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("XDG_STATE_HOME", place.path("state"))
        .env("BOT502__PROBES__CLI", place.path("upsun"))
        .env("BOT502__PROBES__SANDBOX", "warn")
        .stdin(Stdio::null());
    let Ok(output) = command.output() else {
        let must = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!must, "strace is not there: tests/run installs it");
        eprintln!("not run: strace is not there; tests/run installs it");
        return None;
    };
    let text = fs::read_to_string(&trace).unwrap_or_default();
    assert!(
        text.contains("execve("),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // The first is bot502 itself.
    let all = text.lines().filter(|line| line.contains("execve("));
    Some(all.skip(1).map(str::to_owned).collect())
}

#[test]
fn no_payload_starts_anything_and_a_good_request_starts_what_the_catalogue_says() {
    let place = Place::new();
    let on = ["-p", "abcdefghijklm", "-e", "main", "-A", "app"];
    let run = |probe: &str, value: &str| {
        let args = [&["probe", "run", probe, value, "--yes"], on.as_slice()].concat();
        started(&place, &args)
    };
    let Some(good) = run("app-log", "lines=5") else {
        return;
    };
    assert_eq!(good.len(), 2, "the helper and the CLI: {good:#?}");
    assert!(good[0].contains("sandbox-exec"), "{}", good[0]);
    let wanted = "\"environment:logs\", \"app\", \"-p\", \"abcdefghijklm\", \"-e\", \"main\", \"-A\", \"app\", \"--no\", \"--lines\", \"5\"]";
    assert!(good[1].contains(wanted), "{}", good[1]);

    let catalogue = Catalogue::shipped();
    let slots: Vec<(String, String)> = catalogue
        .probes()
        .flat_map(|probe| {
            let id = probe.id.to_string();
            let names = probe.parameters.iter();
            // A service's name may begin with what a payload ends with; a lone word of letters may be one.
            names
                .filter(|parameter| !matches!(parameter.kind, ParameterType::Host))
                .map(move |parameter| (id.clone(), parameter.name.clone()))
        })
        .collect();
    let all: Vec<(&(String, String), String)> = slots
        .iter()
        .flat_map(|slot| payloads().into_iter().map(move |payload| (slot, payload)))
        .collect();
    assert!(all.len() >= 500, "{}", all.len());
    let step = (all.len() / tries(30, all.len())).max(1);
    for ((probe, name), payload) in all.iter().step_by(step) {
        let found = run(probe, &format!("{name}={payload}"));
        assert_eq!(found, Some(Vec::new()), "{probe} {name} {payload:?}");
    }
    // The target's own names, too.
    for payload in payloads().iter().step_by(payloads().len() / tries(10, 320)) {
        for at in [1, 3, 5] {
            let mut words = on;
            words[at] = payload;
            let args = [&["probe", "run", "port"], words.as_slice()].concat();
            assert_eq!(started(&place, &args), Some(Vec::new()), "{words:?}");
        }
    }
}
