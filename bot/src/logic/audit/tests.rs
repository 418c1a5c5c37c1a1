//! What the chain promises: no change of it stays unseen, and what it holds is one printable line
//! an entry.

use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::{Broken, Event, Head, Key, Occasion, Ran, Tail, Verified, Verifier};
use crate::logic::approval::RunId;
use crate::logic::digest::Digest;
use crate::logic::person::Person;
use crate::logic::tries::tries;

fn key() -> Key {
    Key::new(*b"a key of thirty-two bytes, yes! ")
}

fn event(number: u64) -> Event {
    let run = RunId(Uuid::from_u128(u128::from(number)));
    match number % 4 {
        0 => Event::Ran(Ran {
            run,
            ending: format!("exit {number}"),
            took_ms: number,
            output_bytes: number * 7,
            output: Digest::of(&number.to_be_bytes()),
            hidden: 0,
            lacking: Vec::new(),
        }),
        1 => Event::Interrupted { run },
        2 => Event::Loaded {
            what: format!("policy {number}"),
            digest: Digest::of(b"policy"),
            count: Some(number),
            by: Some("bot502".to_owned()),
            occasion: Some(Occasion::Change),
        },
        _ => Event::Refused {
            who: Person::at_terminal(1000),
            channel: None,
            probe: "app-log".to_owned(),
            target: None,
            reason: "No rule.".to_owned(),
        },
    }
}

/// Makes a chain of lines, each with its line break.
fn chain(length: u64) -> Vec<Vec<u8>> {
    let mut tail = Tail { head: Head::EMPTY };
    (0..length)
        .map(|number| {
            let mut line = tail.push(&key(), Timestamp::UNIX_EPOCH, event(number)).line;
            line.push('\n');
            line.into_bytes()
        })
        .collect()
}

fn verify(lines: &[Vec<u8>], head: Option<Head>) -> Result<Verified, Broken> {
    let key = key();
    let mut verifier = Verifier::new(&key, head);
    for line in lines {
        verifier.line(line)?;
    }
    verifier.end()
}

/// Gives the lines of bytes as a file would be split.
fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

#[test]
fn a_chain_that_nobody_touched_holds() {
    let verified = verify(&chain(100), None).expect("it holds");
    assert_eq!((verified.entries, verified.head.seq), (100, 100));
    let head = verified.head;
    assert!(verify(&chain(100), Some(head)).is_ok());
    assert!(
        verify(&chain(150), Some(head)).is_ok(),
        "an older head holds too"
    );
    assert_eq!(verify(&[], None).expect("an empty chain").head, Head::EMPTY);
    assert_eq!(Head::read(&head.to_string()), Some(head));
}

#[test]
fn every_single_bit_counts() {
    let lines = chain(u64::from(tries(60, 1_000)) + 1);
    let key = key();
    let mut flips = 0;
    for (line, next) in lines.iter().zip(&lines[1..]) {
        for bit in 0..line.len() * 8 {
            let mut changed = line.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            // As a file is read: a line that lost its break runs into the next.
            changed.extend(next);
            let first = &split(&changed)[0];
            let found = Verifier::new(&key, None).line(first);
            // Not `Order`, which each of these lines but the first would be unchanged.
            assert_eq!(found, Err(Broken::Line { line: 1 }), "bit {bit}");
            flips += 1;
        }
    }
    assert!(flips >= 100_000, "{flips}");
}

/// An entry of a longer chain, written with the same key.
static FOREIGN: LazyLock<Vec<u8>> = LazyLock::new(|| chain(40).pop().expect("a line"));

