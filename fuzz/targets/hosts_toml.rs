//! Files of mirrors: see `fuzzing::hosts_toml` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::hosts_toml::check(input));
