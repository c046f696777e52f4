//! The secret engine: see `fuzzing::secret` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::secret::check(input));
