//! What runs may leave on the disk, what a nearly full one stops, and what a full one must not let pass.

use std::fs;
use std::path::Path;
use std::process::Command;

use bot::logic::outcome::Ending;

use super::rules::Place;
use super::victim::{DISK_BYTES, Victim, stdout};
use crate::harness::tries;

/// Ways to fill a disk: few large files, many small ones, folders within folders.
const SPILLS: [&str; 3] = [
    "n=0; while :; do n=$((n+1)); head -c 1048576 /dev/zero > f$n; done",
    "n=0; while :; do n=$((n+1)); echo x > f$n; done",
    "while :; do mkdir d; cd d; head -c 65536 /dev/zero > f; done",
];

#[tokio::test]
async fn a_run_that_fills_the_disk_is_stopped() {
    for script in SPILLS {
        let victim = Victim::sh(script);
        let outcome = victim.run().await;
        assert_eq!(
            outcome.ending,
            Ending::Spilled {
                limit_bytes: DISK_BYTES
            },
            "{script}"
        );
        assert_eq!(victim.survivors(), Vec::<String>::new(), "{script}");
    }
    let modest = Victim::sh("head -c 1048576 /dev/zero > f; sleep 0.3; echo done");
    assert_eq!(stdout(&modest.run().await), "done");
}

#[tokio::test]
async fn flood_after_flood_leaves_nothing_in_memory_or_on_the_disk() {
    for round in 0..tries(10, 1_000) {
        let victim = Victim::sh("yes > /dev/null & yes");
        let outcome = victim.run().await;
        assert!(
            matches!(outcome.ending, Ending::Flooded { .. }),
            "{round}: {:?}",
            outcome.ending
        );
        let kept = [&outcome.stdout, &outcome.stderr]
            .map(|capture| capture.head.len() + capture.tail.len());
        assert!(kept.iter().sum::<usize>() <= 64 << 10, "{round}: {kept:?}");
        let left = fs::read_dir(victim.scratch()).expect("a folder").count();
        assert_eq!(left, 0, "{round}");
    }
}

#[test]
fn nothing_starts_on_a_disk_that_is_nearly_full_or_above_the_quota() {
    let place = Place::new();
    let refused = |key: &str, value: &str| {
        let outcome = place
            .program(&[
                "probe",
                "run",
                "app-log",
                "-p",
                "abcdefghijklm",
                "-e",
                "main",
                "-A",
                "app",
            ])
            .env(key, value)
            .run();
        assert_eq!(outcome.code, 1, "{}", outcome.seen());
        assert!(!place.was_started());
        outcome.stdout
    };
    let said = refused("BOT502__PROBES__DISK__FREE_BYTES", "9000000000000000000");
    assert!(said.contains("`probes.disk.free_bytes` wants"), "{said}");
    let said = refused("BOT502__PROBES__DISK__QUOTA_BYTES", "1");
    assert!(said.contains("`probes.disk.quota_bytes`"), "{said}");
}

/// A file system of its own, full to the last block; unmounted when dropped.
struct Full {
    folder: tempfile::TempDir,
}

impl Full {
    /// Mounts one of 64 KiB; `None` where this user may not.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "bot502-test"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(Self { folder })
    }

    fn fill(&self) {
        // As much as fits; that the last of it does not is what is wanted.
        let _ = fs::write(self.folder.path().join("rest"), vec![7; 1 << 20]);
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.folder.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

#[test]
fn nothing_runs_when_the_disk_of_the_audit_is_full() {
    let place = Place::new();
    let args = [
        "probe",
        "run",
        "app-log",
        "-p",
        "abcdefghijklm",
        "-e",
        "main",
        "-A",
        "app",
    ];
    let Some(full) = Full::mount() else {
        // Without the right to mount, a limit on the size of files is a disk that is full.
        let outcome = place.program(&args).with_full_files().run();
        assert_eq!(outcome.code, 4, "{}", outcome.seen());
        assert!(!place.was_started());
        return;
    };
    let audit = full.path().join("audit.jsonl");
    let run = || {
        place
            .program(&args)
            .env("BOT502__AUDIT__FILE", &audit)
            .env("BOT502__AUDIT__KEY", place.path("audit.key"))
            .run()
    };
    full.fill();
    let outcome = run();
    assert_eq!(outcome.code, 4, "{}", outcome.seen());
    assert!(
        outcome
            .stderr
            .contains("nothing runs until the audit can be written"),
        "{}",
        outcome.seen()
    );
    assert!(!place.was_started());
    // And again when the disk fills up between two runs: what was there stays whole.
    fs::remove_file(full.path().join("rest")).expect("the filling");
    assert_eq!(run().code, 0);
    let before = fs::read(&audit).expect("the audit");
    full.fill();
    // The last block still has room for an entry or two.
    let refused = (0..20).map(|_| run()).find(|outcome| outcome.code != 0);
    let refused = refused.expect("the block fills up");
    assert_eq!(refused.code, 4, "{}", refused.seen());
    assert!(fs::read(&audit).expect("the audit").starts_with(&before));
    fs::remove_file(full.path().join("rest")).expect("the filling");
    assert_eq!(run().code, 0);
    let verified = place
        .program(&["audit", "verify"])
        .env("BOT502__AUDIT__FILE", &audit)
        .env("BOT502__AUDIT__KEY", place.path("audit.key"))
        .run();
    assert_eq!(verified.code, 0, "{}", verified.seen());
}
