//! What a service's `/metrics` says: counters in the text format of Prometheus, and the attempts of a root among them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use root_service::attempt::BudgetConfig;
use serde::{Deserialize, Serialize};

/// The counter of a root's attempts, by `round`, `kind` and `outcome`.
const ATTEMPTS: &str = "gleaner_root_attempts_total";
/// The counter of replicas that a root took out of its selection.
const EJECTIONS: &str = "gleaner_root_ejections_total";

/// Why a text is not in Prometheus' format.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the metrics is not a name, labels and a number: {text}")]
pub struct ScrapeError {
    /// Counted from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// The samples of one scrape.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scrape {
    samples: Vec<Sample>,
}

#[derive(Clone, Debug, PartialEq)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl Scrape {
    /// Reads the text format; comments, and the exemplars and times that may follow a value, are left out.
    ///
    /// # Errors
    /// [`ScrapeError`] at the first line that is no sample.
    pub fn parse(text: &str) -> Result<Self, ScrapeError> {
        let lines = (1..).zip(text.lines().map(str::trim));
        let samples = lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(number, line)| {
                Sample::parse(line).ok_or_else(|| ScrapeError {
                    line: number,
                    text: line.chars().take(200).collect(),
                })
            });
        let samples = samples.collect::<Result<_, _>>()?;
        Ok(Self { samples })
    }

    /// The sum over all series of a name that have these labels; 0 if there is none.
    #[must_use]
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let is_meant = |sample: &&Sample| {
            let has =
                |(label, value): &(&str, &str)| sample.labels.get(*label).is_some_and(|found| found == value);
            sample.name == name && labels.iter().all(has)
        };
        self.samples
            .iter()
            .filter(is_meant)
            .map(|sample| sample.value)
            .sum()
    }

    /// The buckets of a histogram, summed over all series that have these labels: pairs of an upper bound, the last of which
    /// may be infinite, and how many values do not exceed it, rising.
    #[must_use]
    pub fn buckets(&self, name: &str, labels: &[(&str, &str)]) -> Vec<(f64, f64)> {
        let buckets = self.samples.iter().filter(|sample| {
            let has =
                |(label, value): &(&str, &str)| sample.labels.get(*label).is_some_and(|found| found == value);
            sample.name.strip_suffix("_bucket") == Some(name) && labels.iter().all(has)
        });
        let mut summed: Vec<(f64, f64)> = Vec::new();
        for sample in buckets {
            let Some(bound) = sample
                .labels
                .get("le")
                .and_then(|bound| bound.parse::<f64>().ok())
            else {
                continue;
            };
            match summed.binary_search_by(|(known, _)| known.total_cmp(&bound)) {
                Ok(at) => summed[at].1 += sample.value,
                Err(at) => summed.insert(at, (bound, sample.value)),
            }
        }
        summed
    }

    /// What a label says in the series of a name, each once.
    #[must_use]
    pub fn label_values(&self, name: &str, label: &str) -> BTreeSet<&str> {
        let series = self.samples.iter().filter(|sample| sample.name == name);
        series
            .filter_map(|sample| sample.labels.get(label).map(String::as_str))
            .collect()
    }

    /// As [`Scrape::sum`], of counters that count in ones.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of floats saturates, and counters are not negative"
    )]
    pub fn count(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        self.sum(name, labels) as u64
    }
}

impl Sample {
    /// `name{label="value",…} 1.5`, or without the labels.
    fn parse(line: &str) -> Option<Self> {
        let end = line.find(|c: char| c == '{' || c.is_whitespace())?;
        let (name, rest) = line.split_at(end);
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest)?,
            None => (BTreeMap::new(), rest),
        };
        let value = rest.split_whitespace().next()?.parse().ok()?;
        (!name.is_empty()).then(|| Self {
            name: name.to_owned(),
            labels,
            value,
        })
    }
}

/// The labels up to the closing brace, and what follows it.
fn labels(mut text: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        text = text.trim_start_matches([',', ' ']);
        if let Some(rest) = text.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (label, rest) = text.split_once("=\"")?;
        let mut value = String::new();
        let mut chars = rest.char_indices();
        let end = loop {
            match chars.next()? {
                (at, '"') => break at,
                (_, '\\') => value.push(match chars.next()?.1 {
                    'n' => '\n',
                    other => other,
                }),
                (_, other) => value.push(other),
            }
        };
        labels.insert(label.trim().to_owned(), value);
        text = &rest[end + 1..];
    }
}

/// What a root asked of its leaves, over all rounds of its queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootCounts {
    /// First attempts: one for each leaf and round.
    pub primaries: u64,
    /// Second ones, because the first took long.
    pub hedges: u64,
    /// Hedges whose answer came first.
    pub hedges_won: u64,
    /// Hedges that were cancelled, because the first attempt was answered before them.
    pub hedges_lost: u64,
    /// Second ones, because the first failed.
    pub retries: u64,
    /// Retries that were answered.
    pub retries_won: u64,
    /// Second ones that were sent along with the first.
    pub tied: u64,
    /// Attempts that were left alone by their replica, because their twin began first at another.
    pub yielded: u64,
    /// Copies that ask whether an ejected replica is well again.
    pub probes: u64,
    /// Replicas taken out of the selection.
    pub ejections: u64,
}

