//! Signatures of databases, and keys: see `fuzzing::signature` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::signature::check(input));
