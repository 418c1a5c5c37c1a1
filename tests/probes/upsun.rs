//! Probes through the real CLI, against a platform of ours: every shipped probe on a healthy app and
//! on broken ones, and every way in which the CLI itself fails.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Outcome, Platform};

/// Runs a probe on a story's app and gives what came of it.
fn run(platform: &Platform, probe: &str, story: &str, values: &[&str]) -> Outcome {
    let place = ["--project", story, "--environment", "main", "--app", "app"];
    let mut args = vec!["--json", "probe", "run", probe, "--yes"];
    args.extend(place);
    args.extend(values);
    platform.bot502(&args).run()
}

fn report(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}\n{}", outcome.stdout, outcome.stderr))
}

/// The rules of a report's findings, the worst first.
fn rules(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    let rule = |finding: &'_ Value| finding["rule"].as_str().map(str::to_owned);
    assert!(findings.iter().all(|finding| rule(finding).is_some()));
    findings
        .iter()
        .filter_map(|finding| finding["rule"].as_str())
        .collect()
}

/// Every shipped probe with its values, and what it finds on a healthy app.
const HEALTHY: [(&str, &[&str], &[&str]); 23] = [
    ("app-log", &[], &["log-calm"]),
    ("deploy-log", &[], &["log-calm"]),
    ("error-log", &[], &["log-empty"]),
    ("access-log", &[], &["log-calm"]),
    ("log-list", &[], &[]),
    ("port", &[], &["port-heard"]),
    ("listeners", &[], &["port-heard"]),
    ("activity-list", &[], &["deploy-succeeded"]),
    ("activity-log", &["activity=pushed000000a1"], &["log-calm"]),
    ("mount-list", &[], &["mounts"]),
    ("disk-usage", &[], &["disk-free"]),
    ("memory", &[], &[]),
    ("processes", &[], &[]),
    ("restarts", &[], &["no-restarts"]),
    (
        "service-resolve",
        &["service=database"],
        &["service-resolves"],
    ),
    (
        "service-connect",
        &["service=database"],
        &["service-answers"],
    ),
    ("sql-select", &[], &["database-answers"]),
    ("url-status", &[], &["url-answers"]),
    ("url-certificate", &[], &["certificate-holds"]),
    // The stories' names are of a domain that nobody has.
    ("url-dns", &[], &["name-unknown"]),
    ("metrics", &[], &["metrics-calm"]),
    ("service-list", &[], &[]),
    ("relationships", &[], &["relationships"]),
];

#[test]
fn every_shipped_probe_runs_and_finds_a_healthy_app_well() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let shipped = bot::logic::catalogue::Catalogue::shipped();
    let mut shipped: Vec<&str> = shipped.probes().map(|probe| probe.id.as_str()).collect();
    let mut tried: Vec<&str> = HEALTHY.iter().map(|row| row.0).collect();
    shipped.sort_unstable();
    tried.sort_unstable();
    assert_eq!(tried, shipped);
    for (probe, values, expected) in HEALTHY {
        let outcome = run(platform, probe, "healthyproj01", values);
        let report = report(&outcome);
        let may_fail = probe == "url-dns";
        assert!(report["ok"] == true || may_fail, "{probe}: {report}");
        // The memory of the machine that runs the tests is what it is.
        if probe != "memory" {
            assert_eq!(rules(&report), expected, "{probe}: {report}");
        }
        let output = report["output"].as_str().expect("output");
        assert!(!output.is_empty() || probe == "error-log", "{probe}");
        assert!(
            !outcome.stdout.contains("stand-in-"),
            "{probe} shows a secret: {}",
            outcome.stdout
        );
    }
    assert_eq!(platform.writes(), "", "nothing writes");
}

