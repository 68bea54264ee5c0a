//! How far the reading of a corpus has come.

use datasets::{Corpus, CorpusInfo, Meter};

use crate::screen::{Progress, Screen};

/// The steps of a progress bar.
const STEPS: u64 = 1000;

/// When a corpus has been read, as far as that is known.
#[derive(Clone, Debug)]
pub(crate) enum Goal {
    /// After so many documents.
    Documents(u64),
    /// When its files have been read to their end.
    Share(Meter),
    /// After about so many bytes of text.
    Bytes(u64),
    /// Nobody knows.
    Unknown,
}

impl Goal {
    /// The goal of reading a corpus, or no more than `documents_max` of its documents.
    pub(crate) fn of(corpus: &Corpus, documents_max: Option<u64>) -> Self {
        Self::new(documents_max, corpus.info(), corpus.meter())
    }

    fn new(documents_max: Option<u64>, info: &CorpusInfo, meter: Option<Meter>) -> Self {
        let documents = [documents_max, info.documents_hint].into_iter().flatten().min();
        if let Some(documents) = documents {
            Self::Documents(documents)
        } else if let Some(meter) = meter {
            // What has been read is counted, and how much text there will be is told by the file, if at all.
            Self::Share(meter)
        } else {
            info.bytes_hint.map_or(Self::Unknown, Self::Bytes)
        }
    }

    /// A bar, or something that only turns if nobody knows the goal.
    pub(crate) fn show<'screen>(&self, screen: &'screen Screen, doing: &str) -> Progress<'screen> {
        match self {
            Self::Documents(_) | Self::Share(_) | Self::Bytes(_) => screen.bar(STEPS),
            Self::Unknown => screen.spinner(doing),
        }
    }

    /// How far it is, in steps of the bar.
    pub(crate) fn steps(&self, documents: u64, bytes: u64) -> u64 {
        match self {
            Self::Documents(all) => part(documents, *all),
            Self::Share(meter) => steps(meter.share()),
            Self::Bytes(all) => part(bytes, *all),
            Self::Unknown => 0,
        }
    }
}

/// A part of a whole, in [`STEPS`]. A hint can be too low: the bar stays within its frame.
fn part(done: u64, all: u64) -> u64 {
    done.min(all).saturating_mul(STEPS) / all.max(1)
}

/// A share, from 0 to 1, in [`STEPS`].
fn steps(share: f64) -> u64 {
    (0..=STEPS)
        .rev()
        .find(|step| *step as f64 <= share * STEPS as f64)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_beforehand_moves_the_bar() {
        let info = |documents_hint, bytes_hint| CorpusInfo {
            name: String::new(),
            documents_hint,
            bytes_hint,
        };
        let half = |documents_max, info: &CorpusInfo| Goal::new(documents_max, info, None).steps(50, 300);
        assert_eq!(half(Some(100), &info(Some(1000), None)), 500);
        assert_eq!(half(Some(1000), &info(Some(100), None)), 500);
        assert_eq!(half(None, &info(Some(10), None)), STEPS);
        assert_eq!(half(None, &info(None, Some(600))), 500);
        assert_eq!(half(None, &info(None, None)), 0);
        assert_eq!((steps(0.0), steps(0.25), steps(1.0)), (0, 250, STEPS));
    }

    #[test]
    fn what_is_counted_comes_before_what_a_file_tells_about_its_text() {
        let info = CorpusInfo {
            name: String::new(),
            documents_hint: None,
            bytes_hint: Some(600),
        };
        let goal = Goal::new(None, &info, Some(Meter::default()));
        assert!(matches!(goal, Goal::Share(_)), "{goal:?}");
        let goal = Goal::new(Some(10), &info, Some(Meter::default()));
        assert!(matches!(goal, Goal::Documents(10)), "{goal:?}");
    }
}
