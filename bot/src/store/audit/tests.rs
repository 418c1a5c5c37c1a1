//! What the audit's file promises: on the disk before anything runs or not at all, one chain
//! whoever writes, and no way on after somebody changed it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::Timestamp;

use super::{AuditError, AuditLog, Paths};
use crate::logic::audit::{Broken, Event, Head};
use crate::logic::digest::Digest;

fn paths(folder: &Path) -> Paths {
    Paths {
        log: folder.join("audit.jsonl"),
        key: folder.join("audit.key"),
    }
}

fn open(folder: &Path) -> AuditLog {
    AuditLog::open(paths(folder)).expect("an audit")
}

fn event(text: &str) -> Event {
    Event::Loaded {
        what: text.to_owned(),
        digest: Digest::of(b""),
        count: None,
        by: None,
        occasion: None,
    }
}

fn add(log: &AuditLog, text: &str) -> Head {
    log.append(event(text), Timestamp::UNIX_EPOCH)
        .expect("an entry")
}

fn kinds(log: &AuditLog) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    log.verify(None, |entry| kinds.push(entry.event.kind()))
        .expect("it holds");
    kinds
}

#[test]
fn it_goes_on_where_another_left_off() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(add(&open(folder.path()), "one").seq, 1);
    let second = open(folder.path());
    let head = add(&second, "two");
    assert_eq!(head.seq, 2);
    assert_eq!(
        second.verify(Some(head), drop).expect("it holds").entries,
        2
    );
    let mode = |name: &str| {
        let path = folder.path().join(name);
        fs::metadata(path).expect("a file").permissions().mode() & 0o777
    };
    assert_eq!((mode("audit.jsonl"), mode("audit.key")), (0o600, 0o600));
}

#[test]
fn writers_at_once_make_one_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let folder = folder.path();
            scope.spawn(move || {
                let log = open(folder);
                for number in 0..25 {
                    add(&log, &format!("{writer}/{number}"));
                }
            });
        }
    });
    assert_eq!(
        open(folder.path())
            .verify(None, drop)
            .expect("it holds")
            .entries,
        200
    );
}

#[test]
fn an_entry_that_was_cut_off_is_taken_away_and_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path());
    add(&log, "one");
    let whole = fs::read(&log.paths().log).expect("the file");
    add(&log, "two");
    let both = fs::read(&log.paths().log).expect("the file");
    for length in [whole.len() + 1, whole.len() + 40, both.len() - 1] {
        fs::write(&log.paths().log, &both[..length]).expect("a torn file");
        assert!(matches!(
            log.verify(None, drop),
            Err(AuditError::Broken {
                broken: Broken::CutOff { line: 2 },
                ..
            })
        ));
        add(&log, "three");
        assert_eq!(kinds(&log), ["loaded", "mended", "loaded"]);
    }
    // Cut off before the first entry was whole.
    fs::write(&log.paths().log, &both[..30]).expect("a torn file");
    add(&log, "one");
    assert_eq!(kinds(&log), ["mended", "loaded"]);
}

#[test]
fn nothing_is_added_to_an_end_that_was_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path());
    add(&log, "one");
    let text = fs::read_to_string(&log.paths().log).expect("the file");
    fs::write(&log.paths().log, text.replace("one", "eno")).expect("a changed file");
    let refused = log.append(event("two"), Timestamp::UNIX_EPOCH);
    assert!(
        matches!(refused, Err(AuditError::BrokenEnd(_))),
        "{refused:?}"
    );
}