/// Broken apps: what a probe must find there, the worst first.
const BROKEN: [(&str, &str, &[&str], &str); 14] = [
    ("wrongport0001", "listeners", &[], "other-port"),
    ("wrongport0001", "port", &[], "port-unheard"),
    ("wrongport0001", "url-status", &[], "url-gateway-error"),
    ("localhost0001", "listeners", &[], "only-localhost"),
    ("portinuse0001", "app-log", &[], "port-in-use"),
    ("crashloop0001", "restarts", &[], "keeps-restarting"),
    ("crashloop0001", "app-log", &[], "missing-module"),
    ("diskfull00001", "disk-usage", &[], "mount-full"),
    ("diskfull00001", "url-status", &[], "url-app-error"),
    (
        "dbdown0000001",
        "service-connect",
        &["service=database"],
        "service-refuses",
    ),
    (
        "nodns00000001",
        "service-resolve",
        &["service=database"],
        "service-unresolved",
    ),
    ("deployfail001", "activity-list", &[], "deploy-failed"),
    ("emptyport0001", "port", &[], "port-empty"),
    (
        "certexpired01",
        "url-certificate",
        &[],
        "certificate-expired",
    ),
];

#[test]
fn what_is_broken_is_found() {
    let Some(platform) = Platform::get() else {
        return;
    };
    for (story, probe, values, expected) in BROKEN {
        let outcome = run(platform, probe, story, values);
        let report = report(&outcome);
        assert_eq!(
            rules(&report).first(),
            Some(&expected),
            "{story} {probe}: {report}"
        );
        assert_eq!(
            outcome.code, 0,
            "{story} {probe}: the probe ran, whatever it found"
        );
        let finding = &report["findings"][0];
        assert_eq!(finding["weight"], "broken", "{story} {probe}");
        let line = finding["evidence"]["text"].as_str().expect("evidence");
        let shown = report["output"].as_str().expect("output");
        assert!(
            shown.contains(line),
            "{story} {probe}: {line:?} is not in {shown}"
        );
    }
    assert_eq!(platform.writes(), "");
}

/// The CLI's own failures by story: the probe that meets them, and the rule that knows them.
const FAILURES: [(&str, &str, &str); 6] = [
    ("nosuchproject", "service-list", "no-such-project"),
    ("forbidden0001", "service-list", "forbidden"),
    ("apifails00001", "service-list", "platform-failed"),
    ("sshdenied0001", "port", "ssh-denied"),
    ("twoapps000001", "port", "no-such-app"),
    ("healthyproj01", "activity-log", "no-such-activity"),
];

/// Says that a report is one clear sentence and no dump.
fn assert_clear(what: &str, outcome: &Outcome, rule: &str) {
    assert_eq!(
        outcome.code, 1,
        "{what}: {}{}",
        outcome.stdout, outcome.stderr
    );
    let report = report(outcome);
    assert_eq!(rules(&report), [rule], "{what}: {report}");
    let says = report["findings"][0]["says"].as_str().expect("a sentence");
    assert!(says.ends_with('.') && says.len() < 200, "{what}: {says}");
    for dump in [
        "Story",
        ".php",
        "[--",
        "Your projects",
        "Stack trace",
        "http://127.0.0.1",
    ] {
        assert!(
            !outcome.stdout.contains(dump),
            "{what} shows {dump:?}: {}",
            outcome.stdout
        );
    }
}

#[test]
fn each_failure_of_the_cli_ends_in_a_clear_sentence() {
    let Some(platform) = Platform::get() else {
        return;
    };
    for (story, probe, rule) in FAILURES {
        let values: &[&str] = if probe == "activity-log" {
            &["activity=nosuchactivity"]
        } else {
            &[]
        };
        assert_clear(story, &run(platform, probe, story, values), rule);
    }
    assert_eq!(platform.writes(), "");
}

