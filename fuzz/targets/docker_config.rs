//! Files of credentials: see `fuzzing::docker_config` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::docker_config::check(input));
