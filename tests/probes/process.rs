//! A program is ended in time and nothing of it stays, whatever it does.

use std::time::Duration;

use bot::logic::outcome::Ending;

use super::victim::{OVERRUN, Victim, stdout};

#[tokio::test]
async fn output_exit_status_and_environment_are_the_programs_own() {
    let victim = Victim::sh(
        "echo out; echo err >&2; env | grep -v PWD= | grep -v MARK= | grep -v _=; exit 3",
    );
    let outcome = victim.run().await;
    assert_eq!(outcome.ending, Ending::Exited { status: 3 });
    assert_eq!(stdout(&outcome), "out\nPATH=/usr/bin:/bin");
    assert_eq!(outcome.stderr.text(), "err\n");
    assert_eq!(outcome.swept, 0);
}

#[tokio::test]
async fn a_program_that_is_missing_is_not_started() {
    let outcome = Victim::new("/usr/bin/no-such-program", &[]).run().await;
    let Ending::NotStarted { reason } = outcome.ending else {
        panic!("{:?}", outcome.ending);
    };
    assert_eq!(
        reason,
        "start `/usr/bin/no-such-program`: No such file or directory (os error 2)"
    );
}

#[tokio::test]
async fn the_signal_that_ended_it_is_known() {
    let outcome = Victim::sh("kill -SEGV $$").run().await;
    assert_eq!(outcome.ending, Ending::Signalled { signal: 11 });
}

/// Ways to hang, each with whether the program itself ends.
const HANGS: [(&str, &str); 12] = [
    ("sleeps", "sleep 60"),
    ("ignores TERM", "trap '' TERM; while :; do sleep 1; done"),
    (
        "ignores what can be ignored",
        "trap '' TERM INT HUP QUIT USR1 PIPE ALRM; while :; do sleep 1; done",
    ),
    ("spins", "while :; do :; done"),
    (
        "spins below a parent that waits",
        "(trap '' TERM; while :; do :; done) & wait",
    ),
    ("stops itself", "kill -STOP $$"),
    ("waits for a pipe nobody writes", "mkfifo p; cat p"),
    ("closes its output and stays", "exec >&- 2>&-; sleep 60"),
    (
        "prints a little forever",
        "while :; do echo x; sleep 0.05; done",
    ),
    (
        "restarts itself on TERM",
        "trap 'sh -c \"sleep 60\" & ' TERM; while :; do sleep 0.05; done",
    ),
    (
        "hands its output to a child that ignores TERM",
        "(trap '' TERM; sleep 60) & (trap '' TERM; exec sleep 60) & wait",
    ),
    (
        "forks without end",
        "while :; do sleep 5 & sleep 0.01; done",
    ),
];

