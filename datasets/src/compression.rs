//! Opens files that may be compressed, as their names say, and tells how much of them has been read.

mod zstd_frames;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

/// Bytes of decompressed text that are held between reads.
const BUFFER_BYTES: usize = 256 * 1024;

/// Bytes of a file that are read at a time.
const FILE_BUFFER_BYTES: usize = 64 * 1024;

/// What the decompressor says about a window that is larger than it allows, which is 128 MiB.
const ZSTD_LONG_WINDOW: &str = "requires too much memory";

/// How much of a file's text is looked at to tell what it is.
const BEGINNING_BYTES: u64 = 4 * 1024;

/// How a file is compressed, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Zstd,
    Gzip,
    Bzip2,
}

impl Compression {
    /// Splits a file name into what is in front of `.zst`, `.gz` or `.bz2`, and the compression.
    pub(crate) fn of_name(name: &str) -> (&str, Self) {
        let suffixes = [(".zst", Self::Zstd), (".gz", Self::Gzip), (".bz2", Self::Bzip2)];
        suffixes
            .into_iter()
            .find_map(|(suffix, compression)| Some((name.strip_suffix(suffix)?, compression)))
            .unwrap_or((name, Self::None))
    }

    fn of_path(path: &Path) -> Self {
        Self::of_name(file_name(path)).1
    }
}

/// The name of a file without the suffix of its compression; empty if it is not UTF-8.
pub(crate) fn stem(path: &Path) -> &str {
    Compression::of_name(file_name(path)).0
}

/// Whether a file's name, without the suffix of its compression, has this extension.
pub(crate) fn has_extension(path: &Path, extension: &str) -> bool {
    let found = Path::new(stem(path)).extension();
    found.is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

fn file_name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// How much of the files behind a corpus has been read, in bytes as they lie on the disk: what a progress bar needs where
/// nothing else is known beforehand.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    bytes_read: Arc<AtomicU64>,
    bytes_all: u64,
}

impl Meter {
    /// A meter of files that have this many bytes together.
    pub(crate) fn new(bytes_all: u64) -> Self {
        Self {
            bytes_read: Arc::default(),
            bytes_all,
        }
    }

    /// A meter of one file; of nothing if its size is unknown.
    pub(crate) fn of_file(path: &Path) -> Self {
        Self::new(path.metadata().map_or(0, |metadata| metadata.len()))
    }

    /// The share that has been read, from 0 to 1; it may be read from any thread.
    #[must_use]
    pub fn share(&self) -> f64 {
        let read = self.bytes_read.load(Ordering::Relaxed).min(self.bytes_all);
        read as f64 / self.bytes_all.max(1) as f64
    }
}

/// A file whose reads are counted.
struct MeteredFile {
    file: File,
    meter: Meter,
}

impl Read for MeteredFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.meter
            .bytes_read
            .fetch_add(u64::try_from(read).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(read)
    }
}

/// Opens a file's text. Nothing is decompressed ahead of what is read, so a small file with a huge text costs time only.
pub(crate) fn open(path: &Path, meter: &Meter) -> io::Result<Box<dyn BufRead + Send>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let file = MeteredFile {
        file,
        meter: meter.clone(),
    };
    let buffered = |file| BufReader::with_capacity(FILE_BUFFER_BYTES, file);
    Ok(match Compression::of_path(path) {
        Compression::None => Box::new(BufReader::with_capacity(BUFFER_BYTES, file)),
        Compression::Zstd => Box::new(BufReader::with_capacity(
            BUFFER_BYTES,
            zstd::stream::read::Decoder::new(file)?,
        )),
        Compression::Gzip => Box::new(BufReader::with_capacity(
            BUFFER_BYTES,
            MultiGzDecoder::new(buffered(file)),
        )),
        Compression::Bzip2 => Box::new(BufReader::with_capacity(
            BUFFER_BYTES,
            MultiBzDecoder::new(buffered(file)),
        )),
    })
}

/// The beginning of a file's text, to tell what it is.
pub(crate) fn beginning(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let read = open(path, &Meter::default())?
        .take(BEGINNING_BYTES)
        .read_to_end(&mut bytes);
    match read {
        // What was read before an error is still a beginning; reading on will meet the error again.
        Err(error) if bytes.is_empty() => Err(error),
        Ok(_) | Err(_) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Whether a file's text has this near its beginning; not if it cannot be read, which opening it will explain.
pub(crate) fn begins_with(path: &Path, part: &str) -> bool {
    beginning(path).is_ok_and(|beginning| beginning.contains(part))
}

/// Whether decompressing failed because it would take more memory than is given to it.
pub(crate) fn needs_long_window(error: &io::Error) -> bool {
    error.to_string().contains(ZSTD_LONG_WINDOW)
}

/// The command that unpacks a file of a kind that is not read here; none for all others.
pub(crate) fn unpacking(path: &Path) -> Option<&'static str> {
    let commands = [
        ("7z", "7z x"),
        ("zip", "unzip"),
        ("tar", "tar xf"),
        ("tgz", "tar xf"),
        ("xz", "xz -d"),
        // What `compress` has written, numbered as on TREC's disks.
        ("z", "zcat < FILE > NEW"),
        ("0z", "zcat < FILE > NEW"),
        ("1z", "zcat < FILE > NEW"),
        ("2z", "zcat < FILE > NEW"),
    ];
    let found = commands
        .into_iter()
        .find(|(extension, _)| has_extension(path, extension));
    found.map(|(_, command)| command)
}

/// The file of a folder that has one of these names, best first, as it is or compressed.
pub(crate) fn in_folder(folder: &Path, names: &[&str]) -> Option<PathBuf> {
    names
        .iter()
        .flat_map(|name| ["", ".zst", ".gz", ".bz2"].map(|suffix| folder.join(format!("{name}{suffix}"))))
        .find(|file| file.is_file())
}

/// About how many bytes the file's text has once decompressed, if the file says so.
pub(crate) fn text_bytes_hint(path: &Path) -> Option<u64> {
    match Compression::of_path(path) {
        Compression::None => Some(path.metadata().ok()?.len()),
        Compression::Zstd => zstd_frames::text_bytes(File::open(path).ok()?),
        // gzip notes the size of its last member only, modulo 4 GiB, and bzip2 none: no hint is better than a wrong one.
        Compression::Gzip | Compression::Bzip2 => None,
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Archives in memory.

    use std::io::Write as _;

    /// As `bzip2` packs it.
    pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).expect("writing to memory");
        encoder.finish().expect("writing to memory")
    }
}