/// A chain that is made once: the properties below change copies of it.
static CHAIN: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| chain(30));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tries(1_000, 10_000)))]

    #[test]
    fn deletions_swaps_doubles_and_insertions_are_seen(one in 0usize..30, other in 0usize..30) {
        let foreign = FOREIGN.clone();
        let other = if one == other { (one + 1) % 30 } else { other };
        let changed = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
            let mut lines = CHAIN.clone();
            change(&mut lines);
            verify(&lines, None).is_err()
        };
        // The last one taken away is a cut, which only a head can show.
        prop_assert!(changed(&|lines| drop(lines.remove(one.min(28)))));
        prop_assert!(changed(&|lines| lines.swap(one, other)));
        prop_assert!(changed(&|lines| lines.insert(one, CHAIN[other].clone())));
        prop_assert!(changed(&|lines| lines.insert(one, foreign.clone())));
        prop_assert!(changed(&|lines| lines[one] = foreign.clone()));
    }

    #[test]
    fn a_cut_is_seen_against_a_head_and_only_so(length in 0usize..30, bytes in 0usize..200) {
        let lines = &*CHAIN;
        let head = verify(lines, None).expect("it holds").head;
        let kept = &lines[..length];
        prop_assert!(verify(kept, None).is_ok());
        prop_assert_eq!(
            verify(kept, Some(head)),
            Err(Broken::Short { found: length as u64, head: 30 })
        );
        let torn: Vec<u8> = lines.concat().into_iter().take(bytes).collect();
        let whole = torn.is_empty() || torn.ends_with(b"\n");
        prop_assert_eq!(verify(&split(&torn), None).is_ok(), whole);
    }

    #[test]
    fn an_entry_is_one_printable_line(text in "\\PC{0,40}|[\\x00-\\x1f\\x7f-\\u{9f}\u{202e}\u{2028}\"\\\\]{0,20}") {
        let what = text.clone();
        let mut tail = Tail { head: Head::EMPTY };
        let event = Event::Loaded { what, digest: Digest::of(b""), count: None, by: None, occasion: None };
        let line = tail.push(&key(), Timestamp::UNIX_EPOCH, event.clone()).line;
        prop_assert!(line.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        let (entry, _) = super::Seal::open(&key(), line.as_bytes()).expect("it opens");
        prop_assert_eq!(entry.event, event);
    }
}

#[test]
fn another_key_opens_nothing() {
    let lines = chain(1);
    let other = Key::new([7; 32]);
    assert_eq!(
        Verifier::new(&other, None).line(&lines[0]),
        Err(Broken::Line { line: 1 })
    );
    assert_eq!(format!("{:?}", key()), "Key(..)");
}

#[test]
fn a_chain_written_anew_is_seen_against_a_head() {
    let head = verify(&chain(10), None).expect("it holds").head;
    let mut tail = Tail { head: Head::EMPTY };
    let anew: Vec<Vec<u8>> = (0..12)
        .map(|_| format!("{}\n", tail.push(&key(), Timestamp::MAX, event(1)).line).into_bytes())
        .collect();
    assert!(
        verify(&anew, None).is_ok(),
        "whoever has the key can write another chain"
    );
    assert_eq!(
        verify(&anew, Some(head)),
        Err(Broken::OtherChain { head: 10 })
    );
}

#[test]
fn what_is_pruned_leaves_a_chain_that_holds() {
    let lines = chain(30);
    let through = verify(&lines[..20], None).expect("it holds").head;
    let head = verify(&lines, None).expect("it holds").head;
    let stone = Tail::tombstone(&key(), Timestamp::UNIX_EPOCH, through);
    let mut pruned = vec![format!("{}\n", stone.line).into_bytes()];
    pruned.extend_from_slice(&lines[20..]);
    let verified = verify(&pruned, Some(head)).expect("it holds");
    assert_eq!((verified.entries, verified.pruned), (10, 20));
    assert!(verify(&pruned, Some(through)).is_ok());
    let older = verify(&lines[..5], None).expect("it holds").head;
    assert_eq!(
        verify(&pruned, Some(older)),
        Err(Broken::BeforePruned {
            head: 5,
            through: 20
        })
    );
    // One more taken out than the stone says, and a stone in the middle.
    pruned.remove(1);
    assert!(verify(&pruned, None).is_err());
    let mut middle = lines.clone();
    middle.insert(20, format!("{}\n", stone.line).into_bytes());
    assert!(verify(&middle, None).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tries(1_000, 1_000_000)))]
    #[test]
    fn an_entry_is_one_printable_line_whatever_it_says(
        text in "(\\PC|\\pC|[\r\n\t\u{85}\u{2028}\u{2029}\u{1b}\"\\\\]){0,40}"
    ) {
        let event = Event::Refused {
            who: Person::at_terminal(1000),
            channel: None,
            probe: text.clone(),
            target: None,
            reason: text.clone(),
        };
        let mut tail = Tail { head: Head::EMPTY };
        let seal = tail.push(&key(), Timestamp::UNIX_EPOCH, event.clone());
        prop_assert!(seal.line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", seal.line);
        let read = super::Seal::open(&key(), seal.line.as_bytes());
        prop_assert!(read.is_some_and(|(entry, _)| entry.event == event));
    }
}
