//! Buckets by key: terms, histograms and combinations of them.

use std::cmp::Ordering;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use shared::aggregation::{Aggregation, Bucket, Buckets, Keep, Key, Keyed, Partial};
use shared::limits;
use tantivy::DocId;

use super::budget::Budget;
use super::node::{Collector, Inner, misfit};
use super::part::{Match, Part};
use super::prepare::Prepared;
use super::source::{OpenSource, Raw, Texts};
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;

/// About what a bucket takes while documents are collected, in bytes.
const BUCKET_BYTES: usize = 96;

/// Documents by key.
pub(super) struct KeyedBuckets<'a> {
    keyed: &'a Keyed,
    of_inner: &'a [Aggregation],
    sources: Vec<OpenSource<'a>>,
    combinations: Combinations,
    places: HashMap<(usize, Raw), usize>,
    found: Vec<Found>,
    inner: Inner<'a>,
    scratch: Vec<Raw>,
    /// The keys of all live documents, if those without matches have buckets too.
    all: Vec<Raw>,
}

struct Found {
    parent: usize,
    raw: Raw,
    count: u64,
}

impl<'a> KeyedBuckets<'a> {
    pub(super) fn open(
        keyed: &'a Keyed,
        of_inner: &'a [Aggregation],
        prepared: &Prepared,
        part: Part<'a>,
    ) -> Result<Self, ExecuteError> {
        let sources = keyed
            .sources
            .iter()
            .enumerate()
            .map(|(nth, source)| OpenSource::open(source, prepared.patterns.get(nth), part.reader()));
        let mut buckets = Self {
            keyed,
            of_inner,
            sources: sources.collect::<Result<_, _>>()?,
            combinations: Combinations::default(),
            places: HashMap::new(),
            found: Vec::new(),
            inner: Inner::open(of_inner, prepared, part)?,
            scratch: Vec::new(),
            all: Vec::new(),
        };
        if keyed.zeros {
            buckets.all = buckets.keys_of_all(part)?;
        }
        Ok(buckets)
    }

    /// The keys of all live documents of the segment. Those that only deleted ones have are none: how long these stay in
    /// the dictionary depends on how the index is cut.
    fn keys_of_all(&mut self, part: Part<'_>) -> Result<Vec<Raw>, ExecuteError> {
        let Some(source) = self.sources.first_mut() else {
            return Ok(Vec::new());
        };
        let reader = part.reader();
        let mut all: HashSet<Raw> = HashSet::new();
        let (mut raws, mut budget) = (Vec::new(), Budget::new());
        for doc in reader.doc_ids_alive() {
            // The walk over the matches sees that there was no time, and buckets that there is no room.
            if part.clock.expired_after(1) || all.len() * BUCKET_BYTES > limits::AGGREGATION_BYTES_MAX {
                break;
            }
            source.raws(doc, &mut raws, &mut budget)?;
            all.extend(&raws);
        }
        let mut all: Vec<Raw> = all.into_iter().collect();
        all.sort_unstable();
        Ok(all)
    }

    /// Adds a bucket without documents for each key that is not there.
    fn add_zeros(&self, cut: &mut Cut, budget: &mut Budget) {
        let there: HashSet<Raw> = cut.found.iter().map(|(raw, ..)| *raw).collect();
        for raw in self.all.iter().filter(|raw| !there.contains(raw)) {
            budget.take(BUCKET_BYTES);
            if budget.exceeded() {
                return;
            }
            let inner = self.of_inner.iter().map(Partial::empty).collect();
            cut.found.push((*raw, 0, inner));
        }
    }

    /// A document's keys; of several sources, the numbers of their combinations.
    fn raws(
        &mut self,
        doc: DocId,
        into: &mut Vec<Raw>,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        if let [only] = self.sources.as_mut_slice() {
            return only.raws(doc, into, budget);
        }
        let mut parts: Vec<Vec<Raw>> = vec![Vec::new(); self.sources.len()];
        for (source, part) in self.sources.iter_mut().zip(&mut parts) {
            source.raws(doc, part, budget)?;
        }
        into.clear();
        if parts.iter().any(Vec::is_empty) {
            return Ok(());
        }
        // An odometer over the parts.
        let mut at = vec![0; parts.len()];
        loop {
            let combination = parts.iter().zip(&at).map(|(part, at)| part[*at]).collect();
            into.push(Some(self.combinations.number(combination, budget)));
            if budget.exceeded() || clock.expired_after(1) {
                return Ok(());
            }
            let turn = (0..parts.len())
                .rev()
                .find(|place| at[*place] + 1 < parts[*place].len());
            let Some(turn) = turn else { return Ok(()) };
            at[turn] += 1;
            at[turn + 1..].fill(0);
        }
    }

    /// The keywords of all buckets, for each source: each is read once, however many buckets it is in.
    fn texts(&self, found: &[Cut], budget: &mut Budget) -> Result<Vec<Texts>, ExecuteError> {
        let raws = || {
            found
                .iter()
                .flat_map(|cut| cut.found.iter().map(|(raw, ..)| *raw))
        };
        if let [only] = self.sources.as_slice() {
            return Ok(vec![only.texts(raws(), budget)?]);
        }
        let mut all = Vec::with_capacity(self.sources.len());
        for (nth, source) in self.sources.iter().enumerate() {
            let part = |raw| self.combinations.of(raw).get(nth).copied().flatten();
            all.push(source.texts(raws().map(part), budget)?);
        }
        Ok(all)
    }

