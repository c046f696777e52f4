//! Names of images, platforms, digests and paths: see `fuzzing::names` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::names::check(input));
