//! An index on disk: opened when it fits, built again when it does not, never half written.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kb::cause::Catalogue;
use kb::guide::{Guide, Lines, Section};
use kb::text::{Block, Span};
use kb::{Error, Knowledge, Lore};

fn guide(words: &str) -> Guide {
    let section = Section {
        heading: "Ports".to_owned(),
        level: 1,
        anchor: String::new(),
        parents: Vec::new(),
        step: None,
        lines: Lines { first: 1, last: 2 },
        blocks: vec![Block::Paragraph(vec![Span::Text(words.to_owned())])],
        commands: Vec::new(),
    };
    Guide {
        path: "ports.md".to_owned(),
        title: "Ports".to_owned(),
        sidebar_title: None,
        description: None,
        url: None,
        sections: vec![section],
    }
}

fn build(folder: &Path, words: &str) -> Result<Knowledge, Error> {
    Knowledge::build_in(folder, words, &[guide(words)], &Lore::default())
}

fn reason(folder: &Path, key: &str) -> String {
    match Knowledge::open(folder, key, Catalogue::shipped()) {
        Ok(_) => "opened".to_owned(),
        Err(error) => error
            .to_string()
            .rsplit(": ")
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The files of the index in use; the library's lock files aside.
fn files(folder: &Path) -> Vec<PathBuf> {
    let name = fs::read_to_string(folder.join("current")).expect("there is an index");
    let entries = fs::read_dir(folder.join(name)).expect("it is a folder");
    let paths = entries.flatten().map(|entry| entry.path());
    paths
        .filter(|path| path.extension().is_none_or(|kind| kind != "lock"))
        .collect()
}

#[test]
fn what_was_built_is_opened_and_answers_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let built = build(folder.path(), "listen here").unwrap();
    let opened = Knowledge::open(folder.path(), "listen here", Catalogue::shipped()).unwrap();
    assert_eq!(opened.ask("listen"), built.ask("listen"));
    assert_eq!(opened.ask("listen").sections.len(), 1);
}

#[test]
fn a_rebuild_replaces_what_was_there_and_leaves_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let old = build(folder.path(), "first").unwrap();
    build(folder.path(), "second").unwrap();
    assert_eq!(reason(folder.path(), "second"), "opened");
    assert_eq!(
        reason(folder.path(), "first"),
        "the guides have changed since it was built"
    );
    assert_eq!(
        old.ask("first").sections.len(),
        1,
        "who holds the old one keeps it"
    );
    let generations = fs::read_dir(folder.path()).unwrap().flatten();
    let generations = generations.filter(|entry| entry.path().is_dir()).count();
    assert_eq!(generations, 1);
}

#[test]
fn an_index_that_is_missing_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(reason(folder.path(), ""), "there is none");
    assert_eq!(reason(&folder.path().join("nowhere"), ""), "there is none");
    fs::write(folder.path().join("current"), "../../etc").unwrap();
    assert_eq!(reason(folder.path(), ""), "there is none");
}

#[test]
fn an_index_of_another_version_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), "words").unwrap();
    let manifest = files(folder.path())
        .into_iter()
        .find(|path| path.ends_with("manifest.json"));
    let manifest = manifest.unwrap();
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"version\":", "\"version\":9")).unwrap();
    assert_eq!(
        reason(folder.path(), "words"),
        "it was built by another version"
    );
    fs::write(&manifest, &text[..text.len() / 2]).unwrap();
    assert_eq!(
        reason(folder.path(), "words"),
        "its manifest cannot be read"
    );
}

#[test]
fn an_index_with_other_causes_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), "words").unwrap();
    let none = Arc::new(Catalogue::new([]).0);
    let error = Knowledge::open(folder.path(), "words", &none)
        .err()
        .unwrap();
    assert!(
        error.to_string().ends_with("other causes or phrasings"),
        "{error}"
    );
}

#[test]
fn an_index_with_any_file_damaged_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), "words").unwrap();
    for file in files(folder.path()) {
        for damage in [truncate as fn(&Path), flip, remove] {
            let whole = fs::read(&file).unwrap();
            damage(&file);
            let opened = Knowledge::open(folder.path(), "words", Catalogue::shipped());
            let Err(error) = opened else {
                panic!("{} is damaged, yet opened", file.display())
            };
            assert!(matches!(error, Error::Stale { .. }), "{error}");
            fs::write(&file, whole).unwrap();
        }
    }
    assert_eq!(reason(folder.path(), "words"), "opened");
    truncate(&files(folder.path())[0]);
    build(folder.path(), "words").unwrap();
    assert_eq!(reason(folder.path(), "words"), "opened");
}

fn truncate(path: &Path) {
    let length = fs::metadata(path).expect("it is there").len();
    let file = fs::File::options()
        .write(true)
        .open(path)
        .expect("it can be written");
    file.set_len(length / 2).expect("it can be cut");
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).expect("it can be read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(path, bytes).expect("it can be written");
}

fn remove(path: &Path) {
    fs::remove_file(path).expect("it can be removed");
}

#[test]
fn a_disk_that_refuses_is_said_and_the_old_index_stays() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), "old").unwrap();
    // A folder where a file has to be written refuses everybody, the superuser as well.
    fs::create_dir(folder.path().join("current.new")).unwrap();
    let error = build(folder.path(), "new").err().unwrap();
    assert!(matches!(error, Error::Write { .. }), "{error}");
    assert!(error.hint().is_some());
    assert_eq!(reason(folder.path(), "old"), "opened");
    fs::remove_dir(folder.path().join("current.new")).unwrap();
    build(folder.path(), "new").unwrap();
    assert_eq!(reason(folder.path(), "new"), "opened");
}

#[test]
fn what_an_interrupted_build_left_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), "old").unwrap();
    fs::create_dir(folder.path().join("generation-7")).unwrap();
    fs::write(folder.path().join("generation-7/half"), "…").unwrap();
    assert_eq!(reason(folder.path(), "old"), "opened");
    build(folder.path(), "new").unwrap();
    assert!(!folder.path().join("generation-7").exists());
}
