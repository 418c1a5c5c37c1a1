//! The key's file: made once, read by its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::error::AuditError;
use super::file::{no_follow, sync_folder};
use crate::logic::audit::Key;

/// A key's file has 65 bytes; more than this is something else.
const LARGEST: u64 = 1024;

/// Reads the key; makes it where there is none and the audit is empty.
pub(super) fn read_or_make(path: &Path, log_is_empty: bool) -> Result<Key, AuditError> {
    match OpenOptions::new()
        .read(true)
        .custom_flags(no_follow())
        .open(path)
    {
        Ok(file) => read(path, file),
        Err(error) if error.kind() == ErrorKind::NotFound && log_is_empty => make(path),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(AuditError::NoKey(path.to_owned()))
        }
        Err(error) => Err(AuditError::io("read the audit's key", path)(error)),
    }
}

fn read(path: &Path, file: File) -> Result<Key, AuditError> {
    let io = || AuditError::io("read the audit's key", path);
    let mode = file.metadata().map_err(io())?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(AuditError::OpenKey {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text).map_err(io())?;
    Key::read(&text).ok_or_else(|| AuditError::BadKey(path.to_owned()))
}

fn make(path: &Path) -> Result<Key, AuditError> {
    let io = || AuditError::io("make the audit's key", path);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(io())?;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| io()(std::io::Error::other(error)))?;
    let key = Key::new(bytes);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(io())?;
    file.write_all(key.to_file().as_bytes()).map_err(io())?;
    file.sync_all().map_err(io())?;
    sync_folder(folder).map_err(io())?;
    Ok(key)
}
