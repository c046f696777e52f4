//! Lines of a shell: see `fuzzing::shell` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::shell::check(input));
