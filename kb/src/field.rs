//! One searched field of an open index: how many documents have a word, and how well each fits it.
//! The library's own queries do the same, but look every word up three times and call each document
//! through two pointers.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings;
use tantivy::query::Bm25Weight;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

/// A field, open for reading.
pub(crate) struct FieldReader {
    inverted: Arc<InvertedIndexReader>,
    lengths: FieldNormReader,
    /// How many documents have the field. BM25 compares a document with those that have the field, not
    /// with pages and commands that cannot.
    documents: u64,
}

impl FieldReader {
    /// Opens a field that this many documents have.
    pub fn open(segment: &SegmentReader, field: Field, documents: u64) -> tantivy::Result<Self> {
        Ok(Self {
            inverted: segment.inverted_index(field)?,
            lengths: segment.get_fieldnorms_reader(field)?,
            documents,
        })
    }

    /// Gives how many documents have a word.
    pub fn frequency(&self, word: &str) -> u32 {
        let found = self.inverted.terms().get(word);
        found.ok().flatten().map_or(0, |found| found.doc_freq)
    }

    /// Calls `each` with every document that has a word and its BM25, times `factor`.
    pub fn score(
        &self,
        word: &str,
        factor: f32,
        mut each: impl FnMut(DocId, f32),
    ) -> tantivy::Result<()> {
        let Some(found) = self.inverted.terms().get(word)? else {
            return Ok(());
        };
        let average = self.inverted.total_num_tokens() as f32 / self.documents as f32;
        let weight = Bm25Weight::for_one_term_without_explain(
            u64::from(found.doc_freq),
            self.documents,
            average,
        );
        let weight = weight.boost_by(factor);
        let with_counts = IndexRecordOption::WithFreqs;
        let mut postings = self
            .inverted
            .read_postings_from_terminfo(&found, with_counts)?;
        let mut document = postings.doc();
        while document != TERMINATED {
            let length = self.lengths.fieldnorm_id(document);
            each(document, weight.score(length, postings.term_freq()));
            document = postings.advance();
        }
        Ok(())
    }
}
