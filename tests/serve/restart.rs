//! Killed at named points and at random moments, again and again, on one database: nothing is lost, run
//! twice or said twice. `BOT502_TRIES=full` takes the full numbers: 200 random moments, each point 20 times.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bot::logic::audit::Event;
use bot::logic::heard::Heard;
use bot::serve::Point;

use super::child::{Dies, Orders, audit};
use super::database;
use super::far::{Arrived, Far, Started};
use super::life::{Life, Lived};
use super::scene::{BOSS, approve, asks, presses, typed};
use crate::harness::tries;

/// Lives of a story at most: the channels of its policy are made for so many.
const MOST_LIVES: usize = 1500;

/// A server that is killed again and again, and what it was told.
struct Story {
    folder: tempfile::TempDir,
    orders: Orders,
    lives: usize,
    /// What it did not say that it took, and so is told again, as a platform does.
    untaken: Vec<Heard>,
    asked: Vec<String>,
    free: Vec<String>,
    held: Vec<String>,
    presses: BTreeMap<String, usize>,
}

impl Story {
    fn begin(lives: usize, finds: bool) -> Self {
        assert!(lives <= MOST_LIVES);
        let folder = tempfile::tempdir().expect("a folder");
        let names = |kind: &str| (0..lives).map(|life| format!("C{kind}{life}")).collect();
        let orders = Orders {
            free: names("F"),
            held: names("H"),
            finds,
            ..Orders::plain(folder.path())
        };
        Self {
            folder,
            orders,
            lives: 0,
            untaken: Vec::new(),
            asked: Vec::new(),
            free: Vec::new(),
            held: Vec::new(),
            presses: BTreeMap::new(),
        }
    }

    /// Lives once more: new questions, a run, one to consent to, and consent to those that wait.
    fn live(&mut self, dies: Dies) -> bool {
        let life = self.lives;
        self.lives += 1;
        let mut events = std::mem::take(&mut self.untaken);
        for n in 0..2 {
            let channel = format!("CA{life}x{n}");
            events.push(typed(&format!("ask-{life}-{n}"), &channel, "step 2"));
            self.asked.push(channel);
        }
        for channel in self.waiting() {
            events.push(self.press(&channel));
        }
        let (free, held) = (format!("CF{life}"), format!("CH{life}"));
        events.push(asks(&format!("free-{life}"), &free));
        events.push(asks(&format!("held-{life}"), &held));
        self.free.push(free);
        self.held.push(held);
        self.hear(events, dies).died
    }

    /// Lives until all is done: what was not taken is told again, what waits is consented to.
    fn end(&mut self) {
        let untaken = std::mem::take(&mut self.untaken);
        assert!(!self.hear(untaken, Dies::Never).died);
        let presses = self
            .waiting()
            .iter()
            .map(|channel| self.press(channel))
            .collect();
        assert!(!self.hear(presses, Dies::Never).died);
    }

    /// Lets the time of all that waits run out, while no server lives.
    fn let_time_pass(&self) {
        self.sql(
            "UPDATE run SET expires_at = 1, hold = json_set(hold, '$.expires_at', \
             '1970-01-01T00:00:01Z') WHERE state = 'waiting'",
        );
    }

    /// Changes the database behind the server's back, while no server lives.
    fn sql(&self, sql: &'static str) {
        database::execute(&self.folder.path().join("bot502.db"), sql);
    }

    fn hear(&mut self, events: Vec<Heard>, dies: Dies) -> Lived {
        let orders = Orders {
            dies,
            ..self.orders.clone()
        };
        let lived = Life::begin(&orders).hear(&events);
        let is_untaken = |event: &Heard| !lived.taken.contains(&event.key);
        self.untaken = events.into_iter().filter(is_untaken).collect();
        lived
    }

    /// Gives the channels in which a run was seen to wait, and nothing to come of it.
    fn waiting(&self) -> Vec<String> {
        let posts = posts(&self.arrived());
        let is_waiting =
            |channel: &&String| posts.get(*channel).is_some_and(|titles| titles.len() == 1);
        self.held.iter().filter(is_waiting).cloned().collect()
    }

