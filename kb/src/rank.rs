//! How well a section fits a question: the one place where evidence of different kinds is weighed.
//! Gathering the evidence is left to `search`; saying how sure we are starts here, too.

use crate::answer::Reply;

/// What speaks for a section, each kind for itself. A kind that has nothing to say is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Features {
    /// BM25 of the question's words in the heading; like all scores of words, a share of what the
    /// words of the question weigh, so that long and short questions compare.
    pub heading: f32,
    /// BM25 in what the section says.
    pub body: f32,
    /// BM25 in the best of its commands with their introductions.
    pub command: f32,
    /// BM25 in the best of its passages: one phrasing or one cause's description.
    pub passage: f32,
    /// Share of the question's weight that the section, what is above it, its commands and passages have,
    /// 0 to 1.
    pub coverage: f32,
    /// Likeness of meaning of its nearest sentence, heading or phrasing, -1 to 1.
    pub meaning: f32,
    /// Likeness of meaning of what it is about as a whole, with its page, -1 to 1.
    pub whole: f32,
    /// Likeness of meaning of the nearest description of a cause that belongs to it, -1 to 1.
    pub described: f32,
    /// How strongly a signature says so: 1 for a decisive one, less for a symptom.
    pub cause: f32,
}

/// Most that the best command or passage counts. They are short and many: a common word that is all of a
/// question would outweigh a heading of that very word.
const MOST_OF_ONE: f32 = 1.5;

impl Features {
    /// Multiplies the scores of words, and bounds those of what is short.
    pub(crate) fn scale_words(&mut self, factor: f32) {
        for score in [
            &mut self.heading,
            &mut self.body,
            &mut self.command,
            &mut self.passage,
        ] {
            *score *= factor;
        }
        for score in [&mut self.command, &mut self.passage] {
            *score = score.min(MOST_OF_ONE);
        }
    }

    /// Whether anything speaks for the section.
    pub(crate) fn speak(&self) -> bool {
        self.coverage > 0.0 || self.meaning > 0.0 || self.described > 0.0 || self.cause > 0.0
    }
}

/// How much each kind of evidence counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// For [`Features::heading`].
    pub heading: f32,
    /// For [`Features::body`].
    pub body: f32,
    /// For [`Features::command`].
    pub command: f32,
    /// For [`Features::passage`].
    pub passage: f32,
    /// For [`Features::coverage`].
    pub coverage: f32,
    /// For [`Features::meaning`].
    pub meaning: f32,
    /// For [`Features::whole`].
    pub whole: f32,
    /// For [`Features::described`].
    pub described: f32,
    /// For [`Features::cause`].
    pub cause: f32,
}

impl Weights {
    /// The weights in use. Scores of words are at most about 2, the others at most 1.
    ///
    /// Chosen once for all guides, over sets of questions about a small guide and a large
    /// documentation at the same time, and held to gain on the sets that they were not chosen on;
    /// each can be halved or doubled without losing more than about five questions in a hundred.
    pub const DEFAULT: Self = Self {
        heading: 0.12,
        body: 0.15,
        command: 0.05,
        passage: 0.38,
        coverage: 0.4,
        meaning: 1.0,
        whole: 0.4,
        described: 0.82,
        cause: 0.16,
    };
}

/// How much of the way to the nearest step of its guide a cause takes the step that it belongs to.
///
/// Chosen like the weights. At 1, only the cause would tell one step from another; at 0, an error could
/// be read as one cause and answered with the step of another.
const LIFT: f32 = 0.8;

/// Weighs what speaks for a section: a weighted sum, in which of two likenesses the better counts.
///
/// A sum of scores, not of ranks: how far ahead a section is says something, too. `nearest_step` is
/// what the words alone say for the nearest step: how near the guide is, they tell, and which of its
/// steps is meant, a cause tells better.
#[must_use]
pub fn rank(features: &Features, weights: &Weights, nearest_step: f32) -> f32 {
    let said = said(features, weights);
    let lift = LIFT * (nearest_step - said).max(0.0);
    said + features.cause * (weights.cause + lift)
}

