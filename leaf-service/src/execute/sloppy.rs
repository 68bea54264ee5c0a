//! Phrases whose words may be out of place.
//!
//! tantivy's own scorer for them goes through the words in the order of their frequency in the segment, and both what
//! matches and how often depends on that order. Here it depends on the document alone.
//!
//! A match gives each place of the phrase a position of the document at which one of the place's words stands. Where the
//! phrase would begin, were that occurrence in its place, is the occurrence's *beginning*: the position in the document less
//! that in the phrase. The beginnings of a match are at most the slop apart, in any order. Every way to give places their
//! positions counts but one: a position serves no two places that are of one *group*, which are those that have a word in
//! common, or are joined by others that have. (Places of different groups meet only where an analyzer left two words at one
//! position.) Places that are alike in words and position are one.
//!
//! A document has the phrase as often as it has least spans: stretches from the earliest to the latest beginning of a match
//! with no match in a shorter stretch within. So `a b` is once in `a a a b b`, twice in `a b a b`, and without slop every
//! beginning counts, as it does for tantivy's exact phrases. Lucene counts nearly so, but weighs a match the less the wider
//! it is, and by trying positions in one order only it may miss those of repeated words.

use std::ops::Range;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Bm25Weight;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

use super::stepwise::{Candidates, DOCUMENTS_PER_PHRASE, Opens};

/// A phrase with slop. With a similarity it scores BM25, taking the number of matches as the term's frequency.
pub(super) struct Sloppy {
    /// Each place's position in the phrase, and the terms of which any may be there; all of one field.
    pub(super) words: Vec<(u32, Vec<Term>)>,
    pub(super) slop: u32,
    pub(super) similarity: Option<Bm25Weight>,
}

impl Opens for Sloppy {
    type In = Occurrences;

    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Occurrences>> {
        let Some(first) = self.words.iter().find_map(|(_, terms)| terms.first()) else {
            return Ok(None);
        };
        let index = reader.inverted_index(first.field())?;
        let mut places: Vec<Place> = Vec::with_capacity(self.words.len());
        for (number, group) in self.groups() {
            let (position, terms) = &self.words[number];
            let mut postings = Vec::with_capacity(terms.len());
            for term in terms {
                postings.extend(index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?);
            }
            if postings.is_empty() {
                return Ok(None);
            }
            places.push(Place {
                postings,
                position: i64::from(*position),
                group,
                positions: Vec::new(),
                within: 0..0,
                taken: None,
                asked: false,
            });
        }
        let lengths = match reader.fieldnorms_readers().get_field(first.field())? {
            Some(lengths) if self.similarity.is_some() => lengths,
            _ => FieldNormReader::constant(reader.max_doc(), 1),
        };
        Ok(Some(Occurrences {
            places,
            slop: i64::from(self.slop),
            similarity: self
                .similarity
                .as_ref()
                .map(|similarity| similarity.boost_by(boost)),
            lengths,
            matches: 0,
            doc: 0,
        }))
    }
}

impl Sloppy {
    /// The numbers of the places, of those that are alike the first only; and the group of each.
    fn groups(&self) -> Vec<(usize, usize)> {
        let mut groups: Vec<(usize, usize)> = Vec::with_capacity(self.words.len());
        for (number, (position, terms)) in self.words.iter().enumerate() {
            let all_in = |some: &[Term], others: &[Term]| some.iter().all(|term| others.contains(term));
            let alike = |(other, _): &(usize, usize)| {
                let (at, others) = &self.words[*other];
                at == position && all_in(terms, others) && all_in(others, terms)
            };
            if groups.iter().any(alike) {
                continue;
            }
            // The place joins every group that it has a word of.
            let shares = |other: usize| terms.iter().any(|term| self.words[other].1.contains(term));
            let joined: Vec<usize> = groups
                .iter()
                .filter(|(other, _)| shares(*other))
                .map(|(_, group)| *group)
                .collect();
            for (_, group) in &mut groups {
                if joined.contains(group) {
                    *group = number;
                }
            }
            groups.push((number, number));
        }
        groups
    }
}

/// A place of the phrase, and where its words are in the document at hand.
struct Place {
    /// Of each term that may be there.
    postings: Vec<SegmentPostings>,
    /// Where it is in the phrase.
    position: i64,
    /// No two places of a group may take the same position.
    group: usize,
    /// The positions of its words in the document, ascending.
    positions: Vec<u32>,
    /// Which of them are within the window at hand.
    within: Range<usize>,
    /// The position that it takes.
    taken: Option<u32>,
    /// Whether it has been asked to take another one.
    asked: bool,
}

impl Place {
    /// The first document that has one of the terms, from where they are.
    fn doc(&self) -> DocId {
        self.postings
            .iter()
            .map(SegmentPostings::doc)
            .min()
            .unwrap_or(TERMINATED)
    }

    fn seek(&mut self, target: DocId) {
        for postings in &mut self.postings {
            if postings.doc() < target {
                postings.seek(target);
            }
        }
    }

    /// Reads the positions in a document.
    fn read(&mut self, doc: DocId, more: &mut Vec<u32>) {
        self.within = 0..0;
        self.taken = None;
        self.positions.clear();
        let mut here = self.postings.iter_mut().filter(|postings| postings.doc() == doc);
        if let Some(first) = here.next() {
            first.positions(&mut self.positions);
        }
        let of_first = self.positions.len();
        for postings in here {
            postings.positions(more);
            self.positions.append(more);
        }
        if self.positions.len() > of_first {
            self.positions.sort_unstable();
            self.positions.dedup();
        }
    }

    /// The beginning that one of the positions stands for; `None` when there are no more.
    fn beginning(&self, at: usize) -> Option<i64> {
        let position = self.positions.get(at)?;
        Some(i64::from(*position) - self.position)
    }