    fn press(&mut self, channel: &str) -> Heard {
        let count = self.presses.entry(channel.to_owned()).or_default();
        *count += 1;
        presses(&format!("press-{channel}-{count}"), channel, BOSS, approve)
    }

    fn arrived(&self) -> Vec<Arrived> {
        Far::new(self.folder.path(), true).arrived()
    }

    /// Says everything that is not as it must be.
    fn complaints(&self) -> Vec<String> {
        let arrived = self.arrived();
        let mut complaints = said_twice(&arrived);
        complaints.extend(runs(self.folder.path()));
        let alone = |channel: &str, who: &str| {
            let name = format!("{channel}@{who}");
            arrived
                .iter()
                .filter(|arrived| arrived.channel == name)
                .count()
        };
        for channel in &self.asked {
            let count = alone(channel, "UASKER");
            if count != 1 {
                complaints.push(format!("{channel}: answered {count} times"));
            }
        }
        let posts = posts(&arrived);
        let started = Far::new(self.folder.path(), true).started();
        for channel in self.free.iter().chain(&self.held) {
            let titles = posts.get(channel).cloned().unwrap_or_default();
            if titles.len() != 2 {
                complaints.push(format!(
                    "{channel}: not one run and one outcome: {titles:?}"
                ));
            }
            let ran = started.iter().any(|run| run.channel == *channel);
            let denied = titles.iter().any(|title| title.contains("was not started"));
            if ran && denied {
                complaints.push(format!("{channel}: it ran, and was said not to have"));
            }
        }
        for (channel, pressed) in &self.presses {
            let settled = arrived.iter().filter(|arrived| {
                arrived.channel == *channel
                    && arrived.way == "instead"
                    && arrived.title.contains("is approved")
            });
            let count = alone(channel, BOSS) + settled.count();
            if count != *pressed {
                complaints.push(format!("{channel}: {pressed} presses, {count} replies"));
            }
        }
        if !complaints.is_empty() {
            // Whoever reads the complaints wants to know why.
            eprintln!(
                "{}",
                std::fs::read_to_string(self.folder.path().join("log")).expect("a log")
            );
        }
        complaints
    }
}

/// Gives the first lines of what was posted for all to see, by channel.
fn posts(arrived: &[Arrived]) -> BTreeMap<String, Vec<String>> {
    let mut posts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for arrived in arrived {
        if arrived.way == "post" && arrived.kind == "message" {
            let titles = posts.entry(arrived.channel.clone()).or_default();
            titles.push(arrived.title.clone());
        }
    }
    posts
}

fn said_twice(arrived: &[Arrived]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    arrived
        .iter()
        .filter(|arrived| !seen.insert(arrived.mark.clone()))
        .map(|arrived| format!("{}: said twice: {}", arrived.channel, arrived.title))
        .collect()
}

/// Holds what was started against the audit and against itself.
fn runs(folder: &Path) -> Vec<String> {
    let started = Far::new(folder, true).started();
    let mut channels = BTreeSet::new();
    let twice = |started: &&Started| !channels.insert(started.channel.clone());
    let mut complaints: Vec<String> = started
        .iter()
        .filter(twice)
        .map(|started| format!("{}: run twice", started.channel))
        .collect();
    let mut intents = BTreeSet::new();
    let verified = audit(folder).verify(None, |entry| {
        if let Event::Intent { permit, .. } = entry.event {
            intents.insert(permit.to_string());
        }
    });
    if let Err(error) = verified {
        complaints.push(format!("the audit does not hold: {error}"));
    }
    let unrecorded = started.iter().filter(|run| !intents.contains(&run.permit));
    complaints.extend(unrecorded.map(|run| format!("{}: ran without a record", run.channel)));
    complaints
}

/// A chance that is the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Points that a life passes by itself; those of what an earlier one left need a death before.
fn deaths(point: Point) -> Vec<Point> {
    match point {
        Point::Interrupting => vec![Point::Running, point],
        Point::Finding => vec![Point::Sent, point],
        _ => vec![point],
    }
}

