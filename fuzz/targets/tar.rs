//! Tar archives and compressed streams: see `fuzzing::tar` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::tar::check(input));
