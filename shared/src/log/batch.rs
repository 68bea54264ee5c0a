//! One write batch as bytes: a header that says where each shard's section lies, then the sections.
//!
//! ```text
//! "GLB1" | header bytes: u32 | header crc32c: u32 | header (postcard) | section | section | …
//! section = zstd(postcard(Vec<Operation>)), its crc32c of the compressed bytes in the header
//! ```
//! Each replica checks, decompresses and decodes only the sections of its shards.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::Shard;
use crate::limits;

const MAGIC: &[u8; 4] = b"GLB1";
const PREFIX_BYTES: usize = 12;
const ZSTD_LEVEL: i32 = 1;
/// A section decompresses to at most this: a damaged length must not balloon the process.
const SECTION_BYTES_MAX: usize = 4 * limits::BATCH_BYTES_MAX + limits::DOCUMENT_BYTES_MAX;

/// One write, validated by a root. Outcomes are decided when it is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// Put a document at an id.
    Index {
        /// The id.
        id: String,
        /// The document's JSON, an object, as the client sent it.
        source: String,
        /// The routing value, if the client gave one.
        routing: Option<String>,
        /// Whether it must be new (`op_type=create`).
        create: bool,
    },
    /// Remove the document at an id.
    Delete {
        /// The id.
        id: String,
    },
    // New kinds go to the end: logs name a kind by its number.
    /// Put a document in the place of the one that this operation wrote, and of no other.
    IndexIf {
        /// The id.
        id: String,
        /// The document's JSON, an object.
        source: String,
        /// The routing value, if the client gave one.
        routing: Option<String>,
        /// The number of the operation that must have written the document that is there.
        seq_no: u64,
    },
    /// Remove the document that this operation wrote, and no other.
    DeleteIf {
        /// The id.
        id: String,
        /// The number of the operation that must have written the document that is there.
        seq_no: u64,
    },
    /// Keep what the log says up to the end of this batch, as a point in time. It is about no document, and has no outcome.
    Pin {
        /// Which point in time: the same in all shards.
        id: Uuid,
        /// Whether it is a scroll's.
        scroll: bool,
        /// Until when to keep it, in milliseconds of Unix time, unless somebody asks for longer.
        until_ms: i64,
    },
}

impl Operation {
    /// The id of the document that it is about, if it is about one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Index { id, .. }
            | Self::Delete { id }
            | Self::IndexIf { id, .. }
            | Self::DeleteIf { id, .. } => Some(id),
            Self::Pin { .. } => None,
        }
    }

    /// About how many bytes it takes in a batch.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Index { id, source, .. } | Self::IndexIf { id, source, .. } => id.len() + source.len() + 8,
            Self::Delete { id } | Self::DeleteIf { id, .. } => id.len() + 8,
            Self::Pin { .. } => 32,
        }
    }

    /// The document that it puts, if it puts one.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Index { source, .. } | Self::IndexIf { source, .. } => Some(source),
            Self::Delete { .. } | Self::DeleteIf { .. } | Self::Pin { .. } => None,
        }
    }

    /// The number of the operation that must have written the document that is there, if that matters.
    pub fn seq_no_required(&self) -> Option<u64> {
        match self {
            Self::IndexIf { seq_no, .. } | Self::DeleteIf { seq_no, .. } => Some(*seq_no),
            Self::Index { .. } | Self::Delete { .. } | Self::Pin { .. } => None,
        }
    }
}

/// A write batch: operations by shard, in the order they are applied in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Made anew for each batch: a root that does not know whether its put arrived recognises its own batch by it.
    pub id: Uuid,
    /// The catalog version that the operations were validated against: who applies them must know at least that one.
    pub catalog_version: u64,
    /// Operations by shard.
    pub sections: BTreeMap<Shard, Vec<Operation>>,
}

/// What the header says of one section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The shard whose operations it holds.
    pub shard: Shard,
    bytes: u32,
    crc32c: u32,
    /// How many operations it holds.
    pub operations: u32,
}

#[derive(Serialize, Deserialize)]
struct Header {
    id: Uuid,
    catalog_version: u64,
    sections: Vec<Section>,
}

/// Why bytes are not a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Shorter than its header says.
    #[error("the batch is cut short at {bytes} bytes")]
    Truncated {
        /// How many bytes there are.
        bytes: usize,
    },
    /// It does not start as a batch of this version does.
    #[error("the batch has an unknown format")]
    Format,
    /// A checksum differs.
    #[error("the checksum of {part} differs: the bytes were damaged")]
    Checksum {
        /// Which part.
        part: String,
    },
    /// It does not decode although its checksum is right: another version wrote it.
    #[error("{part} does not decode: {reason}")]
    Decode {
        /// Which part.
        part: String,
        /// Why.
        reason: String,
    },
}