    /// Moves the window's start up to a beginning; what was taken before that is given up.
    fn start_at(&mut self, beginning: i64) {
        while self.beginning(self.within.start).is_some_and(|at| at < beginning) {
            self.within.start += 1;
        }
        self.within.end = self.within.end.max(self.within.start);
        if self
            .taken
            .is_some_and(|taken| i64::from(taken) - self.position < beginning)
        {
            self.taken = None;
        }
    }

    /// Moves the window's end behind a beginning.
    fn end_at(&mut self, beginning: i64) {
        while self.beginning(self.within.end).is_some_and(|at| at <= beginning) {
            self.within.end += 1;
        }
    }
}

/// The places in a segment.
pub(super) struct Occurrences {
    places: Vec<Place>,
    slop: i64,
    similarity: Option<Bm25Weight>,
    lengths: FieldNormReader,
    matches: u32,
    doc: DocId,
}

impl Occurrences {
    /// How often a document has the phrase.
    pub(super) fn frequency(&mut self, doc: DocId) -> u32 {
        match self.look(doc) {
            SeekDangerResult::Found => self.matches,
            SeekDangerResult::SeekLowerBound(_) => 0,
        }
    }

    /// The first document from `candidate` on that has a word for every place.
    fn common(&mut self, mut candidate: DocId) -> DocId {
        loop {
            let before = candidate;
            for place in &mut self.places {
                place.seek(candidate);
                candidate = candidate.max(place.doc());
            }
            if candidate == before || candidate >= TERMINATED {
                return candidate.min(TERMINATED);
            }
        }
    }

    /// How many least spans the document has.
    ///
    /// A window of beginnings goes over the document, and for each start finds the least end that lets a match in. That end
    /// never falls as the start rises, so that both pass every position once, and each end that is found stands for one
    /// least span. What the places have taken stays as the window moves: only what leaves it is looked for again, among the
    /// few positions within.
    fn count(&mut self, doc: DocId) -> u32 {
        let mut more = Vec::new();
        for place in &mut self.places {
            place.read(doc, &mut more);
        }
        let mut matches = 0;
        let mut found = None;
        // No match from this start on, or a later one, ends before.
        let mut end = i64::MIN;
        while let Some((start, least_end)) = self.reach() {
            end = end.max(least_end);
            if end - start > self.slop {
                self.start_at(end - self.slop);
            } else if self.fill(end) {
                if found != Some(end) {
                    found = Some(end);
                    matches += 1;
                }
                self.start_at(start + 1);
            } else {
                let Some(next) = self.beyond() else { break };
                end = next;
            }
        }
        matches
    }

    /// The earliest beginning in the window, and the end that it needs for each place to have one; `None` when a place has no
    /// more.
    fn reach(&self) -> Option<(i64, i64)> {
        let mut reach = (i64::MAX, i64::MIN);
        for place in &self.places {
            let first = place.beginning(place.within.start)?;
            reach = (reach.0.min(first), reach.1.max(first));
        }
        Some(reach)
    }

    /// The earliest beginning behind the window.
    fn beyond(&self) -> Option<i64> {
        let next = |place: &Place| place.beginning(place.within.end);
        self.places.iter().filter_map(next).min()
    }

    fn start_at(&mut self, beginning: i64) {
        for place in &mut self.places {
            place.start_at(beginning);
        }
    }

    /// Whether each place has a position of its own in the window up to an end.
    fn fill(&mut self, end: i64) -> bool {
        for place in &mut self.places {
            place.end_at(end);
        }
        for number in 0..self.places.len() {
            if self.places[number].taken.is_some() {
                continue;
            }
            for place in &mut self.places {
                place.asked = false;
            }
            if !self.seat(number) {
                return false;
            }
        }
        true
    }

    /// Lets a place take a position, and whoever has it another one: an augmenting path of a matching in a bipartite graph.
    /// Each place is asked once, so that the depth is that of the phrase.
    fn seat(&mut self, number: usize) -> bool {
        self.places[number].asked = true;
        for at in self.places[number].within.clone() {
            let place = &self.places[number];
            let (position, group) = (place.positions[at], place.group);
            let holds = |other: &Place| other.group == group && other.taken == Some(position);
            let is_free = match self.places.iter().position(holds) {
                None => true,
                Some(holder) => !self.places[holder].asked && self.seat(holder),
            };
            if is_free {
                self.places[number].taken = Some(position);
                return true;
            }
        }
        false
    }
}

impl Candidates for Occurrences {
    const COST: u32 = DOCUMENTS_PER_PHRASE;

    fn look(&mut self, target: DocId) -> SeekDangerResult {
        let candidate = self.common(target);
        if candidate > target || candidate == TERMINATED {
            return SeekDangerResult::SeekLowerBound(candidate);
        }
        self.matches = self.count(target);
        if self.matches == 0 {
            return SeekDangerResult::SeekLowerBound(target + 1);
        }
        self.doc = target;
        SeekDangerResult::Found
    }

    fn score(&mut self) -> Score {
        let length = self.lengths.fieldnorm_id(self.doc);
        self.similarity
            .as_ref()
            .map_or(1.0, |similarity| similarity.score(length, self.matches))
    }

    fn size_hint(&self) -> u32 {
        let of = |place: &Place| {
            place
                .postings
                .iter()
                .map(SegmentPostings::size_hint)
                .fold(0, u32::saturating_add)
        };
        self.places.iter().map(of).min().unwrap_or_default()
    }

    /// Positions are dear to read.
    fn cost(&self) -> u64 {
        u64::from(self.size_hint()) * 10 * self.places.len() as u64
    }
}