    fn key(&self, raw: Raw, texts: &[Texts]) -> Key {
        if let ([only], [texts]) = (self.sources.as_slice(), texts) {
            return only.key(raw, texts);
        }
        let parts = self.combinations.of(raw).iter();
        let with_texts = self.sources.iter().zip(texts).zip(parts);
        Key::Tuple(
            with_texts
                .map(|((source, texts), raw)| source.key(*raw, texts))
                .collect(),
        )
    }

    /// The buckets of one bucket around them.
    fn buckets(&self, cut: Cut, texts: &[Texts], budget: &mut Budget) -> Result<Partial, ExecuteError> {
        let mut buckets = Buckets {
            others: cut.others,
            error: cut.error,
            ..Buckets::default()
        };
        let sure = cut.error;
        for (raw, count, inner) in cut.found {
            if budget.exceeded() {
                break;
            }
            let key = self.key(raw, texts);
            budget.take(key.bytes());
            let comes_after = match &self.keyed.keep {
                Keep::ByKey {
                    descending,
                    after: Some(after),
                    ..
                } => key.compare(after, descending) == Ordering::Greater,
                Keep::All | Keep::ByCount { .. } | Keep::ByKey { .. } => true,
            };
            if comes_after {
                buckets
                    .add(key, Bucket { count, sure, inner }, self.of_inner)
                    .map_err(misfit)?;
            }
        }
        Ok(Partial::Buckets(buckets))
    }
}

/// The buckets of a bucket around them, without those that are not sent.
#[derive(Default)]
struct Cut {
    found: Vec<(Raw, u64, Vec<Partial>)>,
    others: u64,
    error: u64,
}

impl Cut {
    /// Drops the buckets of fewest documents before their keys are looked up, if there are more than a shard sends.
    fn cut(&mut self, keep: &Keep) {
        let Keep::ByCount { descending, max } = keep else {
            return;
        };
        let max = *max as usize;
        if self.found.len() <= max {
            return;
        }
        self.found.sort_by(|(raw_a, a, _), (raw_b, b, _)| {
            let by_count = a.cmp(b);
            let by_count = if *descending { by_count.reverse() } else { by_count };
            by_count.then(raw_a.cmp(raw_b))
        });
        let dropped = self.found.split_off(max);
        self.others = dropped.iter().map(|(_, count, _)| count).sum();
        self.error = dropped.iter().map(|(_, count, _)| *count).max().unwrap_or(0);
    }
}

impl Collector for KeyedBuckets<'_> {
    fn collect(
        &mut self,
        found: Match,
        parent: usize,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        let mut raws = std::mem::take(&mut self.scratch);
        self.raws(found.doc, &mut raws, budget, clock)?;
        for raw in &raws {
            if budget.exceeded() {
                break;
            }
            let bucket = match self.places.entry((parent, *raw)) {
                Entry::Occupied(there) => *there.get(),
                Entry::Vacant(vacant) => {
                    budget.take(BUCKET_BYTES);
                    self.found.push(Found {
                        parent,
                        raw: *raw,
                        count: 0,
                    });
                    *vacant.insert(self.found.len() - 1)
                }
            };
            self.found[bucket].count += 1;
            self.inner.collect(found, bucket, budget, clock)?;
        }
        self.scratch = raws;
        Ok(())
    }

    fn finish(
        mut self: Box<Self>,
        parents: usize,
        budget: &mut Budget,
    ) -> Result<Vec<Partial>, ExecuteError> {
        let inner = std::mem::replace(&mut self.inner, Inner::none()).finish(self.found.len(), budget)?;
        self.places = HashMap::new();
        let mut by_parent: Vec<Cut> = (0..parents).map(|_| Cut::default()).collect();
        for (found, inner) in std::mem::take(&mut self.found).into_iter().zip(inner) {
            if let Some(of_parent) = by_parent.get_mut(found.parent) {
                of_parent.found.push((found.raw, found.count, inner));
            }
        }
        for cut in &mut by_parent {
            self.add_zeros(cut, budget);
            cut.cut(&self.keyed.keep);
        }
        let texts = self.texts(&by_parent, budget)?;
        by_parent
            .into_iter()
            .map(|cut| self.buckets(cut, &texts, budget))
            .collect()
    }
}

/// Combinations of keys, numbered as they come.
#[derive(Default)]
struct Combinations {
    numbers: HashMap<Box<[Raw]>, u64>,
    all: Vec<Box<[Raw]>>,
}

impl Combinations {
    fn number(&mut self, combination: Box<[Raw]>, budget: &mut Budget) -> u64 {
        let next = self.all.len() as u64;
        match self.numbers.entry(combination) {
            Entry::Occupied(there) => *there.get(),
            Entry::Vacant(vacant) => {
                let combination = vacant.key().clone();
                budget.take(2 * size_of_val(&*combination) + BUCKET_BYTES);
                self.all.push(combination);
                *vacant.insert(next)
            }
        }
    }

    fn of(&self, raw: Raw) -> &[Raw] {
        raw.and_then(|number| self.all.get(usize::try_from(number).ok()?))
            .map_or(&[], |combination| combination)
    }
}
