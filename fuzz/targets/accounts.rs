//! Accounts of an image: see `fuzzing::accounts` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::accounts::check(input));
