//! Finds what fits a question: gathers what speaks for each section, word by word, field by field.
//! How a question is read is left to `question`, and how evidence is weighed to `rank`.

use tantivy::DocId;

use crate::answer::CommandHit;
use crate::cause::{Catalogue, Certainty, Finding};
use crate::corpus::Corpus;
use crate::guide::Section;
use crate::meaning::{Passages, Table};
use crate::question::{Asked, Question};
use crate::rank::{Features, Standing, Weights, rank, said};
use crate::schema::Searched;
use crate::sense::Owner;

/// A section that may be the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// Its ordinal among all sections.
    pub section: u32,
    /// What speaks for it.
    pub features: Features,
    /// What `rank` made of that.
    pub score: f32,
}

/// What speaks for each section.
pub(crate) struct Evidence {
    /// By section; all zero where nothing speaks for it.
    features: Vec<Features>,
    /// BM25 of each command and passage that has a word of the question, by document.
    single: Vec<f32>,
    /// Where each section was last counted: the number of the word, from 1.
    counted: Vec<u32>,
    /// Likeness of meaning to the nearest of what is asked elsewhere.
    pub elsewhere: f32,
}

/// How much a cause counts for the steps that it also belongs to.
const OTHER_STEP: f32 = 0.7;

/// Up to how many commands of a section are compared by meaning, too. A reference has dozens, and
/// there the words of its options tell more.
const MAX_WEIGHED_COMMANDS: usize = 16;

/// How much the words of a command count beside its meaning.
const WORDS_OF_COMMAND: f32 = 0.3;

/// How much a finding counts.
fn certainty(certainty: Certainty) -> f32 {
    match certainty {
        Certainty::Decisive => 1.0,
        Certainty::Supporting => 0.7,
        Certainty::Symptom => 0.5,
        Certainty::LooksLike => 0.3,
    }
}

/// Gathers what speaks for each section.
pub(crate) fn gather(
    corpus: &Corpus,
    question: &Question,
    (causes, findings): (&Catalogue, &[Finding]),
) -> tantivy::Result<Evidence> {
    let mut evidence = Evidence::new(corpus);
    for (number, asked) in (1..).zip(&question.words) {
        let share = asked.weight / question.total_weight.max(f32::MIN_POSITIVE);
        for field in Searched::ALL {
            score(corpus, asked, field, |document, score| {
                evidence.add(corpus, (number, share), field, (document, score));
            })?;
        }
    }
    evidence.close(corpus, question.total_weight);
    evidence.compare_meanings(corpus, &question.text);
    evidence.count_causes(corpus, causes, findings);
    Ok(evidence)
}

impl Evidence {
    fn new(corpus: &Corpus) -> Self {
        let sections = corpus.documents.sections.len();
        Self {
            features: vec![Features::default(); sections],
            single: vec![0.0; corpus.documents.section_of.len()],
            counted: vec![0; sections],
            elsewhere: 0.0,
        }
    }

    /// Notes that a document has a word in a field.
    fn add(
        &mut self,
        corpus: &Corpus,
        (number, share): (u32, f32),
        field: Searched,
        (document, score): (DocId, f32),
    ) {
        let section = corpus.documents.section_of[document as usize];
        let features = &mut self.features[section as usize];
        let counted = &mut self.counted[section as usize];
        if *counted != number {
            *counted = number;
            features.coverage += share;
        }
        match field {
            Searched::Heading => features.heading += score,
            // A section is found by its page's words; which of the page's it is, they do not tell.
            Searched::Above => {}
            Searched::Body => features.body += score,
            Searched::Command | Searched::Passage => self.single[document as usize] += score,
        }
    }

    /// Gives each section the likeness of its nearest passage.
    fn compare_meanings(&mut self, corpus: &Corpus, text: &str) {
        let question = Table::shipped().meaning(text);
        corpus.meanings.compare(&question, |owner, likeness| {
            let nearest = match Owner::of(owner) {
                Owner::Section(section) => &mut self.features[section as usize].meaning,
                Owner::Cause(section) => &mut self.features[section as usize].described,
                Owner::Whole(section) => &mut self.features[section as usize].whole,
            };
            *nearest = nearest.max(likeness);
        });
        self.elsewhere = corpus.beyond.nearest(&question);
    }

    /// Notes which steps the causes belong to that the text shows.
    fn count_causes(&mut self, corpus: &Corpus, causes: &Catalogue, findings: &[Finding]) {
        for finding in findings {
            let certainty = certainty(finding.strength);
            let cause = causes.get(&finding.cause);
            let steps = cause.map_or(&[][..], |cause| &cause.steps);
            for (section, step) in &corpus.steps {
                let place = steps.iter().position(|own| own == step);
                let share = match place {
                    Some(0) => 1.0,
                    Some(_) => OTHER_STEP,
                    None => continue,
                };
                let shown = &mut self.features[*section as usize].cause;
                *shown = shown.max(certainty * share);
            }
        }
    }

