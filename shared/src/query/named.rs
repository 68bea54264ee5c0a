//! Which queries inside a query have names.

use super::{Query, QueryKind};

impl Query {
    /// The queries with names, this one and those inside, in the order in which they are read: an outer one before its inner
    /// ones, and what must match before what may, what filters and what may not.
    pub fn named(&self) -> Vec<(&str, &Self)> {
        let mut found = Vec::new();
        self.collect_named(&mut found);
        found
    }

    fn collect_named<'a>(&'a self, found: &mut Vec<(&'a str, &'a Self)>) {
        if let Some(name) = &self.name {
            found.push((name, self));
        }
        match &self.kind {
            QueryKind::Bool {
                must,
                should,
                filter,
                must_not,
                minimum_should_match: _,
            } => {
                for query in [must, should, filter, must_not].into_iter().flatten() {
                    query.collect_named(found);
                }
            }
            QueryKind::ConstantScore { filter } => filter.collect_named(found),
            QueryKind::DisMax { queries, .. } => {
                for query in queries {
                    query.collect_named(found);
                }
            }
            QueryKind::Boosting {
                positive, negative, ..
            } => {
                positive.collect_named(found);
                negative.collect_named(found);
            }
            QueryKind::FunctionScore(score) => {
                score.query.collect_named(found);
                let filters = score
                    .functions
                    .iter()
                    .filter_map(|function| function.filter.as_ref());
                filters.for_each(|filter| filter.collect_named(found));
            }
            QueryKind::MatchAll
            | QueryKind::MatchNone
            | QueryKind::Match { .. }
            | QueryKind::MultiMatch { .. }
            | QueryKind::MatchPhrase { .. }
            | QueryKind::MultiPhrase { .. }
            | QueryKind::Fuzzy { .. }
            | QueryKind::MultiFuzzy { .. }
            | QueryKind::Fits { .. }
            | QueryKind::MultiFits { .. }
            | QueryKind::Term { .. }
            | QueryKind::Terms { .. }
            | QueryKind::Range { .. }
            | QueryKind::Exists { .. }
            | QueryKind::Ids { .. } => {}
        }
    }
}
