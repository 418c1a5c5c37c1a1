//! The index that is kept on disk: opened where it fits, built again where it does not, and never
//! in the way of an answer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::check::folder;
use crate::harness::{Outcome, Program};

const PAGE: &str = "---\ntitle: Queues\n---\n\n## Count the consumers\n\nRun `rabbitmqctl list_consumers` when the queue only grows.\n";
const QUESTION: &str = "the queue only grows, who consumes it";

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a path that is text")
}

fn ask(guides: &TempDir, index: &Path) -> Outcome {
    let arguments = ["--guides", path(guides.path()), "--index", path(index)];
    Program::new(&[&["ask", "--json"], &arguments[..], &[QUESTION]].concat()).run()
}

/// The folder of the index in use.
fn generation(index: &Path) -> PathBuf {
    index.join(fs::read_to_string(index.join("current")).expect("there is an index"))
}

/// Asserts that the index was built again, for this reason, that the answer is right all the same,
/// and that nothing is said the next time.
#[track_caller]
fn is_built_again(guides: &TempDir, index: &Path, reason: &str) {
    let outcome = ask(guides, index);
    assert!(outcome.stderr.contains(reason), "{}", outcome.seen());
    assert_eq!(
        outcome.json()["sections"][0]["heading"],
        "Count the consumers"
    );
    let again = ask(guides, index);
    assert_eq!(again.stderr, "", "{}", again.seen());
    assert_eq!(
        again.json()["sections"][0]["heading"],
        "Count the consumers"
    );
}

#[test]
fn an_index_is_opened_while_it_fits_and_built_again_when_it_does_not() {
    let guides = folder(&[("queues.md", PAGE)]);
    let place = TempDir::new().expect("a folder");
    let index = place.path().join("index");
    is_built_again(&guides, &index, "there is none");

    fs::write(guides.path().join("more.md"), "# More\n").expect("a page");
    is_built_again(&guides, &index, "the guides have changed");
    fs::write(guides.path().join("included.html"), "<p>More</p>").expect("a file");
    is_built_again(&guides, &index, "the guides have changed");

    let manifest = generation(&index).join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    fs::write(&manifest, text.replace("\"version\":", "\"version\":9")).expect("written");
    is_built_again(&guides, &index, "it was built by another version");

    let files = fs::read_dir(generation(&index))
        .expect("a folder")
        .flatten();
    for file in files.map(|entry| entry.path()).collect::<Vec<_>>() {
        let bytes = fs::read(&file).unwrap_or_default();
        // What a lock holds does not matter, and is nothing.
        if !bytes.is_empty() {
            fs::write(&file, &bytes[..bytes.len() / 2]).expect("written");
            let outcome = ask(&guides, &index);
            assert!(
                outcome.stderr.contains("note: build the index again"),
                "{}: {}",
                file.display(),
                outcome.stderr
            );
            break;
        }
    }
    is_quiet(&guides, &index);
}

#[track_caller]
fn is_quiet(guides: &TempDir, index: &Path) {
    let outcome = ask(guides, index);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (0, ""),
        "{}",
        outcome.stdout
    );
}

#[test]
fn an_index_that_cannot_be_kept_stops_no_answer() {
    let guides = folder(&[("queues.md", PAGE)]);
    let outcome = ask(&guides, Path::new("/proc/index"));
    assert!(
        outcome.stderr.contains("answers from memory"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.json()["reply"], "answer");
}

/// Runs the program as a shell does behind some words of preparation.
fn behind(preparation: &str, arguments: &[&str]) -> Outcome {
    let output = Command::new("sh")
        .args([
            "-c",
            &format!("{preparation}; exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_bot502"),
        ])
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", "/nonexistent")
        .output()
        .expect("a shell starts");
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_disk_that_is_full_is_said_and_the_old_index_stays() {
    let guides = folder(&[("queues.md", PAGE)]);
    let place = TempDir::new().expect("a folder");
    let index = place.path().join("index");
    is_built_again(&guides, &index, "there is none");
    let before = generation(&index);

    // Any write beyond 16 blocks of 512 bytes fails, as on a disk without space; ignored, the signal
    // that comes with it is an error of the write.
    let full = "trap '' XFSZ; ulimit -f 16";
    let many: String = (0..4000)
        .map(|n| format!("\n## Part {n}\n\nWord{n} stands here.\n"))
        .collect();
    fs::write(guides.path().join("many.md"), many).expect("a page");
    let arguments = ["--guides", path(guides.path()), "--index", path(&index)];
    let outcome = behind(full, &[&["index"], &arguments[..]].concat());
    assert_eq!(outcome.code, 4, "{}", outcome.seen());
    assert!(
        outcome
            .stderr
            .contains(&format!("write the index in `{}`", index.display())),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("try: free space there"),
        "{}",
        outcome.stderr
    );

    // A question is answered all the same, and what was there before still is.
    let outcome = behind(
        full,
        &[&["ask", "--json"], &arguments[..], &[QUESTION]].concat(),
    );
    assert_eq!(outcome.code, 0, "{}", outcome.seen());
    assert!(
        outcome.stderr.contains("answers from memory"),
        "{}",
        outcome.stderr
    );
    assert_eq!(generation(&index), before);
    fs::remove_file(guides.path().join("many.md")).expect("removed");
    is_quiet(&guides, &index);
}

/// The same on a real disk of 256 kB, where the system lets us have one.
#[test]
fn a_small_disk_that_fills_up_is_said_and_the_old_index_stays() {
    let guides = folder(&[("queues.md", PAGE)]);
    let many: String = (0..4000)
        .map(|n| format!("\n## Part {n}\n\nWord{n} stands here.\n"))
        .collect();
    let large = folder(&[("many.md", &many)]);
    let place = TempDir::new().expect("a folder");
    let script =
        "mount -t tmpfs -o size=256k bot502 \"$1\" 2>/dev/null || { echo 'no disk'; exit 0; }
        \"$0\" index --index \"$1\" --guides \"$2\" >/dev/null || exit 9
        \"$0\" index --index \"$1\" --guides \"$3\" >/dev/null; echo \"code $?\"
        exec \"$0\" ask --json --index \"$1\" --guides \"$2\" the queue only grows";
    let output = Command::new("unshare")
        .args([
            "--mount",
            "--map-root-user",
            "sh",
            "-c",
            script,
            env!("CARGO_BIN_EXE_bot502"),
        ])
        .args([place.path(), guides.path(), large.path()])
        .output();
    let printed = output.as_ref().map_or(String::new(), |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    let Ok(output) = output else { return not_run() };
    let stderr = String::from_utf8_lossy(&output.stderr);
    if printed.starts_with("no disk") || stderr.starts_with("unshare:") {
        return not_run();
    }
    assert!(printed.starts_with("code 4\n"), "{printed}{stderr}");
    assert!(stderr.contains("No space left on device"), "{stderr}");
    assert!(
        !stderr.contains("note: "),
        "the old index was not opened: {stderr}"
    );
    assert!(printed.contains("Count the consumers"), "{printed}");
}

/// Says that a test could not do what it is for. No failure under CI: the limit on the size of files
/// shows the same everywhere.
fn not_run() {
    eprintln!("not run: a disk cannot be mounted here");
}
