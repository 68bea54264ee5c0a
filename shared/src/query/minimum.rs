//! `minimum_should_match`: how many optional clauses must match, as a count, a share, or by cases.

/// A parsed specification (`2`, `-1`, `75%`, `-25%`, `2<75% 9<-3`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinimumShouldMatch {
    /// Cases in ascending order of their bound: for more clauses than the bound, the rule of the last such case.
    cases: Vec<(u32, Rule)>,
    /// The rule without a bound; with cases only, all clauses are required up to the first bound.
    base: Option<Rule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Count(i32),
    Percent(i32),
}

/// A specification that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read minimum_should_match [{0}]: expected a number, a percentage, or cases such as [2<75%]")]
pub struct MinimumError(String);

impl MinimumShouldMatch {
    /// A plain count.
    pub fn count(count: i32) -> Self {
        Self {
            cases: Vec::new(),
            base: Some(Rule::Count(count)),
        }
    }

    /// Reads a specification.
    ///
    /// # Errors
    /// [`MinimumError`] with the text.
    pub fn parse(text: &str) -> Result<Self, MinimumError> {
        let error = || MinimumError(text.chars().take(64).collect());
        let mut read = Self {
            cases: Vec::new(),
            base: None,
        };
        for part in text.split_whitespace() {
            if let Some((bound, rule)) = part.split_once('<') {
                let bound = bound.parse().map_err(|_| error())?;
                read.cases.push((bound, Rule::parse(rule).ok_or_else(error)?));
            } else if read.base.is_none() && read.cases.is_empty() {
                read.base = Some(Rule::parse(part).ok_or_else(error)?);
            } else {
                return Err(error());
            }
        }
        let ascending = read.cases.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if !ascending || (read.base.is_none() && read.cases.is_empty()) || read.cases.len() > 16 {
            return Err(error());
        }
        Ok(read)
    }

    /// How many of `clauses` must match: at most all, at least none.
    pub fn of(&self, clauses: u32) -> u32 {
        let case = self
            .cases
            .iter()
            .rev()
            .find(|(bound, _)| clauses > *bound)
            .map(|(_, rule)| *rule);
        match case.or(self.base) {
            Some(rule) => rule.of(clauses),
            None => clauses,
        }
    }
}

impl Rule {
    fn parse(text: &str) -> Option<Self> {
        match text.strip_suffix('%') {
            Some(percent) => percent
                .parse()
                .ok()
                .filter(|p| (-100..=100).contains(p))
                .map(Self::Percent),
            None => text.parse().ok().map(Self::Count),
        }
    }

    fn of(self, clauses: u32) -> u32 {
        let all = i64::from(clauses);
        let wanted = match self {
            Self::Count(count) if count < 0 => all + i64::from(count),
            Self::Count(count) => i64::from(count),
            Self::Percent(percent) if percent < 0 => all - all * i64::from(-percent) / 100,
            Self::Percent(percent) => all * i64::from(percent) / 100,
        };
        u32::try_from(wanted.clamp(0, all)).expect("clamped to 0..=clauses")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifications_mean_what_elasticsearch_says() {
        let of = |text: &str, clauses| MinimumShouldMatch::parse(text).unwrap().of(clauses);
        assert_eq!(of("2", 5), 2);
        assert_eq!(of("9", 5), 5);
        assert_eq!(of("-1", 5), 4);
        assert_eq!(of("75%", 4), 3);
        assert_eq!(of("75%", 5), 3);
        assert_eq!(of("-25%", 5), 4);
        assert_eq!(of("3<90%", 3), 3);
        assert_eq!(of("2<-25% 9<-3", 2), 2);
        assert_eq!(of("2<-25% 9<-3", 8), 6);
        assert_eq!(of("2<-25% 9<-3", 10), 7);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "x", "1.5", "200%", "3<", "9<1 2<1", "1 2"] {
            assert!(MinimumShouldMatch::parse(text).is_err(), "{text}");
        }
    }
}
