//! `gleaner load sweep`: a small one from the command line to the file that it writes, and one that is ended early.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;

use benches::measured::{Point, Profile, Sweep, VERSION};
use rand::seq::IndexedRandom as _;
use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::harness::{Process, alone, eventually, program};

const DOCUMENTS: u64 = 300;
const WORDS: [&str; 12] = [
    "whale", "ship", "sea", "captain", "storm", "harbour", "island", "sail", "anchor", "crew", "voyage",
    "deep",
];

/// Documents of seeded words and a query log over them, as people have them: two files.
fn material(folder: &Path) {
    let mut rng = shared::random::from_seed(5);
    let mut words = |count: usize| {
        let words: Vec<&str> = (0..count)
            .filter_map(|_| WORDS.choose(&mut rng).copied())
            .collect();
        words.join(" ")
    };
    let (mut documents, mut queries) = (String::new(), String::new());
    for id in 0..DOCUMENTS {
        let (title, body) = (words(3), words(30));
        writeln!(documents, r#"{{"id":"{id}","title":"{title}","body":"{body}"}}"#).unwrap();
    }
    for id in 0..20 {
        writeln!(queries, "{id}\t{}\t{}", words(2), id + 1).unwrap();
    }
    std::fs::write(folder.join("docs.ndjson"), documents).unwrap();
    std::fs::write(folder.join("queries.tsv"), queries).unwrap();
}

/// The command, in the folder of its material, over four clusters. The objective is one that is met unless
/// there is far too much load.
fn sweep(folder: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .args([
            "load",
            "sweep",
            "--corpus",
            "docs.ndjson",
            "--leaves",
            "1,2",
            "--replicas",
            "1,2",
        ])
        .args([
            "--stragglers",
            "none",
            "--rates",
            "40",
            "--profile-queries",
            "5",
            "--objective",
            "p99<1s",
        ])
        .current_dir(folder)
        .env("TMPDIR", folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn read(folder: &Path) -> Sweep {
    let json =
        std::fs::read(folder.join("gleaner-report/sweep.json")).expect("the sweep has written its file");
    serde_json::from_slice(&json).expect("the file is a sweep")
}

/// Both passes over the sample, at each leaf, with times that can have been.
fn assert_told(profile: &Profile) {
    assert_eq!(profile.documents.len(), profile.leaves as usize);
    assert_eq!(profile.documents.iter().sum::<u64>(), DOCUMENTS);
    assert_eq!(profile.queries.len(), 10, "{profile:?}");
    for query in &profile.queries {
        assert!(query.query < 20 && query.client_us >= query.took_us, "{query:?}");
        assert_eq!(query.searches.len(), profile.leaves as usize, "{query:?}");
        assert!(
            query
                .searches
                .iter()
                .all(|search| search.executed_us <= search.attempt_us),
            "{query:?}"
        );
        // With one leaf the documents come along.
        assert_eq!(query.fetches.is_empty(), profile.leaves == 1, "{query:?}");
    }
}

/// What processes do while nobody asks them, at every number of leaves.
fn assert_idle(found: &Sweep) {
    for profile in &found.profiles {
        let idle = profile
            .idle
            .expect("there is always time to look at idle processes");
        assert!(idle.seconds > 0.1, "{idle:?}");
        // They do something, and far less than a core has: the root polls its replicas.
        let cpu = idle.root_cpu_seconds + idle.leaves_cpu_seconds;
        assert!(cpu > 0.0 && cpu < idle.seconds, "{idle:?}");
    }
}

/// The same queries as in the index that is swept, in one of a single shard.
fn assert_one_shard(found: &Sweep) {
    let one_shard = found.one_shard.as_ref().expect("so few documents load at once");
    assert_told(one_shard);
    assert_eq!(one_shard.leaves, 1);
    let asked = |profile: &Profile| -> Vec<u32> { profile.queries.iter().map(|query| query.query).collect() };
    assert_eq!(asked(one_shard), asked(&found.profiles[0]));
}

/// A run under load whose figures add up, and which was told.
fn assert_measured(point: &Point, told: &str) {
    let reads = &point.load.reads;
    assert_eq!(
        reads.outcomes.all(),
        reads.due,
        "{}: {:?}",
        point.shape,
        reads.outcomes
    );
    assert!(
        point.searches.requests >= reads.outcomes.complete,
        "{}",
        point.shape
    );
    assert_eq!(
        point.fetches.requests == 0,
        point.shape.leaves == 1,
        "{}",
        point.shape
    );
    assert!(point.resources.root_memory_bytes > 0 && point.resources.leaves_memory_bytes > 0);
    assert!(told.contains(&point.shape.to_string()), "{told}");
}

#[tokio::test]
async fn a_sweep_loads_once_and_measures_every_shape() {
    let _alone = alone().await;
    let folder = tempfile::tempdir().unwrap();
    material(folder.path());
    let output = sweep(folder.path())
        .args(["--minutes", "0.8"])
        .output()
        .await
        .unwrap();
    let (told, complaints) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{told}\n{complaints}");

    let found = read(folder.path());
    assert_eq!(found.version, VERSION);
    // A busy machine may be told to measure less, but not to end early.
    assert!(
        !found.notes.iter().any(|note| note.contains("Ended early")),
        "{:?}",
        found.notes
    );
    assert_eq!((found.corpus.documents, found.corpus.shards), (DOCUMENTS, 2));
    assert!(found.corpus.index_bytes > 0 && found.corpus.source_bytes > 0);
    assert_eq!(
        (found.queries.name.as_str(), found.queries.distinct),
        ("queries", 20)
    );
    assert_eq!(found.queries.weights[..3], [1.0, 2.0, 3.0]);
    assert!(found.machine.cores > 0 && found.machine.memory_bytes > 0);

    let leaves: Vec<u32> = found.profiles.iter().map(|profile| profile.leaves).collect();
    assert_eq!(leaves, [1, 2]);
    found.profiles.iter().for_each(assert_told);
    assert_idle(&found);
    assert_one_shard(&found);

    assert!(found.highest.len() >= 2, "{:?}", found.highest);

    let at_common_rate = found.points.iter().filter(|point| point.rate_per_second == 40.0);
    let mut shapes: Vec<String> = at_common_rate.map(|point| point.shape.to_string()).collect();
    let all = shapes.len();
    shapes.sort_unstable();
    shapes.dedup();
    assert_eq!(shapes.len(), 6, "{shapes:?}");
    assert!(all >= 9, "three shapes are measured twice: {told}");
    found
        .points
        .iter()
        .for_each(|point| assert_measured(point, &told));
    assert_eq!(left_behind(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_sweep_that_is_ended_early_keeps_what_it_has_and_leaves_nothing_behind() {
    let _alone = alone().await;
    let folder = tempfile::tempdir().unwrap();
    material(folder.path());
    let mut child = sweep(folder.path()).args(["--minutes", "30"]).spawn().unwrap();
    let sweep = Process::of(child.id().expect("it has not ended")).expect("it lives");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("queries, met") {
            break;
        }
    }
    let processes = Process::children_of(sweep.pid);
    assert!(processes.len() >= 2, "{processes:?}");
    sweep.signal(Signal::INT);
    let rest = tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    assert!(!child.wait().await.unwrap().success());
    rest.await.unwrap();

    let found = read(folder.path());
    assert!(!found.points.is_empty());
    assert!(
        found.notes.iter().any(|note| note.contains("Ended early")),
        "{:?}",
        found.notes
    );
    eventually("all processes have ended", async || {
        !processes.iter().any(|process| process.lives())
    })
    .await;
    assert_eq!(left_behind(folder.path()), Vec::<String>::new());
}

/// Temporary folders of sweeps that are still there.
fn left_behind(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("gleaner-sweep-")).collect()
}
