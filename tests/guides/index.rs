//! `bot502 index`: what was read, and that a disk which refuses loses nothing.

use super::check::folder;
use crate::harness::Program;

fn index(arguments: &[&str]) -> serde_json::Value {
    let outcome = Program::new(&[&["index", "--json"], arguments].concat()).run();
    serde_json::from_str(&outcome.done()).expect("JSON")
}

#[test]
fn files_sections_steps_and_commands_are_counted() {
    let page = "---\ntitle: A\n---\nIntro.\n\n## Step 1: look\n\nRun:\n\n```bash\nupsun log\n```\n";
    let folder = folder(&[("a.md", page), ("b/b.md", "# B\n")]);
    let report = index(&["--guides", folder.path().to_str().expect("a path")]);
    for (what, count) in [
        ("files", 2),
        ("sections", 3),
        ("steps", 1),
        ("commands", 1),
        ("errors", 0),
    ] {
        assert_eq!(report[what], count, "{what} in {report}");
    }
}

#[test]
fn the_shipped_guide_has_five_steps() {
    assert_eq!(index(&[])["steps"], 5);
}

#[test]
fn an_index_can_be_kept_on_disk_and_built_again_over_it() {
    let place = tempfile::TempDir::new().expect("a folder");
    let to = place.path().join("index");
    let to = to.to_str().expect("a path");
    for _ in 0..2 {
        assert_eq!(index(&["--index", to])["kept_in"], to);
    }
}

#[test]
fn a_place_that_cannot_be_written_is_said() {
    let outcome = Program::new(&["index", "--index", "/proc/index"]).run();
    assert_eq!(outcome.code, 4, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("/proc/index"), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("try: free space there"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_folder_without_pages_is_the_operators_mistake() {
    let folder = folder(&[("readme.txt", "no page")]);
    let path = folder.path().to_str().expect("a path");
    let outcome = Program::new(&["index", "--guides", path]).run();
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
}
