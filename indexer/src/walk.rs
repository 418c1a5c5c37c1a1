//! Finds the pages beneath a folder: regular files only, nothing that leads out, in a stable order.
//! What is refused or unreadable is a complaint; what a page says is left to others.

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use kb::diagnostic::Diagnostic;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use crate::options::Limits;
use crate::source::Complaint;

/// A page's bytes and its path relative to the root, with `/` between parts.
pub(crate) struct RawPage {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// A file that is no page, but that a page may include.
pub(crate) struct OtherFile {
    pub path: String,
    pub size_bytes: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub modified_ns: i128,
}

/// What was found beneath a folder.
#[derive(Default)]
pub(crate) struct Walked {
    pub pages: Vec<RawPage>,
    pub others: Vec<OtherFile>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A folder that was opened once; everything else is opened beneath it.
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// Opens a folder that an operator named; the name itself may be a link.
    pub fn open(root: &Path) -> Result<Self, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open(root, flags, Mode::empty()).map(Self)
    }

    /// Reads a regular file beneath the folder of at most `limit` bytes.
    pub fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, Refusal> {
        read_regular(self.0.as_fd(), path, limit)
    }
}

/// Why a file was not read.
pub(crate) enum Refusal {
    /// It is a link, or a part of its path is.
    Link,
    /// It is no regular file: a FIFO, a device, a socket, a folder.
    NotAFile,
    /// It has more bytes than the limit.
    TooLarge(u64),
    /// The system says why.
    Failed(std::io::Error),
}

impl Refusal {
    fn complaint(self) -> Complaint {
        match self {
            Self::Link => Complaint::error("link", "a symbolic link, which is not followed")
                .hint("put the file itself here, or name its folder as a guides folder"),
            Self::NotAFile => {
                Complaint::error("not-a-file", "not a regular file, so it is not read")
                    .hint("a guide is a plain file; remove this or rename it")
            }
            Self::TooLarge(limit) => {
                let message = format!("larger than {limit} bytes, so it is not read");
                Complaint::error("too-large", message).hint("split the page, or raise the limit")
            }
            Self::Failed(error) => {
                Complaint::error("unreadable", format!("it could not be read: {error}"))
                    .hint("check that the program's user may read it")
            }
        }
    }
}

/// Reads all pages beneath `root`.
pub(crate) fn walk(root: &Path, limits: &Limits) -> Walked {
    let mut walker = Walker {
        limits,
        found: Walked::default(),
        bytes: 0,
        is_full: false,
    };
    match Folder::open(root) {
        Ok(folder) => walker.folder(&folder.0, "", 0),
        Err(error) => {
            let message = format!(
                "the guides folder cannot be opened: {}",
                std::io::Error::from(error)
            );
            let complaint =
                Complaint::error("unreadable", message).hint("name a folder of Markdown files");
            walker
                .found
                .diagnostics
                .push(complaint.about(&root.display().to_string()));
        }
    }
    walker.found
}

struct Walker<'a> {
    limits: &'a Limits,
    found: Walked,
    bytes: u64,
    is_full: bool,
}