#[test]
fn a_place_that_is_not_there_is_named() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let on = |environment: &str, app: &str, probe: &str| {
        let place = [
            "--project",
            "healthyproj01",
            "--environment",
            environment,
            "--app",
            app,
        ];
        let mut args = vec!["--json", "probe", "run", probe];
        args.extend(place);
        platform.bot502(&args).run()
    };
    assert_clear(
        "environment",
        &on("nope", "app", "service-list"),
        "no-such-environment",
    );
    assert_clear("app", &on("main", "nope", "port"), "no-such-app");
    assert_clear("paused", &on("asleep", "app", "port"), "environment-paused");
}

/// Arguments of the simplest probe of all on the healthy app.
const SIMPLE: [&str; 10] = [
    "--json",
    "probe",
    "run",
    "service-list",
    "--project",
    "healthyproj01",
    "--environment",
    "main",
    "--app",
    "app",
];

#[test]
fn without_a_good_token_nothing_is_tried() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let folder = platform.empty_folder();
    let path = folder.path().join("cli").to_string_lossy().into_owned();
    let settings = [("folder", path.as_str())];
    let bad = platform
        .with(&SIMPLE, &settings)
        .env("UPSUN_CLI_TOKEN", "mistyped")
        .run();
    assert_clear("bad token", &bad, "token-refused");
    let folder = platform.empty_folder();
    let path = folder.path().join("cli").to_string_lossy().into_owned();
    let none = platform
        .with(&SIMPLE, &[("folder", &path)])
        .env("UPSUN_CLI_TOKEN", "")
        .run();
    assert_clear("no token", &none, "not-logged-in");
}

#[test]
fn a_way_that_is_closed_is_named() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let nowhere = platform
        .bot502(&SIMPLE)
        .env("UPSUN_CLI_API_URL", "http://127.0.0.1:1")
        .run();
    assert_clear("no API", &nowhere, "api-unreachable");
    let unknown = platform
        .bot502(&SIMPLE)
        .env("UPSUN_CLI_API_URL", "http://api.invalid")
        .run();
    assert_clear("API without a name", &unknown, "api-name-unknown");
    let mut port = SIMPLE;
    port[3] = "port";
    let refused = platform
        .bot502(&port)
        .env("UPSUN_CLI_SSH_OPTIONS", "HostName 127.0.0.1\nPort 1")
        .run();
    assert_clear("no SSH", &refused, "ssh-refused");
    let missing = platform
        .with(&SIMPLE, &[("cli", "/nonexistent/upsun")])
        .run();
    assert_clear("no CLI", &missing, "no-cli");
}

#[test]
fn what_hangs_is_stopped_and_what_is_slow_is_waited_for() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let slow = run(platform, "port", "sshslowly0001", &[]);
    assert!(report(&slow)["ok"] == true, "{}", slow.stdout);
    // The shortest limit of a shipped probe is what waiting for it takes.
    let started = Instant::now();
    let hangs = run(platform, "port", "sshhangs00001", &[]);
    assert_clear("hanging SSH", &hangs, "no-answer-in-time");
    assert!(
        started.elapsed() < Duration::from_secs(45),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_flood_is_cut_off() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let outcome = run(platform, "app-log", "floodapp00001", &["lines=10"]);
    let report = report(&outcome);
    assert!(
        report["ended"]
            .as_str()
            .expect("words")
            .contains("printed more than"),
        "{}",
        report["ended"]
    );
    let output = report["output"].as_str().expect("output");
    assert!(output.len() < 2 << 20, "{}", output.len());
}

#[test]
fn secrets_in_a_log_are_hidden_and_counted() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let outcome = run(platform, "app-log", "hostilelog001", &[]);
    assert!(
        !outcome.stdout.contains("hunter2") && !outcome.stdout.contains("stand-in-token"),
        "{}",
        outcome.stdout
    );
    assert_eq!(report(&outcome)["hidden"], 2, "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("\\u001b"), "{}", outcome.stdout);
}

