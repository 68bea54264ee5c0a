//! What every document may be: known from acknowledgements, or open while an answer is missing.

use std::collections::BTreeMap;

/// The content of a document, or that there is none.
pub(super) type State = Option<u64>;

/// One operation, and what the document is after it.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    /// The document.
    pub(super) id: String,
    /// What it makes of it.
    pub(super) state: State,
}

/// What one load wrote, in the order of each document's operations.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    operations: Vec<(Operation, bool)>,
}

impl Written {
    /// Adds operations that were all acknowledged, or whose fate is unknown.
    pub(super) fn add(&mut self, operations: Vec<Operation>, acknowledged: bool) {
        self.operations
            .extend(operations.into_iter().map(|operation| (operation, acknowledged)));
    }

    /// Adds what another connection wrote, to other documents.
    pub(super) fn merge(&mut self, other: Self) {
        self.operations.extend(other.operations);
    }

    /// How many operations were acknowledged.
    pub(super) fn acknowledged(&self) -> usize {
        self.operations
            .iter()
            .filter(|(_, acknowledged)| *acknowledged)
            .count()
    }

    /// How many operations have an unknown fate.
    pub(super) fn unknown(&self) -> usize {
        self.operations.len() - self.acknowledged()
    }
}

/// What is known of every document ever written.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    /// Each document's possible states; never none.
    documents: BTreeMap<String, Vec<State>>,
}

impl Model {
    /// Nothing was written yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Takes in what a load wrote.
    pub(super) fn wrote(&mut self, written: Written) {
        for (operation, acknowledged) in written.operations {
            let states = self.documents.entry(operation.id).or_insert_with(|| vec![None]);
            if acknowledged {
                states.clear();
            }
            states.push(operation.state);
        }
    }

    /// Every document, with the states that it may have.
    pub(super) fn documents(&self) -> impl Iterator<Item = (&str, &[State])> {
        self.documents
            .iter()
            .map(|(id, states)| (id.as_str(), states.as_slice()))
    }

    /// The ids of documents that were acknowledged to be there, or may be.
    pub(super) fn ids(&self) -> Vec<String> {
        self.documents.keys().cloned().collect()
    }

    /// Settles what was open: this is what the cluster has.
    pub(super) fn settle(&mut self, found: &BTreeMap<String, u64>) {
        for (id, states) in &mut self.documents {
            *states = vec![found.get(id).copied()];
        }
    }
}
