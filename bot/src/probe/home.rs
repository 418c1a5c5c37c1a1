//! Where the CLI lives: a HOME and a scratch folder of the bot's own, closed to others, and an
//! environment that holds nothing but what is named here or in the permit.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How old a scratch folder is that nobody uses any more; runs end within minutes.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// Folders of the CLI. Session, certificate and cache in `home` serve all runs: signing in anew each
/// time takes a second and a request for a certificate.
#[derive(Debug)]
pub struct Home {
    root: PathBuf,
}

/// A scratch folder of one run; gone when dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Home {
    /// Makes the folders below `root`, or takes those that are there.
    ///
    /// # Errors
    /// When they cannot be made, or others than this user can get into them.
    pub fn open(root: &Path) -> io::Result<Self> {
        for folder in ["", "home", "unpacked", "run"] {
            let path = root.join(folder);
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&path)?;
            let metadata = fs::symlink_metadata(&path)?;
            let own = metadata.uid() == rustix::process::geteuid().as_raw();
            if !metadata.is_dir() || !own || metadata.mode() & 0o077 != 0 {
                return Err(io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    format!(
                        "`{}` must be a folder of this user alone (mode 0700)",
                        path.display()
                    ),
                ));
            }
        }
        sweep(&root.join("run"));
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Makes a scratch folder for one run.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn scratch(&self) -> io::Result<Scratch> {
        let path = self.root.join("run").join(uuid::Uuid::now_v7().to_string());
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Scratch { path })
    }

    /// Gives the folders that every run may write.
    #[must_use]
    pub fn writable(&self) -> [PathBuf; 2] {
        [self.root.join("home"), self.root.join("unpacked")]
    }

    /// Gives the environment of one run: what is fixed here and `named`, the variables that the permit
    /// names. Nothing is inherited; `PLATFORM_*` least of all, with which the CLI would answer for
    /// the machine that it runs on.
    #[must_use]
    pub fn environment(
        &self,
        scratch: &Scratch,
        named: &[(String, String)],
    ) -> Vec<(String, String)> {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let fixed = [
            ("PATH", "/usr/local/bin:/usr/bin:/bin".to_owned()),
            ("HOME", path(&self.root.join("home"))),
            ("TMPDIR", path(&scratch.path)),
            ("UPSUN_CLI_TMP", path(&self.root.join("unpacked"))),
            ("LANG", "C.UTF-8".to_owned()),
            ("TERM", "dumb".to_owned()),
            ("NO_COLOR", "1".to_owned()),
            // Tables and messages wrap at this width.
            ("COLUMNS", "400".to_owned()),
            ("UPSUN_CLI_NO_INTERACTION", "1".to_owned()),
            ("UPSUN_CLI_UPDATES_CHECK", "0".to_owned()),
            // What was so an hour ago is no answer to what is so now.
            ("UPSUN_CLI_DISABLE_CACHE", "1".to_owned()),
            // A helper of the desktop's key ring would be another program, and may ask.
            ("UPSUN_CLI_API_DISABLE_CREDENTIAL_HELPERS", "1".to_owned()),
            ("UPSUN_CLI_APPLICATION_TIMEZONE", "UTC".to_owned()),
        ];
        fixed
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .chain(named.iter().cloned())
            .collect()
    }
}

impl Scratch {
    /// Gives its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(error = %error, "a scratch folder could not be removed");
        }
    }
}

/// Takes away scratch folders of runs whose bot502 died: no run is as old.
fn sweep(scratches: &Path) {
    let Ok(entries) = fs::read_dir(scratches) else {
        return;
    };
    for entry in entries.flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|then| then.elapsed().ok());
        if age.is_some_and(|age| age > LEFT_BEHIND) {
            // Another bot502 may be at it as well; what stays counts against the quota.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_folders_are_closed_to_others_and_an_open_one_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("upsun");
        Home::open(&root).expect("made");
        let mode = fs::metadata(root.join("home")).expect("there").mode();
        assert_eq!(mode & 0o777, 0o700);
        Home::open(&root).expect("taken");
        fs::set_permissions(root.join("home"), fs::Permissions::from_mode(0o755)).expect("a mode");
        let error = Home::open(&root).expect_err("open to others");
        assert!(error.to_string().contains("mode 0700"), "{error}");
    }

    #[test]
    fn a_scratch_folder_goes_with_its_run_and_the_environment_holds_what_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::open(&folder.path().join("upsun")).expect("made");
        let scratch = home.scratch().expect("a folder");
        let path = scratch.path().to_owned();
        let token = ("UPSUN_CLI_TOKEN".to_owned(), "t".to_owned());
        let environment = home.environment(&scratch, std::slice::from_ref(&token));
        assert!(environment.contains(&token));
        assert!(
            !environment
                .iter()
                .any(|(name, _)| name.starts_with("PLATFORM_"))
        );
        assert!(path.is_dir());
        drop(scratch);
        assert!(!path.exists());
    }
}
