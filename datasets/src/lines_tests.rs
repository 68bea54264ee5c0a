//! Tests of the line reader: compression, limits, and what goes on after a bad line.

use std::fs;
use std::io::Write;

use flate2::write::GzEncoder;

use super::*;
use crate::compression::testing::bzip2;
use crate::compression::text_bytes_hint;

/// Each line's text, or the number and nature of what was wrong with it.
fn read_all(path: &Path, line_bytes_max: usize) -> Vec<Result<String, String>> {
    let mut lines = LineReader::open(path, line_bytes_max).expect("the file was just written");
    let mut all = Vec::new();
    while let Some(line) = lines.next_line() {
        all.push(line.map(str::to_owned).map_err(|error| error.to_string()));
    }
    all
}

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a writable temporary folder");
    (folder, path)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 3).expect("compressing in memory")
}

#[test]
fn a_file_that_needs_much_memory_says_how_to_unpack_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.ndjson.zst");
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).expect("in memory");
    encoder.window_log(28).expect("a window of 256 MiB");
    std::io::Write::write_all(&mut encoder, b"{}\n").expect("in memory");
    fs::write(&path, encoder.finish().expect("in memory")).expect("a writable temporary folder");
    let mut lines = LineReader::open(&path, 100).expect("the file was just written");
    let error = lines
        .next_line()
        .expect("a line")
        .expect_err("too large a window");
    assert!(error.to_string().contains("zstd -d --long=31"), "{error}");
}

#[test]
fn plain_zstd_and_gzip_files_read_the_same() {
    let text = b"one\r\n\n  two \nthree";
    let expected = vec![Ok("one".to_owned()), Ok("two".to_owned()), Ok("three".to_owned())];
    for (name, bytes) in [
        ("a.txt", text.to_vec()),
        ("a.txt.zst", zstd(text)),
        ("a.txt.gz", gzip(text)),
        ("a.txt.bz2", bzip2(text)),
    ] {
        let (_folder, path) = written(name, &bytes);
        assert_eq!(read_all(&path, 100), expected, "{name}");
    }
}

#[test]
fn archives_joined_one_behind_the_other_are_read_to_the_end() {
    for (name, part) in [
        ("a.zst", zstd(b"line\n")),
        ("a.gz", gzip(b"line\n")),
        ("a.bz2", bzip2(b"line\n")),
    ] {
        let (_folder, path) = written(name, &part.repeat(3));
        assert_eq!(read_all(&path, 100).len(), 3, "{name}");
    }
}

#[test]
fn a_line_at_the_limit_is_read_and_a_longer_one_is_passed_over() {
    let (_folder, path) = written(
        "a.txt",
        b"12345678\r\n123456789\n123456789012345678901234567890\nlast",
    );
    let lines = read_all(&path, 8);
    assert_eq!(lines[0], Ok("12345678".to_owned()));
    for (at, number) in [(1, "line 2:"), (2, "line 3:")] {
        let error = lines[at].as_ref().expect_err("the line is too long");
        assert!(
            error.contains(number) && error.contains("longer than 8 bytes"),
            "{error}"
        );
    }
    assert_eq!(lines[3], Ok("last".to_owned()));
    assert_eq!(lines.len(), 4);
}

#[test]
fn an_endless_line_ends_the_reading_without_being_collected() {
    let (_folder, path) = written("a.txt.zst", &zstd(&vec![b'x'; 8 << 20]));
    let mut lines = LineReader::open(&path, 1000).expect("the file was just written");
    assert!(matches!(
        lines.next_line(),
        Some(Err(DatasetError::Line { line: 1, .. }))
    ));
    assert!(
        lines.buffer.capacity() < 16 << 10,
        "the buffer holds {} bytes",
        lines.buffer.capacity()
    );
    assert!(lines.next_line().is_none());
}

#[test]
fn a_line_that_is_not_utf8_is_named_and_the_next_one_is_read() {
    let (_folder, path) = written("a.txt", b"good\nb\xffd\ngood again\n");
    let lines = read_all(&path, 100);
    let error = lines[1].as_ref().expect_err("the line is not UTF-8");
    assert!(
        error.contains("a.txt, line 2:") && error.contains("iconv"),
        "{error}"
    );
    assert_eq!(lines[2], Ok("good again".to_owned()));
}

#[test]
fn an_archive_that_is_cut_off_is_an_error_after_its_last_line() {
    let text = (0..20_000)
        .map(|number| format!("line {number}"))
        .collect::<Vec<_>>()
        .join("\n");
    for (name, whole) in [("a.zst", zstd(text.as_bytes())), ("a.gz", gzip(text.as_bytes()))] {
        let (_folder, path) = written(name, &whole[..whole.len() - 20]);
        let lines = read_all(&path, 100);
        let error = lines
            .last()
            .and_then(|last| last.as_ref().err())
            .expect("the end is missing");
        assert!(error.contains("damaged or cut off"), "{name}: {error}");
        assert_eq!(
            lines.iter().filter(|line| line.is_err()).count(),
            1,
            "{name}: reading ends after the error"
        );
    }
}

#[test]
fn the_size_of_the_text_is_known_where_the_file_tells_it() {
    let text = b"some text that is repeated, some text that is repeated\n".repeat(50);
    let (_folder, path) = written("a.txt", &text);
    assert_eq!(text_bytes_hint(&path), Some(text.len() as u64));
    let (_folder, path) = written(
        "a.zst",
        &zstd::bulk::compress(&text, 3).expect("compressing in memory"),
    );
    assert_eq!(text_bytes_hint(&path), Some(text.len() as u64));
    let (_folder, path) = written("a.gz", &gzip(&text));
    assert_eq!(text_bytes_hint(&path), None);
    let (_folder, path) = written("cut.zst", b"\x28");
    assert_eq!(text_bytes_hint(&path), None);
}

#[test]
fn a_missing_file_is_named_in_the_error() {
    let error = LineReader::open(Path::new("no-such-file.txt"), 10)
        .err()
        .expect("there is no such file");
    assert!(
        error.to_string().starts_with("cannot open no-such-file.txt: "),
        "{error}"
    );
}