#[tokio::test]
async fn twelve_ways_to_hang_all_end_in_time() {
    for (name, script) in HANGS {
        let victim = Victim::sh(script).limit_ms(200);
        let outcome = victim.run().await;
        assert_eq!(outcome.ending, Ending::TimedOut { limit_ms: 200 }, "{name}");
        assert!(
            outcome.took < Duration::from_millis(200) + OVERRUN,
            "{name}: {:?}",
            outcome.took
        );
        assert_eq!(victim.survivors(), Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn what_is_left_behind_is_swept_though_it_holds_the_pipe() {
    let left = [
        "sleep 60 & echo done",
        "(sleep 60 &) ; echo done",
        "(trap '' TERM HUP; sleep 60) & (trap '' TERM; sleep 60) & echo done",
    ];
    for script in left {
        let victim = Victim::sh(script);
        let outcome = victim.run().await;
        assert_eq!(outcome.ending, Ending::Exited { status: 0 }, "{script}");
        assert_eq!(stdout(&outcome), "done");
        assert!(outcome.swept >= 1, "{script}");
        assert_eq!(victim.survivors(), Vec::<String>::new(), "{script}");
    }
}

/// Forks twice, and leaves group and session where it can: what a daemon does.
const DAEMON: &str = "use POSIX; $SIG{TERM} = 'IGNORE'; \
    unless (fork) { POSIX::setsid(); unless (fork) { sleep 60 } exit } wait; print 'gone'";

#[tokio::test]
async fn two_hundred_daemons_are_all_found() {
    for round in 0..200 {
        let victim = Victim::perl(DAEMON);
        let outcome = victim.run().await;
        assert_eq!(stdout(&outcome), "gone", "{round}");
        assert_eq!(outcome.swept, 1, "{round}");
        assert_eq!(victim.survivors(), Vec::<String>::new(), "{round}");
    }
}

#[tokio::test]
async fn five_hundred_processes_at_once_are_all_killed() {
    // Nine generations double up to 512; each ignores what it is asked.
    let bomb = "$SIG{TERM} = 'IGNORE'; for (1..9) { fork } sleep 60";
    let victim = Victim::perl(bomb).limit_ms(1_500);
    let outcome = victim.run().await;
    assert_eq!(outcome.ending, Ending::TimedOut { limit_ms: 1_500 });
    assert!(outcome.swept > 100, "{}", outcome.swept);
    assert_eq!(victim.survivors(), Vec::<String>::new());
}

#[tokio::test]
async fn a_flood_is_stopped_and_its_head_and_tail_are_kept() {
    let victim = Victim::sh("echo first; yes");
    let outcome = victim.run().await;
    assert_eq!(
        outcome.ending,
        Ending::Flooded {
            limit_bytes: 1 << 20
        }
    );
    let kept = outcome.stdout.head.len() + outcome.stdout.tail.len();
    assert!(kept <= 64 << 10, "{kept}");
    assert!(outcome.stdout.text().starts_with("first\ny\n"));
    assert!(outcome.stdout.text().ends_with("y\n"));
    assert!(outcome.took < Duration::from_secs(3), "{:?}", outcome.took);
    assert_eq!(victim.survivors(), Vec::<String>::new());
}

#[tokio::test]
async fn floods_without_lines_and_of_any_bytes_end_the_same() {
    for script in ["cat /dev/zero", "cat /dev/urandom", "cat /dev/urandom >&2"] {
        let outcome = Victim::sh(script).run().await;
        assert_eq!(
            outcome.ending,
            Ending::Flooded {
                limit_bytes: 1 << 20
            },
            "{script}"
        );
    }
}

#[tokio::test]
async fn a_cancelled_run_ends_at_once() {
    let victim = Victim::sh("echo up; trap '' TERM; sleep 60");
    let stop = async {
        while victim.survivors().is_empty() {
            tokio::task::yield_now().await;
        }
        victim.cancel.cancel();
    };
    let (outcome, ()) = tokio::join!(victim.run(), stop);
    assert_eq!(outcome.ending, Ending::Cancelled);
    assert!(outcome.took < OVERRUN, "{:?}", outcome.took);
    assert_eq!(victim.survivors(), Vec::<String>::new());
}

#[tokio::test]
async fn a_run_that_is_dropped_takes_its_program_with_it() {
    let victim = Victim::sh("trap '' TERM; sleep 60");
    tokio::select! {
        _ = victim.run() => panic!("it ended by itself"),
        () = async { while victim.survivors().is_empty() { tokio::task::yield_now().await } } => {}
    }
    let gone = async {
        while !victim.survivors().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(OVERRUN, gone).await.is_ok());
}

#[tokio::test]
async fn each_limit_ends_in_words() {
    let cases = [
        (
            "CPU time",
            "while :; do :; done",
            Ending::Signalled { signal: 9 },
        ),
        (
            "memory",
            "my $n = 1 << 30; $x = 'x' x $n; print 'had it'",
            Ending::Exited { status: 1 },
        ),
        (
            "file size",
            "open F, '>f'; print F 'x' x (2 << 20) or exit 9",
            Ending::Signalled { signal: 25 },
        ),
        (
            "open files",
            "my @f; for (1..99) { open my $f, '<', '/dev/null' or exit 24; push @f, $f }",
            Ending::Exited { status: 24 },
        ),
    ];
    for (name, script, expected) in cases {
        let mut victim = if name == "CPU time" {
            Victim::sh(script)
        } else {
            Victim::perl(script)
        };
        victim.order.limits.cpu_seconds = 1;
        victim.order.limits.memory_bytes = 256 << 20;
        victim.order.limits.file_bytes = 1 << 20;
        victim.order.limits.open_files = 32;
        let outcome = victim.run().await;
        assert_eq!(
            outcome.ending,
            expected,
            "{name}: {}",
            outcome.stderr.text()
        );
    }
}

#[tokio::test]
async fn only_the_three_standard_files_are_open() {
    // A file of ours that is not closed on exec, as a careless library would leave it.
    let leak = std::fs::File::open("/etc/hostname").expect("a file");
    rustix::io::fcntl_setfd(&leak, rustix::io::FdFlags::empty()).expect("not closed on exec");
    let mut victim = Victim::perl(
        "my @open; for my $fd (0..255) { if (open my $f, '<&=', $fd) { push @open, $fd; } } print \"@open\"",
    );
    victim.order.limits.open_files = 256;
    let outcome = victim.run().await;
    assert_eq!(stdout(&outcome), "0 1 2");
}

#[tokio::test]
async fn nothing_is_on_the_helpers_command_line_or_in_its_environment() {
    let mut victim = Victim::sh("sleep 60");
    victim
        .order
        .environment
        .push(("TOKEN".to_owned(), "canary-5f1c".to_owned()));
    victim.order.args.push("canary-77aa".to_owned());
    let stop = async {
        while victim.survivors().is_empty() {
            tokio::task::yield_now().await;
        }
        let helpers = helper_texts();
        victim.cancel.cancel();
        helpers
    };
    let (_, helpers) = tokio::join!(victim.run(), stop);
    assert!(!helpers.is_empty());
    for text in helpers {
        assert!(!text.contains("canary"), "{text}");
    }
}

/// Command line and environment of every helper that runs.
fn helper_texts() -> Vec<String> {
    let entries = std::fs::read_dir("/proc").expect("a process list");
    entries
        .flatten()
        .filter_map(|entry| {
            let command = std::fs::read(entry.path().join("cmdline")).ok()?;
            let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
            let text = String::from_utf8_lossy(&[command, environment].concat()).into_owned();
            text.contains(bot::probe::helper::NAME).then_some(text)
        })
        .collect()
}
