//! How much text a zstd file holds, told by its frames' headers alone: a file can have many frames, one behind the other.

use std::io::{BufRead as _, BufReader, Read, Seek};

/// What a frame of text begins with (RFC 8878).
const FRAME: u32 = 0xfd2f_b528;

/// What a frame that is no text begins with, but for its last four bits.
const SKIPPABLE: u32 = 0x184d_2a50;

/// A frame's blocks that are passed over at most; a block has up to 128 KiB of text, so this is a text of 2 TiB at most.
const BLOCKS_MAX: u64 = 1 << 24;

/// The bytes of text of all frames together; none if a frame does not tell, or the file is none of zstd's.
pub(super) fn text_bytes(file: impl Read + Seek) -> Option<u64> {
    let mut file = BufReader::new(file);
    let mut blocks_left = BLOCKS_MAX;
    let mut text_bytes = None;
    while !file.fill_buf().ok()?.is_empty() {
        let magic = number::<4>(&mut file)?;
        if magic == u64::from(FRAME) {
            let frame = frame(&mut file, &mut blocks_left)?;
            text_bytes = Some(text_bytes.unwrap_or(0_u64).checked_add(frame)?);
        } else if magic & !0xf == u64::from(SKIPPABLE) {
            let bytes = number::<4>(&mut file)?;
            pass_over(&mut file, bytes)?;
        } else {
            return None;
        }
    }
    text_bytes
}

/// The text of one frame, of which the first four bytes have been read.
fn frame(file: &mut BufReader<impl Read + Seek>, blocks_left: &mut u64) -> Option<u64> {
    let descriptor = number::<1>(file)?;
    let has_window = descriptor & 0x20 == 0;
    let dictionary_bytes = [0, 1, 2, 4][usize::try_from(descriptor & 3).ok()?];
    pass_over(file, u64::from(has_window) + dictionary_bytes)?;
    let text_bytes = match descriptor >> 6 {
        0 if has_window => return None,
        0 => number::<1>(file)?,
        1 => number::<2>(file)? + 256,
        2 => number::<4>(file)?,
        _ => number::<8>(file)?,
    };
    let mut is_last = false;
    while !is_last {
        *blocks_left = blocks_left.checked_sub(1)?;
        let header = number::<3>(file)?;
        is_last = header & 1 == 1;
        let is_one_byte_repeated = (header >> 1) & 3 == 1;
        pass_over(file, if is_one_byte_repeated { 1 } else { header >> 3 })?;
    }
    let checksum_bytes = descriptor & 4;
    pass_over(file, checksum_bytes)?;
    Some(text_bytes)
}

/// The next so many bytes as a number, the least first.
fn number<const BYTES: usize>(file: &mut impl Read) -> Option<u64> {
    let mut bytes = [0; 8];
    file.read_exact(&mut bytes[..BYTES]).ok()?;
    Some(u64::from_le_bytes(bytes))
}

fn pass_over(file: &mut BufReader<impl Read + Seek>, bytes: u64) -> Option<()> {
    file.seek_relative(i64::try_from(bytes).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn packed(text_bytes: usize) -> Vec<u8> {
        let text: Vec<u8> = (0..=u8::MAX).cycle().take(text_bytes).collect();
        zstd::bulk::compress(&text, 1).expect("in memory")
    }

    #[test]
    fn the_frames_of_a_file_are_added_up() {
        let skippable = [&0x184d_2a53_u32.to_le_bytes()[..], &3_u32.to_le_bytes(), b"abc"].concat();
        for sizes in [&[0][..], &[10], &[300, 70_000], &[3_000_000, 5, 200_000]] {
            let frames: Vec<u8> = sizes.iter().flat_map(|size| packed(*size)).collect();
            let file = [&skippable[..], &frames, &skippable].concat();
            let expected: usize = sizes.iter().sum();
            assert_eq!(text_bytes(Cursor::new(file)), Some(expected as u64), "{sizes:?}");
        }
    }

    #[test]
    fn a_frame_that_does_not_tell_makes_the_whole_unknown() {
        let mut encoder = zstd::stream::Encoder::new(packed(100), 1).expect("in memory");
        encoder.include_checksum(true).expect("a checksum");
        encoder.write_all(b"streamed").expect("in memory");
        let file = encoder.finish().expect("in memory");
        assert_eq!(text_bytes(Cursor::new(file)), None);
        assert_eq!(text_bytes(Cursor::new(b"no archive")), None);
    }
}
