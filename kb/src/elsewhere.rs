//! What people ask about that lies elsewhere: other trades, other tools, the world. How near a question
//! is to the nearest of it tells whether it is for the guides at all; what to make of that is `rank`'s.

use std::sync::{LazyLock, OnceLock};

use crate::meaning::{Meaning, Passages};

/// The meanings of the shipped phrases. A test holds them against the phrases and the table;
/// `UPDATE_EXPECT=1 cargo test -p kb elsewhere` writes them anew.
static SHIPPED: &[u8] = include_bytes!("../phrasings/elsewhere.bin");

/// Likeness of a heading from which the guides cover what is usually asked elsewhere.
const COVERED_FROM: f32 = 0.7;

/// What lies beyond the guides at hand: what is asked elsewhere, less what they have a heading for.
pub(crate) struct Beyond {
    /// What is asked elsewhere: each phrase is the only one of its owner.
    elsewhere: &'static Passages,
    /// The headings and how people ask about them, which tell what the guides cover.
    headings: Passages,
    /// By phrase. Comparing each with all headings takes longer than indexing a documentation, and few
    /// are ever the nearest.
    covered: Vec<OnceLock<bool>>,
}

impl Beyond {
    /// Sets what ships with the program beside the headings of the guides.
    pub fn new(headings: Passages) -> Self {
        static READ: LazyLock<Passages> = LazyLock::new(|| {
            Passages::from_bytes(SHIPPED).expect("a test reads what is compiled in")
        });
        Self::over(&READ, headings)
    }

    fn over(elsewhere: &'static Passages, headings: Passages) -> Self {
        let mut covered = Vec::new();
        covered.resize_with(elsewhere.len(), OnceLock::new);
        Self {
            elsewhere,
            headings,
            covered,
        }
    }

    /// Gives how near a question is to the nearest phrase that the guides do not cover, 0 to 1.
    pub fn nearest(&self, question: &Meaning) -> f32 {
        // One owner each, so they come one by one.
        let mut all = Vec::with_capacity(self.covered.len());
        self.elsewhere
            .compare(question, |_, likeness| all.push(likeness));
        loop {
            let best = (0..)
                .zip(&all)
                .max_by(|(_, one), (_, next)| one.total_cmp(next));
            match best {
                Some((phrase, likeness)) if *likeness > 0.0 => {
                    if !self.is_covered(phrase) {
                        return *likeness;
                    }
                    all[phrase] = 0.0;
                }
                _ => return 0.0,
            }
        }
    }

    fn is_covered(&self, phrase: usize) -> bool {
        let compare = || {
            let asked = self.elsewhere.meaning(phrase);
            self.headings.nearest(&asked) >= COVERED_FROM
        };
        *self.covered[phrase].get_or_init(compare)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::meaning::Table;
    use crate::phrasings;

    fn passages<'a>(texts: impl IntoIterator<Item = &'a str>) -> Passages {
        let mut passages = Passages::default();
        for (owner, text) in (0..).zip(texts) {
            passages.push(owner, &Table::shipped().meaning(text));
        }
        passages
    }

    fn beyond(headings: &[&str], elsewhere: &[&str]) -> Beyond {
        let elsewhere = Box::leak(Box::new(passages(elsewhere.iter().copied())));
        Beyond::over(elsewhere, passages(headings.iter().copied()))
    }

    fn nearest(beyond: &Beyond, question: &str) -> f32 {
        beyond.nearest(&Table::shipped().meaning(question))
    }

    #[test]
    fn what_a_page_is_about_is_not_elsewhere() {
        let elsewhere = ["send mail over an SMTP server", "weather forecast"];
        let (without, with) = (
            beyond(&["Logs"], &elsewhere),
            beyond(
                &["Logs", "Mail Send mail with our own SMTP server"],
                &elsewhere,
            ),
        );
        let mail = "our SMTP server sends no mail";
        assert!(nearest(&without, mail) > 0.6);
        assert!(nearest(&with, mail) < 0.4);
        assert!(nearest(&with, "the weather of tomorrow") > 0.5);
    }

    #[test]
    fn where_nothing_lies_elsewhere_nothing_is_near_it() {
        assert!(nearest(&beyond(&["Logs"], &[]), "logs").abs() < f32::EPSILON);
        assert!(nearest(&beyond(&[], &["cake"]), "").abs() < f32::EPSILON);
    }

    #[test]
    fn the_file_of_meanings_holds_those_of_the_phrases() {
        let phrases = phrasings::elsewhere();
        let made = passages(phrases.iter().map(String::as_str)).to_bytes();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("phrasings/elsewhere.bin");
            return std::fs::write(file, &made).expect("the file can be written");
        }
        assert!(
            made == SHIPPED,
            "UPDATE_EXPECT=1 cargo test -p kb elsewhere"
        );
        assert_eq!(
            Beyond::new(Passages::default()).elsewhere.len(),
            phrases.len()
        );
    }
}
