//! The audit as a file of lines: only added to, each entry on the disk before the caller goes on,
//! one writer at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::error::AuditError;
use super::file::{end, no_follow, sync_folder};
use super::key;
use crate::logic::audit::{Broken, Entry, Event, Head, Key, Seal, Tail, Verified, Verifier};
use crate::logic::digest::Digest;

/// Where the audit and its key stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The file of entries.
    pub log: PathBuf,
    /// The key's file.
    pub key: PathBuf,
}

/// The audit. Several processes may hold the same one.
#[derive(Debug)]
pub struct AuditLog {
    paths: Paths,
    key: Key,
}

impl AuditLog {
    /// Opens the audit; makes it and its key where neither is there.
    ///
    /// # Errors
    /// When one of them cannot be made or read, when others can read the key, or when there are
    /// entries and no key.
    pub fn open(paths: Paths) -> Result<Self, AuditError> {
        let folder = paths.log.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(AuditError::io("make the folder", folder))?;
        // Two that start at once make one key: the second finds the first's.
        let _lock = lock(&paths.log)?;
        let log = open(&paths.log)?;
        let length = log
            .metadata()
            .map_err(AuditError::io("read the audit", &paths.log))?
            .len();
        let key = key::read_or_make(&paths.key, length == 0)?;
        sync_folder(folder).map_err(AuditError::io("sync the folder", folder))?;
        Ok(Self { paths, key })
    }

    /// Gives where it stands.
    #[must_use]
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Adds an entry and gives the new head, once it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written or synced: then it counts as not written, and nothing may run.
    pub fn append(&self, event: Event, now: Timestamp) -> Result<Head, AuditError> {
        let io = || AuditError::io("write the audit", &self.paths.log);
        let _lock = lock(&self.paths.log)?;
        let mut file = open(&self.paths.log)?;
        let found = end(&mut file).map_err(io())?;
        let mut tail = self.tail(found.line.as_deref())?;
        let mut text = String::new();
        if !found.torn.is_empty() {
            file.set_len(found.whole).map_err(io())?;
            let mended = Event::Mended {
                bytes: found.torn.len() as u64,
                digest: Digest::of(&found.torn),
            };
            text.push_str(&tail.push(&self.key, now, mended).line);
            text.push('\n');
        }
        text.push_str(&tail.push(&self.key, now, event).line);
        text.push('\n');
        file.seek(SeekFrom::Start(found.whole)).map_err(io())?;
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_data());
        if let Err(error) = written {
            // What was half written would be mended by the next; take it away if that still works.
            let _ = file.set_len(found.whole);
            return Err(io()(error));
        }
        Ok(tail.head)
    }

    /// Reads all entries in their order and verifies the chain, against a head that was kept
    /// elsewhere where there is one.
    ///
    /// # Errors
    /// When the file cannot be read or the chain does not hold. `each` has seen the entries before.
    pub fn verify(
        &self,
        head: Option<Head>,
        each: impl FnMut(Entry),
    ) -> Result<Verified, AuditError> {
        // An entry that another is writing is whole when the lock is ours.
        let _lock = lock(&self.paths.log)?;
        self.read(head, each)
    }

    fn read(
        &self,
        head: Option<Head>,
        mut each: impl FnMut(Entry),
    ) -> Result<Verified, AuditError> {
        let io = || AuditError::io("read the audit", &self.paths.log);
        let mut reader = BufReader::new(open(&self.paths.log)?);
        let mut verifier = Verifier::new(&self.key, head);
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(io())? == 0 {
                return verifier.end().map_err(|broken| self.broken(broken));
            }
            each(verifier.line(&line).map_err(|broken| self.broken(broken))?);
        }
    }

    /// Takes away the entries before a moment and leaves in their place what keeps the chain whole.
    /// Gives how many were taken away.
    ///
    /// # Errors
    /// When the chain does not hold, or the file cannot be written anew.
    pub fn prune(&self, before: Timestamp, now: Timestamp) -> Result<u64, AuditError> {
        let _lock = lock(&self.paths.log)?;
        let (mut count, mut is_old) = (0, true);
        self.read(None, |entry| {
            if !matches!(entry.event, Event::Pruned { .. }) {
                is_old &= entry.at < before;
                count += u64::from(is_old);
            }
        })?;
        if count == 0 {
            return Ok(0);
        }
        self.rewrite(count, now)?;
        Ok(count)
    }

    /// Writes the file anew without its first `count` entries; the lock is the caller's.
    fn rewrite(&self, count: u64, now: Timestamp) -> Result<(), AuditError> {
        let io = || AuditError::io("write the audit anew", &self.paths.log);
        let mut reader = BufReader::new(open(&self.paths.log)?);
        let mut verifier = Verifier::new(&self.key, None);
        let mut line = Vec::new();
        let mut taken = 0;
        while taken < count {
            line.clear();
            reader.read_until(b'\n', &mut line).map_err(io())?;
            let entry = verifier.line(&line).map_err(|broken| self.broken(broken))?;
            taken += u64::from(!matches!(entry.event, Event::Pruned { .. }));
        }
        let stone = Tail::tombstone(&self.key, now, verifier.tail().head);
        let new = self.paths.log.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(no_follow())
            .open(&new)
            .map_err(io())?;
        writeln!(file, "{}", stone.line).map_err(io())?;
        std::io::copy(&mut reader, &mut file).map_err(io())?;
        file.sync_all().map_err(io())?;
        fs::rename(&new, &self.paths.log).map_err(io())?;
        sync_folder(self.paths.log.parent().unwrap_or(Path::new("."))).map_err(io())
    }

    /// Reads where the chain stands off its last line.
    fn tail(&self, line: Option<&[u8]>) -> Result<Tail, AuditError> {
        let Some(line) = line else {
            return Ok(Tail { head: Head::EMPTY });
        };
        let (entry, mac) = Seal::open(&self.key, line)
            .ok_or_else(|| AuditError::BrokenEnd(self.paths.log.clone()))?;
        let head = match entry.event {
            Event::Pruned { through, head, .. } => Head {
                seq: through,
                mac: head,
            },
            _ => Head {
                seq: entry.seq,
                mac,
            },
        };
        Ok(Tail { head })
    }

    fn broken(&self, broken: Broken) -> AuditError {
        AuditError::Broken {
            path: self.paths.log.clone(),
            broken,
        }
    }
}

fn open(path: &Path) -> Result<File, AuditError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(no_follow())
        .open(path)
        .map_err(AuditError::io("open the audit", path))
}

/// Waits for the lock, which stands in a file of its own since the audit's may be written anew.
fn lock(log: &Path) -> Result<File, AuditError> {
    let path = log.with_extension("lock");
    let io = || AuditError::io("lock the audit with", &path);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(no_follow())
        .open(&path)
        .map_err(io())?;
    file.lock().map_err(io())?;
    Ok(file)
}
