//! How similar two words are, from 0 to 1, by the measures that clients can choose.

/// A measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distance {
    /// Edits, swaps of neighbours among them, by the length of the shorter word: what the search for similar words goes by.
    #[default]
    Internal,
    /// Edits, swaps of neighbours among them, by the length of the longer word.
    DamerauLevenshtein,
    /// Edits by the length of the longer word.
    Levenshtein,
    /// Jaro's measure with Winkler's bonus for a common beginning.
    JaroWinkler,
    /// Kondrak's measure over pairs of letters.
    Ngram,
}

/// Winkler's bonus is given from this similarity on.
const WINKLER_FROM: f32 = 0.7;

impl Distance {
    /// The measure of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "internal" => Self::Internal,
            "damerau_levenshtein" => Self::DamerauLevenshtein,
            "levenshtein" => Self::Levenshtein,
            "jaro_winkler" => Self::JaroWinkler,
            "ngram" => Self::Ngram,
            _ => return None,
        })
    }

    /// How similar two words are; `internal` is what the search for similar words says of them.
    pub(super) fn similarity(self, a: &str, b: &str, internal: f32) -> f32 {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        match self {
            Self::Internal => internal,
            Self::DamerauLevenshtein => by_longer(edits(&a, &b, true), &a, &b),
            Self::Levenshtein => by_longer(edits(&a, &b, false), &a, &b),
            Self::JaroWinkler => jaro_winkler(&a, &b),
            Self::Ngram => pairs(&a, &b),
        }
    }
}

fn by_longer(edits: usize, a: &[char], b: &[char]) -> f32 {
    match a.len().max(b.len()) {
        0 => 1.0,
        longer => 1.0 - edits as f32 / longer as f32,
    }
}

/// How many characters must be added, dropped or changed, or swapped with their neighbours.
pub(super) fn edits(a: &[char], b: &[char], swaps: bool) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let changed = row[j] + usize::from(a[i] != b[j]);
            let mut least = changed.min(row[j + 1] + 1).min(next[j] + 1);
            if swaps && i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

fn jaro_winkler(a: &[char], b: &[char]) -> f32 {
    let (short, long) = if a.len() > b.len() { (b, a) } else { (a, b) };
    let range = (long.len() / 2).saturating_sub(1);
    let mut taken = vec![false; long.len()];
    let mut matched = Vec::new();
    for (at, c) in short.iter().enumerate() {
        let window = at.saturating_sub(range)..(at + range + 1).min(long.len());
        let mut free = window.filter(|place| !taken[*place] && long[*place] == *c);
        if let Some(place) = free.next() {
            taken[place] = true;
            matched.push(*c);
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let others = long.iter().zip(&taken).filter(|(_, taken)| **taken);
    let displaced = others.zip(&matched).filter(|((c, _), other)| c != other).count();
    let (m, half) = (matched.len() as f32, (displaced / 2) as f32);
    let jaro = (m / a.len() as f32 + m / b.len() as f32 + (m - half) / m) / 3.0;
    if jaro < WINKLER_FROM {
        return jaro;
    }
    let common = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let bonus = (1.0 / long.len() as f32).min(0.1);
    jaro + bonus * common as f32 * (1.0 - jaro)
}

/// Pairs of letters are as far from each other as letters of them differ; a word begins after a letter that no word has.
fn pairs(a: &[char], b: &[char]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    if a.len() < 2 || b.len() < 2 {
        let same = a.iter().zip(b).filter(|(a, b)| a == b).count();
        return same as f32 / a.len().max(b.len()) as f32;
    }
    let pair = |word: &[char], at: usize| (at.checked_sub(1).map(|before| word[before]), word[at]);
    let mut row: Vec<f32> = (0..=a.len()).map(|length| length as f32).collect();
    for j in 0..b.len() {
        let mut next = vec![(j + 1) as f32];
        for i in 0..a.len() {
            let ((a_first, a_last), (b_first, b_last)) = (pair(a, i), pair(b, j));
            // That both words begin counts for nothing.
            let (differing, of) = match (a_first, b_first) {
                (None, None) => (u8::from(a_last != b_last), 1.0),
                _ => (u8::from(a_first != b_first) + u8::from(a_last != b_last), 2.0),
            };
            let changed = row[i] + f32::from(differing) / of;
            next.push(changed.min(row[i + 1] + 1.0).min(next[i] + 1.0));
        }
        row = next;
    }
    1.0 - row[a.len()] / a.len().max(b.len()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(of: Distance, a: &str, b: &str) -> f32 {
        of.similarity(a, b, 0.5)
    }

    #[test]
    fn measures_are_those_of_the_literature() {
        for (of, a, b, expected) in [
            (Distance::Internal, "whale", "shale", 0.5),
            (Distance::Levenshtein, "kitten", "sitting", 1.0 - 3.0 / 7.0),
            (Distance::Levenshtein, "ab", "ba", 0.0),
            (Distance::DamerauLevenshtein, "ab", "ba", 0.5),
            (Distance::DamerauLevenshtein, "", "", 1.0),
            (Distance::JaroWinkler, "martha", "marhta", 0.961_111),
            (Distance::JaroWinkler, "dixon", "dicksonx", 0.813_333),
            (Distance::JaroWinkler, "abc", "xyz", 0.0),
            (Distance::Ngram, "whale", "whale", 1.0),
            (Distance::Ngram, "abcd", "wxyz", 0.0),
            (Distance::Ngram, "contiguous", "continuous", 0.9),
        ] {
            let found = similarity(of, a, b);
            assert!((found - expected).abs() < 1e-4, "{of:?} {a} {b}: {found}");
        }
    }

    #[test]
    fn every_measure_is_from_zero_to_one_and_one_for_the_same() {
        let words = ["", "a", "ab", "abc", "wörter", "whales", "wahles", "😀x"];
        let all = [
            Distance::DamerauLevenshtein,
            Distance::Levenshtein,
            Distance::JaroWinkler,
            Distance::Ngram,
        ];
        for of in all {
            for (a, b) in words.iter().flat_map(|a| words.iter().map(move |b| (a, b))) {
                let found = similarity(of, a, b);
                assert!((0.0..=1.0).contains(&found), "{of:?} {a} {b}: {found}");
                assert!(
                    a != b || a.is_empty() || (found - 1.0).abs() < 1e-6,
                    "{of:?} {a}: {found}"
                );
            }
        }
    }
}
