//! The noisy channel: which words were most likely meant, if what was heard are words that somebody may have misspelt.

use std::cmp::Ordering;
use std::collections::HashMap;

/// Beginnings of texts that are followed at a time: more than texts of few words have at all.
const BEAM: usize = 2_000;

/// A text: its words by their places among the candidates (0 is the word that was heard), and how likely it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    /// One for each place.
    pub(super) choices: Vec<usize>,
    /// The logarithm of how likely it is.
    pub(super) log: f64,
    /// How many more words may be others than were heard.
    errors_left: usize,
}

/// The likeliest texts, at most `wanted` of them, best first, with at most so many words that were not heard.
///
/// `candidates` says how many words there are for each place, what was heard counted. `log` is how likely the last word of a
/// beginning is, by at most `memory` words before it. Beginnings that only differ in words that are forgotten are compared with
/// each other, so that none is given up that could still win; but for texts of many words with many candidates, of which the
/// likeliest beginnings are followed.
pub(super) fn likeliest(
    candidates: &[usize],
    errors_max: usize,
    wanted: usize,
    memory: usize,
    log: impl Fn(&[usize]) -> f64,
) -> Vec<Path> {
    let mut paths = vec![Path {
        choices: Vec::new(),
        log: 0.0,
        errors_left: errors_max,
    }];
    for (at, count) in candidates.iter().enumerate() {
        let mut longer = Vec::with_capacity(paths.len() * count);
        for path in &paths {
            let last = if path.errors_left == 0 { 1 } else { *count };
            for choice in 0..last {
                let mut choices = path.choices.clone();
                choices.push(choice);
                longer.push(Path {
                    log: path.log + log(&choices),
                    choices,
                    errors_left: path.errors_left - usize::from(choice > 0),
                });
            }
        }
        longer.sort_by(order);
        let remembered = if at + 1 == candidates.len() { 0 } else { memory };
        paths = alive(longer, wanted, remembered);
    }
    paths.truncate(wanted);
    paths
}

/// Those that can still win: of those that go on alike, the best `wanted`.
fn alive(sorted: Vec<Path>, wanted: usize, memory: usize) -> Vec<Path> {
    let mut alike: HashMap<(Vec<usize>, usize), usize> = HashMap::new();
    let mut kept = Vec::new();
    for path in sorted {
        let forgotten = path.choices.len().saturating_sub(memory);
        let end = path.choices[forgotten..].to_vec();
        let seen = alike.entry((end, path.errors_left)).or_default();
        *seen += 1;
        if *seen <= wanted {
            kept.push(path);
        }
        if kept.len() == BEAM {
            break;
        }
    }
    kept
}

/// Likelier ones first, then those with candidates that come first.
fn order(a: &Path, b: &Path) -> Ordering {
    b.log.total_cmp(&a.log).then_with(|| a.choices.cmp(&b.choices))
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;
    use shared::random;

    use super::*;

    fn all(candidates: &[usize], errors_max: usize) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new()];
        for count in candidates {
            all = all
                .iter()
                .flat_map(|path: &Vec<usize>| {
                    (0..*count).map(|choice| path.iter().copied().chain([choice]).collect())
                })
                .collect();
        }
        all.retain(|path| path.iter().filter(|choice| **choice > 0).count() <= errors_max);
        all
    }

    #[test]
    fn the_likeliest_texts_are_those_of_an_exhaustive_search() {
        let mut rng = random::from_seed(1);
        for round in 0..200 {
            let candidates: Vec<usize> = (0..rng.random_range(1..6))
                .map(|_| rng.random_range(1..5))
                .collect();
            let (memory, errors_max) = (rng.random_range(0..3), rng.random_range(0..4));
            let likely: HashMap<Vec<usize>, f64> = all(&[5; 3], 3)
                .into_iter()
                .chain(all(&[5; 2], 3))
                .chain(all(&[5; 1], 3))
                .map(|gram| (gram, -f64::from(rng.random_range(1..1_000))))
                .collect();
            let log = |path: &[usize]| {
                let gram = &path[path.len().saturating_sub(memory + 1)..];
                likely[gram] - path.len() as f64
            };
            let whole = |path: &Vec<usize>| (1..=path.len()).map(|length| log(&path[..length])).sum::<f64>();
            let mut expected: Vec<f64> = all(&candidates, errors_max).iter().map(whole).collect();
            expected.sort_by(|a, b| b.total_cmp(a));
            expected.truncate(7);
            let found: Vec<f64> = likeliest(&candidates, errors_max, 7, memory, log)
                .iter()
                .map(|path| path.log)
                .collect();
            assert_eq!(
                found, expected,
                "round {round}: {candidates:?} {memory} {errors_max}"
            );
        }
    }

    #[test]
    fn work_is_bounded_however_many_texts_there_are() {
        let looked = std::cell::Cell::new(0_usize);
        let log = |path: &[usize]| {
            looked.set(looked.get() + 1);
            -(path.last().copied().unwrap_or(0) as f64)
        };
        let found = likeliest(&[50; 12], 12, 50, 2, log);
        assert_eq!((found.len(), &found[0].choices), (50, &vec![0; 12]));
        assert!(looked.get() <= 12 * 50 * BEAM);
    }
}
