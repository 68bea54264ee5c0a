//! Messages between root and leaf, log batches, and searches of a small shard by whatever decodes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::wire(bytes));