/// Weighs what speaks for a section but for causes.
pub(crate) fn said(features: &Features, weights: &Weights) -> f32 {
    likeness(features, weights)
        + weights.heading * features.heading
        + weights.body * features.body
        + weights.command * features.command
        + weights.passage * features.passage
        + weights.coverage * features.coverage
        + weights.whole * features.whole.max(0.0)
}

/// Likeness of meaning to what the section says or to a cause that belongs to it. The texts of
/// causes are short and general, and many: they count for less than the section's own.
fn likeness(features: &Features, weights: &Weights) -> f32 {
    let said = weights.meaning * features.meaning;
    said.max(weights.described * features.described)
}

/// What decides how sure we are of the first section.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// What speaks for the first section.
    pub first: Features,
    /// How far its score is ahead of the second's.
    pub lead: f32,
    /// Likeness of meaning to the nearest of what is asked elsewhere.
    pub elsewhere: f32,
    /// What its words weigh that no guide has, by word of the question: 0 where each is known, more than 8
    /// where none is and the guides are a large documentation, 3 where they are one page.
    pub foreign: f32,
    /// Whether one of those is a name of what lies elsewhere.
    pub has_name: bool,
    /// How many words the question has.
    pub words: usize,
}

/// How much the likeness to what is asked elsewhere takes away.
///
/// This and the numbers below are one logistic regression over questions about a small guide, a large
/// documentation and neither, and were held against others that had been laid aside. Those about
/// neither were written for this, of other trades and of everyday life; public collections of such questions
/// count for a fifth beside them.
const AGAINST: f32 = 1.6;

/// How much the words take away that no guide has, by what one word of the question weighs of them.
const FOREIGN_AGAINST: f32 = 0.058;

/// How much a name of what lies elsewhere takes away. The regression gives it more than twice as much, with
/// no other result: bounded, it leaves a question to the guides that speaks of them in all else.
const NAME_AGAINST: f32 = 0.3;

/// How much the share of the question's words that the section has speaks for the guides.
const WORDS_FOR: f32 = 0.38;

/// How much the words of one phrasing or one cause's description speak for them.
const PASSAGE_FOR: f32 = 0.16;

/// How much a cause that the text shows speaks for them.
const CAUSE_FOR: f32 = 0.31;

/// How much each word of the question speaks for them: a short text resembles everything, so that the
/// same likeness says more of a long one.
const WORD_FOR: f32 = 0.055;

/// Words beyond this say no more.
const ENOUGH_WORDS: usize = 8;

/// Below this, a question is taken to be about something else.
///
/// On questions that nobody had read, about a small guide as about a large documentation, it keeps 96 of 100
/// that the guides answer and turns down 90 of 100 others.
const IN_SCOPE_FROM: f32 = 0.15;

/// From this confidence on, the first section is given as the answer: it is more likely right
/// than not.
const ANSWER_FROM: f32 = 0.5;

/// A lead beyond this says no more.
const CLEAR_LEAD: f32 = 0.3;

impl Standing {
    /// How much nearer the question is to the guides than to anything else, about -1 to 1.
    #[must_use]
    pub fn nearness(&self) -> f32 {
        likeness(&self.first, &Weights::DEFAULT)
            - AGAINST * self.elsewhere
            - FOREIGN_AGAINST * self.foreign
            - if self.has_name { NAME_AGAINST } else { 0.0 }
            + WORDS_FOR * self.first.coverage
            + PASSAGE_FOR * self.first.passage
            + CAUSE_FOR * self.first.cause
            + WORD_FOR * self.words.min(ENOUGH_WORDS) as f32
    }

