//! Dumps as corpora: the steps of a file in, the documents of a format out.

use std::path::Path;

use super::{Step, XmlReader};
use crate::corpus::{self, Corpus, CorpusInfo, Document, Skipped, Source};
use crate::error::DatasetError;

/// What a format makes of the elements of its dumps.
pub(crate) trait Records: Send {
    /// The first element of a dump.
    const ROOT: &'static str;

    /// Reads what the element that has just begun is the beginning of. None if that is no document.
    ///
    /// A record that is read whole, good or bad, is counted with [`XmlReader::count_record`].
    fn begin(&mut self, xml: &mut XmlReader) -> Result<Option<Document>, DatasetError>;

    /// What was left out so far.
    fn skipped(&self) -> Skipped;
}

/// Opens a dump; its name is that of `path`, which may be the folder that the file is in.
pub(crate) fn corpus<R: Records + 'static>(
    path: &Path,
    file: &Path,
    records: R,
) -> Result<Corpus, DatasetError> {
    let xml = XmlReader::open(file, R::ROOT)?;
    let meter = xml.meter();
    let info = CorpusInfo {
        name: corpus::name(path, &[".xml"]),
        documents_hint: None,
        // How much of the markup is text cannot be known beforehand.
        bytes_hint: None,
    };
    Ok(Corpus::new(info, Documents { xml, records }).metered(meter))
}

/// The documents of a dump.
struct Documents<R> {
    xml: XmlReader,
    records: R,
}

impl<R: Records> Source for Documents<R> {
    fn skipped(&self) -> Skipped {
        self.records.skipped()
    }
}

impl<R: Records> Iterator for Documents<R> {
    type Item = Result<Document, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let document = match self.xml.next_step()? {
                Ok(Step::Start) => self.records.begin(&mut self.xml),
                Ok(Step::End | Step::Text) => continue,
                Err(error) => Err(error),
            };
            if let Some(document) = document.transpose() {
                return Some(document);
            }
        }
    }
}
