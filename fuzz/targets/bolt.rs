//! A Bolt database: see `fuzzing::bolt` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::bolt::check(input));