#[test]
fn a_key_that_is_gone_open_or_broken_stops_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path());
    add(&log, "one");
    let key = &log.paths().key;
    let text = fs::read_to_string(key).expect("the key");
    let again = || AuditLog::open(paths(folder.path()));

    fs::set_permissions(key, fs::Permissions::from_mode(0o640)).expect("a mode");
    assert!(matches!(
        again(),
        Err(AuditError::OpenKey { mode: 0o640, .. })
    ));
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).expect("a mode");

    fs::write(key, "short\n").expect("another key");
    assert!(matches!(again(), Err(AuditError::BadKey(_))));

    fs::write(
        key,
        text.replace(&text[..1], if text.starts_with('0') { "1" } else { "0" }),
    )
    .expect("another key");
    let other = again().expect("a key of the right form");
    assert!(matches!(
        other.append(event("two"), Timestamp::UNIX_EPOCH),
        Err(AuditError::BrokenEnd(_))
    ));

    fs::remove_file(key).expect("no key");
    assert!(matches!(again(), Err(AuditError::NoKey(_))));
    let error = again().expect_err("no key").to_string();
    assert!(!error.contains(text.trim()), "{error}");
}

#[test]
fn a_link_in_the_place_of_a_file_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = folder.path().join("elsewhere");
    fs::write(&elsewhere, "").expect("a file");
    std::os::unix::fs::symlink(&elsewhere, folder.path().join("audit.jsonl")).expect("a link");
    assert!(matches!(
        AuditLog::open(paths(folder.path())),
        Err(AuditError::Io { .. })
    ));
}

#[test]
fn what_cannot_be_written_is_an_error_and_leaves_a_whole_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path());
    add(&log, "one");
    // A folder in the place of the lock: no lock, no entry, whoever runs the test.
    let lock = folder.path().join("audit.lock");
    fs::remove_file(&lock).expect("the lock");
    fs::create_dir(&lock).expect("a folder");
    assert!(matches!(
        log.append(event("two"), Timestamp::UNIX_EPOCH),
        Err(AuditError::Io { .. })
    ));
    fs::remove_dir(&lock).expect("the folder");
    assert_eq!(kinds(&log), ["loaded"]);
}

#[test]
fn pruning_keeps_the_chain_and_the_next_entry_follows() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path());
    let at = |second| Timestamp::from_second(second).expect("a moment");
    for second in 0..10 {
        log.append(event("x"), at(second)).expect("an entry");
    }
    assert_eq!(log.prune(at(0), at(100)).expect("nothing to do"), 0);
    assert_eq!(log.prune(at(4), at(100)).expect("pruned"), 4);
    let head = log.append(event("y"), at(101)).expect("an entry");
    assert_eq!(head.seq, 11);
    let verified = log.verify(Some(head), drop).expect("it holds");
    assert_eq!((verified.entries, verified.pruned), (7, 4));
    // Again, and down to nothing.
    assert_eq!(log.prune(at(8), at(102)).expect("pruned"), 4);
    assert_eq!(log.prune(at(1000), at(103)).expect("pruned"), 3);
    assert_eq!(kinds(&log), ["pruned"]);
    assert_eq!(log.append(event("z"), at(104)).expect("an entry").seq, 12);
    assert!(
        log.verify(Some(head), drop).is_ok(),
        "the head of the last one taken away holds"
    );
}

#[test]
fn an_audit_of_an_earlier_version_holds_and_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a mode");
    };
    let old = include_str!("kept/audit-1.jsonl");
    put("audit.jsonl", old);
    put("audit.key", include_str!("kept/audit-1.key"));
    let log = open(folder.path());
    let (mut entries, mut words) = (0, String::new());
    let verified = log
        .verify(None, |entry| {
            entries += 1;
            words.push_str(&format!(
                "{}: {}\n",
                entry.event.kind(),
                entry.event.in_words()
            ));
        })
        .expect("it holds");
    assert_eq!((entries, verified.pruned), (old.lines().count(), 1));
    for line in [
        "ended: denied by Slack T0HOME/U0BEN\n",
        "ended: expired\n",
        "loaded: policy cdcdcdcdcdcd\n",
    ] {
        assert!(words.contains(line), "no {line} in {words}");
    }
    let head = add(&log, "policy");
    assert_eq!(head.seq, verified.head.seq + 1);
    assert!(
        log.verify(Some(verified.head), drop).is_ok(),
        "an old head holds"
    );
    let text = fs::read_to_string(&log.paths().log).expect("the file");
    assert!(text.starts_with(old), "what stood there stands there");
}
