//! Pictures as PNG: for chats and documents that take no SVG.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use plotters::drawing::IntoDrawingArea;
use plotters::prelude::BitMapBackend;

use super::canvas::size;
use super::draw::draw;
use super::vector::failed;
use super::{Chart, ChartError};

/// Pixels of the file for each unit of the picture, in each direction.
const DENSITY: u32 = 2;
/// Each of them is the mean of so many drawn ones, in each direction: edges are smooth.
const SAMPLES: u32 = 2;
/// The library puts the middle of letters so much too high here.
const TEXT_DROP: f64 = 2.0;
/// Red, green, blue.
const CHANNELS: usize = 3;

/// Draws a picture as PNG, on white, at two pixels per unit.
pub fn png(chart: &Chart) -> Result<Vec<u8>, ChartError> {
    let (width, height) = size(chart);
    let fineness = DENSITY * SAMPLES;
    let [wide, high] = [width, height].map(|units| (units * fineness) as usize);
    let mut drawn = vec![255_u8; wide * high * CHANNELS];
    {
        let fine = (width * fineness, height * fineness);
        let area = BitMapBackend::with_buffer(&mut drawn, fine).into_drawing_area();
        draw(chart, &area, (fineness, TEXT_DROP)).map_err(|reason| failed(chart, &reason))?;
        area.present().map_err(|reason| failed(chart, &reason))?;
    }
    Ok(encode(
        width * DENSITY,
        height * DENSITY,
        &rows(&drawn, wide, high),
    ))
}

/// The file's rows: each begins with its filter (2: what a byte is more than the one above), which suits flat colours.
fn rows(drawn: &[u8], wide: usize, high: usize) -> Vec<u8> {
    let samples = SAMPLES as usize;
    let length = wide / samples * CHANNELS;
    let mut above = vec![0_u8; length];
    let mut rows = Vec::with_capacity((length + 1) * high / samples);
    for y in 0..high / samples {
        let row: Vec<u8> = (0..length)
            .map(|byte| mean(drawn, wide, (byte / CHANNELS, y), byte % CHANNELS))
            .collect();
        rows.push(2);
        rows.extend(
            row.iter()
                .zip(&above)
                .map(|(here, above)| here.wrapping_sub(*above)),
        );
        above = row;
    }
    rows
}

fn mean(drawn: &[u8], wide: usize, (x, y): (usize, usize), channel: usize) -> u8 {
    let samples = SAMPLES as usize;
    let mut sum = 0;
    for down in 0..samples {
        for right in 0..samples {
            let pixel = (y * samples + down) * wide + x * samples + right;
            sum += usize::from(drawn[pixel * CHANNELS + channel]);
        }
    }
    u8::try_from(sum / (samples * samples)).unwrap_or(u8::MAX)
}

/// The container around the rows: signature, header, data, end; 8 bits of red, green and blue.
fn encode(width: u32, height: u32, rows: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(rows).expect("writing to memory does not fail");
    let packed = packed.finish().expect("writing to memory does not fail");
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &packed);
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("a picture has megabytes at most");
    let mut check = Crc::new();
    check.update(&kind);
    check.update(data);
    png.extend(length.to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(check.sum().to_be_bytes());
}
