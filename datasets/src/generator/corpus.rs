//! A generated corpus as a [`Corpus`], without a file.

use std::ops::Range;

use super::Generator;
use super::document::Draft;
use crate::corpus::{Corpus, CorpusInfo, Document, Source};
use crate::error::DatasetError;

impl Generator {
    /// The corpus, document by document.
    #[must_use]
    pub fn into_corpus(self) -> Corpus {
        let config = self.config();
        let info = CorpusInfo {
            name: format!("generated-{}", config.seed),
            documents_hint: Some(config.documents),
            bytes_hint: Some(config.documents.saturating_mul(self.document_bytes_hint())),
        };
        let numbers = config.from..config.from + config.documents;
        let documents = Generated {
            generator: self,
            numbers,
            draft: Draft::default(),
        };
        Corpus::new(info, documents)
    }

    /// Document `number`, below [`super::DOCUMENTS_MAX`]: ids have no more digits. [`Generator::into_corpus`] and
    /// [`super::write_corpus`] are faster for many.
    #[must_use]
    pub fn document(&self, number: u64) -> Document {
        self.document_with(number, &mut Draft::default())
    }

    fn document_with(&self, number: u64, draft: &mut Draft) -> Document {
        let mut line = Vec::new();
        self.append(number, draft, &mut line);
        let source = String::from_utf8(line).expect("documents are ASCII");
        let id = super::document::id_of(source.as_bytes());
        Document {
            id: String::from_utf8_lossy(id).into_owned(),
            source,
        }
    }
}

struct Generated {
    generator: Generator,
    numbers: Range<u64>,
    draft: Draft,
}

impl Source for Generated {}

impl Iterator for Generated {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.numbers.next()?;
        Some(Ok(self.generator.document_with(number, &mut self.draft)))
    }
}
