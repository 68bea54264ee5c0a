//! That files hold the corpus, whoever made which part of them.

use super::*;
use crate::generator::GeneratorConfig;

fn generator(from: u64, documents: u64) -> Generator {
    Generator::new(GeneratorConfig {
        seed: 7,
        from,
        documents,
        vocabulary_words: 5_000,
        topics: 10,
        topic_words: 500,
        ..GeneratorConfig::default()
    })
    .expect("the configuration is fine")
}

fn write(generator: &Generator, threads: usize, packing: Packing) -> (Vec<u8>, Written) {
    let mut bytes = Vec::new();
    let plan = WritePlan { threads, packing };
    let written = write_corpus(generator, plan, &AtomicBool::new(false), &mut bytes, |_| {});
    (bytes, written.expect("memory takes everything"))
}

#[test]
fn bytes_do_not_depend_on_threads() {
    let generator = generator(0, 9_001);
    for packing in [Packing::Plain, Packing::Zstd, Packing::Gzip] {
        let (one, written) = write(&generator, 1, packing);
        assert_eq!(written.documents, 9_001);
        assert_eq!(written.file_bytes, one.len() as u64);
        for threads in [2, 5] {
            let (several, also_written) = write(&generator, threads, packing);
            assert!(one == several, "{packing:?} on {threads} threads");
            assert_eq!(written.fingerprint.value(), also_written.fingerprint.value());
        }
    }
}

#[test]
fn files_are_read_as_the_corpus_that_was_written() {
    let generator = generator(0, 10_000);
    let folder = tempfile::tempdir().expect("a folder");
    let mut expected = Fingerprint::new();
    for number in 0..10_000 {
        expected.add(&generator.document(number));
    }
    for name in ["corpus.ndjson", "corpus.jsonl.zst", "corpus.json.gz"] {
        let packing = Packing::of_name(name).expect("a corpus's name");
        let (bytes, written) = write(&generator, 2, packing);
        assert_eq!(written.fingerprint.value(), expected.value(), "{name}");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let mut read = Fingerprint::new();
        for document in crate::open(&path).expect("opened") {
            read.add(&document.expect("a document"));
        }
        assert_eq!(read.value(), expected.value(), "{name}");
    }
}

#[test]
fn parts_joined_are_the_whole() {
    for packing in [Packing::Plain, Packing::Zstd, Packing::Gzip] {
        let (whole, _) = write(&generator(0, 9_000), 2, Packing::Plain);
        let (mut joined, _) = write(&generator(0, 5_000), 1, packing);
        joined.extend(write(&generator(5_000, 4_000), 2, packing).0);
        let mut unpacked = Vec::new();
        match packing {
            Packing::Plain => unpacked = joined,
            Packing::Zstd => zstd::stream::copy_decode(&joined[..], &mut unpacked).expect("zstd"),
            Packing::Gzip => {
                let mut decoder = flate2::read::MultiGzDecoder::new(&joined[..]);
                io::copy(&mut decoder, &mut unpacked).expect("gzip");
            }
        }
        assert!(unpacked == whole, "{packing:?}");
    }
}

#[test]
fn one_document_is_a_corpus() {
    let (bytes, written) = write(&generator(3, 1), 4, Packing::Plain);
    assert_eq!(written.documents, 1);
    assert_eq!(
        bytes,
        format!("{}\n", generator(0, 10).document(3).source).as_bytes()
    );
}

#[test]
fn progress_counts_up_to_the_end() {
    let mut seen = Vec::new();
    let plan = WritePlan {
        threads: 2,
        packing: Packing::Plain,
    };
    let never = AtomicBool::new(false);
    write_corpus(&generator(0, 9_000), plan, &never, io::sink(), |written| {
        seen.push(written.documents);
    })
    .expect("nothing fails");
    assert!(seen.is_sorted() && seen.len() > 1);
    assert_eq!(seen.last(), Some(&9_000));
}

#[test]
fn it_ends_early_when_asked_to() {
    let stop = AtomicBool::new(false);
    let plan = WritePlan {
        threads: 3,
        packing: Packing::Plain,
    };
    let forever = generator(0, 1_000_000_000);
    let outcome = write_corpus(&forever, plan, &stop, io::sink(), |_| {
        stop.store(true, Ordering::Relaxed);
    });
    assert!(
        matches!(outcome, Err(WriteError::Stopped { documents: 1.. })),
        "{outcome:?}"
    );
}

/// Takes some bytes, and then no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_it() {
    let plan = WritePlan {
        threads: 3,
        packing: Packing::Zstd,
    };
    let never = AtomicBool::new(false);
    let outcome = write_corpus(
        &generator(0, 1_000_000_000),
        plan,
        &never,
        Full(5_000_000),
        |_| {},
    );
    let Err(WriteError::Io(error)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

#[test]
fn names_say_how_files_are_packed() {
    for (name, packing) in [
        ("a.ndjson", Some(Packing::Plain)),
        ("a.jsonl.zst", Some(Packing::Zstd)),
        ("a.json.gz", Some(Packing::Gzip)),
        ("a.ndjson.bz2", None),
        ("a.zst", None),
        ("a", None),
    ] {
        assert_eq!(Packing::of_name(name), packing, "{name}");
    }
}
