//! Writes a whole corpus as NDJSON: made and packed in blocks on several threads, written in order.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;

use flate2::GzBuilder;

use super::Generator;
use super::document::{Draft, id_of};
use crate::fingerprint::Fingerprint;

/// Threads that make documents, at most: each has some 30 MB of blocks.
pub const THREADS_MAX: usize = 256;

/// What a block's text should have. Each block is packed by itself, and larger ones are not packed better.
const BLOCK_BYTES: u64 = 4 * 1024 * 1024;
/// A block never has more documents, so that progress is seen and Ctrl-C is heard.
const BLOCK_DOCUMENTS_MAX: u64 = 4096;
/// Fast: random words do not become much smaller with more work.
const ZSTD_LEVEL: i32 = 1;

/// How a corpus is packed. The text is the same for ever; what it is packed to can change with the packer's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// zstd, a frame per block.
    Zstd,
    /// gzip, a member per block.
    Gzip,
}

impl Packing {
    /// As a file's name says. `None` if the name is not one that a corpus is read by: `.ndjson`, `.jsonl` or `.json`,
    /// with or without `.zst` or `.gz`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let endings = [(".zst", Self::Zstd), (".gz", Self::Gzip)];
        let (stem, packing) = endings
            .into_iter()
            .find_map(|(ending, packing)| Some((name.strip_suffix(ending)?, packing)))
            .unwrap_or((name, Self::Plain));
        let readable = [".ndjson", ".jsonl", ".json"]
            .iter()
            .any(|ending| stem.ends_with(ending));
        readable.then_some(packing)
    }
}

/// How a corpus is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WritePlan {
    /// How many threads make and pack documents, 1 to [`THREADS_MAX`]. The bytes do not depend on it.
    pub threads: usize,
    /// How the bytes are packed.
    pub packing: Packing,
}

/// What has been written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Documents.
    pub documents: u64,
    /// Bytes of text, newlines included.
    pub text_bytes: u64,
    /// Bytes after packing.
    pub file_bytes: u64,
    /// The documents' fingerprint.
    pub fingerprint: Fingerprint,
}

/// Why a corpus was not written to its end.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The output or the packer failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It was asked to stop.
    #[error("stopped after {documents} documents")]
    Stopped {
        /// What was written before.
        documents: u64,
    },
}

/// Writes the corpus, one document a line.
///
/// Ends early once `stop` is set; `progress` is told after each block. Packed text is a sequence of frames or members, one
/// per block: parts of a corpus that are packed by themselves can be joined by joining their files.
///
/// # Errors
/// [`WriteError`]; the output has then a part of the corpus.
pub fn write_corpus(
    generator: &Generator,
    plan: WritePlan,
    stop: &AtomicBool,
    mut output: impl Write,
    mut progress: impl FnMut(&Written),
) -> Result<Written, WriteError> {
    let blocks = Blocks::new(generator);
    let threads = plan.threads.clamp(1, THREADS_MAX);
    let mut written = Written::default();
    thread::scope(|scope| {
        let lanes: Vec<Lane> = (0..threads)
            .map(|first| {
                let (lane, worker) = lane(generator, blocks, plan.packing);
                // Workers take turns, so the blocks' order is known and nobody gets far ahead of the others.
                let turns = (first as u64..blocks.count).step_by(threads);
                scope.spawn(move || worker.run(turns));
                lane
            })
            .collect();
        for lane in lanes.iter().cycle() {
            // A worker that has made its last block hangs up, and by the order of turns all others have no more either.
            let Ok(block) = lane.made.recv() else {
                break;
            };
            if stop.load(Ordering::Relaxed) {
                let documents = written.documents;
                return Err(WriteError::Stopped { documents });
            }
            let block = block?;
            output.write_all(block.bytes(plan.packing))?;
            written.add(&block, plan.packing);
            progress(&written);
            // It may have no more blocks to make.
            let _ = lane.used.send(block);
        }
        output.flush()?;
        Ok(written)
    })
}

impl Written {
    fn add(&mut self, block: &Block, packing: Packing) {
        let mut start = 0;
        for end in &block.ends {
            let line = &block.text[start..*end];
            self.fingerprint.add_parts(id_of(line), line);
            // Behind the newline.
            start = end + 1;
        }
        self.documents += block.ends.len() as u64;
        self.text_bytes += block.text.len() as u64;
        self.file_bytes += block.bytes(packing).len() as u64;
    }
}

/// How the documents are cut into blocks.
#[derive(Clone, Copy, Debug)]
struct Blocks {
    count: u64,
    documents: u64,
}

impl Blocks {
    fn new(generator: &Generator) -> Self {
        let documents = (BLOCK_BYTES / generator.document_bytes_hint()).clamp(1, BLOCK_DOCUMENTS_MAX);
        Self {
            count: generator.config.documents.div_ceil(documents),
            documents,
        }
    }

    /// The numbers of a block's documents.
    fn numbers(self, block: u64, generator: &Generator) -> Range<u64> {
        let config = &generator.config;
        let first = block * self.documents;
        let end = (first + self.documents).min(config.documents);
        config.from + first..config.from + end
    }
}

/// Some documents as text, and packed.
#[derive(Debug, Default)]
struct Block {
    text: Vec<u8>,
    /// Where each document's newline is.
    ends: Vec<usize>,
    packed: Vec<u8>,
}

impl Block {
    /// What goes to the file.
    fn bytes(&self, packing: Packing) -> &[u8] {
        match packing {
            Packing::Plain => &self.text,
            Packing::Zstd | Packing::Gzip => &self.packed,
        }
    }
}

/// The writer's end of a worker.
struct Lane {
    made: Receiver<io::Result<Block>>,
    /// Blocks go back for their memory.
    used: Sender<Block>,
}

/// Makes every so manyth block.
struct Worker<'generator> {
    generator: &'generator Generator,
    blocks: Blocks,
    packer: Packing,
    made: SyncSender<io::Result<Block>>,
    used: Receiver<Block>,
}

fn lane(generator: &Generator, blocks: Blocks, packer: Packing) -> (Lane, Worker<'_>) {
    let (made_sender, made) = mpsc::sync_channel(1);
    let (used, used_receiver) = mpsc::channel();
    let worker = Worker {
        generator,
        blocks,
        packer,
        made: made_sender,
        used: used_receiver,
    };
    (Lane { made, used }, worker)
}

impl Worker<'_> {
    fn run(self, turns: impl Iterator<Item = u64>) {
        let mut draft = Draft::default();
        for turn in turns {
            let mut block = self.used.try_recv().unwrap_or_default();
            block.text.clear();
            block.ends.clear();
            for number in self.blocks.numbers(turn, self.generator) {
                self.generator.append(number, &mut draft, &mut block.text);
                block.ends.push(block.text.len());
                block.text.push(b'\n');
            }
            let packed = pack(&mut block, self.packer).map(|()| block);
            // Nobody waits for it any more: the writer has failed or was stopped.
            if self.made.send(packed).is_err() {
                break;
            }
        }
    }
}

fn pack(block: &mut Block, packing: Packing) -> io::Result<()> {
    match packing {
        Packing::Plain => {}
        Packing::Zstd => {
            let mut compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
            compressor.include_checksum(true)?;
            block.packed = compressor.compress(&block.text)?;
        }
        Packing::Gzip => {
            block.packed.clear();
            // Without a name and a time: they would make the bytes depend on more than the documents.
            let mut encoder = GzBuilder::new().write(&mut block.packed, flate2::Compression::fast());
            encoder.write_all(&block.text)?;
            encoder.finish()?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "output_tests.rs"]
mod tests;