impl Walker<'_> {
    fn folder(&mut self, folder: &OwnedFd, prefix: &str, depth: usize) {
        let mut names = match names_in(folder) {
            Ok(names) => names,
            Err(error) => return self.refuse(prefix, Refusal::Failed(error.into())),
        };
        names.sort_unstable();
        for name in names {
            if self.is_full {
                return;
            }
            match String::from_utf8(name) {
                Ok(name) => self.entry(folder, &name, prefix, depth),
                Err(error) => {
                    let name = String::from_utf8_lossy(error.as_bytes());
                    let complaint = Complaint::error("file-name", "its name is not UTF-8");
                    self.found
                        .diagnostics
                        .push(complaint.about(&format!("{prefix}{name}")));
                }
            }
        }
    }

    fn entry(&mut self, folder: &OwnedFd, name: &str, prefix: &str, depth: usize) {
        let path = format!("{prefix}{name}");
        let stat = match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => stat,
            Err(error) => return self.refuse(&path, Refusal::Failed(error.into())),
        };
        let kind = FileType::from_raw_mode(stat.st_mode);
        if kind == FileType::Directory {
            return self.inner_folder(folder, name, &path, depth);
        }
        let is_page = is_page(name);
        if kind == FileType::Symlink && (is_page || leads_to_folder(folder, name)) {
            self.refuse(&path, Refusal::Link);
        } else if is_page {
            self.page(folder, name, path);
        } else if kind == FileType::RegularFile {
            self.found.others.push(OtherFile {
                path,
                size_bytes: u64::try_from(stat.st_size).unwrap_or_default(),
                modified_ns: i128::from(stat.st_mtime) * 1_000_000_000
                    + i128::from(stat.st_mtime_nsec),
            });
        }
    }

    fn inner_folder(&mut self, folder: &OwnedFd, name: &str, path: &str, depth: usize) {
        if depth + 1 > self.limits.depth {
            let message = format!(
                "deeper than {} folders, so it is not read",
                self.limits.depth
            );
            self.found
                .diagnostics
                .push(Complaint::error("too-deep", message).about(path));
            return;
        }
        match open_beneath(folder.as_fd(), name, OFlags::RDONLY | OFlags::DIRECTORY) {
            Ok(inner) => self.folder(&inner, &format!("{path}/"), depth + 1),
            Err(error) => self.refuse(path, Refusal::Failed(error.into())),
        }
    }

    fn page(&mut self, folder: &OwnedFd, name: &str, path: String) {
        let over = if self.found.pages.len() >= self.limits.pages {
            Some(format!(
                "more than {} pages; the rest is not read",
                self.limits.pages
            ))
        } else if self.bytes > self.limits.folder_bytes {
            Some(format!(
                "more than {} bytes of pages; the rest is not read",
                self.limits.folder_bytes
            ))
        } else {
            None
        };
        if let Some(message) = over {
            self.is_full = true;
            self.found
                .diagnostics
                .push(Complaint::error("too-many", message).about(&path));
            return;
        }
        match read_regular(folder.as_fd(), name, self.limits.page_bytes) {
            Ok(bytes) => {
                self.bytes += bytes.len() as u64;
                self.found.pages.push(RawPage { path, bytes });
            }
            Err(refusal) => self.refuse(&path, refusal),
        }
    }

    fn refuse(&mut self, path: &str, refusal: Refusal) {
        self.found.diagnostics.push(refusal.complaint().about(path));
    }
}

fn is_page(name: &str) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}

/// Names in a folder, without hidden ones: `.git`, an editor's leftovers.
fn names_in(folder: &OwnedFd) -> Result<Vec<Vec<u8>>, Errno> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let name = entry?.file_name().to_bytes().to_vec();
        if !name.starts_with(b".") {
            names.push(name);
        }
    }
    Ok(names)
}

fn leads_to_folder(folder: &OwnedFd, name: &str) -> bool {
    rustix::fs::statat(folder, name, AtFlags::empty())
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory)
}

fn read_regular(
    folder: std::os::fd::BorrowedFd<'_>,
    path: &str,
    limit: u64,
) -> Result<Vec<u8>, Refusal> {
    let failed = |error: Errno| match error {
        Errno::LOOP | Errno::XDEV => Refusal::Link,
        other => Refusal::Failed(other.into()),
    };
    let stat = rustix::fs::statat(folder, path, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        FileType::Symlink => return Err(Refusal::Link),
        _ => return Err(Refusal::NotAFile),
    }
    // Opening a FIFO would wait for a writer; the file may have been swapped since it was looked at.
    let opened = open_beneath(
        folder,
        path,
        OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY,
    );
    let file = opened.map_err(failed)?;
    let stat = rustix::fs::fstat(&file).map_err(failed)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Refusal::NotAFile);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(stat.st_size).unwrap_or(0).min(1 << 20));
    File::from(file)
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(Refusal::Failed)?;
    if bytes.len() as u64 > limit {
        return Err(Refusal::TooLarge(limit));
    }
    Ok(bytes)
}

/// Opens without following links and without leaving the folder, whatever the path says.
fn open_beneath(
    folder: std::os::fd::BorrowedFd<'_>,
    path: &str,
    flags: OFlags,
) -> Result<OwnedFd, Errno> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match rustix::fs::openat2(folder, path, flags, Mode::empty(), resolve) {
        // Kernels before 5.6 and some sandboxes have no openat2: go step by step instead.
        Err(Errno::NOSYS | Errno::PERM) => open_by_steps(folder, path, flags),
        opened => opened,
    }
}

fn open_by_steps(
    folder: std::os::fd::BorrowedFd<'_>,
    path: &str,
    flags: OFlags,
) -> Result<OwnedFd, Errno> {
    let through = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mut at = rustix::fs::openat(folder, ".", through, Mode::empty())?;
    let mut parts = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .peekable();
    while let Some(part) = parts.next() {
        if part == ".." {
            return Err(Errno::XDEV);
        }
        let flags = if parts.peek().is_some() {
            through
        } else {
            flags
        };
        at = rustix::fs::openat(&at, part, flags, Mode::empty())?;
    }
    Ok(at)
}
