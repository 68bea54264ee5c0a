//! Goes through the matches of a segment in steps of bounded work, so that the next look at the clock is never far.

use tantivy::query::{Scorer, Weight};
use tantivy::{DocId, SegmentReader, TERMINATED};

use super::clock::Clock;
use super::error::ExecuteError;
use super::stepwise::Asked;

/// Steps that are counted on the clock together: one at a time would cost more than some of them do.
const STEPS_PER_COUNT: u32 = 32;

/// What a visitor of matches wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The next match.
    On,
    /// No more.
    Enough,
}

/// Visits the live matches of a segment, and tells where the deadline stopped it: nothing from there on was seen.
///
/// With `stepwise` the weight is a phrase's, or a plain conjunction's with one: then it is asked about one candidate at a
/// time, so that this is where it got to, rather than just after the last match.
pub(super) fn walk(
    weight: &dyn Weight,
    stepwise: bool,
    reader: &SegmentReader,
    clock: &Clock,
    mut visit: impl FnMut(DocId, &mut dyn Scorer) -> Result<Next, ExecuteError>,
) -> Result<Option<DocId>, ExecuteError> {
    let alive = reader.alive_bitset();
    let mut steps = Steps::open(weight, stepwise, reader)?;
    // Everything before has been seen.
    let mut seen = 0;
    let mut steps_since = 0;
    loop {
        let (doc, is_match) = steps.at();
        // What a scorer says after the deadline is not to be believed, its end least of all.
        if clock.has_expired() {
            return Ok(Some(seen));
        }
        if doc >= TERMINATED {
            return Ok(None);
        }
        steps_since += 1;
        if steps_since == STEPS_PER_COUNT {
            steps_since = 0;
            if clock.expired_after(STEPS_PER_COUNT) {
                return Ok(Some(doc));
            }
        }
        if is_match
            && alive.is_none_or(|alive| alive.is_alive(doc))
            && visit(doc, steps.scorer())? == Next::Enough
        {
            return Ok(None);
        }
        seen = doc + u32::from(is_match);
        steps.go(seen);
    }
}

enum Steps {
    Matches(Box<dyn Scorer>),
    Candidates(Asked),
}

impl Steps {
    fn open(weight: &dyn Weight, stepwise: bool, reader: &SegmentReader) -> tantivy::Result<Self> {
        if stepwise {
            Ok(Self::Candidates(Asked::open(weight, reader, 0, 1.0)?))
        } else {
            Ok(Self::Matches(weight.scorer(reader, 1.0)?))
        }
    }

    /// The document at hand, and whether it matches.
    fn at(&self) -> (DocId, bool) {
        match self {
            Self::Matches(scorer) => (scorer.doc(), true),
            Self::Candidates(asked) => asked.at(),
        }
    }

    fn scorer(&mut self) -> &mut dyn Scorer {
        match self {
            Self::Matches(scorer) => scorer.as_mut(),
            Self::Candidates(asked) => asked.scorer.as_mut(),
        }
    }

    /// Goes on; all before `target` has been seen.
    fn go(&mut self, target: DocId) {
        match self {
            Self::Matches(scorer) => {
                scorer.advance();
            }
            Self::Candidates(asked) => {
                asked.ask(target);
            }
        }
    }
}
