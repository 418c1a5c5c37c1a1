//! How well a section fits a question: the one place where evidence of different kinds is weighed.
//! Gathering the evidence is left to `search`; saying how sure we are starts here, too.

use crate::answer::Reply;

/// What speaks for a section, each kind for itself. A kind that has nothing to say is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Features {
    /// BM25 of the question's words in the heading; like all scores of words, a share of what the
    /// words of the question weigh, so that long and short questions compare.
    pub heading: f32,
    /// BM25 in what is above the section: titles, description, headings over it.
    pub above: f32,
    /// BM25 in what the section says.
    pub body: f32,
    /// BM25 of the words as written, unstemmed: names, codes, options.
    pub exact: f32,
    /// BM25 in the best of its commands with their introductions.
    pub command: f32,
    /// BM25 in the best of its passages: one phrasing or one cause's description.
    pub passage: f32,
    /// Share of the question's weight that the section, its commands and passages have, 0 to 1.
    pub coverage: f32,
    /// Likeness of meaning of its nearest sentence, heading or passage, -1 to 1.
    pub meaning: f32,
    /// How strongly a signature says so: 1 for a decisive one, less for a symptom.
    pub cause: f32,
}

impl Features {
    /// Multiplies the scores of words.
    pub(crate) fn scale_words(&mut self, factor: f32) {
        for score in [
            &mut self.heading,
            &mut self.above,
            &mut self.body,
            &mut self.exact,
            &mut self.command,
            &mut self.passage,
        ] {
            *score *= factor;
        }
    }

    /// Whether anything speaks for the section.
    pub(crate) fn speak(&self) -> bool {
        self.coverage > 0.0 || self.meaning > 0.0 || self.cause > 0.0
    }
}

/// How much each kind of evidence counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// For [`Features::heading`].
    pub heading: f32,
    /// For [`Features::above`].
    pub above: f32,
    /// For [`Features::body`].
    pub body: f32,
    /// For [`Features::exact`].
    pub exact: f32,
    /// For [`Features::command`].
    pub command: f32,
    /// For [`Features::passage`].
    pub passage: f32,
    /// For [`Features::coverage`].
    pub coverage: f32,
    /// For [`Features::meaning`].
    pub meaning: f32,
    /// For [`Features::cause`].
    pub cause: f32,
}

impl Weights {
    /// The weights in use. Scores of words are at most about 2, the others at most 1.
    pub const DEFAULT: Self = Self {
        heading: 0.15,
        above: 0.075,
        body: 0.15,
        exact: 0.0,
        command: 0.05,
        passage: 0.3,
        coverage: 0.0,
        meaning: 1.0,
        cause: 1.0,
    };
}

/// Weighs what speaks for a section: a plain weighted sum.
///
/// A sum of scores, not of ranks: how far ahead a section is says something, too.
#[must_use]
pub fn rank(features: &Features, weights: &Weights) -> f32 {
    weights.heading * features.heading
        + weights.above * features.above
        + weights.body * features.body
        + weights.exact * features.exact
        + weights.command * features.command
        + weights.passage * features.passage
        + weights.coverage * features.coverage
        + weights.meaning * features.meaning
        + weights.cause * features.cause
}

/// How sure we are that the first section is what was asked for, 0 to 1.
#[must_use]
pub fn confidence(first: &Features) -> f32 {
    first.meaning.max(first.cause).clamp(0.0, 1.0)
}

/// From this confidence on, the first section is given as the answer.
pub const ANSWER_FROM: f32 = 0.5;

/// Below this confidence, the question is taken to be about something else.
pub const OUT_OF_SCOPE_BELOW: f32 = 0.3;

/// Which of the three replies a confidence is worth.
#[must_use]
pub fn reply(confidence: f32, is_empty: bool) -> Reply {
    if is_empty || confidence < OUT_OF_SCOPE_BELOW {
        Reply::OutOfScope
    } else if confidence < ANSWER_FROM {
        Reply::Nearest
    } else {
        Reply::Answer
    }
}
