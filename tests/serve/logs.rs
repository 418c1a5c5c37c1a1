//! The log of a conversation, all of it: by which event each line came about, and nothing of what was
//! typed, printed or given as leave to answer.

use bot::logic::heard::{Handle, Heard};

use super::child::Orders;
use super::life::Life;
use super::scene::{BOSS, approve, asks, presses, typed};

#[test]
fn the_log_names_each_event_and_holds_nothing_that_was_typed_or_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let orders = Orders {
        free: vec!["CF0".to_owned()],
        held: vec!["CH0".to_owned()],
        logs: true,
        ..Orders::plain(folder.path())
    };
    let handle = Handle {
        reply: Some("planted-in-the-leave".to_owned()),
        form: None,
    };
    let events = [
        Heard {
            handle: Some(handle),
            ..typed("key-1", "CA0", "planted-in-the-question what is 502")
        },
        typed("key-2", "CA1", "help planted-in-the-topic"),
        typed("key-3", "CA2", "probe planted-in-the-probe"),
        asks("key-4", "CF0"),
        asks("key-5", "CH0"),
        presses("key-6", "CH0", BOSS, approve),
    ];
    let lived = Life::begin(&orders).hear(&events);
    assert!(!lived.died);
    let logged = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    for span in [
        "event{correlation.id=",
        "run{correlation.id=",
        "delivery{correlation.id=",
    ] {
        assert!(
            logged.contains(span),
            "no line of the log begins with {span}"
        );
    }
    let leaks: Vec<&str> = logged
        .lines()
        .filter(|line| line.contains("planted"))
        .collect();
    assert_eq!(leaks, Vec::<&str>::new());
    let database = std::fs::read(folder.path().join("bot502.db")).expect("a database");
    let log = std::fs::read(folder.path().join("bot502.db-wal")).unwrap_or_default();
    let kept = [database, log].concat();
    let text = String::from_utf8_lossy(&kept);
    assert!(
        !text.contains("planted-in-the-leave"),
        "leave to answer outlives the answer"
    );
}
