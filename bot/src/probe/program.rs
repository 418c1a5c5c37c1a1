//! The one program that probes run: found once, by its whole path, and known by its digest, so that
//! another put in its place does not run.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::logic::digest::hex;

/// A program that was found.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    digest: String,
    seen: Mutex<Stamp>,
}

/// What changes when a file does: the digest of 53 MB is too slow to be taken at every start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size_bytes: u64,
    changed: (i64, i64),
}

impl Program {
    /// Finds a program: a path as it is, a bare name in the folders of `search`, which is `PATH`.
    ///
    /// # Errors
    /// Why there is none that may be run: a fragment without a full stop.
    pub fn find(name: &str, search: &str) -> Result<Self, String> {
        let path = if name.contains('/') {
            PathBuf::from(name)
        } else {
            // A relative folder would mean another program in another place.
            std::env::split_paths(search)
                .filter(|folder| folder.is_absolute())
                .map(|folder| folder.join(name))
                .find(|path| path.is_file())
                .ok_or_else(|| format!("`{name}` is in no folder of PATH"))?
        };
        let path = fs::canonicalize(&path)
            .map_err(|error| format!("`{}` cannot be found: {error}", path.display()))?;
        let (digest, stamp) =
            read(&path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
        let program = Self {
            path,
            digest,
            seen: Mutex::new(stamp),
        };
        program.check_mode()?;
        Ok(program)
    }

    /// Gives its whole path, symbolic links followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the SHA-256 that it had when it was found.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Checks that it is still the program that was found.
    ///
    /// # Errors
    /// Why it is not: a fragment without a full stop.
    pub fn check(&self) -> Result<(), String> {
        let name = self.path.display();
        let metadata =
            fs::metadata(&self.path).map_err(|error| format!("`{name}` is gone: {error}"))?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if stamp(&metadata) == *seen {
            return Ok(());
        }
        let (digest, now) =
            read(&self.path).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
        if digest != self.digest {
            return Err(format!(
                "`{name}` is not the program that bot502 started with; restart bot502 if you replaced it"
            ));
        }
        *seen = now;
        Ok(())
    }

    fn check_mode(&self) -> Result<(), String> {
        let name = self.path.display();
        let metadata =
            fs::metadata(&self.path).map_err(|error| format!("`{name}` is gone: {error}"))?;
        if !metadata.is_file() || metadata.mode() & 0o111 == 0 {
            return Err(format!("`{name}` is no program"));
        }
        if metadata.mode() & 0o002 != 0 {
            return Err(format!(
                "`{name}` can be written by everybody on this machine"
            ));
        }
        Ok(())
    }
}

fn stamp(metadata: &Metadata) -> Stamp {
    Stamp {
        device: metadata.dev(),
        inode: metadata.ino(),
        size_bytes: metadata.len(),
        // Set by the kernel at every change of content or mode; no program can set it back.
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    }
}

fn read(path: &Path) -> io::Result<(String, Stamp)> {
    let mut file = File::open(path)?;
    let stamp = stamp(&file.metadata()?);
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let n = io::Read::read(&mut file, &mut piece)?;
        if n == 0 {
            return Ok((hex(&hash.finalize()), stamp));
        }
        hash.update(&piece[..n]);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn script(folder: &Path, text: &str) -> PathBuf {
        let path = folder.join("upsun");
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        path
    }

    #[test]
    fn a_program_that_was_swapped_is_refused_and_one_that_was_only_touched_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = script(folder.path(), "#!/bin/sh\necho one\n");
        let program = Program::find(&path.to_string_lossy(), "").expect("a program");
        assert_eq!(program.check(), Ok(()));
        script(folder.path(), "#!/bin/sh\necho one\n");
        assert_eq!(program.check(), Ok(()));
        script(folder.path(), "#!/bin/sh\necho two\n");
        let refused = program.check().expect_err("it was swapped");
        assert!(
            refused.contains("not the program that bot502 started with"),
            "{refused}"
        );
        fs::remove_file(&path).expect("gone");
        assert!(program.check().expect_err("it is gone").contains("is gone"));
    }

    #[test]
    fn only_whole_folders_are_searched_and_only_safe_programs_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = script(folder.path(), "#!/bin/sh\n");
        let search = format!(".:relative::{}", folder.path().display());
        let found = Program::find("upsun", &search).expect("a program");
        assert_eq!(found.path(), fs::canonicalize(&path).expect("a path"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o757)).expect("a mode");
        assert!(
            Program::find("upsun", &search)
                .expect_err("open to all")
                .contains("everybody")
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
        assert!(
            Program::find("upsun", &search)
                .expect_err("no program")
                .contains("no program")
        );
        assert!(Program::find("upsun", ".:relative:").is_err());
    }
}
