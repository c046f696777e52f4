//! A file of a publisher's feed: see `fuzzing::feeds` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::feeds::check(input));
