//! Bodies of `_bulk`, in chunks of any size: the same whatever the chunks, and each document read as a leaf would.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u8, &[u8])| fuzz::bulk_body(input.1, usize::from(input.0) + 1));
