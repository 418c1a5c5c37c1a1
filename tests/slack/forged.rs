//! Whose calls are believed, by a clock of the test's own: no bit of body, time or signature may be
//! another, and the edges of the time are exactly five minutes.

use bot::chat::slack::signed::Verifier;
use jiff::Timestamp;
use serde_json::json;

use crate::harness::slack::calls::signature;
use crate::harness::tries;

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const NOW: i64 = 1_790_000_000;

fn holds(signature: &str, time: &str, body: &[u8], now: i64) -> bool {
    let now = Timestamp::from_second(now).expect("a moment");
    Verifier::new(&SECRET.into()).holds((signature, time), body, now)
}

/// The same chance each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("small")
    }
}

/// Bodies as Slack sends them: events, commands, presses.
fn body(n: usize) -> String {
    match n % 3 {
        0 => json!({ "type": "event_callback", "event_id": format!("Ev{n:08}"), "event": { "type": "app_mention", "text": "<@U0BOT> why 502?" } }).to_string(),
        1 => format!("token=unused&team_id=T0HOME&user_id=U0ANN&command=%2F502&text=step+{n}&trigger_id={n}.1"),
        _ => format!("payload=%7B%22type%22%3A%22block_actions%22%2C%22trigger_id%22%3A%22{n}%22%7D"),
    }
}

#[test]
fn of_calls_with_one_changed_bit_none_is_believed() {
    let mut chance = Chance(502);
    let (mut believed, count) = (0, tries(20_000, 100_000));
    for n in 0..count {
        let (body, time) = (body(n), NOW.to_string());
        let signed = signature(SECRET, &time, &body);
        assert!(holds(&signed, &time, body.as_bytes(), NOW), "{body}");
        let mut parts = [body.into_bytes(), time.into_bytes(), signed.into_bytes()];
        // Time and signature as often as the body, which is longer.
        let part = &mut parts[n % 3];
        let bit = chance.below(part.len() * 8);
        part[bit / 8] ^= 1 << (bit % 8);
        let [body, time, signed] = parts;
        // What is no text cannot stand in a header.
        let (Ok(time), Ok(signed)) = (String::from_utf8(time), String::from_utf8(signed)) else {
            continue;
        };
        believed += usize::from(holds(&signed, &time, &body, NOW));
    }
    assert_eq!(believed, 0, "of {count}");
    eprintln!("{count} calls with one changed bit: {believed} believed");
}

#[test]
fn the_edges_of_the_time_are_exactly_five_minutes() {
    let body = "{}";
    for (off, expected) in [
        (-86_400, false),
        (-600, false),
        (-301, false),
        (-300, true),
        (-299, true),
        (0, true),
        (299, true),
        (300, true),
        (301, false),
        (600, false),
        (86_400, false),
    ] {
        let time = (NOW + off).to_string();
        let signed = signature(SECRET, &time, body);
        assert_eq!(
            holds(&signed, &time, body.as_bytes(), NOW),
            expected,
            "{off}"
        );
    }
    for time in [
        "",
        " ",
        "x",
        "1790000000.0",
        "0x6AB0A780",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999",
    ] {
        let signed = signature(SECRET, time, body);
        assert!(!holds(&signed, time, body.as_bytes(), NOW), "{time:?}");
    }
}

#[test]
fn a_signature_has_one_spelling() {
    let (time, body) = (NOW.to_string(), "{}");
    let signed = signature(SECRET, &time, body);
    let others = [
        signed.to_uppercase(),
        signed.trim_start_matches("v0=").to_owned(),
        signed.replace("v0", "v1"),
        signed.replace('=', ""),
        signed[..signed.len() - 2].to_owned(),
        format!("{signed}00"),
        format!(" {signed}"),
        format!("{signed}\n"),
        format!("v0={}", "0".repeat(64)),
        "v0=".to_owned(),
        String::new(),
        signature("another", &time, body),
        signature("", &time, body),
    ];
    for other in others {
        assert!(!holds(&other, &time, body.as_bytes(), NOW), "{other:?}");
    }
    assert!(holds(&signed, &time, body.as_bytes(), NOW));
}

#[test]
fn without_a_secret_nobody_is_believed() {
    let (time, body) = (NOW.to_string(), "{}");
    let now = Timestamp::from_second(NOW).expect("a moment");
    let signed = signature("", &time, body);
    assert!(!Verifier::new(&"".into()).holds((&signed, &time), body.as_bytes(), now));
}
