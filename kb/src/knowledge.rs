//! The knowledge that answers: an immutable snapshot of the guides, and the holder that swaps it.
//! Finding and weighing are left to `search` and `rank`.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::answer::{Answer, Hit, Located};
use crate::cause::{self, Catalogue};
use crate::corpus::Corpus;
use crate::disk;
use crate::error::Error;
use crate::excerpt::excerpt;
use crate::guide::{Guide, Section};
use crate::index::{self, GuideEntry};
use crate::lore::Lore;
use crate::question::{self, Lexicon as _};
use crate::rank::{Features, Weights};
use crate::search;

/// Most sections in an answer.
const MAX_SECTIONS: usize = 10;

/// How many of the sections are shown with an excerpt.
const WITH_EXCERPT: usize = 3;

/// Why reading the index cannot fail once it is open.
const VERIFIED: &str = "the index was built by this process or its checksums were verified";

/// An immutable snapshot of the guides that can be asked.
pub struct Knowledge {
    corpus: Corpus,
    causes: Arc<Catalogue>,
}

impl Knowledge {
    /// Indexes guides in memory.
    ///
    /// # Errors
    /// Only where the search library has a bug.
    pub fn build(guides: &[Guide], lore: &Lore) -> Result<Self, Error> {
        Self::over(index::build_in_memory(guides, lore)?, &lore.causes)
    }

    /// Indexes guides in a folder on disk, which is made where it is missing and belongs to the
    /// index alone. The index that was there stays in use until the new one is complete.
    ///
    /// `key` names what was indexed, so that [`Knowledge::open`] can tell whether it changed: a
    /// digest of the sources and of the options they were read with.
    ///
    /// # Errors
    /// [`Error::Write`] where the disk refuses; what was there is still there then.
    pub fn build_in(
        folder: &Path,
        key: &str,
        guides: &[Guide],
        lore: &Lore,
    ) -> Result<Self, Error> {
        Self::over(disk::build(folder, key, guides, lore)?, &lore.causes)
    }

    /// Opens the index in a folder. `causes` are those that it was built with, which `key` names, too.
    ///
    /// # Errors
    /// [`Error::Stale`] where it is missing, damaged, of another version or of other guides; the
    /// way out is always to build it again.
    pub fn open(folder: &Path, key: &str, causes: &Arc<Catalogue>) -> Result<Self, Error> {
        Self::over(disk::open(folder, key, Lore::fingerprint(causes))?, causes)
    }

    /// Makes ready now what the first questions would wait for: the words of the guides, the causes. It
    /// may run beside questions, and changes no answer.
    pub fn warm(&self) {
        self.corpus.vocabulary();
        self.causes.warm();
    }

    /// Answers a question: words, an error message, or a whole log.
    ///
    /// It always answers, in bounded time, whatever the text is.
    #[must_use]
    pub fn ask(&self, text: &str) -> Answer {
        self.try_ask(text).expect(VERIFIED)
    }

    /// Gives what speaks for each section, best first, and the likeness to what is asked elsewhere:
    /// what [`rank`](crate::rank) weighs, for who wants to see why or to measure other weights.
    #[must_use]
    pub fn weigh(&self, text: &str) -> (Vec<(Located, Features)>, f32) {
        let weigh = || -> tantivy::Result<_> {
            let question = question::read(text, &self.corpus);
            let reading = self.causes.read(text.as_bytes());
            let evidence =
                search::gather(&self.corpus, &question, (&self.causes, &reading.findings))?;
            let ranked = evidence.best(&self.corpus, &Weights::DEFAULT, usize::MAX);
            let located = ranked
                .iter()
                .map(|one| Ok((self.corpus.located(one.section)?.clone(), one.features)));
            Ok((located.collect::<tantivy::Result<_>>()?, evidence.elsewhere))
        };
        weigh().expect(VERIFIED)
    }

    /// Gives the causes that questions are read against.
    #[must_use]
    pub fn causes(&self) -> &Arc<Catalogue> {
        &self.causes
    }

    /// Lists the pages, in the order in which they were given.
    #[must_use]
    pub fn guides(&self) -> Vec<GuideEntry> {
        self.corpus.guides().expect(VERIFIED)
    }

    /// Gives the sections of a page in order, with where each stands.
    #[must_use]
    pub fn sections(&self, guide: &GuideEntry) -> Vec<(Located, Section)> {
        let ordinals = guide.first_section..guide.first_section + guide.sections;
        let both = |ordinal| {
            let located = self.corpus.located(ordinal)?.clone();
            Ok((located, self.corpus.section(ordinal)?.section.clone()))
        };
        ordinals
            .map(both)
            .collect::<tantivy::Result<_>>()
            .expect(VERIFIED)
    }

    fn over(index: index::Indexed, causes: &Arc<Catalogue>) -> Result<Self, Error> {
        Ok(Self {
            corpus: Corpus::open(index)?,
            causes: Arc::clone(causes),
        })
    }

    fn try_ask(&self, text: &str) -> tantivy::Result<Answer> {
        let question = question::read(text, &self.corpus);
        let reading = self.causes.read(text.as_bytes());
        let evidence = search::gather(&self.corpus, &question, (&self.causes, &reading.findings))?;
        let ranked = evidence.best(&self.corpus, &Weights::DEFAULT, MAX_SECTIONS);
        let standing = evidence.standing(&ranked, &question);
        let mut sections = Vec::with_capacity(ranked.len());
        let mut commands = Vec::new();
        for (place, candidate) in ranked.iter().enumerate() {
            let mut words = Vec::new();
            if place < WITH_EXCERPT {
                let content = self.corpus.section(candidate.section)?;
                words = excerpt(content, &question);
                if place == 0 {
                    let section = (candidate.section, &content.section);
                    commands = evidence.best_commands(&self.corpus, section, &question)?;
                }
            }
            let section = self.corpus.located(candidate.section)?.clone();
            sections.push(Hit {
                section,
                score: candidate.score,
                excerpt: words,
            });
        }
        // A question in words may be ranked by what it resembles; a cause is stated of errors alone.
        let findings = match cause::looks_like_error(text) {
            true => reading.findings,
            false => Vec::new(),
        };
        Ok(Answer {
            reply: standing.reply(),
            confidence: standing.confidence(),
            understood: question.understood,
            findings,
            sections,
            commands,
        })
    }
}

/// The snapshot in use, which is swapped for a newer one while questions are being answered.
pub struct Live(RwLock<Arc<Knowledge>>);

impl Live {
    /// Starts with a snapshot.
    #[must_use]
    pub fn new(knowledge: Knowledge) -> Self {
        Self(RwLock::new(Arc::new(knowledge)))
    }

    /// Gives the snapshot in use. Who holds it keeps it, whatever is swapped in meanwhile.
    #[must_use]
    pub fn get(&self) -> Arc<Knowledge> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a newer snapshot in use.
    pub fn swap(&self, knowledge: Knowledge) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(knowledge);
    }
}
