//! Every single write of the real program to its disk: it is killed at it, or the disk fails at it. The
//! kernel's own door is where that is done, by `strace`.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use rustix::process::Signal;

use super::story::Story;
use crate::harness::real::Real;
use crate::harness::tries;

/// What a write is to the kernel.
const CALLS: [&str; 5] = ["write", "pwrite64", "ftruncate", "fsync", "fdatasync"];

/// Files of the program.
const FILES: [&str; 4] = [
    "bot502.db",
    "bot502.db-wal",
    "bot502.db-journal",
    "audit.jsonl",
];

/// One of its writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Write {
    file: &'static str,
    call: &'static str,
    /// The how manyth of its thread.
    nth: usize,
}

/// Starts the program under `strace` with more words for it.
fn traced(story: &Story, words: &[String]) -> Real {
    let trace = story.home.path("trace").display().to_string();
    let mut all = vec!["-D", "-f", "-qq", "-y", "-s", "0", "-o", &trace];
    all.extend(words.iter().map(String::as_str));
    Real::start(story.home.server(&story.double).under("strace", &all))
}

/// Tells whether there is `strace`; it must be under CI.
pub fn is_there() -> bool {
    let is_there = std::process::Command::new("strace")
        .arg("-V")
        .output()
        .is_ok();
    let must = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        is_there || !must,
        "strace is not there: tests/run installs it"
    );
    if !is_there {
        eprintln!("not run: strace is not there; tests/run installs it");
    }
    is_there
}

/// Lives a story to its end without harm, and gives every write of it.
fn writes() -> Vec<Write> {
    let mut story = Story::begin();
    let calls = format!("trace={}", CALLS.join(","));
    let real = traced(&story, &["-e".to_owned(), calls]);
    story.work();
    assert!(story.go_on(&real));
    real.stop();
    assert_eq!(story.complaints(), Vec::<String>::new());
    let trace = std::fs::read_to_string(story.home.path("trace")).expect("a trace");
    let mut most: BTreeMap<(&str, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let Some((call, rest)) = rest.trim_start().split_once('(') else {
            continue;
        };
        let call = CALLS.iter().find(|known| **known == call);
        let file = FILES
            .iter()
            .find(|file| rest.contains(&format!("/{file}>")));
        if let (Some(call), Some(file)) = (call, file) {
            *most
                .entry((file, call))
                .or_default()
                .entry(thread)
                .or_default() += 1;
        }
    }
    let all = most.into_iter().flat_map(|((file, call), by_thread)| {
        let most = by_thread.into_values().max().unwrap_or(0);
        (1..=most).map(move |nth| Write { file, call, nth })
    });
    all.collect()
}

/// Gives the words that let something happen at one write.
fn at(folder: &Path, write: &Write, happens: &str) -> Vec<String> {
    let Write { file, call, nth } = write;
    vec![
        "-P".to_owned(),
        folder.join(file).display().to_string(),
        "-e".to_owned(),
        format!("trace={call}"),
        "-e".to_owned(),
        format!("inject={call}:{happens}:when={nth}"),
    ]
}

/// What became of a life in which something was to happen at one write.
#[derive(Default)]
struct Lived {
    /// It happened.
    is_hit: bool,
    /// The life ended by it.
    has_ended: bool,
}

/// Lives a story in which something happens at one write, and then another life until all is done.
fn lived(write: &Write, happens: &str) -> Lived {
    let mut story = Story::begin();
    // What the trace is narrowed to must have a folder, whether or not it is there yet.
    std::fs::create_dir_all(story.home.state("")).expect("a folder");
    let real = traced(&story, &at(&story.home.state(""), write, happens));
    story.work();
    let all_done = story.go_on(&real);
    if all_done {
        real.signal(Signal::TERM);
    }
    let (status, log) = real.ended();
    story.end();
    let complaints = story.complaints();
    assert!(
        complaints.is_empty(),
        "{write:?} {happens}: {complaints:#?}\n{log:#?}"
    );
    let trace = std::fs::read_to_string(story.home.path("trace")).unwrap_or_default();
    Lived {
        is_hit: status.signal() == Some(9) || trace.contains("INJECTED"),
        has_ended: !all_done,
    }
}

/// Lets things happen at some writes of all; gives how many were tried, met, and ended their life.
fn each(happens: &[&str]) -> Option<[usize; 4]> {
    if !is_there() {
        return None;
    }
    let all = writes();
    let step = (all.len() / tries(8, all.len())).max(1);
    let mut sums = [all.len(), 0, 0, 0];
    for (n, write) in all.iter().step_by(step).enumerate() {
        let lived = lived(write, happens[n % happens.len()]);
        sums[1] += 1;
        sums[2] += usize::from(lived.is_hit);
        sums[3] += usize::from(lived.has_ended);
    }
    let [_, tried, hit, _] = sums;
    assert!(hit * 2 > tried, "of {tried} lives {hit} met it");
    Some(sums)
}

#[test]
fn killed_at_any_write_nothing_is_lost_or_done_twice() {
    if let Some([all, tried, hit, _]) = each(&["signal=KILL"]) {
        eprintln!("{all} writes, {tried} tried, killed at {hit}");
    }
}

#[test]
fn where_the_disk_fails_nothing_is_said_that_is_not_so_and_all_goes_on() {
    if let Some([all, tried, hit, ended]) = each(&["error=EIO", "error=ENOSPC"]) {
        eprintln!("{all} writes, {tried} tried, {hit} failed, {ended} lives ended by it");
    }
}
