//! Bodies of searches: read, resolved against a mapping, and checked by a leaf.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| fuzz::search_body(body));
