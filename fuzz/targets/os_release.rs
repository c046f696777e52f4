//! Release files: see `fuzzing::os_release` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::os_release::check(input));
