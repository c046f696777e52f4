//! Policies: see `fuzzing::image_policy` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::image_policy::check(input));
