//! What a failing CLI means, as a table of what it writes and our sentences.

use std::time::Duration;

use expect_test::{Expect, expect};
use kb::cause::Catalogue;

use super::{About, Report, Shown, trouble};
use crate::logic::outcome::{Capture, Ending, Outcome};
use crate::logic::target::{AppName, EnvironmentName, ProjectId, Target};

fn target() -> Target {
    Target {
        project: ProjectId::new("abcdefghijklm").expect("an id"),
        environment: EnvironmentName::new("main").expect("a name"),
        app: AppName::new("app").expect("a name"),
    }
}

/// What the CLI wrote and how it ended, and the rule and sentence for it.
fn check_trouble(status: i32, stderr: &str, expected: Expect) {
    let said = trouble(&Ending::Exited { status }, stderr, Some(&target()))
        .map_or("nothing".to_owned(), |found| {
            format!("{}: {}", found.rule, found.says)
        });
    expected.assert_eq(&said);
}

#[test]
fn each_failure_of_the_cli_has_its_sentence() {
    check_trouble(0, "Authentication is required.", expect!["nothing"]);
    check_trouble(
        1,
        "\nIn Platformsh.php line 77:\n\n  The provided API token is invalid.\n",
        expect![
            "token-refused: Upsun does not accept bot502's API token: it is mistyped, expired or revoked."
        ],
    );
    check_trouble(
        3,
        "  Authentication is required.\n  Please log in by running:\n",
        expect!["not-logged-in: The Upsun CLI is not logged in."],
    );
    check_trouble(
        3,
        "  Unauthorized.\n",
        expect!["session-refused: Upsun no longer accepts the CLI's session."],
    );
    check_trouble(
        1,
        "  Specified project not found: x\n  Your projects are:\n      other - Secret\n",
        expect![
            "no-such-project: There is no project `abcdefghijklm`, or bot502's token may not see it."
        ],
    );
    check_trouble(
        1,
        "  Specified environment not found: nope\n",
        expect!["no-such-environment: The project `abcdefghijklm` has no environment `main`."],
    );
    check_trouble(
        1,
        "  WebApp not found: nope\n",
        expect!["no-such-app: The environment `main` has no app `app`."],
    );
    check_trouble(
        1,
        "  Specifying the --app or --worker is required in non-interactive mode\n",
        expect!["which-app: The environment `main` has several apps, and none was named."],
    );
    check_trouble(
        6,
        "  Permission denied. Check your permissions on the project.\n",
        expect![
            "forbidden: Upsun does not let bot502's user do this on the project `abcdefghijklm` (403)."
        ],
    );
}

#[test]
fn each_failure_of_the_way_there_has_its_sentence() {
    check_trouble(
        255,
        "  Server error: `GET x` resulted in a `500 Internal Server Error` response:\n",
        expect![
            "platform-failed: Upsun's API failed while it was asked (a 5xx of theirs, not of your app)."
        ],
    );
    check_trouble(
        5,
        "  Failed to connect to host: h\n  cURL error 6: Could not resolve host: h (see)\n",
        expect!["api-name-unknown: The name of Upsun's API does not resolve on this machine."],
    );
    check_trouble(
        1,
        "  cURL error 7: Failed to connect to 127.0.0.1:1\n",
        expect!["api-unreachable: Upsun's API cannot be reached from this machine."],
    );
    check_trouble(
        1,
        "The environment x (type: development) is paused, so an SSH connection is not possible.\n",
        expect![
            "environment-paused: The environment `main` is paused, so nothing of it runs: that alone makes it answer no request."
        ],
    );
    check_trouble(
        1,
        "  Current deployment not found\n",
        expect![
            "nothing-deployed: The environment `main` has no deployment: it is inactive, paused, or nothing was pushed to it yet."
        ],
    );
    check_trouble(
        1,
        "Reading log file a@b:/var/log/x.log\ntail: cannot open '/var/log/x.log' for reading: No such file or directory\n",
        expect!["no-such-log: There is no such log in the container of `app`."],
    );
}

