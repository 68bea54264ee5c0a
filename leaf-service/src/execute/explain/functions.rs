//! What a score that functions of the document changed is made of.

use shared::wire::clause::{Clause, Rescore};
use shared::wire::{Explanation, Reason};

use super::tree::{Explainer, size};
use crate::execute::error::ExecuteError;
use crate::execute::rescore::{Input, Values};

impl Explainer<'_> {
    /// Explains a clause whose score is changed.
    pub(super) fn rescored(
        &self,
        whole: &Clause,
        (inner, rescore): (&Clause, &Rescore),
        number: u32,
    ) -> Result<Explanation, ExecuteError> {
        let before = self.clause(inner, number + 1)?;
        if !before.matches {
            return Ok(before);
        }
        let Some(score) = self.score(whole)? else {
            let score_min = rescore.score_min.unwrap_or_default();
            return Ok(Explanation::none(Reason::TooLow { score_min }, vec![before]));
        };
        // A least score alone changes no score.
        if rescore.functions.is_empty() {
            return Ok(Explanation {
                value: score,
                ..before
            });
        }
        let functions = self.functions(rescore, number, number + 1 + size(inner))?;
        let limit = f64::from(rescore.function_max);
        let limited = Explanation::from(
            functions.value.min(limit),
            Reason::Limited,
            vec![functions, Explanation::of(limit, Reason::Limit)],
        );
        let boost_mode = rescore.boost_mode;
        Ok(Explanation::from(
            score,
            Reason::Rescored { boost_mode },
            vec![before, limited],
        ))
    }

    /// The functions that are for the document. `filter` is the place of the first one's filter.
    fn functions(
        &self,
        rescore: &Rescore,
        clause: u32,
        mut filter: u32,
    ) -> Result<Explanation, ExecuteError> {
        let mut values = Values::of(rescore.score_mode);
        let mut details = Vec::new();
        let mut numbers = Vec::new();
        for (function, of) in (0..).zip(&rescore.functions) {
            let mut parts = Vec::new();
            if let Some(only) = &of.filter {
                let at = filter;
                filter += size(only);
                if !self.matches(only)? {
                    continue;
                }
                parts.push(Explanation::of(1.0, Reason::Filter { clause: at }));
            }
            let value = Input::open(self.reader, &of.value)?
                .value(&of.value, self.doc, &mut numbers)
                .map_err(ExecuteError::Misfit)?;
            let weight = f64::from(of.weight);
            let made = vec![
                Explanation::of(value, Reason::FunctionValue { clause, function }),
                Explanation::of(weight, Reason::Weighted),
            ];
            parts.push(Explanation::from(weight * value, Reason::Product, made));
            details.push(Explanation::from(weight * value, Reason::Function, parts));
            if values.add(weight, value) {
                break;
            }
        }
        if details.is_empty() {
            return Ok(Explanation::of(1.0, Reason::NoFunction));
        }
        let score_mode = rescore.score_mode;
        Ok(Explanation::from(
            values.together(),
            Reason::Functions { score_mode },
            details,
        ))
    }
}
