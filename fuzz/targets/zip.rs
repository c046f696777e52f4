//! The zip engine: see `fuzzing::zip` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::zip::check(input));