/// What somebody may type to have more run than the probe; none reaches the CLI.
const HOSTILE: [&str; 12] = [
    "$(touch /tmp/x)",
    "`id`",
    "app; id",
    "-oProxyCommand=id",
    "--worker=x",
    "a b",
    "a\nb",
    "../x",
    "a'b",
    "\u{440}\u{440}",
    "a|b",
    "${IFS}",
];

#[test]
fn nothing_that_is_typed_becomes_a_command() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let before = platform.commands().len();
    for text in HOSTILE {
        let value = format!("service={text}");
        let outcome = run(platform, "service-resolve", "healthyproj01", &[&value]);
        assert_ne!(outcome.code, 0, "{text:?}: {}", outcome.stdout);
        for place in ["--project", "--environment", "--app"] {
            let equals = format!("{place}={text}");
            let mut args = vec![
                "probe",
                "run",
                "port",
                "--project=healthyproj01",
                "--environment=main",
                "--app=app",
            ];
            args.retain(|arg| !arg.starts_with(place));
            args.push(&equals);
            assert_ne!(platform.bot502(&args).run().code, 0, "{equals:?}");
        }
    }
    let after = platform.commands();
    let sent: Vec<&str> = after[before..]
        .lines()
        .filter(|line| HOSTILE.iter().any(|text| line.contains(text)))
        .collect();
    assert_eq!(sent, [""; 0]);
    assert_eq!(platform.writes(), "");
}

#[test]
fn the_doctor_says_what_holds_and_what_is_in_the_way() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let place = [
        "--project",
        "healthyproj01",
        "--environment",
        "main",
        "--app",
        "app",
    ];
    let args = [["--json", "doctor"].as_slice(), &place].concat();
    let healthy = platform.bot502(&args).run().json();
    assert_eq!(healthy["ok"], true, "{healthy}");
    let names: Vec<&str> = healthy["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .filter_map(|check| check["name"].as_str())
        .collect();
    for name in ["cli", "sandbox", "ssh", "signed in", "target"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    let folder = platform.empty_folder();
    let path = folder.path().join("cli").to_string_lossy().into_owned();
    let ill = platform
        .with(&["doctor"], &[("folder", &path)])
        .env("UPSUN_CLI_TOKEN", "mistyped")
        .run();
    assert_eq!(ill.code, 1);
    assert!(
        ill.stdout.contains("does not accept bot502's API token"),
        "{}",
        ill.stdout
    );
    let missing = platform
        .with(&["doctor"], &[("cli", "/nonexistent/upsun")])
        .run();
    assert_eq!(missing.code, 1);
    assert!(
        missing.stdout.contains("Install the Upsun CLI"),
        "{}",
        missing.stdout
    );
}

#[test]
fn each_run_is_recorded_before_it_starts_and_without_a_record_nothing_runs() {
    let Some(platform) = Platform::get() else {
        return;
    };
    let folder = platform.empty_folder();
    let file = folder.path().join("audit.jsonl");
    let run = |args: &[&str]| {
        let program = platform.bot502(args);
        program.env("BOT502__AUDIT__FILE", &file).run()
    };
    assert_eq!(run(&SIMPLE).code, 0);
    let kept = std::fs::read_to_string(&file).expect("the audit");
    let kinds = ["intent", "ran"].map(|kind| kept.contains(&format!("\"{kind}\"")));
    assert_eq!(kinds, [true, true], "{kept}");
    assert!(!kept.contains("stand-in-token"), "{kept}");
    assert_eq!(run(&["audit", "verify"]).code, 0);
    // A folder in the file's place cannot be written, not even by root.
    std::fs::remove_file(&file).expect("gone");
    std::fs::create_dir(&file).expect("a folder");
    let stopped = run(&SIMPLE);
    assert_eq!(stopped.code, 4, "{}{}", stopped.stdout, stopped.stderr);
    assert!(
        stopped.stderr.contains("nothing runs"),
        "{}",
        stopped.stderr
    );
    assert_eq!(stopped.stdout, "");
}
