//! A full disk: what cannot be written down is not taken, nothing is said to be done that is not, and
//! all goes on when there is room again.

use std::path::Path;
use std::process::Command;

use bot::serve::pass;

use super::child::{Orders, start};
use super::far::Far;
use super::scene::typed;

/// A small disk, as only root can have one.
struct Disk(tempfile::TempDir);

impl Disk {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("not run: a small disk needs root");
        }
        mounted.then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).output();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_taken_and_afterwards_nothing_is_missing() {
    let Some(disk) = Disk::new() else { return };
    let folder = disk.path();
    let orders = Orders::plain(folder);
    let server = start(&orders, pass()).await;
    let take = server.intake().take();
    let event = |n: usize| typed(&format!("event-{n}"), &format!("C{n}"), "step 2");
    take(event(0)).await.expect("there is room");
    server.settled().await;
    // Another takes all that is left.
    let filler = folder.join("filler");
    let full = std::fs::write(&filler, vec![0; 32 << 20]);
    assert!(full.is_err(), "the disk is full now");
    let mut refused = 0;
    for n in 1..200 {
        refused += usize::from(take(event(n)).await.is_err());
    }
    assert!(refused > 0, "what cannot be written is not taken");
    assert!(!server.is_able(), "and the bot says so");
    assert!(
        server.troubles()[0].contains("full"),
        "{:?}",
        server.troubles()
    );
    std::fs::remove_file(&filler).expect("room again");
    // As a platform does: what was not taken is delivered again, what was taken is too.
    for n in 0..200 {
        take(event(n)).await.expect("there is room again");
    }
    server.settled().await;
    assert!(server.is_able());
    let mut channels: Vec<String> = Far::new(folder, true)
        .arrived()
        .into_iter()
        .map(|arrived| arrived.channel)
        .collect();
    let count = channels.len();
    channels.sort();
    channels.dedup();
    assert_eq!((count, channels.len()), (200, 200), "each is answered once");
    server.stop().await;
}
