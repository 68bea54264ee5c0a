//! Query strings, both languages, and `q=`.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| fuzz::query_string(text));
