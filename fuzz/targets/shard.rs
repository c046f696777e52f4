//! Databases of advisories: see `fuzzing::shard` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::shard::check(input));
