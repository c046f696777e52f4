//! Alpine's package database: see `fuzzing::apk` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::apk::check(input));
