//! How often one host may be asked: a check must not become the load that it looks for.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// Checks of one host within [`WINDOW`] at most.
const MOST: usize = 6;

/// The window that they are counted in.
const WINDOW: Duration = Duration::from_secs(60);

/// When each host was last asked.
#[derive(Debug, Default)]
pub struct Rate {
    asked: BTreeMap<String, VecDeque<Instant>>,
}

impl Rate {
    /// Notes that `host` is asked now.
    ///
    /// # Errors
    /// How long to wait, where it was asked too often; nothing is noted then.
    pub fn ask(&mut self, host: &str, now: Instant) -> Result<(), Duration> {
        self.asked.retain(|_, times| {
            times.retain(|time| now.saturating_duration_since(*time) < WINDOW);
            !times.is_empty()
        });
        let times = self.asked.entry(host.to_owned()).or_default();
        match times.front() {
            Some(first) if times.len() >= MOST => {
                Err(WINDOW.saturating_sub(now.saturating_duration_since(*first)))
            }
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_asked_six_times_a_minute_at_most() {
        let start = Instant::now();
        let mut rate = Rate::default();
        let asked: Vec<u64> = (0..180)
            .filter(|second| rate.ask("a", start + Duration::from_secs(*second)).is_ok())
            .collect();
        let per_minute = [0..60, 60..120, 120..180].map(|minute| {
            asked
                .iter()
                .filter(|second| minute.contains(*second))
                .count()
        });
        assert_eq!(per_minute, [6, 6, 6]);
    }

    #[test]
    fn another_host_is_not_held_up_and_the_wait_is_said() {
        let start = Instant::now();
        let mut rate = Rate::default();
        (0..6).for_each(|_| assert_eq!(rate.ask("a", start), Ok(())));
        let later = start + Duration::from_secs(45);
        assert_eq!(rate.ask("a", later), Err(Duration::from_secs(15)));
        assert_eq!(rate.ask("b", later), Ok(()));
    }
}
