//! What is refused before anything is started: grids that take more time or memory than there is, and files that cannot be written.

use std::path::Path;
use std::time::Duration;

use benches::sweep::{Exploring, Grid, Pace, Timetable, TooLarge, common_rates};

use super::{LOADING_SHARE, SweepConfig, SweepError, machine};
use crate::load::whole_file;

/// Memory that a process takes before it holds anything, in bytes: an estimate on the safe side.
const PROCESS_BYTES: u64 = 30 << 20;
/// How many documents are looked at to learn how large they are.
const SAMPLE_DOCUMENTS: usize = 200;
/// Text in relation to a compressed file of it.
const COMPRESSION: u64 = 4;

/// Everything. Blocks.
pub(super) fn all(config: &SweepConfig) -> Result<(), SweepError> {
    check_time(config)?;
    check_memory(config)?;
    whole_file::prepare(&config.json).map_err(|source| SweepError::File {
        path: config.json.clone(),
        source,
    })
}

/// A grid that cannot be measured in the given time. Shapes are short of time long before.
fn check_time(config: &SweepConfig) -> Result<(), SweepError> {
    let pace = Pace::guess(machine::here().cores);
    match too_large(&config.grid, &pace, &config.rates, config.time) {
        None => Ok(()),
        Some(too_large) => Err(SweepError::TooLarge {
            too_large,
            minutes: config.time.as_secs_f64() / 60.0,
        }),
    }
}

/// What it would take, loading included, if that is more than the given time.
fn too_large(grid: &Grid, pace: &Pace, chosen: &[f64], time: Duration) -> Option<TooLarge> {
    let left = time.mul_f64(1.0 - LOADING_SHARE);
    let usual = common_rates(&[], 1.0);
    let rates = if chosen.is_empty() { &usual[..] } else { chosen };
    let exploring = benches::sweep::exploring(grid, pace, left).err();
    let measuring = Timetable::new(grid, pace, Exploring::rest(left), rates, !chosen.is_empty()).err();
    let larger = exploring
        .into_iter()
        .chain(measuring)
        .max_by(|a, b| a.seconds.total_cmp(&b.seconds))?;
    Some(TooLarge {
        seconds: larger.seconds / (1.0 - LOADING_SHARE),
        ..larger
    })
}

/// As for time, for memory: every process has some of its own, and files are mapped by all of them but held once.
fn check_memory(config: &SweepConfig) -> Result<(), SweepError> {
    let processes = config.grid.leaves_max() * config.grid.replicas_max() + 1;
    // The index of a text is about as large as the text.
    let wanted = u64::from(processes) * PROCESS_BYTES + corpus_bytes(&config.corpus, config.documents_max)?;
    match machine::memory_free_bytes() {
        Some(free) if free < wanted => Err(SweepError::Memory {
            processes,
            wanted_mb: wanted >> 20,
            free_mb: free >> 20,
        }),
        _ => Ok(()),
    }
}

/// About how many bytes of documents are loaded.
fn corpus_bytes(corpus: &Path, documents_max: Option<u64>) -> Result<u64, SweepError> {
    let all = COMPRESSION * bytes_on_disk(corpus);
    let Some(documents_max) = documents_max else {
        return Ok(all);
    };
    let (mut documents, mut bytes) = (0, 0);
    // What is wrong with a document is told when it is loaded.
    for document in datasets::open(corpus)?.take(SAMPLE_DOCUMENTS).flatten() {
        documents += 1;
        bytes += document.source.len() as u64;
    }
    let mean = bytes / u64::max(documents, 1);
    Ok(all.min(documents_max.saturating_mul(mean)))
}

/// Of a file, or of all files in a folder.
fn bytes_on_disk(path: &Path) -> u64 {
    let Ok(metadata) = std::fs::metadata(path) else {
        return 0;
    };
    if !metadata.is_dir() {
        return metadata.len();
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| bytes_on_disk(&entry.path())).sum()
}

#[cfg(test)]
mod tests {
    use benches::measured::Stragglers;

    use super::*;

    #[test]
    fn the_minutes_that_are_suggested_are_enough() {
        let late = "1%:100ms".parse().unwrap();
        let grid = Grid::new([1, 2, 4, 8, 16], [1, 2], [false, true], [Stragglers::None, late]).unwrap();
        let pace = Pace::guess(2);
        for rates in [&[][..], &[10.0, 20.0, 40.0]] {
            let refused = too_large(&grid, &pace, rates, Duration::from_secs(20)).unwrap();
            let suggested: f64 = refused
                .to_string()
                .split_whitespace()
                .find_map(|word| word.contains('.').then(|| word.parse().ok())?)
                .unwrap_or_else(|| (refused.seconds / 30.0).ceil() / 2.0);
            assert!(suggested * 60.0 > 20.0, "{refused}");
            let again = too_large(&grid, &pace, rates, Duration::from_secs_f64(suggested * 60.0));
            assert_eq!(again, None, "{refused}");
        }
    }

    #[test]
    fn a_corpus_is_as_large_as_what_is_loaded_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let line = "{\"id\":\"1\",\"title\":\"a title\"}\n";
        std::fs::create_dir(folder.path().join("more")).unwrap();
        for name in ["a.ndjson", "more/b.ndjson"] {
            std::fs::write(folder.path().join(name), line.repeat(100)).unwrap();
        }
        assert_eq!(bytes_on_disk(folder.path()), 200 * line.len() as u64);
        let file = folder.path().join("a.ndjson");
        let all = corpus_bytes(&file, None).unwrap();
        assert_eq!(all, COMPRESSION * 100 * line.len() as u64);
        let two = corpus_bytes(&file, Some(2)).unwrap();
        assert!(two > 0 && two <= 2 * line.len() as u64, "{two}");
    }
}