#[test]
fn each_failure_of_ssh_has_its_sentence() {
    check_trouble(
        255,
        "u@h: Permission denied (publickey).\n\nThe SSH connection failed.\n",
        expect!["ssh-denied: Upsun's SSH gateway refuses bot502's certificate."],
    );
    check_trouble(
        255,
        "Failed to generate SSH certificate: Client error: `POST x` resulted in a `403 Forbidden` response\n",
        expect!["certificate-denied: Upsun refuses to give bot502's user a certificate for SSH."],
    );
    check_trouble(
        255,
        "ssh: connect to host h port 22: Connection refused\n",
        expect!["ssh-refused: Upsun's SSH gateway refuses connections."],
    );
    check_trouble(
        255,
        "ssh: connect to host h port 22: Connection timed out\n",
        expect!["ssh-slow: Upsun's SSH gateway does not answer."],
    );
    check_trouble(
        127,
        "sh: 1: ssh: not found\n",
        expect!["no-ssh-client: There is no `ssh` on the machine that bot502 runs on."],
    );
    check_trouble(
        124,
        "",
        expect![
            "remote-slow: The look into the container did not end in its time and was stopped there."
        ],
    );
    check_trouble(
        255,
        "",
        expect!["ssh-failed: The way into the app's container failed."],
    );
    check_trouble(1, "grep: nothing\n", expect!["nothing"]);
}

#[test]
fn a_report_shows_no_other_project_and_no_usage() {
    let outcome = Outcome {
        ending: Ending::Exited { status: 1 },
        stdout: Capture::default(),
        stderr: Capture::default(),
        took: Duration::from_millis(1200),
        layers: Vec::new(),
        swept: 0,
    };
    let argv = ["upsun".to_owned(), "service:list".to_owned()];
    let target = target();
    let about = About {
        probe: "service-list",
        title: "Services",
        target: &target,
        argv: &argv,
        shared: false,
    };
    let report = |stderr: &str| {
        let shown = Shown {
            stderr: stderr.to_owned(),
            ..Shown::default()
        };
        let report = Report::of(&about, &outcome, &shown, Catalogue::shipped());
        serde_json::to_string(&report).expect("JSON")
    };
    let known = report(
        "Specified project not found: x\nYour projects are:\n  p - Secret shop\nupsun apps [--refresh]\n",
    );
    assert!(
        !known.contains("Secret shop") && !known.contains("--refresh"),
        "{known}"
    );
    let unknown =
        report("Something new.\nYour projects are:\n  p - Secret shop\nupsun apps [--refresh]\n");
    assert!(
        !unknown.contains("Secret shop") && !unknown.contains("--refresh"),
        "{unknown}"
    );
    assert!(unknown.contains("Something new."), "{unknown}");
}

#[test]
fn what_was_stopped_half_way_is_not_called_well() {
    let target = target();
    let argv = ["upsun".to_owned()];
    let about = |probe| About {
        probe,
        title: "The app's log",
        target: &target,
        argv: &argv,
        shared: false,
    };
    let of = |probe, ending: Ending, stdout: &str| {
        let outcome = Outcome {
            ending,
            stdout: Capture::whole(stdout),
            stderr: Capture::default(),
            took: Duration::ZERO,
            layers: Vec::new(),
            swept: 0,
        };
        let shown = Shown {
            stdout: stdout.to_owned(),
            ..Shown::default()
        };
        let report = Report::of(&about(probe), &outcome, &shown, Catalogue::shipped());
        report.message().title.unwrap_or_default()
    };
    let said = |ending, stdout| of("app-log", ending, stdout);
    let half = "PORT=8888\ntcp any 3000 7 node\n";
    assert_eq!(
        of("listeners", Ending::Cancelled, half),
        "The app's log: it was cancelled."
    );
    assert_eq!(
        said(Ending::Exited { status: 0 }, "listening\n"),
        "Its one line reports no error."
    );
    assert_eq!(
        said(Ending::Cancelled, "listening\n"),
        "The app's log: it was cancelled."
    );
    assert_eq!(
        said(Ending::Exited { status: 0 }, ""),
        "The log is empty: what should write to it has not run, or writes elsewhere."
    );
    assert_eq!(
        said(Ending::Cancelled, ""),
        "The app's log: it was cancelled."
    );
    let broken = "Error: listen EADDRINUSE: address already in use :::3000\n";
    assert_ne!(
        said(Ending::Cancelled, broken),
        "The app's log: it was cancelled."
    );
}
