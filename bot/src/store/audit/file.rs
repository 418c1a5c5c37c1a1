//! Reading the end of the file, and making sure that what was written is on the disk.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use rustix::fs::OFlags;

/// Bytes that are read back at a time in search of the last entry; most are below 2 KiB.
const STEP: u64 = 8 * 1024;

/// The flag that refuses a symbolic link in the place of a file.
pub(super) fn no_follow() -> i32 {
    i32::try_from(OFlags::NOFOLLOW.bits()).expect("the flag is a small number")
}

/// Makes a new or renamed file's name itself last.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The end of a file of lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The last whole line, without its line break; `None` where there is none.
    pub line: Option<Vec<u8>>,
    /// Bytes after the last line break: an entry that was cut off.
    pub torn: Vec<u8>,
    /// Where the torn bytes begin.
    pub whole: u64,
}

/// Reads the end of a file of lines.
pub(super) fn end(file: &mut File) -> io::Result<End> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut start = length;
    let mut bytes = Vec::new();
    loop {
        let breaks: Vec<usize> = bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(at, _)| at)
            .collect();
        if breaks.len() >= 2 || start == 0 {
            return Ok(cut(&bytes, &breaks, start));
        }
        let step = STEP.min(start);
        start -= step;
        file.seek(SeekFrom::Start(start))?;
        let mut before = Vec::new();
        Read::by_ref(file).take(step).read_to_end(&mut before)?;
        before.append(&mut bytes);
        bytes = before;
    }
}

fn cut(bytes: &[u8], breaks: &[usize], start: u64) -> End {
    let Some(last) = breaks.last() else {
        return End {
            line: None,
            torn: bytes.to_vec(),
            whole: start,
        };
    };
    let first = breaks
        .len()
        .checked_sub(2)
        .map_or(0, |before| breaks[before] + 1);
    End {
        line: Some(bytes[first..*last].to_vec()),
        torn: bytes[last + 1..].to_vec(),
        whole: start + *last as u64 + 1,
    }
}
