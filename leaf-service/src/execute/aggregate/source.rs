//! Where the keys of buckets come from, in a segment.

use std::collections::{HashMap, HashSet};

use shared::aggregation::{Form, Key, Source};
use tantivy::{DocId, SegmentReader};

use super::budget::Budget;
use super::column::Values;
use super::prepare::Patterns;
use crate::execute::error::ExecuteError;

/// A key of a segment: bits that mean something there only, or nothing for the key of documents without a value.
pub(super) type Raw = Option<u64>;

/// A source of keys, opened.
pub(super) struct OpenSource<'a> {
    of: &'a Source,
    values: Values,
    only: Option<HashSet<u64>>,
    except: HashSet<u64>,
    patterns: Option<Patterns>,
    /// What was found of keywords that keys must be like.
    liked: HashMap<u64, bool>,
    numbers: Vec<f64>,
    bits: Vec<u64>,
}

impl<'a> OpenSource<'a> {
    pub(super) fn open(
        of: &'a Source,
        patterns: Option<&Patterns>,
        reader: &SegmentReader,
    ) -> Result<Self, ExecuteError> {
        let values = Values::open(&of.column, reader)?;
        let raws = |keys: &[Key]| {
            let mut raws = HashSet::with_capacity(keys.len());
            for key in keys {
                raws.extend(values.raw(key)?);
            }
            Ok::<_, ExecuteError>(raws)
        };
        Ok(Self {
            only: of.only.as_deref().map(raws).transpose()?,
            except: raws(&of.except)?,
            patterns: patterns.filter(|_| !of.like.is_any()).cloned(),
            liked: HashMap::new(),
            of,
            values,
            numbers: Vec::new(),
            bits: Vec::new(),
        })
    }

    /// The keys of a document, each once.
    pub(super) fn raws(
        &mut self,
        doc: DocId,
        into: &mut Vec<Raw>,
        budget: &mut Budget,
    ) -> Result<(), ExecuteError> {
        into.clear();
        self.bits.clear();
        let had_values = match &self.of.form {
            Form::Value => {
                self.values.raws(doc, &mut self.bits);
                !self.bits.is_empty()
            }
            Form::Histogram { interval, offset } => {
                self.numbers.clear();
                self.values.numbers(doc, &mut self.numbers);
                let number = |number: &f64| interval_of(*number, *interval, *offset).cast_unsigned();
                self.bits.extend(self.numbers.iter().map(number));
                !self.numbers.is_empty()
            }
            Form::Dates(rounding) => {
                self.values.raws(doc, &mut self.bits);
                for bits in &mut self.bits {
                    *bits = rounding.round(bits.cast_signed()).cast_unsigned();
                }
                !self.bits.is_empty()
            }
        };
        if !had_values {
            if let Some(missing) = &self.of.missing
                && self.of.only.as_ref().is_none_or(|only| only.contains(missing))
                && !self.of.except.contains(missing)
                && self.is_like(missing)
            {
                into.push(None);
            }
            return Ok(());
        }
        self.bits.sort_unstable();
        self.bits.dedup();
        let wanted = |bits: &&u64| {
            self.only.as_ref().is_none_or(|only| only.contains(*bits)) && !self.except.contains(*bits)
        };
        into.extend(self.bits.iter().filter(wanted).map(|bits| Some(*bits)));
        if self.patterns.is_some() {
            let mut kept = 0;
            for at in 0..into.len() {
                if self.likes(into[at], budget)? {
                    into.swap(kept, at);
                    kept += 1;
                }
            }
            into.truncate(kept);
        }
        Ok(())
    }

    /// Whether a key is what keys must be like.
    fn is_like(&self, key: &Key) -> bool {
        let fits = match (&self.patterns, key) {
            (Some(patterns), Key::Str(text)) => patterns.fit(text),
            _ => true,
        };
        fits && self.of.like.has_part(key)
    }

    /// As [`OpenSource::is_like`]; each keyword is looked up once.
    fn likes(&mut self, raw: Raw, budget: &mut Budget) -> Result<bool, ExecuteError> {
        let Some(bits) = raw else { return Ok(true) };
        if !matches!(self.values, Values::Str(_)) {
            return Ok(self.is_like(&self.values.key(bits)));
        }
        if let Some(liked) = self.liked.get(&bits) {
            return Ok(*liked);
        }
        let mut key = Key::Null;
        self.values.texts(&[bits], |bytes| {
            key = Key::Str(String::from_utf8_lossy(bytes).into_owned());
        })?;
        let liked = self.is_like(&key);
        budget.take(24);
        self.liked.insert(bits, liked);
        Ok(liked)
    }

    /// The keywords behind some bits, if these are ordinals.
    pub(super) fn texts(
        &self,
        raws: impl Iterator<Item = Raw>,
        budget: &mut Budget,
    ) -> Result<Texts, ExecuteError> {
        if !matches!((&self.values, &self.of.form), (Values::Str(_), Form::Value)) {
            return Ok(Texts::default());
        }
        let mut ords: Vec<u64> = raws.flatten().collect();
        ords.sort_unstable();
        ords.dedup();
        let mut texts = Vec::with_capacity(ords.len());
        self.values.texts(&ords, |bytes| {
            budget.take(size_of::<String>() + bytes.len());
            if !budget.exceeded() {
                texts.push(String::from_utf8_lossy(bytes).into_owned());
            }
        })?;
        Ok(Texts { ords, texts })
    }

    /// The key that bits stand for.
    pub(super) fn key(&self, raw: Raw, texts: &Texts) -> Key {
        let Some(bits) = raw else {
            return self.of.missing.clone().unwrap_or(Key::Null);
        };
        match self.of.form {
            Form::Histogram { .. } | Form::Dates(_) => Key::Long(bits.cast_signed()),
            Form::Value => texts.get(bits).unwrap_or_else(|| self.values.key(bits)),
        }
    }
}

/// Keywords by ordinal.
#[derive(Default)]
pub(super) struct Texts {
    ords: Vec<u64>,
    texts: Vec<String>,
}

impl Texts {
    fn get(&self, ord: u64) -> Option<Key> {
        let at = self.ords.binary_search(&ord).ok()?;
        self.texts.get(at).cloned().map(Key::Str)
    }
}

/// The number of the interval that holds a number.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates: intervals past 64 bits are one"
)]
fn interval_of(number: f64, interval: f64, offset: f64) -> i64 {
    ((number - offset) / interval).floor() as i64
}