#[test]
fn killed_at_each_named_point_nothing_is_lost_or_done_twice() {
    let rounds = tries(1, 20);
    let mut story = Story::begin(tries(100, MOST_LIVES), true);
    let mut chance = Chance(502);
    let mut deaths_at: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..rounds {
        for at in Point::ALL.into_iter().flat_map(deaths) {
            let number = Point::ALL.iter().position(|point| *point == at);
            let number = number.expect("it is one of them");
            // What an earlier life left is passed once in all.
            let is_rare = deaths(at).len() > 1 || at == Point::Expiring;
            let nth = u32::try_from(1 + chance.below(if is_rare { 1 } else { 3 })).expect("small");
            // A point that is not passed so often in this life is passed once in the next.
            if at == Point::Expiring {
                story.live(Dies::Never);
                story.live(Dies::Never);
                story.let_time_pass();
            }
            let died = story.live(Dies::At(number, nth)) || story.live(Dies::At(number, 1));
            *deaths_at.entry(format!("{at:?}")).or_default() += usize::from(died);
        }
    }
    story.end();
    assert_eq!(story.complaints(), Vec::<String>::new());
    for (point, count) in &deaths_at {
        assert!(*count >= rounds, "{point}: {deaths_at:?}");
    }
    eprintln!(
        "killed at {} points: {deaths_at:?}, {}",
        deaths_at.len(),
        sums(&story)
    );
}

#[test]
fn killed_at_random_moments_nothing_is_lost_or_done_twice() {
    let kills = tries(12, 200);
    let mut story = Story::begin(4 * kills, true);
    let mut chance = Chance(20_502);
    let mut died = 0;
    while died < kills {
        // About as long as such a life has work to do.
        died += usize::from(story.live(Dies::After(chance.below(250_000))));
    }
    story.end();
    assert_eq!(story.complaints(), Vec::<String>::new());
    eprintln!("killed at {died} random moments, {}", sums(&story));
}

/// The same tests see what they are there for: where a platform cannot be asked what arrived, or the
/// claim on what was heard is taken away, they fail.
#[test]
fn without_looking_for_what_arrived_the_test_fails() {
    let mut story = Story::begin(10, false);
    let sent = Point::ALL.iter().position(|point| *point == Point::Sent);
    for _ in 0..3 {
        story.live(Dies::At(sent.expect("it is one of them"), 1));
    }
    story.end();
    let complaints = story.complaints();
    assert!(
        complaints
            .iter()
            .any(|complaint| complaint.contains("said twice"))
    );
}

#[test]
fn without_the_claim_on_what_was_heard_the_test_fails() {
    let mut story = Story::begin(10, true);
    story.live(Dies::Never);
    story.sql(
        "CREATE TRIGGER unclaimed AFTER UPDATE OF state ON inbox BEGIN UPDATE inbox \
         SET state = 'new', heard = OLD.heard WHERE event_key = NEW.event_key; END",
    );
    let delivered = Point::ALL
        .iter()
        .position(|point| *point == Point::Delivered);
    for _ in 0..3 {
        story.live(Dies::At(delivered.expect("it is one of them"), 6));
    }
    story.sql("DROP TRIGGER unclaimed");
    story.end();
    let complaints = story.complaints();
    let has = |word: &str| complaints.iter().any(|complaint| complaint.contains(word));
    assert!(has("run twice"), "{complaints:?}");
    assert!(has("answered 2 times"), "{complaints:?}");
}

fn sums(story: &Story) -> String {
    let arrived = story.arrived();
    let titled = |word: &str| {
        arrived
            .iter()
            .filter(|arrived| arrived.way == "post" && arrived.title.contains(word))
            .count()
    };
    format!(
        "{} lives, {} questions, {} runs asked for, {} started, {} interrupted, {} not started, {} presses, {} messages",
        story.lives,
        story.asked.len(),
        story.free.len() + story.held.len(),
        Far::new(story.folder.path(), true).started().len(),
        titled("interrupted"),
        titled("not started"),
        story.presses.values().sum::<usize>(),
        arrived.len(),
    )
}