impl Batch {
    /// The batch as an object's bytes.
    ///
    /// # Errors
    /// [`BatchError::Decode`] if the compressor fails, which it does only for want of memory.
    pub fn encode(&self) -> Result<Bytes, BatchError> {
        let mut sections = Vec::with_capacity(self.sections.len());
        let mut body = Vec::new();
        for (shard, operations) in &self.sections {
            let failed = |reason: String| BatchError::Decode {
                part: format!("the section of shard {shard}"),
                reason,
            };
            let plain = postcard::to_stdvec(operations).map_err(|error| failed(error.to_string()))?;
            let packed =
                zstd::bulk::compress(&plain, ZSTD_LEVEL).map_err(|error| failed(error.to_string()))?;
            sections.push(Section {
                shard: *shard,
                bytes: u32::try_from(packed.len()).map_err(|error| failed(error.to_string()))?,
                crc32c: crc32c::crc32c(&packed),
                operations: u32::try_from(operations.len()).map_err(|error| failed(error.to_string()))?,
            });
            body.extend_from_slice(&packed);
        }
        let header = Header {
            id: self.id,
            catalog_version: self.catalog_version,
            sections,
        };
        let header = postcard::to_stdvec(&header).map_err(|error| BatchError::Decode {
            part: "the header".to_owned(),
            reason: error.to_string(),
        })?;
        let mut bytes = Vec::with_capacity(PREFIX_BYTES + header.len() + body.len());
        bytes.extend_from_slice(MAGIC);
        let header_bytes =
            u32::try_from(header.len()).expect("a header of at most SHARDS_MAX sections fits 4 GiB");
        bytes.extend_from_slice(&header_bytes.to_le_bytes());
        bytes.extend_from_slice(&crc32c::crc32c(&header).to_le_bytes());
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(&body);
        Ok(Bytes::from(bytes))
    }

    /// Reads a batch, with only the sections that `wanted` asks for; the others are neither checked nor decoded.
    ///
    /// # Errors
    /// [`BatchError`] for damaged bytes; never a panic, whatever the bytes are.
    pub fn decode(bytes: &[u8], wanted: impl Fn(Shard) -> bool) -> Result<Self, BatchError> {
        let (header, mut rest) = Self::split_header(bytes)?;
        let mut sections = BTreeMap::new();
        for section in &header.sections {
            let length = section.bytes as usize;
            if rest.len() < length {
                return Err(BatchError::Truncated { bytes: bytes.len() });
            }
            let (packed, after) = rest.split_at(length);
            rest = after;
            if wanted(section.shard) {
                sections.insert(section.shard, section.decode(packed)?);
            }
        }
        Ok(Self {
            id: header.id,
            catalog_version: header.catalog_version,
            sections,
        })
    }

    /// The identity of the batch in these bytes.
    ///
    /// # Errors
    /// [`BatchError`] if the header is damaged.
    pub fn decode_id(bytes: &[u8]) -> Result<Uuid, BatchError> {
        Ok(Self::split_header(bytes)?.0.id)
    }

    fn split_header(bytes: &[u8]) -> Result<(Header, &[u8]), BatchError> {
        let truncated = BatchError::Truncated { bytes: bytes.len() };
        let (prefix, rest) = bytes
            .split_at_checked(PREFIX_BYTES)
            .ok_or_else(|| truncated.clone())?;
        if &prefix[..4] != MAGIC {
            return Err(BatchError::Format);
        }
        let number =
            |at: usize| u32::from_le_bytes([prefix[at], prefix[at + 1], prefix[at + 2], prefix[at + 3]]);
        let (header, rest) = rest.split_at_checked(number(4) as usize).ok_or(truncated)?;
        if crc32c::crc32c(header) != number(8) {
            return Err(BatchError::Checksum {
                part: "the header".to_owned(),
            });
        }
        let header = postcard::from_bytes(header).map_err(|error| BatchError::Decode {
            part: "the header".to_owned(),
            reason: error.to_string(),
        })?;
        Ok((header, rest))
    }
}

impl Section {
    fn decode(&self, packed: &[u8]) -> Result<Vec<Operation>, BatchError> {
        let part = || format!("the section of shard {}", self.shard);
        if crc32c::crc32c(packed) != self.crc32c {
            return Err(BatchError::Checksum { part: part() });
        }
        let failed = |reason: String| BatchError::Decode { part: part(), reason };
        let bound = zstd::zstd_safe::get_frame_content_size(packed)
            .ok()
            .flatten()
            .and_then(|bytes| usize::try_from(bytes).ok())
            .filter(|bytes| *bytes <= SECTION_BYTES_MAX)
            .ok_or_else(|| failed("its size is not stated or too large".to_owned()))?;
        let plain = zstd::bulk::decompress(packed, bound).map_err(|error| failed(error.to_string()))?;
        postcard::from_bytes(&plain).map_err(|error| failed(error.to_string()))
    }
}
