//! YAML and JSON: see `fuzzing::yaml` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::yaml::check(input));
