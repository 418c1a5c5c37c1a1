//! The real program killed at random moments: of questions, commands, checks, consent and results nothing
//! is lost, done twice or left without a word.

use std::time::Duration;

use super::database;
use super::story::Story;
use crate::harness::tries;

/// The same chance each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[test]
fn killed_at_random_moments_nothing_is_lost_or_done_twice() {
    let kills = tries(20, 200);
    let (mut story, mut chance) = (Story::begin(), Chance(502));
    for _ in 0..kills {
        let real = story.home.serve(&story.double);
        story.work();
        // About as long as there is work to do: the moment of a crash is by chance.
        std::thread::sleep(Duration::from_millis(chance.below(400)));
        real.kill();
    }
    story.end();
    assert_eq!(story.complaints(), Vec::<String>::new());
    eprintln!("killed {kills} times: {}", story.sums());
}

/// The same test sees what it is there for: with the claim on what was heard taken away, it fails.
#[test]
fn without_the_claim_on_what_was_heard_the_test_fails() {
    let mut story = Story::begin();
    story.home.serve(&story.double).stop();
    let path = story.home.state("bot502.db");
    database::execute(
        &path,
        "CREATE TRIGGER unclaimed AFTER UPDATE OF state ON inbox BEGIN UPDATE inbox \
         SET state = 'new', heard = OLD.heard WHERE event_key = NEW.event_key; END",
    );
    let real = story.home.serve(&story.double);
    story.work();
    assert!(story.go_on(&real));
    real.kill();
    database::execute(&path, "DROP TRIGGER unclaimed");
    story.end();
    let complaints = story.complaints();
    let has = |word: &str| complaints.iter().any(|complaint| complaint.contains(word));
    assert!(has("answered 2 times"), "{complaints:?}");
    assert!(has("run 2 times"), "{complaints:?}");
}
