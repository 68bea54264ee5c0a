//! Reads XML dumps of any size in bounded memory: one tag or piece of text at a time, no document type is obeyed.

mod records;

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, Event};
use quick_xml::{Reader, XmlVersion};

use crate::compression::{self, Meter};
use crate::error::{DatasetError, RecordProblem, XmlProblem};

pub(crate) use records::{Records, corpus};

/// The largest tag or piece of text: 16 MiB. The dumps stay below 3 MiB.
pub(crate) const PIECE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How deep elements are nested; the dumps stay below 6.
const DEPTH_MAX: usize = 64;

/// How much of an unknown name goes into an error.
const NAME_SHOWN_CHARS_MAX: usize = 40;

/// What was read last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A tag that begins an element; an empty element is followed by its end.
    Start,
    /// The end of an element.
    End,
    /// A piece of an element's text: entities come as pieces of their own.
    Text,
}

/// A file's XML, step by step. The value holds what the last step read.
pub(crate) struct XmlReader {
    path: PathBuf,
    reader: Reader<Budget>,
    meter: Meter,
    buffer: Vec<u8>,
    /// The name of the element that has begun or ended.
    name: String,
    attributes: String,
    text: String,
    depth: usize,
    records: u64,
    expected_root: Option<&'static str>,
    ended: bool,
}

impl XmlReader {
    /// Opens a file whose name says whether it is compressed, and whose first element is `root`.
    pub(crate) fn open(path: &Path, root: &'static str) -> Result<Self, DatasetError> {
        let meter = Meter::of_file(path);
        let source = compression::open(path, &meter).map_err(|source| DatasetError::Open {
            path: path.to_owned(),
            source,
        })?;
        let mut reader = Reader::from_reader(Budget {
            source,
            bytes_left: PIECE_BYTES_MAX,
        });
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            path: path.to_owned(),
            reader,
            meter,
            buffer: Vec::new(),
            name: String::new(),
            attributes: String::new(),
            text: String::new(),
            depth: 0,
            records: 0,
            expected_root: Some(root),
            ended: false,
        })
    }

    /// How much of the file has been read.
    pub(crate) fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// The element that has begun or ended.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many elements are open: 1 inside of the first one.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The piece of text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Counts a record that has been read whole, good or bad.
    pub(crate) fn count_record(&mut self) {
        self.records += 1;
    }

    /// An error about the record that was counted last.
    pub(crate) fn problem(&self, problem: RecordProblem) -> DatasetError {
        DatasetError::Record {
            path: self.path.clone(),
            record: self.records,
            problem,
        }
    }

    /// Calls `each` with the name and value of every attribute of the element that has begun.
    pub(crate) fn each_attribute(&self, mut each: impl FnMut(&str, &str)) -> Result<(), RecordProblem> {
        let mut attributes = Attributes::new(&self.attributes, 0);
        // Comparing every name with every other takes too long for a tag with a million of them.
        attributes.with_checks(false);
        for attribute in attributes {
            let attribute = attribute.map_err(|error| RecordProblem::Attribute(error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| RecordProblem::Attribute(error.to_string()))?;
            each(attribute.key.as_ref(), &value);
        }
        Ok(())
    }

    /// The next step; none at the end of the file. After an error there is none either.
    pub(crate) fn next_step(&mut self) -> Option<Result<Step, DatasetError>> {
        if self.ended {
            return None;
        }
        match self.read_step() {
            Ok(Some(step)) => Some(Ok(step)),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(problem) => {
                self.ended = true;
                Some(Err(self.failure(problem)))
            }
        }
    }

    fn read_step(&mut self) -> Result<Option<Step>, XmlProblem> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().bytes_left = PIECE_BYTES_MAX;
            match self.reader.read_event_into(&mut self.buffer)? {
                Event::Start(tag) => {
                    replace(&mut self.name, tag.name().as_ref());
                    replace(&mut self.attributes, tag.attributes_raw());
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        return Err(XmlProblem::TooDeep { depth_max: DEPTH_MAX });
                    }
                    if let Some(expected) = self.expected_root.take()
                        && self.name != expected
                    {
                        return Err(XmlProblem::AnotherRoot {
                            expected,
                            found: shown(&self.name),
                        });
                    }
                    return Ok(Some(Step::Start));
                }
                Event::End(tag) => {
                    replace(&mut self.name, tag.name().as_ref());
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Step::End));
                }
                Event::Text(text) => {
                    replace(&mut self.text, &text.into_inner());
                    return Ok(Some(Step::Text));
                }
                Event::CData(text) => {
                    replace(&mut self.text, &text.into_inner());
                    return Ok(Some(Step::Text));
                }
                Event::GeneralRef(entity) => {
                    self.text.clear();
                    self.text.push_str(resolve(&entity)?.encode_utf8(&mut [0; 4]));
                    return Ok(Some(Step::Text));
                }
                Event::Eof if self.depth > 0 => return Err(XmlProblem::CutOff),
                Event::Eof => return Ok(None),
                // Entities that a document type declares are never expanded: no dump has them, only bombs do.
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn failure(&self, problem: XmlProblem) -> DatasetError {
        let problem = match problem {
            XmlProblem::Invalid(quick_xml::Error::Io(error)) => {
                let inner = error.get_ref();
                if inner.is_some_and(<dyn std::error::Error + Send + Sync>::is::<OverBudget>) {
                    XmlProblem::TooLarge {
                        bytes_max: PIECE_BYTES_MAX,
                    }
                } else {
                    let source = io::Error::new(error.kind(), error.to_string());
                    return DatasetError::broken_off(&self.path, self.records, source);
                }
            }
            other => other,
        };
        DatasetError::Xml {
            path: self.path.clone(),
            record: self.records,
            byte: self.reader.buffer_position(),
            problem,
        }
    }
}

/// One character of the five entities that XML has by itself, or of a number.
fn resolve(entity: &BytesRef<'_>) -> Result<char, XmlProblem> {
    if let Some(character) = entity.resolve_char_ref()? {
        return Ok(character);
    }
    resolve_xml_entity(entity)
        .and_then(|text| text.chars().next())
        .ok_or_else(|| XmlProblem::UnknownEntity { name: shown(entity) })
}

fn replace(text: &mut String, with: &str) {
    text.clear();
    text.push_str(with);
}

fn shown(name: &str) -> String {
    name.chars().take(NAME_SHOWN_CHARS_MAX).collect()
}

/// Lets only so many bytes through before it is filled up again: the parser itself collects a tag without end.
struct Budget {
    source: Box<dyn BufRead + Send>,
    bytes_left: usize,
}

/// Why reading through a [`Budget`] failed.
#[derive(Debug, thiserror::Error)]
#[error("a piece is too large")]
struct OverBudget;

impl Read for Budget {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Budget {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.bytes_left == 0 {
            return Err(io::Error::other(OverBudget));
        }
        let available = self.source.fill_buf()?;
        Ok(&available[..available.len().min(self.bytes_left)])
    }

    fn consume(&mut self, amount: usize) {
        self.bytes_left = self.bytes_left.saturating_sub(amount);
        self.source.consume(amount);
    }
}

#[cfg(test)]
#[path = "xml_tests.rs"]
mod tests;
