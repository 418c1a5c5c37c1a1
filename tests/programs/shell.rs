//! The shell and the file systems beneath an app: what a start command says when it cannot start,
//! and what a program says when it cannot write.

use std::fs;
use std::process::Command;

use super::lab::{check, find, run};

fn sh(folder: &std::path::Path, line: &str) -> String {
    run(Command::new("sh").args(["-c", line]).current_dir(folder))
}

#[test]
fn a_start_command_that_does_not_exist_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    check(
        &sh(folder.path(), "gunicron app:app"),
        &["start-command-not-found"],
    );
}

#[test]
fn a_start_script_without_its_run_bit_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("start.sh"), "#!/bin/sh\n").expect("a written script");
    check(&sh(folder.path(), "./start.sh"), &["start-not-executable"]);
}

#[test]
fn a_full_file_system_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    check(
        &sh(folder.path(), "cat /etc/hostname > /dev/full"),
        &["disk-full"],
    );
    if find(&["python3"]).is_some() {
        check(
            &sh(
                folder.path(),
                "python3 -c \"open('/dev/full', 'w').write('x' * 10000)\"",
            ),
            &["disk-full"],
        );
    }
}

#[test]
fn a_read_only_file_system_is_named() {
    if !rustix::process::getuid().is_root() {
        return eprintln!("not run: only root may mount");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = "mount -t tmpfs -o ro none . && cd . && touch \"$PWD/cache\"";
    let log = run(Command::new("unshare")
        .args(["--mount", "sh", "-c", line])
        .current_dir(folder.path()));
    check(&log, &["read-only-fs"]);
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = "setpriv --reuid=65534 --clear-groups cat /etc/shadow";
    if rustix::process::getuid().is_root() {
        check(&sh(folder.path(), line), &["file-permission"]);
    }
}

#[test]
fn too_many_open_files_are_named() {
    let Some(_) = find(&["python3"]) else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = "ulimit -n 16; python3 -c \"f = [open('/dev/null') for _ in range(64)]\"";
    check(&sh(folder.path(), line), &["fd-limit"]);
}

#[test]
fn a_crash_in_native_code_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = run(Command::new("bash")
        .args(["-c", "bash -c 'kill -SEGV $$'; true"])
        .current_dir(folder.path()));
    check(&log, &["segfault"]);
}

#[test]
fn a_process_that_was_killed_for_memory_is_named() {
    // What the shell says when something sent SIGKILL: on a platform, that is the memory limit.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = run(Command::new("bash")
        .args(["-c", "bash -c 'kill -KILL $$'; true"])
        .current_dir(folder.path()));
    check(&log, &["oom-killed"]);
}