    /// How likely the first section is what was asked for, 0 to 1: a logistic regression of "it
    /// was" over questions with known answers.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        let sum = 4.5 * self.nearness() + 8.0 * self.lead.min(CLEAR_LEAD) - 2.7;
        1.0 / (1.0 + (-sum).exp())
    }

    /// Which of the three replies it is worth.
    #[must_use]
    pub fn reply(&self) -> Reply {
        if self.nearness() < IN_SCOPE_FROM {
            Reply::OutOfScope
        } else if self.confidence() < ANSWER_FROM {
            Reply::Nearest
        } else {
            Reply::Answer
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_likenesses_the_better_counts() {
        let score = |meaning, described| {
            let features = Features {
                meaning,
                described,
                ..Features::default()
            };
            rank(&features, &Weights::DEFAULT, 0.0)
        };
        assert!(score(0.5, 0.9) > score(0.5, 0.2));
        assert!((score(0.5, 0.2) - score(0.5, 0.0)).abs() < f32::EPSILON);
        assert!(score(0.6, 0.0) > score(0.0, 0.6));
    }

    #[test]
    fn of_two_sentences_as_near_that_counts_whose_section_is_nearer_as_a_whole() {
        let score = |whole| {
            let features = Features {
                meaning: 0.5,
                whole,
                ..Features::default()
            };
            rank(&features, &Weights::DEFAULT, 0.0)
        };
        assert!(score(0.4) > score(0.1));
        assert!((score(-0.2) - score(0.0)).abs() < f32::EPSILON);
    }

    #[test]
    fn a_cause_tells_which_step_of_a_guide_is_meant() {
        let score = |meaning, cause, nearest_step| {
            let features = Features {
                meaning,
                cause,
                ..Features::default()
            };
            rank(&features, &Weights::DEFAULT, nearest_step)
        };
        let (another_step, another_page) = (score(0.6, 0.0, 0.6), score(0.9, 0.0, 0.6));
        assert!(score(0.3, 1.0, 0.6) > another_step);
        assert!(
            score(0.3, 0.5, 0.6) < another_step,
            "a symptom alone does not"
        );
        assert!(score(0.3, 1.0, 0.6) < another_page);
    }

    /// A question of six words, whose first section is so near and has a third of them.
    fn standing(meaning: f32, elsewhere: f32) -> Standing {
        let first = Features {
            meaning,
            coverage: 0.3,
            ..Features::default()
        };
        Standing {
            first,
            elsewhere,
            words: 6,
            ..Standing::default()
        }
    }

    #[test]
    fn the_three_replies_follow_what_speaks_for_and_against() {
        let reply = |meaning, lead, elsewhere, words| {
            Standing {
                lead,
                words,
                ..standing(meaning, elsewhere)
            }
            .reply()
        };
        assert_eq!(reply(0.7, 0.2, 0.2, 6), Reply::Answer);
        assert_eq!(reply(0.4, 0.0, 0.2, 6), Reply::Nearest);
        assert_eq!(reply(0.5, 0.1, 0.6, 6), Reply::OutOfScope);
        assert_eq!(reply(0.0, 0.0, 0.2, 1), Reply::OutOfScope);
        assert_eq!(reply(0.5, 0.0, 0.4, 2), Reply::OutOfScope);
        assert_eq!(reply(0.5, 0.0, 0.4, 9), Reply::Nearest);
    }

    #[test]
    fn words_that_no_guide_has_speak_against_and_known_ways_of_asking_for() {
        let near = standing(0.55, 0.4);
        let foreign = Standing {
            foreign: 5.0,
            ..near
        };
        assert_eq!(
            (near.reply(), foreign.reply()),
            (Reply::Nearest, Reply::OutOfScope)
        );
        let named = Standing {
            has_name: true,
            ..near
        };
        assert_eq!(named.reply(), Reply::OutOfScope);
        let mut asked_like_that = foreign;
        asked_like_that.first.passage = 1.0;
        assert_ne!(asked_like_that.reply(), Reply::OutOfScope);
    }
}
