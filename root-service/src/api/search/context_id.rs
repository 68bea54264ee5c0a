//! Ids of points in time and scrolls: all that a root needs to go on, so that any root can. To clients they are opaque.
//!
//! ```text
//! base64url, without padding, of: version, kind, crc32c of the rest (u32, little end first), the rest (a wire message)
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::limits::CONTEXT_ID_BYTES_MAX;
use shared::wire;

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 6;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A point in time.
    Pit = 1,
    /// A scroll.
    Scroll = 2,
}

/// The id that says all this; `None` if it would be longer than [`CONTEXT_ID_BYTES_MAX`].
pub(super) fn encode<T: Serialize>(kind: Kind, content: &T) -> Option<String> {
    let content = wire::encode(content);
    let mut bytes = Vec::with_capacity(HEAD_BYTES + content.len());
    bytes.extend([VERSION, kind as u8]);
    bytes.extend(crc32c::crc32c(&content).to_le_bytes());
    bytes.extend_from_slice(&content);
    let text = to_text(&bytes);
    (text.len() <= CONTEXT_ID_BYTES_MAX).then_some(text)
}

/// What an id says; `None` if it is none of this kind.
pub(super) fn decode<T: DeserializeOwned>(kind: Kind, text: &str) -> Option<T> {
    if text.len() > CONTEXT_ID_BYTES_MAX {
        return None;
    }
    let bytes = from_text(text)?;
    let (head, content) = bytes.split_at_checked(HEAD_BYTES)?;
    let right = head[..2] == [VERSION, kind as u8] && head[2..] == crc32c::crc32c(content).to_le_bytes();
    right.then(|| wire::decode(content).ok())?
}

fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let group = three
            .iter()
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            let letter = group >> (18 - 6 * place) & 63;
            text.push(char::from(ALPHABET[letter as usize]));
        }
    }
    text
}

/// Padding is passed over: some clients add it.
fn from_text(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3 + 2);
    for four in letters.chunks(4) {
        if four.len() == 1 {
            return None;
        }
        let mut group = 0_u32;
        for letter in four {
            group = group << 6 | u32::from(value_of(*letter)?);
        }
        group <<= 6 * (4 - four.len());
        bytes.extend_from_slice(&group.to_be_bytes()[1..four.len()]);
    }
    Some(bytes)
}

fn value_of(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_letters_that_urls_do_not_escape() {
        assert_eq!(to_text(b""), "");
        assert_eq!(to_text(b"f"), "Zg");
        assert_eq!(to_text(b"fo"), "Zm8");
        assert_eq!(to_text(b"foo"), "Zm9v");
        assert_eq!(to_text(&[0xff, 0xfe]), "__4");
        assert_eq!(from_text("Zm8=").as_deref(), Some(&b"fo"[..]));
        assert_eq!(from_text("Zm9vZ"), None);
        assert_eq!(from_text("Zm+v"), None);
    }

    #[test]
    fn an_id_of_another_kind_or_too_long_is_none() {
        let id = encode(Kind::Pit, &7_u64).unwrap();
        assert_eq!(decode(Kind::Pit, &id), Some(7_u64));
        assert_eq!(decode::<u64>(Kind::Scroll, &id), None);
        assert_eq!(encode(Kind::Pit, &vec![7_u8; CONTEXT_ID_BYTES_MAX]), None);
        assert_eq!(
            decode::<u64>(Kind::Pit, &"A".repeat(CONTEXT_ID_BYTES_MAX + 1)),
            None
        );
    }

    proptest! {
        #[test]
        fn any_bytes_survive(bytes in prop::collection::vec(any::<u8>(), 0..50)) {
            prop_assert_eq!(from_text(&to_text(&bytes)), Some(bytes));
        }

        #[test]
        fn a_damaged_id_is_noticed(content in prop::collection::vec(any::<u8>(), 0..20), at in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_-]") {
            let id = encode(Kind::Scroll, &content).unwrap();
            let at = at.index(id.len());
            let mut damaged = id.clone();
            damaged.replace_range(at..=at, &letter);
            let read: Option<Vec<u8>> = decode(Kind::Scroll, &damaged);
            // The last letter has bits that say nothing.
            prop_assert!(read.is_none() || read == Some(content));
        }

        #[test]
        fn no_text_is_too_strange(text in ".{0,40}") {
            let _: Option<Vec<u64>> = decode(Kind::Pit, &text);
        }
    }
}
