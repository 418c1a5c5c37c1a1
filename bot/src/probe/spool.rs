//! How much disk probes may take: nothing starts while the disk is nearly full or the quota is used up,
//! and a run that writes more than its share is stopped. What a run prints is bounded by `capture`.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How much disk probes may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the bot's own folder for probes, all runs together.
    pub quota_bytes: u64,
    /// Bytes that stay free on its disk: with fewer, nothing starts.
    pub free_bytes: u64,
}

/// What one run may write, and where.
#[derive(Clone, Debug)]
pub struct Share {
    /// The folders that it may write.
    pub folders: Vec<PathBuf>,
    /// Bytes that they may hold, those that were there before included.
    pub most_bytes: u64,
    /// Bytes that the run may add.
    pub added_bytes: u64,
}

/// How often a run's folders are looked at: a disk of ordinary speed takes some 50 MB in that time.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What an entry of a folder costs beside its blocks: many empty files fill a disk too.
const ENTRY_BYTES: u64 = 512;

impl Limits {
    /// Checks that a run may start that writes below `folder`.
    ///
    /// # Errors
    /// Why it may not: a fragment without a full stop.
    pub fn check(&self, folder: &Path) -> Result<(), String> {
        let name = folder.display();
        let disk = rustix::fs::statvfs(folder)
            .map_err(|error| format!("ask how much of the disk of `{name}` is free: {error}"))?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free < self.free_bytes {
            return Err(format!(
                "the disk of `{name}` has {} free, and `probes.disk.free_bytes` wants {} to stay free",
                in_words(free),
                in_words(self.free_bytes)
            ));
        }
        let used = size(folder);
        if used > self.quota_bytes {
            return Err(format!(
                "`{name}` holds {}, more than the {} of `probes.disk.quota_bytes`",
                in_words(used),
                in_words(self.quota_bytes)
            ));
        }
        Ok(())
    }

    /// Gives the share of one of `runs` that run at once, in the folders that it may write.
    #[must_use]
    pub fn share(&self, folders: Vec<PathBuf>, runs: usize) -> Share {
        let runs = u64::try_from(runs.max(1)).unwrap_or(u64::MAX);
        let added_bytes = self.quota_bytes / runs;
        let before: u64 = folders.iter().map(|folder| size(folder)).sum();
        Share {
            folders,
            most_bytes: before.saturating_add(added_bytes),
            added_bytes,
        }
    }
}

impl Share {
    /// Waits until more was written than the share allows; for ever, where that does not happen.
    pub async fn used_up(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let share = self.clone();
            let looked = tokio::task::spawn_blocking(move || share.is_used_up());
            // A look that panicked says nothing; the next one may.
            if looked.await.unwrap_or_default() {
                return;
            }
        }
    }

    fn is_used_up(&self) -> bool {
        let held: u64 = self.folders.iter().map(|folder| size(folder)).sum();
        held > self.most_bytes
    }
}

/// Gives the bytes that a folder takes on its disk. What vanishes while it is looked at counts as
/// nothing; links are not followed.
fn size(folder: &Path) -> u64 {
    let mut open = vec![folder.to_owned()];
    let mut bytes = 0_u64;
    while let Some(folder) = open.pop() {
        for (path, metadata) in entries(&folder).unwrap_or_default() {
            bytes = bytes.saturating_add(metadata.blocks() * 512 + ENTRY_BYTES);
            if metadata.is_dir() {
                open.push(path);
            }
        }
    }
    bytes
}

fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, Metadata)>> {
    let entries = fs::read_dir(folder)?.flatten();
    Ok(entries
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
        .collect())
}

/// Says a number of bytes: `512 KiB`, `1.5 GiB`.
fn in_words(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;
    match bytes {
        0..MIB => format!("{} KiB", bytes / KIB),
        MIB..GIB => format!("{} MiB", bytes / MIB),
        _ => format!("{}.{} GiB", bytes / GIB, bytes % GIB * 10 / GIB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_starts_below_the_floor_or_above_the_quota() {
        let folder = tempfile::tempdir().expect("a folder");
        let limits = Limits {
            quota_bytes: 1 << 20,
            free_bytes: 1 << 20,
        };
        assert_eq!(limits.check(folder.path()), Ok(()));
        fs::create_dir(folder.path().join("run")).expect("a folder");
        fs::write(folder.path().join("run/spilled"), vec![7; 2 << 20]).expect("a file");
        let refused = limits.check(folder.path()).expect_err("too much");
        assert!(
            refused.contains("more than the 1 MiB of `probes.disk.quota_bytes`"),
            "{refused}"
        );
        let limits = Limits {
            quota_bytes: u64::MAX,
            free_bytes: u64::MAX,
        };
        let refused = limits.check(folder.path()).expect_err("never so much");
        assert!(refused.contains("to stay free"), "{refused}");
        assert!(limits.check(Path::new("/nonexistent")).is_err());
    }

    #[test]
    fn a_share_counts_what_is_added_in_every_folder_and_many_empty_files_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let (home, scratch) = (folder.path().join("home"), folder.path().join("scratch"));
        fs::create_dir_all(home.join("deep")).expect("a folder");
        fs::create_dir(&scratch).expect("a folder");
        fs::write(home.join("old"), vec![7; 1 << 20]).expect("a file");
        let limits = Limits {
            quota_bytes: 1 << 20,
            free_bytes: 0,
        };
        let share = limits.share(vec![home.clone(), scratch.clone()], 4);
        assert_eq!(share.added_bytes, 256 << 10);
        assert!(!share.is_used_up(), "what was there before is no one's");
        fs::write(home.join("deep/new"), vec![7; 200 << 10]).expect("a file");
        assert!(!share.is_used_up());
        for number in 0..200 {
            fs::write(scratch.join(number.to_string()), "").expect("a file");
        }
        assert!(share.is_used_up());
    }

    #[test]
    fn sizes_are_said_in_the_largest_unit() {
        assert_eq!(in_words(512 << 10), "512 KiB");
        assert_eq!(in_words(256 << 20), "256 MiB");
        assert_eq!(in_words(3 << 29), "1.5 GiB");
    }
}