impl RootCounts {
    /// The counts since the root started.
    #[must_use]
    pub fn of(scrape: &Scrape) -> Self {
        let attempts = |kind| scrape.count(ATTEMPTS, &[("kind", kind)]);
        let ended = |kind, outcome| scrape.count(ATTEMPTS, &[("kind", kind), ("outcome", outcome)]);
        Self {
            primaries: attempts("primary"),
            hedges: attempts("hedge"),
            hedges_won: ended("hedge", "won"),
            hedges_lost: ended("hedge", "lost"),
            retries: attempts("retry"),
            retries_won: ended("retry", "won"),
            tied: attempts("tied"),
            yielded: scrape.count(ATTEMPTS, &[("outcome", "yielded")]),
            probes: attempts("probe"),
            ejections: scrape.count(EJECTIONS, &[]),
        }
    }

    /// What has been counted since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let since = |count: fn(&Self) -> u64| count(self).saturating_sub(count(earlier));
        Self {
            primaries: since(|counts| counts.primaries),
            hedges: since(|counts| counts.hedges),
            hedges_won: since(|counts| counts.hedges_won),
            hedges_lost: since(|counts| counts.hedges_lost),
            retries: since(|counts| counts.retries),
            retries_won: since(|counts| counts.retries_won),
            tied: since(|counts| counts.tied),
            yielded: since(|counts| counts.yielded),
            probes: since(|counts| counts.probes),
            ejections: since(|counts| counts.ejections),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, more: &Self) -> Self {
        Self {
            primaries: self.primaries + more.primaries,
            hedges: self.hedges + more.hedges,
            hedges_won: self.hedges_won + more.hedges_won,
            hedges_lost: self.hedges_lost + more.hedges_lost,
            retries: self.retries + more.retries,
            retries_won: self.retries_won + more.retries_won,
            tied: self.tied + more.tied,
            yielded: self.yielded + more.yielded,
            probes: self.probes + more.probes,
            ejections: self.ejections + more.ejections,
        }
    }

    /// Attempts that the budget is for: those beyond the first, unless they or their twins were not executed.
    #[must_use]
    pub fn extra(&self) -> u64 {
        (self.hedges + self.retries + self.tied + self.probes).saturating_sub(self.yielded)
    }

    /// How many of them a root's default budget allows in `time`, for these primaries, if it was full before.
    #[must_use]
    pub fn extra_max(&self, time: Duration) -> f64 {
        let budget = BudgetConfig::default();
        budget.extra_share * self.primaries as f64
            + budget.floor_per_second * time.as_secs_f64()
            + budget.burst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
# HELP gleaner_root_attempts Attempts.
# TYPE gleaner_root_attempts counter
gleaner_root_attempts_total{round="query",kind="primary",outcome="won"} 90
gleaner_root_attempts_total{round="fetch",kind="primary",outcome="lost"} 10
gleaner_root_attempts_total{round="query",kind="hedge",outcome="won"} 4
gleaner_root_attempts_total{round="query",kind="hedge",outcome="lost"} 2
gleaner_root_attempts_total{round="query",kind="retry",outcome="won"} 1
gleaner_root_attempts_total{round="query",kind="tied",outcome="won"} 5
gleaner_root_attempts_total{round="query",kind="tied",outcome="yielded"} 20
gleaner_root_ejections_total{replica="a \"b\" \\ }, c"} 3
gleaner_root_queries 1.5e2 1700000000
# EOF
"#;

    #[test]
    fn series_are_summed_by_their_labels() {
        let scrape = Scrape::parse(TEXT).unwrap();
        assert_eq!(scrape.sum(ATTEMPTS, &[]), 132.0);
        assert_eq!(scrape.sum(ATTEMPTS, &[("outcome", "won")]), 100.0);
        assert_eq!(scrape.sum(EJECTIONS, &[("replica", "a \"b\" \\ }, c")]), 3.0);
        assert_eq!(scrape.sum("gleaner_root_queries", &[]), 150.0);
        assert_eq!(scrape.sum("gleaner_root", &[]), 0.0);
    }

    #[test]
    fn buckets_of_several_series_are_summed_and_in_order() {
        let text = r#"
wait_seconds_bucket{le="+Inf",call="a"} 5
wait_seconds_bucket{le="0.5",call="a"} 3
wait_seconds_bucket{le="0.5",call="b"} 10
wait_seconds_bucket{le="+Inf",call="b"} 20
wait_seconds_count{call="a"} 5
"#;
        let scrape = Scrape::parse(text).unwrap();
        let all = [(0.5, 13.0), (f64::INFINITY, 25.0)];
        assert_eq!(scrape.buckets("wait_seconds", &[]), all);
        let one = [(0.5, 3.0), (f64::INFINITY, 5.0)];
        assert_eq!(scrape.buckets("wait_seconds", &[("call", "a")]), one);
        assert_eq!(scrape.buckets("wait", &[]), []);
    }

    #[test]
    fn counts_are_told_apart_and_subtracted() {
        let counts = RootCounts::of(&Scrape::parse(TEXT).unwrap());
        assert_eq!((counts.primaries, counts.hedges, counts.retries), (100, 6, 1));
        assert_eq!((counts.hedges_won, counts.hedges_lost), (4, 2));
        assert_eq!((counts.tied, counts.yielded), (25, 20));
        assert_eq!((counts.extra(), counts.ejections), (12, 3));
        let budget = BudgetConfig::default();
        let allowed = budget.extra_share * 100.0 + budget.floor_per_second * 2.0 + budget.burst;
        assert_eq!(counts.extra_max(Duration::from_secs(2)), allowed);
        assert_eq!(counts.since(&counts), RootCounts::default());
    }

    #[test]
    fn what_is_no_sample_is_refused_with_its_line() {
        for text in [
            "name",
            "name{label=\"1\" 5",
            "name{label=1} 5",
            "name{} many",
            "{} 5",
        ] {
            let error = Scrape::parse(&format!("ok 1\n{text}")).unwrap_err();
            assert_eq!((error.line, error.text.as_str()), (2, text));
        }
    }
}
