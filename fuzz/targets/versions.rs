//! Version orders: see `fuzzing::versions` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::versions::check(input));
