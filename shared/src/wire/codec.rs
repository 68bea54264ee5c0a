//! Messages to bytes and back.

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A message that cannot be encoded or decoded: the other side speaks another version, or bytes were damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("message of {bytes} bytes does not decode: {reason}")]
pub struct CodecError {
    bytes: usize,
    reason: String,
}

/// Encodes a message.
///
/// # Panics
/// Never for the message types of this crate: they hold no maps with odd keys and no unsized sequences.
pub fn encode<T: Serialize>(message: &T) -> Bytes {
    Bytes::from(
        postcard::to_stdvec(message).expect("wire types have known lengths and no custom serializers"),
    )
}

/// Decodes a message; trailing bytes are refused, they betray another version of the type.
///
/// # Errors
/// [`CodecError`] if the bytes are not exactly one message of this type.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let failed = |reason: String| CodecError {
        bytes: bytes.len(),
        reason,
    };
    let (message, rest) = postcard::take_from_bytes(bytes).map_err(|error| failed(error.to_string()))?;
    if rest.is_empty() {
        Ok(message)
    } else {
        Err(failed(format!("{} bytes left over", rest.len())))
    }
}
