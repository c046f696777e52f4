//! Files of supervisors: see `fuzzing::supervisors` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::supervisors::check(input));