    /// Gives each section the best of its commands and of its passages, and makes the scores of
    /// words comparable between questions: a share of what all words of the question weigh.
    fn close(&mut self, corpus: &Corpus, total_weight: f32) {
        for (document, score) in self
            .single
            .iter()
            .enumerate()
            .filter(|(_, score)| **score > 0.0)
        {
            let features = &mut self.features[corpus.documents.section_of[document] as usize];
            let best = if corpus.documents.is_command(document) {
                &mut features.command
            } else {
                &mut features.passage
            };
            *best = best.max(*score);
        }
        let share = 1.0 / total_weight.max(1.0);
        for features in &mut self.features {
            features.scale_words(share);
        }
    }

    /// Gives the sections for which most speaks, best first.
    pub fn best(&self, corpus: &Corpus, weights: &Weights, most: usize) -> Vec<Candidate> {
        let steps = corpus.steps.iter();
        let nearest_step = steps
            .map(|(section, _)| said(&self.features[*section as usize], weights))
            .fold(0.0, f32::max);
        let found = (0_u32..)
            .zip(&self.features)
            .filter(|(_, features)| features.speak());
        let mut all: Vec<(u32, f32)> = found
            .map(|(section, features)| (section, rank(features, weights, nearest_step)))
            .collect();
        // Equal scores keep the order of the guides, so that the same question has one answer.
        let order = |(section, score): &(u32, f32), (other, other_score): &(u32, f32)| {
            other_score.total_cmp(score).then(section.cmp(other))
        };
        if all.len() > most {
            all.select_nth_unstable_by(most, order);
            all.truncate(most);
        }
        all.sort_unstable_by(order);
        all.into_iter()
            .map(|(section, score)| Candidate {
                section,
                features: self.features[section as usize],
                score,
            })
            .collect()
    }

    /// Gives what decides how sure we are of the first of the best sections.
    pub fn standing(&self, best: &[Candidate], question: &Question) -> Standing {
        let Some(first) = best.first() else {
            return Standing::default();
        };
        let words = question.words.len() + question.understood.unknown.len();
        Standing {
            first: first.features,
            lead: first.score - best.get(1).map_or(0.0, |second| second.score),
            elsewhere: self.elsewhere,
            foreign: question.unknown_weight / words.max(1) as f32,
            has_name: question.has_name,
            words: question.text.split_whitespace().count(),
        }
    }

    /// Gives the commands of a section, the one that fits best first; those that nothing speaks
    /// for keep the order of the page.
    pub fn best_commands(
        &self,
        corpus: &Corpus,
        (section, content): (u32, &Section),
        question: &Question,
    ) -> tantivy::Result<Vec<CommandHit>> {
        let documents: Vec<(DocId, u32)> = corpus.documents.commands_of(section).collect();
        let mut scores = vec![0.0_f32; content.commands.len()];
        if (2..=MAX_WEIGHED_COMMANDS).contains(&documents.len()) {
            let table = Table::shipped();
            let mut texts = Passages::default();
            for (document, item) in &documents {
                for text in corpus.texts_of_command(*document)? {
                    texts.push(*item, &table.meaning(&text));
                }
            }
            texts.compare(&table.meaning(&question.text), |item, likeness| {
                let score = &mut scores[item as usize];
                *score = score.max(likeness);
            });
        }
        for (document, item) in documents {
            let words = self.single[document as usize] / question.total_weight.max(1.0);
            scores[item as usize] += WORDS_OF_COMMAND * words;
        }
        let mut commands: Vec<(f32, CommandHit)> = scores
            .into_iter()
            .zip(content.commands.iter().map(CommandHit::from))
            .collect();
        commands.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Ok(commands.into_iter().map(|(_, command)| command).collect())
    }
}

/// Runs one word against one field. Of several readings the best counts.
fn score(
    corpus: &Corpus,
    asked: &Asked,
    field: Searched,
    mut each: impl FnMut(DocId, f32),
) -> tantivy::Result<()> {
    let Some(reader) = corpus.reader(field) else {
        return Ok(());
    };
    if let [reading] = asked.readings.as_slice() {
        return reader.score(&reading.stem, reading.factor, each);
    }
    let mut found: Vec<(DocId, f32)> = Vec::new();
    for reading in &asked.readings {
        reader.score(&reading.stem, reading.factor, |document, score| {
            found.push((document, score));
        })?;
    }
    found.sort_by(|(one, score), (other, other_score)| {
        one.cmp(other).then(other_score.total_cmp(score))
    });
    found.dedup_by_key(|(document, _)| *document);
    for (document, score) in found {
        each(document, score);
    }
    Ok(())
}
