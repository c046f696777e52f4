//! Debian's package database: see `fuzzing::dpkg` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::dpkg::check(input));
