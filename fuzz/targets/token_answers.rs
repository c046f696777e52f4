//! Answers of registries and token servers: see `fuzzing::token_answers` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::token_answers::check(input));
